"""Commands that work: run, scan, identify, generate, demo."""

from __future__ import annotations

import os
import time
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.completing import complete_library
from daemon.cli.options import ConfigOption, JsonOption, read_settings, reference
from rules.errors import UsageError

if TYPE_CHECKING:
    from daemon.desk.views import Answered, FileView, Requested, StatusView
    from daemon.remote import Remote
    from daemon.settings import Settings

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415

LOOK_EVERY_S = 0.3
DryRunOption = Annotated[
    bool,
    typer.Option("--dry-run", help="Only say what would be done; do, send and keep nothing."),
]
INTERRUPTED = 130
"""What shells say of a command that Ctrl-C ended."""


class NothingToPrint(UsageError):
    """The daemon itself was asked for JSON."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            'the daemon prints nothing for programs; add --dry-run, or set [log] format = "json"'
        )


def register(app: typer.Typer) -> None:
    """Add the commands."""
    app.command()(run)
    app.command()(scan)
    app.command()(identify)
    app.command()(generate)
    app.command()(demo)


def run(
    *,
    is_dry: DryRunOption = False,
    config: ConfigOption = None,
    hold: Annotated[
        list[str] | None,
        typer.Option(metavar="STATE", hidden=True, help="Leave files in this state."),
    ] = None,
    as_json: Annotated[
        bool, typer.Option("--json", help="With --dry-run: print JSON for programs.")
    ] = False,
) -> None:
    """Run the daemon in the foreground, until Ctrl-C or SIGTERM.

    With --dry-run, look through the libraries once, ask and decide, and end; nothing is accepted,
    written, sent or remembered.
    """
    import anyio

    from daemon.app import Manner, run_daemon, states_to_hold
    from daemon.cli.quiet import log_as_configured
    from daemon.reach import PATIENCE_S

    settings = read_settings(config)
    held = states_to_hold(hold or [])
    if is_dry:
        from daemon.cli.dry_run import run_dry

        run_dry(settings, as_json=as_json)
        return

    if as_json:
        raise NothingToPrint

    log_as_configured(settings)
    manner = Manner(environment=os.environ, held=held, patience_s=PATIENCE_S)
    anyio.run(run_daemon, settings, manner)


def scan(
    library: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LIBRARY", help="All when none is named.", autocompletion=complete_library
        ),
    ] = None,
    *,
    is_confirmed: Annotated[
        bool,
        typer.Option("--confirm", help="What lies there now is all there is; the rest is gone."),
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Look through libraries now, and do all that is to be done."""
    names = library or []
    _work(
        config,
        lambda remote: remote.scan(names, is_confirmed=is_confirmed),
        confirmed=names if is_confirmed else (),
        as_json=as_json,
    )


