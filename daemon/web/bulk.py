"""The part of the API that answers many questions at once: shown first, then done as shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from daemon.desk.bulk import MOST_AT_ONCE, Bulk
from daemon.desk.bulk_views import (
    BULK_PART,
    BULK_PREVIEW,
    Bound,
    BulkPart,
    BulkPreview,
    BulkVerb,
)
from daemon.desk.desk import Desk
from daemon.web.bodies import Body
from daemon.web.operations import Operation, changing
from rules.trays import Tray
from store.waiting import Sieve

_Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""What a number in the store can be."""


class BulkPreviewRequest(Body):
    """What is to be said of many files, and which they are."""

    verb: BulkVerb
    """What is said of each."""
    numbers: Annotated[tuple[_Number, ...], Field(max_length=MOST_AT_ONCE)] = ()
    """The files' numbers; everything that fits the rest when none is given."""
    tray: Tray = Tray.OPEN
    """What they wait for."""
    library: str | None = None
    """Only in this library."""
    source: str | None = None
    """Only what this source offers the best candidate for."""
    cause: str | None = None
    """Only what waits for this cause, as the queue lists them."""
    text: str = ""
    """Only files with this in their path, or in the title of a candidate."""


class BoundBody(Body):
    """A file as it was shown."""

    file: _Number
    """Its number."""
    revision: _Number
    """Of the file as it was shown."""
    candidate: _Number | None = None
    """The number of what is to be accepted."""


class BulkRequest(Body):
    """What a preview showed, and is to be done."""

    verb: BulkVerb
    """What is said of each."""
    items: Annotated[tuple[BoundBody, ...], Field(max_length=MOST_AT_ONCE)]
    """What is bound in each item of the preview, or the rest of the part before."""


def bulk_operations(desk: Desk) -> list[Operation]:
    """Return the operations."""
    bulk = Bulk(desk)

    async def preview(asked: BulkPreviewRequest) -> BulkPreview:
        if asked.numbers:
            return await bulk.preview_of(asked.verb, asked.numbers)

        sieve = Sieve(
            tray=asked.tray,
            library=asked.library,
            source=asked.source,
            cause=asked.cause,
            text=asked.text.strip(),
        )
        return await bulk.preview_all(asked.verb, sieve)

    async def carry_out(asked: BulkRequest) -> BulkPart:
        bound = [
            Bound(file=each.file, revision=each.revision, candidate=each.candidate)
            for each in asked.items
        ]
        return await bulk.carry_out(asked.verb, bound)

    return [
        changing(
            "/bulk/preview",
            "Tell what answering many questions at once would do; nothing is changed.",
            BulkPreviewRequest,
            BULK_PREVIEW,
            preview,
        ),
        changing(
            "/bulk",
            "Answer about files as a preview showed them; what changed since is left out.",
            BulkRequest,
            BULK_PART,
            carry_out,
        ),
    ]
