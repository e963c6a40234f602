"""The command `doorman completion`: what makes a shell complete doorman's commands."""

from __future__ import annotations

from enum import StrEnum
from typing import Annotated

import typer

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415

PROGRAM = "doorman"
VARIABLE = "_DOORMAN_COMPLETE"
"""By which the shell asks; what typer makes of the program's name."""


class Shell(StrEnum):
    """A shell that doorman can be completed in."""

    BASH = "bash"
    ZSH = "zsh"
    FISH = "fish"


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(completion)


def make_ready() -> None:
    """Let what a shell asks be understood."""
    from typer.completion import completion_init  # type: ignore[attr-defined]

    completion_init()


def completion(shell: Annotated[Shell, typer.Argument(help="Whose words to print.")]) -> None:
    """Print what lets a shell complete commands by Tab.

    Commands, options, libraries, sources, and the numbers of files that wait.

    \b
    bash: doorman completion bash > ~/.local/share/bash-completion/completions/doorman
    zsh:  doorman completion zsh > ~/.zfunc/_doorman   (with fpath+=~/.zfunc before compinit)
    fish: doorman completion fish > ~/.config/fish/completions/doorman.fish
    """  # noqa: D301  # click's mark for lines that stay as they are
    from typer.completion import get_completion_script as script  # type: ignore[attr-defined]

    typer.echo(script(prog_name=PROGRAM, complete_var=VARIABLE, shell=shell.value))
