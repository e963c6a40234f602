"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from collections.abc import Mapping
from pathlib import Path, PurePath
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.completing import complete_file

if TYPE_CHECKING:  # reading the settings takes longer than showing help
    from daemon.settings import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="PATH",
        help='The configuration file; "doorman config --help" says where it is looked for.',
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
FileArgument = Annotated[
    str,
    typer.Argument(metavar="FILE", help="Number, path or name.", autocompletion=complete_file),
]
CandidateArgument = Annotated[
    int | None,
    typer.Argument(metavar="CANDIDATE", min=1, help='Its number in "doorman review FILE".'),
]


def read_settings(config: Path | None, environment: Mapping[str, str] | None = None) -> Settings:
    """Return the settings, from wherever they come; None as environment is this process's.

    Raises:
        ConfigurationError: there are none, or they are wrong.

    """
    from daemon.settings import load_settings  # noqa: PLC0415  # only commands that need it pay

    return load_settings(config, os.environ if environment is None else environment)


def reference(text: str) -> str:
    """Return what a person typed for a file as the daemon needs it.

    Paths are made absolute, since the daemon has another folder; bytes that are no UTF-8 become
    text that JSON can hold.
    """
    from rules.media import path_to_text  # noqa: PLC0415  # only commands that need it pay

    if "/" in text:
        return path_to_text(Path(os.path.abspath(text)))  # noqa: PTH100  # resolves "..", no links

    return path_to_text(PurePath(text)) if text else text
