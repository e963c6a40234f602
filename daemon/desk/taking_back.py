"""Take accepts back: those of some files, the last few, all since a time, all of a rule.

Shown first, by doing it and keeping nothing, so that the numbers are those of the undo itself;
then done to exactly what was shown.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import replace
from functools import partial

import anyio

from daemon.desk.desk import Desk
from daemon.desk.finding import find
from daemon.desk.name_fates import NameBack, name_back, name_fates
from daemon.desk.refusals import FileChanged
from daemon.desk.sidecar_fates import Touched, fates, touched
from daemon.desk.taking_back_views import (
    SidecarFate,
    UndoBound,
    UndoLine,
    UndoPart,
    UndoPreview,
    UndoTotals,
)
from daemon.desk.undoing import undo_accept, undo_latest
from daemon.desk.views import Answered
from rules.errors import ConflictError, DoormanError, NotFound, StoreError, UsageError
from rules.media import path_to_text
from store import acceptance, decisions, files, owing, undoable
from store.database import Connection
from store.files import FileRecord
from store.tallying import Tally, tally
from store.undoable import AcceptSieve, StandingAccept

MOST_AT_ONCE = 300
"""Accepts that are shown and taken back at once: showing them takes the writer some seconds."""
WRITTEN_AT_ONCE = 10
"""Files that share a transaction; others who write wait for it."""
WITHIN_S = 5.0
"""What was begun is finished and told; the rest is for the next request."""


class NothingMeant(UsageError):
    """Neither files were named nor what sifts them."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("say what to undo: a file, --last N, --since TIME or --rule NAME")


class AcceptGone(ConflictError):
    """The accept that was shown does not stand any more."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file."""
        super().__init__(
            f"file {file.id} is not accepted as it was shown any more; look at it again"
        )


class FileUnknownNow(NotFound):
    """The file is known no more."""

    def __init__(self, number: int) -> None:
        """Build the message from its number."""
        super().__init__(f"there is no file {number} any more; look at the history again")


