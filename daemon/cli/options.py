"""Options that several commands share, and the settings they lead to."""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

if TYPE_CHECKING:  # reading the settings takes longer than showing help
    from daemon.settings import Settings

ConfigOption = Annotated[
    Path | None,
    typer.Option(
        "--config",
        "-c",
        metavar="PATH",
        help="The configuration file; see `doorman config --help` for where it is looked for.",
    ),
]
JsonOption = Annotated[bool, typer.Option("--json", help="Print JSON for programs.")]
FileArgument = Annotated[str, typer.Argument(metavar="FILE", help="Number, path or name.")]
CandidateArgument = Annotated[
    int | None,
    typer.Argument(metavar="[CANDIDATE]", min=1, help="Its number in `doorman review FILE`."),
]


def read_settings(config: Path | None) -> Settings:
    """Return the settings, from wherever they come.

    Raises:
        ConfigurationError: there are none, or they are wrong.

    """
    from daemon.settings import load_settings  # noqa: PLC0415  # only commands that need it pay

    return load_settings(config, os.environ)


def reference(text: str) -> str:
    """Return what a person typed for a file as the daemon needs it: paths are made absolute."""
    return str(Path(text).absolute()) if "/" in text else text
