"""The command that tells what an accept would change, before it is made."""

from __future__ import annotations

import typer

from daemon.cli.file_commands import ask
from daemon.cli.options import (
    CandidateArgument,
    ConfigOption,
    FileArgument,
    JsonOption,
    reference,
)

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(plan)


def plan(
    file: FileArgument,
    candidate: CandidateArgument = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show every change that accepting a candidate would make."""
    from daemon.cli.show import console
    from daemon.cli.show_plan import show_plan
    from daemon.desk.plan_views import PLAN

    asked = {"file": [reference(file)]}
    if candidate is not None:
        asked["candidate"] = [str(candidate)]
    found = ask(config, lambda remote: remote.get(PLAN, "/plan", asked))
    if as_json:
        typer.echo(PLAN.dump_json(found, indent=2).decode())
    else:
        show_plan(found, console())