class TakingBack:
    """Takes accepts back."""

    def __init__(self, desk: Desk, *, clock: Callable[[], float] = anyio.current_time) -> None:
        """Take back what was decided at this desk; `clock` tells how long that takes."""
        self._desk = desk
        self._clock = clock

    async def preview_of(
        self, references: Sequence[str], *, is_forced: bool = False
    ) -> UndoPreview:
        """Return what taking back the latest that was said about each of these files would do.

        Raises:
            FileUnknown: no file fits a reference.
            FileAmbiguous: several do.

        """

        def question(connection: Connection) -> tuple[UndoBound, ...]:
            found = {file.id: file for file in (find(connection, each) for each in references)}
            return tuple(
                UndoBound(file=file.id, revision=file.revision, decision=None)
                for file in found.values()
            )

        bound = await self._desk.database.read(question)
        return await self._preview(bound, {}, len(bound), is_forced=is_forced)

    async def preview_all(self, sieve: AcceptSieve, *, is_forced: bool = False) -> UndoPreview:
        """Return what taking back all accepts that fit would do, the latest first.

        Raises:
            NothingMeant: nothing sifts them.

        """
        if sieve == AcceptSieve():
            raise NothingMeant

        found = await self._desk.database.read(
            partial(undoable.standing_accepts, sieve=sieve, limit=MOST_AT_ONCE)
        )
        by_file = {each.file_id: each for each in reversed(found.accepts)}
        accepts = {each.decision_id: each for each in reversed(by_file.values())}
        bound = [
            UndoBound(file=each.file_id, revision=each.revision, decision=each.decision_id)
            for each in accepts.values()
        ]
        beyond = found.count - len(found.accepts)
        return await self._preview(bound, accepts, len(bound) + beyond, is_forced=is_forced)

    async def carry_out(
        self, bound: Sequence[UndoBound], *, is_forced: bool = False, within_s: float = WITHIN_S
    ) -> UndoPart:
        """Take back what was shown; return what came of it, and the rest.

        A file that changed since is left out, and keeps no other.
        """
        until_s = self._clock() + within_s
        waiting = list({each.file: each for each in bound}.values())
        done: list[UndoLine] = []
        left_out: list[UndoLine] = []
        while waiting:
            together, waiting = waiting[:WRITTEN_AT_ONCE], waiting[WRITTEN_AT_ONCE:]
            change = partial(self._take_back_each, together=together, is_forced=is_forced)
            for line in await self._desk.database.write(change):
                (done if line.is_done else left_out).append(line)
            self._desk.bells.ring_all()
            if self._clock() >= until_s:
                break
        return UndoPart(done=tuple(done), left_out=tuple(left_out), rest=tuple(waiting))

    async def _preview(
        self,
        bound: Sequence[UndoBound],
        accepts: dict[int, StandingAccept],
        fitting: int,
        *,
        is_forced: bool,
    ) -> UndoPreview:
        rehearsal = partial(self._rehearse, bound=bound[:MOST_AT_ONCE], is_forced=is_forced)
        lines, before, after, beside, names = await self._desk.database.rehearse(rehearsal)
        found = await fates(beside, is_forced=is_forced)
        called = await name_fates(names)
        shown = tuple(
            replace(
                _shown(line, accepts.get(line.bound.decision or 0), found.get(line.bound.file, ())),
                name=called.get(line.bound.file),
            )
            for line in lines
        )
        return UndoPreview(
            lines=shown, totals=_totals(shown, before, after), beyond=fitting - len(lines)
        )

    def _rehearse(
        self, connection: Connection, *, bound: Sequence[UndoBound], is_forced: bool
    ) -> tuple[list[UndoLine], Tally, Tally, dict[int, Touched], dict[int, NameBack]]:
        before = tally(connection)
        lines = self._take_back_each(connection, together=bound, is_forced=is_forced)
        numbers = [each.file for each in bound]
        beside = {number: touched(connection, number) for number in numbers}
        names = {number: name for number in numbers if (name := name_back(connection, number))}
        return lines, before, tally(connection), beside, names

    def _take_back_each(
        self, connection: Connection, *, together: Sequence[UndoBound], is_forced: bool
    ) -> list[UndoLine]:
        known = files.numbered(connection, [each.file for each in together])
        lines: list[UndoLine] = []
        for each in together:
            file = known.get(each.file)
            path = path_to_text(file.path) if file else f"file {each.file}"
            try:
                answered = self._take_back(connection, each, file, is_forced=is_forced)
            except StoreError:
                raise
            except DoormanError as error:  # refused before anything was changed
                refused = UndoLine(bound=each, path=path, is_done=False, message=str(error))
                lines.append(refused)
            else:
                lines.append(_line(each, path, answered))
        taken_back = [each.bound.decision for each in lines if each.is_done]
        accepts = [each for each in taken_back if each is not None]
        acceptance.tidy_up(connection, accepts, at_s=self._desk.now())
        return lines

    def _take_back(
        self,
        connection: Connection,
        bound: UndoBound,
        file: FileRecord | None,
        *,
        is_forced: bool,
    ) -> Answered:
        if file is None:
            raise FileUnknownNow(bound.file)
        if file.revision != bound.revision:
            raise FileChanged(file)

        at_s = self._desk.now()
        if bound.decision is None:
            answered = undo_latest(connection, file=file, is_forced=is_forced, at_s=at_s)
        else:
            decision = decisions.numbered(connection, [bound.decision]).get(bound.decision)
            if decision is None or decision.file_id != file.id or decision.undone_at_s is not None:
                raise AcceptGone(file)

            answered = undo_accept(
                connection, file, decision, is_forced=is_forced, tidies=False, at_s=at_s
            )
        if file.content_id is not None:
            terms = self._desk.household.terms
            owing.settle(connection, file.content_id, terms, at_s=at_s)
        return answered


def _line(bound: UndoBound, path: str, answered: Answered) -> UndoLine:
    return UndoLine(
        bound=bound, path=path, is_done=True, message=answered.message, left=answered.left
    )


def _shown(
    line: UndoLine, accept: StandingAccept | None, beside: Iterable[SidecarFate]
) -> UndoLine:
    """Return a line of a preview: what would be taken back, instead of what came of it."""
    message = line.message if accept is None or not line.is_done else _deed(accept)
    return UndoLine(
        bound=line.bound,
        path=line.path,
        is_done=line.is_done,
        message=message,
        left=line.left,
        sidecars=tuple(beside),
    )


def _deed(accept: StandingAccept) -> str:
    who = f'rule "{accept.rule}"' if accept.rule else f"a {accept.decided_by}"
    what = f'accepted as "{accept.title}"' if accept.title else "accepted"
    return f"{what} by {who}"


def _totals(lines: Sequence[UndoLine], before: Tally, after: Tally) -> UndoTotals:
    done = [line for line in lines if line.is_done]
    beside = [fate for line in done for fate in line.sidecars]
    return UndoTotals(
        files=len(done),
        fields=after.fields_back - before.fields_back,
        works=before.works - after.works,
        performers=before.performers - after.performers,
        studios=before.studios - after.studios,
        tags=before.tags - after.tags,
        forgotten=after.forgotten - before.forgotten,
        sidecars=sum(each.is_changed for each in beside),
        left=sum(len(line.left) for line in done) + sum(each.is_left for each in beside),
    )
