"""Where the pictures of works are: of what is offered for a file, and of what it is a copy of."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from daemon.desk.choosing import choosable
from daemon.desk.desk import Desk
from daemon.desk.finding import find
from rules.errors import NotFound
from rules.plan import Field
from rules.work import Picture
from store import works
from store.database import Connection

Found = tuple[Sequence[Picture], str | None, str]
"""Pictures, the name of the source that told of them, and the file that was asked about."""
Question = Callable[[Connection], Found]


class NoPictureKnown(NotFound):
    """There is no such picture."""

    def __init__(self, reference: str) -> None:
        """Build the message from the file that was named."""
        super().__init__(f"no such picture is known of file {reference}; look at its page again")


@dataclass(frozen=True, slots=True, kw_only=True)
class PicturePlace:
    """Where a picture is."""

    address: str
    source_url: str | None
    """Of the source that told of it; None when that is not configured any more."""


class Picturing:
    """Tells where pictures are."""

    def __init__(self, desk: Desk) -> None:
        """Look at what is offered for the files of this desk."""
        self._desk = desk

    async def offered(self, reference: str, number: int, index: int) -> PicturePlace:
        """Return where a picture of a candidate is, by its place among them, the best first.

        Raises:
            NoPictureKnown: the file, the candidate or the picture is not there.

        """
        return await self._place(partial(self._offered, reference=reference, number=number), index)

    async def accepted(self, reference: str, index: int) -> PicturePlace:
        """Return where a picture of the work is that a file is a copy of.

        Raises:
            NoPictureKnown: the file or the picture is not there, or it is a copy of nothing.

        """
        return await self._place(partial(self._accepted, reference=reference), index)

    async def _place(self, question: Question, index: int) -> PicturePlace:
        pictures, source, reference = await self._desk.database.read(question)
        if not 0 <= index < len(pictures):
            raise NoPictureKnown(reference)

        urls = {line.name: line.url for line in self._desk.household.sources}
        source_url = urls.get(source) if source is not None else None
        return PicturePlace(address=pictures[index].url, source_url=source_url)

    def _offered(self, connection: Connection, *, reference: str, number: int) -> Found:
        file = find(connection, reference)
        for offered in choosable(connection, file, self._desk.household.discretion):
            told = offered.told_first_by(number)
            if told is not None:
                candidate = told.best.candidate
                return candidate.work.pictures, candidate.source, reference

        return (), None, reference

    def _accepted(self, connection: Connection, *, reference: str) -> Found:
        file = find(connection, reference)
        if file.work_id is None:
            return (), None, reference

        held = works.fields(connection, file.work_id).get(Field.PICTURES)
        pictures = works.load(connection, file.work_id).pictures
        return pictures, held.source if held else None, reference
