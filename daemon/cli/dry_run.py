"""Dry runs from the command line: what `run` and `identify` would do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import anyio
import typer

from daemon.app import run_dry as look_through
from daemon.cli.file_commands import ask
from daemon.cli.quiet import log_warnings
from daemon.cli.show import console
from daemon.cli.show_rules import show_foreseen, show_passed_over
from daemon.desk.judgement_views import FORESEEN, ForeseenLine
from daemon.settings import Settings


def run_dry(settings: Settings, *, as_json: bool = False) -> None:
    """Look through the libraries and print what would be done: in words, as it is found out."""
    log_warnings(settings)
    if as_json:
        lines: list[ForeseenLine] = []
        anyio.run(look_through, settings, lines.append)
        typer.echo(FORESEEN.dump_json(tuple(lines), indent=2).decode())
        return

    out = console()
    tally = anyio.run(look_through, settings, lambda line: show_foreseen(line, out))
    show_passed_over(tally.decided, tally.waiting, out)


def foresee(config: Path | None, names: Sequence[str], *, as_json: bool) -> None:
    """Ask about files and print what would be done about each."""
    lines = ask(config, lambda remote: remote.foresee(names))
    if as_json:
        typer.echo(FORESEEN.dump_json(tuple(lines), indent=2).decode())
        return

    out = console()
    for line in lines:
        show_foreseen(line, out)
    if not lines:
        out.print("No file waits for an answer; name one.")
