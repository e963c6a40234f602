"""What a person may choose among belongs to a content, so its copies share it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from store.database import Connection
from store.rows import Row, many, number, run

Choices = dict[int, list[Row]]
"""By content, the names of what may be chosen, best first, each with what it is called and what
ids it is said to have: which of them are one work follows from that (`rules.samework`)."""


@contextmanager
def watched(connection: Connection, *content_ids: int) -> Iterator[None]:
    """Count every file of a content as changed if the block changes what may be chosen for it.

    A number that a person gives means what was shown to them. Without this, an answer about one
    copy would change what the numbers of the other mean, and nobody would notice.
    """
    before = _choices(connection, content_ids)
    yield
    after = _choices(connection, content_ids)
    changed = [each for each in content_ids if before.get(each) != after.get(each)]
    if changed:
        run(
            connection,
            "UPDATE file SET revision = revision + 1 "
            "WHERE content_id IN (SELECT unnest($1::BIGINT[]))",
            [changed],
        )


def _choices(connection: Connection, content_ids: tuple[int, ...]) -> Choices:
    rows = many(
        connection,
        """
        SELECT c.content_id, c.source, c.remote_id, json_extract_string(c.offered,
            ['$.work.title', '$.work.date', '$.work.studio.name', '$.work.ids'])
        FROM candidate c LEFT JOIN rejection r ON r.content_id = c.content_id
            AND r.source = c.source AND r.remote_id = c.remote_id
        WHERE c.content_id IN (SELECT unnest($1::BIGINT[]))
            AND c.withdrawn_at_s IS NULL AND r.remote_id IS NULL
        ORDER BY c.position, c.id
        """,
        [list(content_ids)],
    )
    found: Choices = {}
    for row in rows:
        found.setdefault(number(row[0]), []).append(row[1:])
    return found
