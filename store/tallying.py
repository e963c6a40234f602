"""Count what a transaction changes: how much is known before it, and how much after."""

from __future__ import annotations

from dataclasses import dataclass

from store.database import Connection
from store.rows import number, one

_QUESTION = """
SELECT (SELECT count(*) FROM work), (SELECT count(*) FROM performer),
    (SELECT count(*) FROM studio), (SELECT count(*) FROM tag),
    (SELECT count(*) FROM change WHERE kind = 'set field' AND state = 'undone'),
    (SELECT count(*) FROM change WHERE kind = 'learn' AND state = 'undone')
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tally:
    """How much there is of everything that an undo may take away."""

    works: int
    performers: int
    studios: int
    tags: int
    fields_back: int
    """Fields that have their former value again."""
    forgotten: int
    """Times that somebody known forgot what an accept taught them."""


def tally(connection: Connection) -> Tally:
    """Return how much there is now."""
    row = one(connection, _QUESTION)
    if row is None:
        raise TypeError("counting gave no row back")

    works, performers, studios, tags, fields, forgotten = map(number, row)
    return Tally(
        works=works,
        performers=performers,
        studios=studios,
        tags=tags,
        fields_back=fields,
        forgotten=forgotten,
    )
