"""The command that shows near-equal files: doorman duplicates."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption, reference
from rules.duplicates import DEFAULT_DISTANCE_BITS, MOST_DISTANCE_BITS

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415

DistanceOption = Annotated[
    int,
    typer.Option(
        "--distance",
        "-d",
        metavar="N",
        min=0,
        max=MOST_DISTANCE_BITS,
        help="How many bits of the phash may differ: 0 is identical, 8 and 10 find more and err "
        "more often.",
    ),
]


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(duplicates)


def duplicates(
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Only what is near this one: number, path or name."),
    ] = None,
    *,
    distance: DistanceOption = DEFAULT_DISTANCE_BITS,
    library: Annotated[
        str | None, typer.Option("--library", "-l", metavar="NAME", help="Only in this library.")
    ] = None,
    limit: Annotated[
        int | None,
        typer.Option(
            metavar="N", min=1, help="So many clusters, what frees most first; 500 if not said."
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show files that are near-equal, and which to keep.

    Nothing is ever deleted.
    """
    if file is None:
        _show_all(config, distance, library, limit, as_json=as_json)
    else:
        _show_near(config, reference(file), distance, library, as_json=as_json)


def _show_all(
    config: Path | None, distance: int, library: str | None, limit: int | None, *, as_json: bool
) -> None:
    from daemon.cli.show import console
    from daemon.cli.show_duplicates import show_duplicates
    from daemon.desk.duplicate_views import DUPLICATES, MOST_CLUSTERS

    most = limit or MOST_CLUSTERS
    view = ask(config, lambda remote: remote.duplicates(distance, library, most))
    if as_json:
        typer.echo(DUPLICATES.dump_json(view, indent=2).decode())
    else:
        show_duplicates(view, console())


def _show_near(
    config: Path | None, name: str, distance: int, library: str | None, *, as_json: bool
) -> None:
    from daemon.cli.show import console
    from daemon.cli.show_duplicates import show_near
    from daemon.desk.duplicate_views import NEAR

    view = ask(config, lambda remote: remote.near(name, distance, library))
    if as_json:
        typer.echo(NEAR.dump_json(view, indent=2).decode())
    else:
        show_near(view, console())
