"""Commands about files: status, accept, reject, dismiss, why."""

from __future__ import annotations

import time
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, TypeVar

import typer

from daemon.cli.options import (
    CandidateArgument,
    ConfigOption,
    FileArgument,
    JsonOption,
    read_settings,
    reference,
)

if TYPE_CHECKING:
    from daemon.desk.views import Answered
    from daemon.remote import Remote

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415

Result = TypeVar("Result")


def register_status(app: typer.Typer) -> None:
    """Add what shows how everything stands."""
    app.command()(status)


def register(app: typer.Typer) -> None:
    """Add what is about one file."""
    app.command()(accept)
    app.command()(reject)
    app.command()(dismiss)
    app.command()(why)


def ask(config: Path | None, question: Callable[[Remote], Awaitable[Result]]) -> Result:
    """Return what the desk answers: the daemon's, or one over the store where none runs."""
    import anyio

    from daemon.cli.quiet import log_warnings
    from daemon.reach import reached_desk

    settings = read_settings(config)
    log_warnings(settings)

    async def go() -> Result:
        async with reached_desk(settings) as remote:
            return await question(remote)

    return anyio.run(go)


def status(*, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Show how everything stands: libraries, sources, files."""
    from daemon.cli.show import console, show_status
    from daemon.desk.views import STATUS

    found = ask(config, lambda remote: remote.status())
    if as_json:
        typer.echo(STATUS.dump_json(found, indent=2).decode())
    else:
        show_status(found, console(), now_s=time.time())


def accept(
    file: FileArgument,
    candidate: CandidateArgument = None,
    *,
    only: Annotated[
        list[str] | None,
        typer.Option(
            metavar="FIELD", help="Set just this of the work, as in --only title --only date."
        ),
    ] = None,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a file is this candidate."""
    name = reference(file)
    _answer(config, lambda remote: remote.accept(name, candidate, fields=only), as_json=as_json)


def reject(
    file: FileArgument,
    candidate: CandidateArgument = None,
    *,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Say that a file is not this candidate, for good."""
    name = reference(file)
    _answer(config, lambda remote: remote.reject(name, candidate), as_json=as_json)


def dismiss(
    file: FileArgument, *, config: ConfigOption = None, as_json: JsonOption = False
) -> None:
    """Leave a file alone until it changes or you ask again."""
    name = reference(file)
    _answer(config, lambda remote: remote.dismiss(name), as_json=as_json)


def why(file: FileArgument, *, config: ConfigOption = None, as_json: JsonOption = False) -> None:
    """Explain where a file stands: answers, evidence, rules, deeds."""
    from daemon.cli.show import console
    from daemon.cli.show_why import show_why
    from daemon.desk.views import FILE

    name = reference(file)
    view = ask(config, lambda remote: remote.why(name))
    if as_json:
        typer.echo(FILE.dump_json(view, indent=2).decode())
    else:
        show_why(view, console())


def _answer(
    config: Path | None, question: Callable[[Remote], Awaitable[Answered]], *, as_json: bool
) -> None:
    from daemon.cli.show import console, show_answered
    from daemon.desk.views import ANSWERED

    answered = ask(config, question)
    if as_json:
        typer.echo(ANSWERED.dump_json(answered, indent=2).decode())
    else:
        show_answered(answered, console())
