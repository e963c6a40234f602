"""Performers, studios and tags, and the ids of these and of works: the one place to ask.

Each is one row, found again by a source's id, by name or by alias (`rules.matching`). What is known
of people and studios only grows; what one accept taught them is journalled, and taking it back
makes them forget that (`store.leftovers`).
"""

from __future__ import annotations

from store.external_ids import (
    Kind,
    add_ids,
    created_since,
    ids_of,
    latest_numbers,
    owner_of,
    owners_of,
    remove_ids,
)
from store.performers import (
    adopt_performer,
    adopt_performers,
    create_performer,
    create_performers,
    match_performer,
    match_performers,
    performers,
)
from store.studios import add_parents, adopt_studio, create_studio, match_studio, studio
from store.tags import adopt_tag, adopt_tags, create_tag, create_tags, match_tag, match_tags, tags

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
    "create_performers",
    "create_studio",
    "create_tag",
    "create_tags",
    "created_since",
    "ids_of",
    "latest_numbers",
    "match_performer",
    "match_performers",
    "match_studio",
    "match_tag",
    "match_tags",
    "owner_of",
    "owners_of",
    "performers",
    "remove_ids",
    "studio",
    "tags",
]
