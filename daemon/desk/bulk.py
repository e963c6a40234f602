"""Answer many questions at once: shown first, then done to exactly what was shown.

A file for which several works are offered is never accepted so, whoever asks for it: which of them
it is, is the question.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import partial
from pathlib import PurePath
from typing import TypeVar, assert_never

import anyio

from daemon.desk import answering, queue_reading
from daemon.desk.bulk_views import Bound, BulkItem, BulkPart, BulkPreview, BulkVerb, NotPart
from daemon.desk.choosing import choosable
from daemon.desk.desk import Desk
from daemon.desk.queue_views import QueueLine
from rules.errors import ConflictError, DoormanError, NotFound, StoreError
from rules.journey import IN_PROGRESS, FileState
from rules.media import path_to_text
from store import files, owing, waiting
from store.database import Connection
from store.files import FileRecord
from store.waiting import Sieve

MOST_AT_ONCE = 5000
"""Files that are shown and answered about at once; a person reads no longer a list."""
READ_AT_ONCE = 500
"""A reader of the store is held for so many."""
WRITTEN_AT_ONCE = 10
"""Files that share a transaction, about half a second; others who write wait for it."""
WITHIN_S = 5.0
"""What was begun is finished and told; the rest is for the next request."""
_ACCEPTED = (FileState.ACCEPTED, FileState.DONE)
_OF_ONE_FILE = (StoreError, LookupError, TypeError, ValueError)
"""What a row raises that says what it cannot, as in `daemon.journey.deciding`."""

Item = TypeVar("Item")


class SeveralWorks(ConflictError):
    """Several works are offered for a file that was to be accepted among many."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file."""
        super().__init__(
            f"several works are offered for file {file.id}; say which, on its own page"
        )


class OtherCandidate(ConflictError):
    """What was to be accepted is not what is offered."""

    def __init__(self, file: FileRecord) -> None:
        """Build the message from the file."""
        super().__init__(f"something else is offered for file {file.id} now; look at it again")


class FileGone(NotFound):
    """The file is known no more, or not where it was."""

    def __init__(self, number: int) -> None:
        """Build the message from the file's number."""
        super().__init__(f"file {number} is missing by now; scan its library")


