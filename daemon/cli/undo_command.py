"""The command that takes back: one file's latest decision, or many accepts at once."""

from __future__ import annotations

import sys
from collections.abc import Awaitable, Callable
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from daemon.cli.completing import complete_file
from daemon.cli.file_commands import ask
from daemon.cli.options import ConfigOption, JsonOption, reference
from rules.errors import DoormanError, UsageError

if TYPE_CHECKING:
    from daemon.desk.taking_back_views import UndoLine, UndoPart, UndoPreview
    from daemon.remote import Remote

# Imports stand in the functions: each command waits only for what it needs.
# ruff: noqa: PLC0415

_YES = frozenset({"y", "yes"})
_SLOW_S = 600.0
"""Showing hundreds of accepts takes a minute on a slow machine."""


class Undecided(UsageError):
    """What is meant is said in two ways, or in none."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "say either a file, or any of --last N, --since TIME and --rule NAME; "
            "for example: doorman undo --since 2h"
        )


class NotConfirmed(DoormanError):
    """Nobody said yes."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("nothing was undone; say y, or give --yes")


class SomeLeftOut(DoormanError):
    """Not everything could be taken back."""

    def __init__(self, count: int) -> None:
        """Build the message from how many were left as they are."""
        super().__init__(f"{count} could not be undone; the lines above say why")


def register(app: typer.Typer) -> None:
    """Add the command."""
    app.command()(undo)


def undo(  # noqa: PLR0913  # an option each
    file: Annotated[
        str | None,
        typer.Argument(metavar="FILE", help="Number, path or name.", autocompletion=complete_file),
    ] = None,
    *,
    last: Annotated[
        int | None, typer.Option(metavar="N", min=1, help="The last N accepts that stand.")
    ] = None,
    since: Annotated[
        str | None,
        typer.Option(metavar="TIME", help="All accepts since then: 2h, yesterday, 2026-03-04."),
    ] = None,
    rule: Annotated[
        str | None, typer.Option(metavar="NAME", help="All accepts by this rule.")
    ] = None,
    force: Annotated[
        bool, typer.Option("--force", help="Put back also what somebody changed since.")
    ] = False,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Show what would be undone; change nothing.")
    ] = False,
    yes: Annotated[bool, typer.Option("--yes", "-y", help="Do not ask.")] = False,
    config: ConfigOption = None,
    as_json: JsonOption = False,
) -> None:
    """Take back the latest decision about a file, or many accepts.

    What it changed gets its former value: fields, sidecars with their bytes; whom it created goes
    with it. What somebody changed since stays, and is told.
    """
    if (file is None) == (last is None and since is None and rule is None):
        raise Undecided

    if file is not None and not dry_run:
        _undo_one(config, reference(file), is_forced=force, as_json=as_json)
        return

    asked = _asked(file, last, since, rule) | {"is_forced": force}
    preview = ask(config, _preview(asked))
    if dry_run:
        _show_preview(preview, as_json=as_json)
        return

    if preview.lines and not yes:
        _confirm(preview, as_json=as_json)
    _carry_out(config, preview, is_forced=force, as_json=as_json)


def _asked(
    file: str | None, last: int | None, since: str | None, rule: str | None
) -> dict[str, object]:
    from daemon.cli.moments import read_moment

    if file is not None:
        return {"files": [reference(file)]}

    moment = None if since is None else read_moment(since, datetime.now().astimezone())
    since_s = None if moment is None else moment.timestamp()
    said = {"last": last, "since_s": since_s, "rule": rule}
    return {name: value for name, value in said.items() if value is not None}


def _undo_one(config: Path | None, name: str, *, is_forced: bool, as_json: bool) -> None:
    """Take back the latest that was said about one file."""
    from daemon.cli.show import console, show_answered
    from daemon.desk.views import ANSWERED

    forced = True if is_forced else None
    answered = ask(config, lambda remote: remote.answer("/undo", name, is_forced=forced))
    if as_json:
        typer.echo(ANSWERED.dump_json(answered, indent=2).decode())
    else:
        show_answered(answered, console())


def _preview(asked: dict[str, object]) -> Callable[[Remote], Awaitable[UndoPreview]]:
    from daemon.desk.taking_back_views import UNDO_PREVIEW

    return lambda remote: remote.post(UNDO_PREVIEW, "/undo/preview", asked, timeout_s=_SLOW_S)


def _show_preview(preview: UndoPreview, *, as_json: bool) -> None:
    from daemon.cli.show import console
    from daemon.cli.show_undo import show_preview
    from daemon.desk.taking_back_views import UNDO_PREVIEW

    if as_json:
        typer.echo(UNDO_PREVIEW.dump_json(preview, indent=2).decode())
    else:
        show_preview(preview, console())


def _confirm(preview: UndoPreview, *, as_json: bool) -> None:
    """Ask whether what is shown is to be undone.

    Raises:
        NotConfirmed: it is not, or nobody can be asked.

    """
    from daemon.cli.dialogue import ask as ask_person

    if as_json or not sys.stdin.isatty():
        raise NotConfirmed

    _show_preview(preview, as_json=False)
    if ask_person(f"Undo {preview.totals.files}? [y/N]").strip().lower() not in _YES:
        raise NotConfirmed


def _carry_out(
    config: Path | None,
    preview: UndoPreview,
    *,
    is_forced: bool,
    as_json: bool,
) -> None:
    from daemon.cli.show import console
    from daemon.cli.show_undo import show_undone
    from daemon.desk.taking_back_views import UNDO_PART, UndoPart

    done, left_out = ask(config, _undo_all(preview, is_forced=is_forced))
    if as_json:
        told = UndoPart(done=tuple(done), left_out=tuple(left_out), rest=())
        typer.echo(UNDO_PART.dump_json(told, indent=2).decode())
    else:
        show_undone(done, left_out, console())
    if left_out:
        raise SomeLeftOut(len(left_out))


def _undo_all(
    preview: UndoPreview, *, is_forced: bool
) -> Callable[[Remote], Awaitable[tuple[list[UndoLine], list[UndoLine]]]]:
    """Return what undoes everything shown, part by part."""
    from daemon.desk.taking_back_views import UNDO_PART

    async def go(remote: Remote) -> tuple[list[UndoLine], list[UndoLine]]:
        done: list[UndoLine] = []
        left_out: list[UndoLine] = []
        rest = [line.bound for line in preview.lines]
        while rest:
            items = [
                {"file": each.file, "revision": each.revision, "decision": each.decision}
                for each in rest
            ]
            body: dict[str, object] = {"items": items, "is_forced": is_forced}
            part: UndoPart = await remote.post(UNDO_PART, "/undo/many", body)
            done += part.done
            left_out += part.left_out
            rest = list(part.rest)
        remote.has_changed |= bool(done)
        return done, left_out

    return go
