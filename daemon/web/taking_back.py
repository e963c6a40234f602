"""The part of the API that takes accepts back: shown first, then done as shown."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from daemon.desk.desk import Desk
from daemon.desk.taking_back import MOST_AT_ONCE, TakingBack
from daemon.desk.taking_back_views import (
    UNDO_PART,
    UNDO_PREVIEW,
    UndoBound,
    UndoPart,
    UndoPreview,
)
from daemon.web.bodies import Body
from daemon.web.errors import NOT_FOUND
from daemon.web.operations import Operation, changing
from store.undoable import AcceptSieve

_Number = Annotated[int, Field(ge=0, le=2**63 - 1)]
"""What a number in the store can be."""


class UndoPreviewRequest(Body):
    """What is to be taken back: of some files, or all accepts that fit."""

    files: Annotated[tuple[str, ...], Field(max_length=MOST_AT_ONCE)] = ()
    """Numbers, paths or names; of each the latest that was said is meant, whatever it was."""
    last: Annotated[int, Field(ge=1, le=2**31)] | None = None
    """Only so many accepts, the latest."""
    since_s: Annotated[float, Field(ge=0, le=1e12)] | None = None
    """Only accepts from this moment on, in seconds since 1970 (UTC)."""
    rule: str | None = None
    """Only accepts by this rule."""
    is_forced: bool = False
    """Whether also what somebody changed since is put back."""


class UndoBoundBody(Body):
    """A file as it was shown."""

    file: _Number
    """Its number."""
    revision: _Number
    """Of the file as it was shown."""
    decision: _Number | None = None
    """The accept that is meant; the latest that was said about the file when left out."""


class UndoRequest(Body):
    """What a preview showed, and is to be taken back."""

    items: Annotated[tuple[UndoBoundBody, ...], Field(max_length=MOST_AT_ONCE)]
    """What is bound in each line of the preview, or the rest of the part before."""
    is_forced: bool = False
    """Whether also what somebody changed since is put back."""


def taking_back_operations(desk: Desk) -> list[Operation]:
    """Return the operations."""
    taking_back = TakingBack(desk)

    async def preview(asked: UndoPreviewRequest) -> UndoPreview:
        if asked.files:
            return await taking_back.preview_of(asked.files, is_forced=asked.is_forced)

        sieve = AcceptSieve(last=asked.last, since_s=asked.since_s, rule=asked.rule)
        return await taking_back.preview_all(sieve, is_forced=asked.is_forced)

    async def carry_out(asked: UndoRequest) -> UndoPart:
        bound = [
            UndoBound(file=each.file, revision=each.revision, decision=each.decision)
            for each in asked.items
        ]
        return await taking_back.carry_out(bound, is_forced=asked.is_forced)

    return [
        changing(
            "/undo/preview",
            "Tell what taking accepts back would do; nothing is changed.",
            UndoPreviewRequest,
            UNDO_PREVIEW,
            preview,
            errors=frozenset({NOT_FOUND}),
        ),
        changing(
            "/undo/many",
            "Take back what a preview showed; what changed since is left out.",
            UndoRequest,
            UNDO_PART,
            carry_out,
        ),
    ]
