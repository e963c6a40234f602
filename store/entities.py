"""Performers, studios and tags, and the ids of these and of works: the one place to ask.

Each is one row, found again by a source's id, by name or by alias (`rules.matching`). What is known
of people and studios only grows: it belongs to no work, so taking back an acceptance takes nothing
from them.
"""

from __future__ import annotations

from rules.matching import Matched
from rules.work import Performer, Studio, Tag
from store.database import Connection
from store.external_ids import Kind, add_ids, ids_of, owner_of, remove_ids
from store.performers import (
    adopt_performer,
    adopt_performers,
    create_performer,
    match_performer,
    match_performers,
    performers,
)
from store.studios import add_parents, adopt_studio, create_studio, match_studio, studio
from store.tags import adopt_tag, adopt_tags, create_tag, match_tag, match_tags, tags

__all__ = [
    "Kind",
    "add_ids",
    "add_parents",
    "adopt_performer",
    "adopt_performers",
    "adopt_studio",
    "adopt_tag",
    "adopt_tags",
    "create_performer",
    "create_studio",
    "create_tag",
    "ensure_performer",
    "ensure_studio",
    "ensure_tag",
    "ids_of",
    "match_performer",
    "match_performers",
    "match_studio",
    "match_tag",
    "match_tags",
    "owner_of",
    "performers",
    "remove_ids",
    "studio",
    "tags",
]


def ensure_performer(connection: Connection, performer: Performer, *, at_s: float) -> int:
    """Return the number of this performer, made unless exactly one known is meant."""
    found = match_performer(connection, performer)
    if not isinstance(found, Matched):
        return create_performer(connection, performer, at_s=at_s)

    adopt_performer(connection, found.number, performer)
    return found.number


def ensure_studio(connection: Connection, studio: Studio, *, at_s: float) -> int:
    """Return the number of this studio, made unless exactly one known is meant; so its parents."""
    found = match_studio(connection, studio)
    if not isinstance(found, Matched):
        return create_studio(connection, studio, at_s=at_s)

    adopt_studio(connection, found.number, studio)
    add_parents(connection, found.number, studio, at_s=at_s)
    return found.number


def ensure_tag(connection: Connection, tag: Tag, *, at_s: float) -> int:
    """Return the number of this tag, made unless exactly one known is meant."""
    found = match_tag(connection, tag)
    if not isinstance(found, Matched):
        return create_tag(connection, tag, at_s=at_s)

    adopt_tag(connection, found.number, tag)
    return found.number
