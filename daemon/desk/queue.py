"""The queue: files that wait for somebody, a page at a time."""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial

import anyio
import anyio.to_thread

from daemon.desk import queue_reading
from daemon.desk.desk import Desk
from daemon.desk.queue_reading import Row
from daemon.desk.queue_views import LastAnswer, QueueLine, QueuePage, QueueSince
from daemon.desk.retracting import last_answer, retract
from daemon.desk.views import Answered
from rules.errors import UsageError
from rules.trays import Tray
from store import owing, waiting
from store.database import Connection
from store.files import FileRecord
from store.waiting import Place, Sieve

A_PAGE = 50
MOST_A_PAGE = 200
_LARGEST_NUMBER = 2**63 - 1
"""What a number in the store can be."""


class PlaceUnknown(UsageError):
    """What was handed back is no place in the queue."""

    def __init__(self, text: str) -> None:
        """Build the message from what was handed back."""
        super().__init__(f"{text!r} is no place in the queue; begin with its first page")


def place_to_text(place: Place) -> str:
    """Return a place as what is handed back for the page behind it."""
    return f"{place.at_s!r}_{place.file_id}"


def place_from_text(text: str) -> Place:
    """Return the place that `place_to_text` wrote.

    Raises:
        PlaceUnknown: it did not write that.

    """
    at_text, _, number_text = text.partition("_")
    try:
        place = Place(at_s=float(at_text), file_id=int(number_text))
    except ValueError as error:
        raise PlaceUnknown(text) from error

    if not math.isfinite(place.at_s) or not 0 <= place.file_id <= _LARGEST_NUMBER:
        raise PlaceUnknown(text)

    return place


class Queue:
    """What the desk tells of files that wait, and taking back what was answered last."""

    def __init__(self, desk: Desk) -> None:
        """Look at the store of this desk."""
        self._desk = desk
        self._discretion = desk.household.discretion

    async def page(
        self, sieve: Sieve, *, after: str | None = None, limit: int = A_PAGE
    ) -> QueuePage:
        """Return up to `limit` files that fit, behind the place that the page before said.

        Raises:
            PlaceUnknown: no page said that place.

        """
        place = place_from_text(after) if after else None
        read = partial(self._read, sieve=sieve, place=place, limit=min(limit, MOST_A_PAGE))
        page, rows = await self._desk.database.read(read)
        return replace(page, lines=await self._lines(rows))

    async def lines(self, numbers: Sequence[int]) -> tuple[QueueLine, ...]:
        """Return these files as they are now, wherever they lie."""
        asked = [number for number in numbers if 0 <= number <= _LARGEST_NUMBER]
        rows_of = partial(queue_reading.rows_of, numbers=asked, discretion=self._discretion)
        return await self._lines(await self._desk.database.read(rows_of))

    async def behind(self, tray: Tray, place: Place) -> int | None:
        """Return the file that comes after a place in its tray, the first one after the last."""
        return await self._desk.database.read(partial(waiting.behind, tray=tray, place=place))

    async def lies_in(self, tray: Tray, number: int) -> bool:
        """Tell whether a file lies in a tray now."""
        lying = partial(waiting.lie_in, tray=tray, file_ids=[number])
        return number in await self._desk.database.read(lying)

    async def since(self, sieve: Sieve, shown: Mapping[int, int]) -> QueueSince:
        """Return what is otherwise than a page shows, which is revisions of files by number."""
        asked = {each: at for each, at in shown.items() if 0 <= each <= _LARGEST_NUMBER}
        read = partial(self._read_since, sieve=sieve, shown=asked)
        since, rows = await self._desk.database.read(read)
        return replace(since, lines=await self._lines(rows))

    def next_change(self) -> anyio.Event:
        """Return what the next change to the store sets; take it before `look`."""
        return self._desk.database.next_change()

    async def look(self) -> str:
        """Return what tells one state of the open questions from the next."""
        seen = await self._desk.database.read(partial(waiting.look, tray=Tray.OPEN))
        return f"{seen.files}-{seen.revisions}-{seen.newest_at_s!r}"

    async def last_answer(self, reference: str) -> LastAnswer | None:
        """Return what a person said last about a file, or None if that cannot be taken back."""
        return await self._desk.database.read(partial(last_answer, reference=reference))

    async def retract(self, reference: str, decision: int) -> Answered:
        """Take back just this answer.

        Raises:
            AnswerOutdated: it is not what was answered last about the file.

        """

        def settle(connection: Connection, file: FileRecord) -> None:
            if file.content_id is not None:
                terms = self._desk.household.terms
                owing.settle(connection, file.content_id, terms, at_s=self._desk.now())

        def change(connection: Connection) -> Answered:
            file, answered = retract(connection, reference, decision, at_s=self._desk.now())
            settle(connection, file)
            return answered

        answered = await self._desk.database.write(change)
        self._desk.bells.ring_all()
        return answered

    def _read(
        self, connection: Connection, *, sieve: Sieve, place: Place | None, limit: int
    ) -> tuple[QueuePage, list[Row]]:
        found = waiting.sift(connection, sieve, self._discretion, after=place, limit=limit + 1)
        shown, shares = found.places[:limit], found.shares
        numbers = [each.file_id for each in shown]
        page = QueuePage(
            tray=sieve.tray,
            files=queue_reading.files_that_fit(shares, sieve),
            lines=(),
            next_after=place_to_text(shown[-1]) if len(found.places) > limit else None,
            trays=waiting.counts(connection),
            libraries=queue_reading.libraries_of(shares, sieve),
            sources=queue_reading.sources_of(shares, sieve),
            causes=queue_reading.causes_of(shares, sieve),
        )
        return page, queue_reading.rows_of(connection, numbers, self._discretion)

    def _read_since(
        self, connection: Connection, *, sieve: Sieve, shown: Mapping[int, int]
    ) -> tuple[QueueSince, list[Row]]:
        found = waiting.sift(connection, sieve, self._discretion, limit=A_PAGE)
        numbers = dict.fromkeys([*(each.file_id for each in found.places), *shown])
        lying = waiting.lie_in(connection, sieve.tray, list(numbers))
        other = [each for each in numbers if each in lying and shown.get(each) != lying[each]]
        since = QueueSince(
            files=queue_reading.files_that_fit(found.shares, sieve),
            lines=(),
            gone=tuple(each for each in shown if each not in lying),
        )
        return since, queue_reading.rows_of(connection, other, self._discretion)

    async def _lines(self, rows: Sequence[Row]) -> tuple[QueueLine, ...]:
        return await anyio.to_thread.run_sync(self._look_for_sheets, rows)

    def _look_for_sheets(self, rows: Sequence[Row]) -> tuple[QueueLine, ...]:
        sheets = self._desk.sheets
        return tuple(
            replace(row.line, has_sheet=row.key is not None and sheets.has(*row.key))
            for row in rows
        )
