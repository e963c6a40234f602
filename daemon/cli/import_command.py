"""The command that takes an existing library's NFO files: doorman import-nfo."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption

if TYPE_CHECKING:
    from daemon.desk.import_views import ImportView
    from daemon.remote import Remote

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415

TIMEOUT_S = 3600.0
"""A disk may have to be read for hundred thousand files."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command(name="import-nfo")(import_nfo)


def import_nfo(
    folder: Annotated[
        Path | None,
        typer.Argument(metavar="FOLDER", help="Only below this; all libraries if not said."),
    ] = None,
    *,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would come of it.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take the NFO files beside videos for what these are.

    As if you had said it of each. Works with their ids and people become known, of origin sidecar;
    nothing is asked of sources and no NFO is changed. What contradicts itself, you or a source is
    listed and left. Take all of it back with "doorman undo --rule import-nfo", one with "doorman
    undo FILE".
    """
    from daemon.cli.show import console
    from daemon.cli.show_import import show_import
    from daemon.desk.import_views import IMPORT
    from rules.media import path_to_text

    asked = None if folder is None else path_to_text(folder.absolute())
    body: dict[str, object] = {"folder": asked, "is_dry": is_dry}

    async def take(remote: Remote) -> ImportView:
        send = remote.post if is_dry else remote.change
        return await send(IMPORT, "/import-nfo", body, timeout_s=TIMEOUT_S)

    view = ask(config, take)
    if as_json:
        typer.echo(IMPORT.dump_json(view, indent=2).decode())
    else:
        show_import(view, console())
