"""Commands that look back: history and stats."""

from __future__ import annotations

import time
from typing import Annotated

import typer

from daemon.cli.completing import complete_library
from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(history)
    app.command()(stats)


def history(  # noqa: PLR0913  # an option each
    *,
    outcome: Annotated[
        str | None,
        typer.Option(metavar="WORD", help="Only these: accepted, review, no match, rejected …"),
    ] = None,
    by: Annotated[
        str | None, typer.Option("--by", metavar="WHO", help="Decided by: rule or person.")
    ] = None,
    rule: Annotated[str | None, typer.Option(metavar="NAME", help="Decided by this rule.")] = None,
    state: Annotated[
        str | None, typer.Option(metavar="STATE", help="standing, or undone since.")
    ] = None,
    library: Annotated[
        str | None,
        typer.Option(
            "--library",
            "-l",
            metavar="NAME",
            help="Only in this library.",
            autocompletion=complete_library,
        ),
    ] = None,
    text: Annotated[
        str | None, typer.Option(metavar="TEXT", help="Part of the path, or of the title.")
    ] = None,
    since: Annotated[
        str | None, typer.Option(metavar="DAY", help="From this day on: 2026-03-04 (UTC).")
    ] = None,
    until: Annotated[
        str | None, typer.Option(metavar="DAY", help="To this day, which is among them.")
    ] = None,
    before: Annotated[
        int | None, typer.Option(metavar="N", min=0, help="Decisions before this one.")
    ] = None,
    limit: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="At most so many; 50 if not said.")
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """List what was decided, by whom and why, the latest first."""
    from daemon.cli.show import console
    from daemon.cli.show_history import show_history
    from daemon.desk.history_views import HISTORY

    wanted = {
        "outcome": outcome,
        "by": by,
        "rule": rule,
        "state": state,
        "library": library,
        "text": text,
        "since": since,
        "until": until,
        "before": before,
        "limit": limit,
    }
    asked = {name: [str(value)] for name, value in wanted.items() if value is not None}
    page = ask(config, lambda remote: remote.get(HISTORY, "/history", asked))
    if as_json:
        typer.echo(HISTORY.dump_json(page, indent=2).decode())
    else:
        show_history(page, console())


def stats(
    *,
    days: Annotated[
        int,
        typer.Option(metavar="N", min=0, help="So many days; 0 since the first file was seen."),
    ] = 30,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show what came, what was decided, and what sources knew."""
    from daemon.cli.show import console
    from daemon.cli.show_statistics import show_statistics
    from daemon.desk.statistics_views import STATISTICS

    asked = {"days": [str(days)]}
    found = ask(config, lambda remote: remote.get(STATISTICS, "/statistics", asked))
    if as_json:
        typer.echo(STATISTICS.dump_json(found, indent=2).decode())
    else:
        show_statistics(found, console(), now_s=time.time())
