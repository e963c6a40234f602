"""Let whoever is told come in as an accept that may create everybody does."""

from __future__ import annotations

from rules.matching import Matched
from rules.work import Performer, Studio, Tag
from store import entities
from store.database import Connection


def ensure_performer(connection: Connection, performer: Performer, *, at_s: float) -> int:
    """Return the number of this performer, made unless exactly one known is meant."""
    found = entities.match_performer(connection, performer)
    if not isinstance(found, Matched):
        return entities.create_performer(connection, performer, at_s=at_s)

    entities.adopt_performer(connection, found.number, performer)
    return found.number


def ensure_studio(connection: Connection, studio: Studio, *, at_s: float) -> int:
    """Return the number of this studio, made unless exactly one known is meant; so its parents."""
    found = entities.match_studio(connection, studio)
    if not isinstance(found, Matched):
        return entities.create_studio(connection, studio, at_s=at_s)

    entities.adopt_studio(connection, found.number, studio)
    entities.add_parents(connection, found.number, studio, at_s=at_s)
    return found.number


def ensure_tag(connection: Connection, tag: Tag, *, at_s: float) -> int:
    """Return the number of this tag, made unless exactly one known is meant."""
    found = entities.match_tag(connection, tag)
    if not isinstance(found, Matched):
        return entities.create_tag(connection, tag, at_s=at_s)

    entities.adopt_tag(connection, found.number, tag)
    return found.number
