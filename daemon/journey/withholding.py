"""What is kept of sources that were not asked because a library is kept from them."""

from __future__ import annotations

from collections.abc import Sequence

from rules.candidate import Answer, NotAsked
from rules.discretion import KEPT_SAFE
from store import answers
from store.database import Connection


def without_withheld(
    connection: Connection, content_id: int, given: Sequence[Answer]
) -> Sequence[Answer]:
    """Return the answers to keep.

    Answers belong to the content, and another library may hold it too: that one file of it is kept
    from a source must not displace what the source said about the other.
    """
    if not any(map(_is_withheld, given)):
        return given

    known = {answer.source for answer in answers.latest(connection, content_id)}
    return [each for each in given if not (_is_withheld(each) and each.source in known)]


def _is_withheld(answer: Answer) -> bool:
    return isinstance(answer, NotAsked) and answer.reason == KEPT_SAFE