def identify(
    file: Annotated[
        list[str] | None,
        typer.Argument(metavar="FILE", help="All that no source knew, when none is named."),
    ] = None,
    *,
    is_dry: DryRunOption = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Ask the sources again about files, and say what came of it."""
    names = [reference(each) for each in file or []]
    if is_dry:
        from daemon.cli.dry_run import foresee

        foresee(config, names, as_json=as_json)
        return

    asked: list[Answered] = []

    async def request(remote: Remote) -> None:
        asked.extend(await remote.identify(names))

    _work(config, request, as_json=as_json, is_told=not names)
    if names:
        _tell_identified(config, asked, as_json=as_json)


def generate(
    library: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="LIBRARY", help="All when none is named.", autocompletion=complete_library
        ),
    ] = None,
    *,
    is_all: Annotated[
        bool, typer.Option("--all", help="Everything anew, also what is there or is impossible.")
    ] = False,
    with_sheets: Annotated[
        bool, typer.Option("--sheets", help="Contact sheets that are missing, too.")
    ] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Compute fingerprints that are missing or outdated.

    A running daemon does it in the background, whenever no new file waits; no decision is lost.
    """
    import anyio

    from daemon.cli.quiet import log_warnings

    settings = read_settings(config)
    log_warnings(settings)
    names = library or []
    requested, is_daemons = anyio.run(
        _ask_whoever,
        settings,
        lambda remote: remote.generate(names, is_all=is_all, with_sheets=with_sheets),
    )
    _tell_requested(requested, is_daemons=is_daemons, as_json=as_json)
    if requested.waiting and not is_daemons:
        _work_ourselves(settings, (), as_json=as_json, is_told=not as_json)


def demo(
    *,
    folder: Annotated[
        Path | None, typer.Option(metavar="PATH", help="Where to make it; kept afterwards.")
    ] = None,
) -> None:
    """See all of doorman at work, on videos made for it."""
    from daemon.demo.show import run_demo

    raise typer.Exit(run_demo(folder))


def _work(
    config: Path | None,
    request: Callable[[Remote], Awaitable[object]],
    *,
    confirmed: Sequence[str] = (),
    as_json: bool,
    is_told: bool = True,
) -> None:
    """Ask for work and follow it to its end: the daemon's, or our own where none runs.

    `is_told`: say then how everything stands.
    """
    import anyio

    from daemon.cli.quiet import log_warnings

    settings = read_settings(config)
    log_warnings(settings)
    if not anyio.run(_follow_daemon, settings, request, as_json, is_told):
        _work_ourselves(settings, confirmed, as_json=as_json, is_told=is_told)


def _work_ourselves(
    settings: Settings, confirmed: Sequence[str], *, as_json: bool, is_told: bool = True
) -> None:
    """Be the daemon until all is done; `is_told`: say then how everything stands."""
    import anyio

    from daemon.app import Manner, run_daemon
    from daemon.cli.progress import Bar

    with Bar(is_shown=not as_json) as bar:
        manner = Manner(environment={}, is_watching=False, confirmed=confirmed, progress=bar)
        is_done = anyio.run(run_daemon, settings, manner)
    if is_told:
        _finish(_ended(bar.last), as_json=as_json)
    if not is_done:
        raise typer.Exit(INTERRUPTED)


async def _follow_daemon(
    settings: Settings,
    request: Callable[[Remote], Awaitable[object]],
    as_json: bool,  # noqa: FBT001  # anyio.run hands on positions only
    is_told: bool,  # noqa: FBT001  # as above
) -> bool:
    """Have a running daemon do it and follow that to its end.

    What it examines again in the background is not waited for. Where none runs, the request is
    checked and noted, the work comes next, and the answer is False.
    """
    import anyio

    from daemon.cli.progress import Bar
    from daemon.reach import reached_desk

    async with reached_desk(settings) as remote:
        await request(remote)
        if not (await remote.status()).is_running:
            return False

        with Bar(is_shown=not as_json) as bar:
            while True:
                status = await remote.status()
                bar.show(status)
                if status.is_idle or status.is_caught_up:
                    break
                await anyio.sleep(LOOK_EVERY_S)
        if is_told:
            _finish(bar.last, as_json=as_json)
        return True


async def _ask_whoever(
    settings: Settings, request: Callable[[Remote], Awaitable[Requested]]
) -> tuple[Requested, bool]:
    """Return what came of a request, and whether a running daemon took it."""
    from daemon.reach import reached_desk

    async with reached_desk(settings) as remote:
        requested = await request(remote)
        return requested, (await remote.status()).is_running


def _tell_requested(requested: Requested, *, is_daemons: bool, as_json: bool) -> None:
    from daemon.cli.show import console
    from daemon.cli.show_examining import show_requested
    from daemon.desk.views import REQUESTED

    if as_json:
        typer.echo(REQUESTED.dump_json(requested, indent=2).decode())
    else:
        show_requested(requested, console(), is_in_background=is_daemons)


def _tell_identified(config: Path | None, asked: Sequence[Answered], *, as_json: bool) -> None:
    """Print what became of each file, also where nothing had to be done."""
    from daemon.cli.file_commands import ask
    from daemon.cli.show import console
    from daemon.cli.show_identified import show_identified
    from daemon.desk.views import FILE_LINES

    async def look(remote: Remote) -> list[FileView]:
        return [await remote.show(str(each.number)) for each in asked]

    views = ask(config, look)
    if as_json:
        lines = tuple(view.line for view in views)
        typer.echo(FILE_LINES.dump_json(lines, indent=2).decode())
    else:
        show_identified(asked, views, console())


def _ended(status: StatusView | None) -> StatusView | None:
    """Return how everything stands after the daemon that we were."""
    return status and replace(status, is_running=False, pid=None, started_at_s=None)


def _finish(status: StatusView | None, *, as_json: bool) -> None:
    from daemon.cli.show import console, show_status
    from daemon.desk.views import STATUS

    if status is None:
        return
    if as_json:
        typer.echo(STATUS.dump_json(status, indent=2).decode())
    else:
        show_status(status, console(), now_s=time.time())