class Bulk:
    """Answers to many questions."""

    def __init__(self, desk: Desk, *, clock: Callable[[], float] = anyio.current_time) -> None:
        """Answer at this desk; `clock` tells how long that takes."""
        self._desk = desk
        self._discretion = desk.household.discretion
        self._clock = clock

    async def preview_of(self, verb: BulkVerb, numbers: Sequence[int]) -> BulkPreview:
        """Return what would become of these files."""
        distinct = list(dict.fromkeys(numbers))
        return await self._preview(verb, distinct[:MOST_AT_ONCE], len(distinct))

    async def preview_all(self, verb: BulkVerb, sieve: Sieve) -> BulkPreview:
        """Return what would become of all files of a tray that fit, the newest first."""
        sift = partial(waiting.sift, sieve=sieve, discretion=self._discretion, limit=MOST_AT_ONCE)
        found = await self._desk.database.read(sift)
        fitting = queue_reading.files_that_fit(found.shares, sieve)
        return await self._preview(verb, [each.file_id for each in found.places], fitting)

    async def carry_out(
        self, verb: BulkVerb, bound: Sequence[Bound], *, within_s: float = WITHIN_S
    ) -> BulkPart:
        """Answer about these files as they were shown; return what came of it, and the rest.

        A file that changed since is left out; nothing that stands in the way of one file keeps
        the others from being answered about.
        """
        until_s = self._clock() + within_s
        waiting_for_it = list(bound)
        done: list[int] = []
        left_out: list[NotPart] = []
        while waiting_for_it:
            together, waiting_for_it = (
                waiting_for_it[:WRITTEN_AT_ONCE],
                waiting_for_it[WRITTEN_AT_ONCE:],
            )
            refused = await self._answer_all(verb, together)
            left_out += refused
            failed = {each.file for each in refused}
            done += [each.file for each in together if each.file not in failed]
            if self._clock() >= until_s:
                break
        return BulkPart(
            verb=verb, done=tuple(done), left_out=tuple(left_out), rest=tuple(waiting_for_it)
        )

    async def _preview(self, verb: BulkVerb, numbers: Sequence[int], fitting: int) -> BulkPreview:
        items: list[BulkItem] = []
        left_out: list[NotPart] = []
        for some in _parts(numbers, READ_AT_ONCE):
            read = partial(
                queue_reading.plain_lines_of,
                numbers=some,
                discretion=self._discretion,
                has_choices=verb is BulkVerb.ACCEPT,
            )
            for line in await self._desk.database.read(read):
                obstacle = _obstacle(line, verb)
                if obstacle is None:
                    items.append(_item(line, verb))
                else:
                    left_out.append(_not_part(line, obstacle))
        return BulkPreview(
            verb=verb,
            items=tuple(items),
            left_out=tuple(left_out),
            beyond=max(fitting - len(numbers), 0),
        )

    async def _answer_all(self, verb: BulkVerb, together: Sequence[Bound]) -> list[NotPart]:
        """Answer about some files in one transaction; return those that are left as they are."""
        try:
            refused = await self._write(verb, together)
        except _OF_ONE_FILE:  # whose fault it is shows when each is answered about alone
            refused = [part for each in together for part in await self._answer_alone(verb, each)]
        self._desk.bells.ring_all()
        return refused

    async def _answer_alone(self, verb: BulkVerb, bound: Bound) -> list[NotPart]:
        try:
            return await self._write(verb, [bound])
        except _OF_ONE_FILE as error:
            reason = f"what the store holds about it cannot be read ({error!r})"
            return [NotPart(file=bound.file, name=f"file {bound.file}", reason=reason)]

    async def _write(self, verb: BulkVerb, together: Sequence[Bound]) -> list[NotPart]:
        return await self._desk.database.write(
            partial(self._answer_each, verb=verb, together=together)
        )

    def _answer_each(
        self, connection: Connection, *, verb: BulkVerb, together: Sequence[Bound]
    ) -> list[NotPart]:
        known = files.numbered(connection, [each.file for each in together])
        refused: list[NotPart] = []
        for each in together:
            file = known.get(each.file)
            try:
                self._answer(connection, verb, each, file)
            except StoreError:
                raise
            except DoormanError as error:  # refused before anything was changed
                name = path_to_text(PurePath(file.path.name)) if file else f"file {each.file}"
                refused.append(NotPart(file=each.file, name=name, reason=str(error)))
        return refused

    def _answer(
        self, connection: Connection, verb: BulkVerb, bound: Bound, file: FileRecord | None
    ) -> None:
        if file is None or file.missing_since_s is not None:
            raise FileGone(bound.file)

        answering.check_revision(file, bound.revision)
        match verb:
            case BulkVerb.ACCEPT:
                self._accept(connection, file, bound)
            case BulkVerb.DISMISS:
                answering.dismiss(connection, file=file, at_s=self._desk.now())
            case _:  # pragma: no cover  # the type checker proves it
                assert_never(verb)

    def _accept(self, connection: Connection, file: FileRecord, bound: Bound) -> None:
        offered = choosable(connection, file, self._discretion)
        if len(offered) > 1:
            raise SeveralWorks(file)
        if not any(each.is_told_by(bound.candidate) for each in offered):
            raise OtherCandidate(file)

        at_s = self._desk.now()
        household = self._desk.household
        answering.accept(
            connection,
            file=file,
            number=bound.candidate,
            discretion=self._discretion,
            options=household.options,
            at_s=at_s,
        )
        if file.content_id is not None:
            owing.settle(connection, file.content_id, household.terms, at_s=at_s)


def _parts(items: Sequence[Item], size: int) -> Iterator[Sequence[Item]]:
    for begin in range(0, len(items), size):
        yield items[begin : begin + size]


def _obstacle(line: QueueLine, verb: BulkVerb) -> str | None:
    """Return why a file is no part of it, in words; None when it is."""
    if line.state in _ACCEPTED:
        return "it is accepted already"
    if line.state in IN_PROGRESS:
        return "doorman is at work on it"
    if verb is BulkVerb.DISMISS:
        return "it is dismissed already" if line.state is FileState.DISMISSED else None

    if line.state is FileState.FAILED:
        return "it could not be examined"
    if not line.choices:
        return "nothing is offered for it"
    if line.rivals:
        return f"{line.works} works are offered for it: which, is for you to say"

    return None


def _item(line: QueueLine, verb: BulkVerb) -> BulkItem:
    best = line.choices[0] if verb is BulkVerb.ACCEPT else None
    return BulkItem(
        bound=Bound(
            file=line.number, revision=line.revision, candidate=best.number if best else None
        ),
        name=line.name,
        library=line.library,
        label=best.label if best else None,
        source=best.source if best else None,
        badges=best.badges if best else (),
        sources=best.sources if best else (),
    )


def _not_part(line: QueueLine, reason: str) -> NotPart:
    return NotPart(file=line.number, name=line.name, reason=reason)
