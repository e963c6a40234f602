"""What a file wears by itself, whatever its work: tags, kept by content.

Adding one is adding it once, and never takes off another. What a person took off is not put on
again by doorman.
"""

from __future__ import annotations

from typing import assert_never

from rules.matching import Ambiguous, Matched, Unmatched
from rules.work import Tag
from store import entities
from store.database import Connection
from store.rows import many, number, one, run


def put_on(connection: Connection, content_id: int, name: str, *, at_s: float) -> int | None:
    """Let files of a content wear a tag; return its number, None where nothing changed."""
    if is_settled(connection, content_id, name):
        return None

    tag_id = _known(connection, name) or entities.create_tag(connection, Tag(name=name), at_s=at_s)
    run(
        connection,
        "INSERT INTO file_tag (content_id, tag_id, put_on_at_s) VALUES ($1, $2, $3) "
        "ON CONFLICT (content_id, tag_id) DO UPDATE SET "
        "put_on_at_s = excluded.put_on_at_s, taken_off_at_s = NULL",
        [content_id, tag_id, at_s],
    )
    return tag_id


def is_settled(connection: Connection, content_id: int, name: str) -> bool:
    """Tell whether doorman has nothing to put on: it is worn, or a person took it off."""
    tag_id = _known(connection, name)
    if tag_id is None:
        return False

    row = one(
        connection,
        "SELECT 1 FROM file_tag WHERE content_id = $1 AND tag_id = $2 "
        "AND (taken_off_at_s IS NULL OR is_barred)",
        [content_id, tag_id],
    )
    return row is not None


def take_off(connection: Connection, content_id: int, tag_id: int, *, at_s: float) -> None:
    """Let files of a content wear a tag no longer, until doorman puts it on again."""
    run(
        connection,
        "UPDATE file_tag SET taken_off_at_s = $3 WHERE content_id = $1 AND tag_id = $2",
        [content_id, tag_id, at_s],
    )


def take_off_all(connection: Connection, content_id: int, *, at_s: float) -> None:
    """Let files of a content wear nothing any more, as a person wants it: for good."""
    run(
        connection,
        "UPDATE file_tag SET taken_off_at_s = $2, is_barred = true "
        "WHERE content_id = $1 AND taken_off_at_s IS NULL",
        [content_id, at_s],
    )


def of_content(connection: Connection, content_id: int) -> tuple[Tag, ...]:
    """Return what files of a content wear, in the order in which it was put on."""
    rows = many(
        connection,
        "SELECT tag_id FROM file_tag WHERE content_id = $1 AND taken_off_at_s IS NULL "
        "ORDER BY put_on_at_s, tag_id",
        [content_id],
    )
    return entities.tags(connection, [number(tag_id) for (tag_id,) in rows])


def _known(connection: Connection, name: str) -> int | None:
    """Return the known tag of that name, None for none; of several that may be meant the first."""
    found = entities.match_tag(connection, Tag(name=name))
    match found:
        case Matched():
            return found.number
        case Ambiguous():
            return found.numbers[0]
        case Unmatched():
            return None
        case _:
            assert_never(found)
