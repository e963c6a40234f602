"""What the desk tells of decisions that were made, and taking several of them back at once."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

from daemon.desk.desk import Desk
from daemon.desk.history_views import REMEMBERED, HistoryLine, HistoryPage, Pick, Undone
from daemon.desk.undoing import UNDOABLE
from rules.errors import ConflictError, UsageError
from rules.journey import UNEXAMINED
from rules.media import path_to_text
from store import files, history
from store.database import Connection
from store.decisions import DecisionRecord
from store.files import FileRecord
from store.history import HistorySieve, Remembered


class Remembering:
    """What the desk tells of decisions that were made."""

    def __init__(self, desk: Desk) -> None:
        """Remember what was decided at this desk, or by the rules behind it."""
        self._desk = desk

    async def history(
        self, sieve: HistorySieve, *, before: int | None = None, limit: int = REMEMBERED
    ) -> HistoryPage:
        """Return the decisions that fit the sieve, made before the one of that number."""
        return await self._desk.database.read(
            partial(_page, sieve=sieve, before=before, limit=limit)
        )

    async def preview(self, picks: Sequence[Pick]) -> tuple[Undone, ...]:
        """Return what taking these back would do; do nothing."""
        return await self._desk.database.read(partial(_preview, picks=picks))

    async def undo(self, picks: Sequence[Pick], *, is_forced: bool = False) -> tuple[Undone, ...]:
        """Take back the latest decision about each of these files, unless it changed meanwhile.

        With `is_forced` also what somebody changed in works and sidecars since is put back.
        Each is a change of its own: one that cannot be taken back keeps no other.
        """
        return tuple([await self._undo(pick, is_forced=is_forced) for pick in _once(picks)])

    async def _undo(self, pick: Pick, *, is_forced: bool) -> Undone:
        try:
            answered = await self._desk.undo(
                str(pick.number), revision=pick.revision, is_forced=is_forced
            )
        except (ConflictError, UsageError) as error:
            path = await self._desk.database.read(partial(_path, number=pick.number))
            return Undone(number=pick.number, path=path, is_done=False, message=str(error))

        return Undone(
            number=answered.number,
            path=answered.path,
            is_done=True,
            message=answered.message,
            left=answered.left,
        )


def _page(
    connection: Connection, *, sieve: HistorySieve, before: int | None, limit: int
) -> HistoryPage:
    found = history.remembered(connection, sieve, before=before, limit=limit + 1)
    shown = found[:limit]
    undoable = _undoable(connection, [each.decision.file_id for each in shown])
    return HistoryPage(
        lines=tuple(_line(each, can_undo=each.decision.id in undoable) for each in shown),
        next_before=shown[-1].decision.id if len(found) > limit else None,
        rules=tuple(history.rule_names(connection)),
        libraries=tuple(sorted(files.counts_by_library(connection))),
    )


def _undoable(connection: Connection, file_ids: Sequence[int]) -> frozenset[int]:
    return history.undone_next(connection, file_ids, outcomes=UNDOABLE, but_in=tuple(UNEXAMINED))


def _line(found: Remembered, *, can_undo: bool) -> HistoryLine:
    decision = found.decision
    return HistoryLine(
        decision=decision.id,
        number=decision.file_id,
        path=path_to_text(found.path),
        library=found.library,
        is_missing=found.is_missing,
        revision=found.revision,
        outcome=decision.outcome,
        decided_by=decision.decided_by,
        rule=decision.rule,
        work=_work(decision, found.title),
        reasons=decision.reasons,
        decided_at_s=decision.decided_at_s,
        undone_at_s=decision.undone_at_s,
        can_undo=can_undo,
    )


def _work(decision: DecisionRecord, title: str | None) -> str | None:
    if decision.chosen is None:
        return None

    name = f'"{title}"' if title else decision.chosen.remote_id
    return f"{name} from {decision.chosen.source}"


def _preview(connection: Connection, *, picks: Sequence[Pick]) -> tuple[Undone, ...]:
    numbers = [pick.number for pick in picks]
    known = files.numbered(connection, numbers)
    found = history.of_numbers(connection, sorted(_undoable(connection, numbers)))
    next_ones = {each.decision.file_id: each for each in found}
    return tuple(
        _foreseen(pick, known.get(pick.number), next_ones.get(pick.number)) for pick in _once(picks)
    )


def _foreseen(pick: Pick, file: FileRecord | None, next_one: Remembered | None) -> Undone:
    """Return what would come of taking back the latest decision about one file."""
    path = path_to_text(file.path) if file else ""
    if file is not None and file.revision != pick.revision:
        message = "it changed since you looked; look at the history again"
        return Undone(number=pick.number, path=path, is_done=False, message=message)
    if next_one is None:
        message = "no decision about it can be taken back now"
        return Undone(number=pick.number, path=path, is_done=False, message=message)

    return Undone(number=pick.number, path=path, is_done=True, message=_deed(next_one))


def _deed(found: Remembered) -> str:
    decision = found.decision
    who = f'rule "{decision.rule}"' if decision.rule else f"a {decision.decided_by}"
    work = _work(decision, found.title)
    what = f"{decision.outcome}: {work}" if work else decision.outcome
    return f"{what}, decided by {who}"


def _path(connection: Connection, *, number: int) -> str:
    file = files.get(connection, number)
    return path_to_text(file.path) if file else ""


def _once(picks: Sequence[Pick]) -> tuple[Pick, ...]:
    """Return each file once: its second undo would take back what nobody looked at."""
    return tuple({pick.number: pick for pick in reversed(picks)}.values())[::-1]
