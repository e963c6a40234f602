"""The command that brings sidecars to what they should be now: doorman write."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.completing import complete_file, complete_library
from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption, reference

if TYPE_CHECKING:
    from daemon.desk.rewriting_views import RewriteView
    from daemon.remote import Remote

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415

TIMEOUT_S = 3600.0
"""A disk may have to be read for hundred thousand files."""


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(write)


def write(
    file: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="FILE...", help="Numbers, paths or names.", autocompletion=complete_file
        ),
    ] = None,
    *,
    library: Annotated[
        list[str] | None,
        typer.Option(
            "--library",
            "-l",
            metavar="NAME",
            help="All accepted files of this library.",
            autocompletion=complete_library,
        ),
    ] = None,
    is_all: Annotated[bool, typer.Option("--all", help="All accepted files.")] = False,
    is_dry: Annotated[
        bool, typer.Option("--dry-run", help="Only say what would come of it.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Bring sidecars of accepted files to what they should be now.

    After other [sidecar] options, an upgrade, or where somebody deleted an NFO or a picture: of
    itself doorman never puts back what you took away. What somebody else wrote or changed stays as
    ever, and nothing is written where all is as it should be.
    """
    from daemon.cli.show import console
    from daemon.cli.show_write import show_write
    from daemon.desk.rewriting_views import REWRITE

    body: dict[str, object] = {
        "files": [reference(each) for each in file or ()],
        "libraries": library or [],
        "is_all": is_all,
        "is_dry": is_dry,
    }

    async def take(remote: Remote) -> RewriteView:
        send = remote.post if is_dry else remote.change
        return await send(REWRITE, "/write", body, timeout_s=TIMEOUT_S)

    view = ask(config, take)
    if as_json:
        typer.echo(REWRITE.dump_json(view, indent=2).decode())
    else:
        show_write(view, console())
