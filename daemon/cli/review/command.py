"""The command `doorman review`: list the questions, show one, or walk through them."""

from __future__ import annotations

import signal
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.completing import complete_file, complete_library, complete_source
from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption, read_settings, reference
from daemon.cli.review.keyboard import Keyboard, NoTerminal, is_at_terminal
from rules.errors import UsageError
from rules.journey import FileState
from rules.trays import Tray

if TYPE_CHECKING:
    from daemon.cli.review.asking import Wanted
    from daemon.desk.queue_views import QueueLine
    from daemon.desk.views import FileLine
    from daemon.remote import Remote
    from daemon.settings import Settings

# Imports stand in the functions: the command waits only for what it needs.
# ruff: noqa: PLC0415

SIGNALLED = 128
"""What shells add to the number of the signal that ended a command."""


class WalkMisused(UsageError):
    """A walk that programs are to read."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("--walk is for people and --json for programs; leave one of them out")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(review)


def review(  # noqa: PLR0913  # one for each option
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Number, path or name.", autocompletion=complete_file),
    ] = None,
    *,
    is_walking: Annotated[
        bool | None,
        typer.Option(
            "--walk/--no-walk",
            help="Answer question by question, by single keys; FILE at a terminal means that, too.",
        ),
    ] = None,
    is_failed: Annotated[
        bool, typer.Option("--failed", help="Instead, the files that cannot be examined.")
    ] = False,
    tray: Annotated[Tray, typer.Option(help="What the files wait for.")] = Tray.OPEN,
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
    source: Annotated[
        str | None,
        typer.Option(
            "--source",
            "-s",
            metavar="NAME",
            help="Only where this source offers the best candidate.",
            autocompletion=complete_source,
        ),
    ] = None,
    text: Annotated[
        str | None,
        typer.Option(
            "--text", "-t", metavar="WORDS", help="Only with this in the path or a title."
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show the open questions, or answer them one by one.

    Without FILE they are listed. With FILE, at a terminal, you are walked through the questions
    from that one on; elsewhere, and with --no-walk, it is only shown.
    """
    from daemon.cli.review.asking import Wanted

    if is_walking and as_json:
        raise WalkMisused

    wanted = Wanted(tray=tray, library=library, source=source, text=text)
    is_usual = file is not None and is_at_terminal() and not as_json
    if is_walking or (is_walking is None and is_usual):
        _walk(config, file, wanted)
    elif file is not None:
        _show_one(config, reference(file), as_json=as_json)
    elif is_failed:
        _list_failed(config, as_json=as_json)
    else:
        _list(config, wanted, as_json=as_json)


def _show_one(config: Path | None, name: str, *, as_json: bool) -> None:
    from daemon.cli.show import console, show_review
    from daemon.desk.views import FILE

    view = ask(config, lambda remote: remote.show(name))
    if as_json:
        typer.echo(FILE.dump_json(view, indent=2).decode())
    else:
        show_review(view, console())


def _list_failed(config: Path | None, *, as_json: bool) -> None:
    from daemon.cli.show import console, show_failed
    from daemon.desk.views import FILE_LINES

    lines = ask(config, lambda remote: remote.list_files([FileState.FAILED]))
    if as_json:
        typer.echo(FILE_LINES.dump_json(lines, indent=2).decode())
    else:
        show_failed(lines, console())


def _list(config: Path | None, wanted: Wanted, *, as_json: bool) -> None:
    from daemon.cli.show import console, show_files
    from daemon.desk.views import FILE_LINES

    lines = ask(config, lambda remote: _waiting(remote, wanted))
    if as_json:
        typer.echo(FILE_LINES.dump_json(lines, indent=2).decode())
    else:
        show_files(lines, console(), now_s=time.time())


async def _waiting(remote: Remote, wanted: Wanted) -> tuple[FileLine, ...]:
    """Return the first that wait; what cannot be examined is no question (see --failed)."""
    from daemon.cli.review.asking import Asking
    from daemon.desk.views import MOST_LISTED

    found: list[FileLine] = []
    async for line in Asking(remote).lines(wanted):
        if wanted.tray is not Tray.OPEN or line.state is not FileState.FAILED:
            found.append(_file_line(line))
        if len(found) == MOST_LISTED:
            break
    return tuple(found)


def _file_line(line: QueueLine) -> FileLine:
    from daemon.desk.views import FileLine

    return FileLine(
        number=line.number,
        path=f"{line.folder.rstrip('/')}/{line.name}",
        library=line.library,
        state=line.state,
        reason=line.why[0] if line.why else None,
        changed_at_s=line.since_s,
        best=line.choices[0].label if line.choices else None,
        candidates=len(line.choices),
    )


def _walk(config: Path | None, file: str | None, wanted: Wanted) -> None:
    import anyio

    from daemon.cli.quiet import log_warnings

    if not is_at_terminal():
        raise NoTerminal

    settings = read_settings(config)
    log_warnings(settings)
    first = None if file is None else reference(file)
    code = anyio.run(_walk_until_ended, settings, first, wanted)
    if code:
        raise typer.Exit(code)


async def _walk_until_ended(settings: Settings, first: str | None, wanted: Wanted) -> int:
    """Walk; return the exit code. A signal ends it as q does: what was answered is done."""
    import anyio

    from daemon.reach import reached_desk

    with Keyboard(sys.stdin.fileno()) as keyboard:
        received: list[int] = []

        async def heed_signals() -> None:
            wanted_signals = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGCONT)
            with anyio.open_signal_receiver(*wanted_signals) as signals:
                async for number in signals:
                    if number == signal.SIGCONT:  # the shell had the terminal meanwhile
                        keyboard.take()
                        continue

                    received.append(number)
                    keyboard.end()

        async with anyio.create_task_group() as tasks:
            tasks.start_soon(heed_signals)
            async with reached_desk(settings) as remote:
                await _walk_through(remote, keyboard, first, wanted)
            tasks.cancel_scope.cancel()
    return SIGNALLED + received[0] if received else 0


async def _walk_through(
    remote: Remote, keyboard: Keyboard, first: str | None, wanted: Wanted
) -> None:
    from daemon.cli.review.asking import Asking
    from daemon.cli.review.walk import Walk
    from daemon.cli.show import console

    asking, out = Asking(remote), console()
    number = None if first is None else await asking.find(first)
    walk = Walk(asking=asking, keys=keyboard, out=out, wanted=wanted)
    answered = await walk.run(number)
    if answered:
        out.print(f"{answered} {'question' if answered == 1 else 'questions'} answered")
