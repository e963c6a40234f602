"""Which fields are asked for, and how the question shrinks for servers that lack some.

Servers from 0.2 to 0.10 and look-alikes differ in what a scene and a fingerprint carry
(`stash-box.md` §1, §3.6). A server says what it has by introspection; one that hides its schema
says what it lacks in its 422.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Final

Field = tuple[str, str]
"""A type of the schema, and one of its fields."""

LOOKUP: Final[Field] = ("Query", "findScenesBySceneFingerprints")
"""The one query without which a server is of no use."""
FIND: Final[Field] = ("Query", "findScene")
SEARCH: Final[Field] = ("Query", "searchScene")
"""Up to 0.7 it needs every word; later it is kept for old clients, and needs any."""
SEARCH_ANY: Final[Field] = ("Query", "searchScenes")
"""Since 0.8: any word will do, more of them rank higher."""
EDITS: Final[Field] = ("Query", "queryEdits")
ROOTS: Final = frozenset({FIND, SEARCH, SEARCH_ANY, EDITS})
"""Queries that a server may lack: then that way of finding a work is left out there."""

_UNKNOWN_FIELD = re.compile(r'cannot query field "(\w+)" on type "(\w+)"', re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Node:
    """A field that is asked for, with the fields of the object behind it."""

    owner: str
    """The type that the field belongs to."""
    name: str
    children: tuple[Node, ...] = ()
    is_essential: bool = False
    """Whether an answer without it would be of no use."""
    stands_in_for: Field | None = None
    """Ask for it only where that other field is missing."""

    @property
    def field(self) -> Field:
        """The field as a schema knows it."""
        return (self.owner, self.name)


def _plain(owner: str, *names: str) -> tuple[Node, ...]:
    return tuple(Node(owner, name) for name in names)


_IMAGE: Final = _plain("Image", "url", "width", "height")
_STUDIO: Final = _plain("Studio", "id", "name", "aliases")
_PERFORMER: Final = (
    *_plain("Performer", "id", "name", "disambiguation", "gender", "aliases"),
    *_plain("Performer", "merged_into_id", "merged_ids"),
    Node("Performer", "images", _IMAGE),
)
_APPEARANCE: Final = (
    Node("PerformerAppearance", "as"),
    Node("PerformerAppearance", "performer", _PERFORMER),
)
_FINGERPRINT: Final = (
    Node("Fingerprint", "hash", is_essential=True),
    Node("Fingerprint", "algorithm", is_essential=True),
    *_plain("Fingerprint", "duration", "submissions", "reports"),
)
SCENE: Final = (
    Node("Scene", "id", is_essential=True),
    *_plain("Scene", "deleted", "title", "code", "details", "director", "duration"),
    Node("Scene", "release_date"),
    # Completes partial dates to the first of the month, so it is the second choice.
    Node("Scene", "date", stands_in_for=("Scene", "release_date")),
    Node("Scene", "urls", _plain("URL", "url")),
    Node("Scene", "images", _IMAGE),
    Node("Scene", "studio", (*_STUDIO, Node("Studio", "parent", _STUDIO))),
    Node("Scene", "tags", _plain("Tag", "id", "name", "aliases")),
    Node("Scene", "performers", _APPEARANCE),
    Node("Scene", "fingerprints", _FINGERPRINT, is_essential=True),
)
"""Everything about a scene that the mapping reads."""


def _walk(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _walk(node.children)


ESSENTIAL: Final = frozenset({LOOKUP, *(node.field for node in _walk(SCENE) if node.is_essential)})
OPTIONAL: Final = frozenset(node.field for node in _walk(SCENE)) - ESSENTIAL
TYPES: Final = tuple(sorted({owner for owner, _ in ESSENTIAL | OPTIONAL}))
"""The types whose fields are asked about."""

_BEYOND_STASH: Final = frozenset(
    {
        ("Scene", "release_date"),
        ("Scene", "deleted"),
        ("Fingerprint", "reports"),
        ("Studio", "aliases"),
        ("Tag", "aliases"),
        ("Performer", "merged_into_id"),
        ("Performer", "merged_ids"),
    }
)
ASSUMED_MISSING: Final = _BEYOND_STASH | {SEARCH_ANY, EDITS}
"""What a server that hides its schema is taken to lack: all but what Stash asks for.

Every look-alike serves Stash (`stash.md` §4.2). Stash asks for no `submissions` either, but
doorman's rules lean on them, so they are tried first.
"""
LAST_RESORT: Final = _BEYOND_STASH | {("Fingerprint", "submissions")}
"""What is dropped when a server rejects the document without naming a field."""


def missing_fields(known: Mapping[str, frozenset[str]]) -> frozenset[Field]:
    """Return the fields we would ask for that `known`, type to fields, does not have.

    A type that is not in `known` says nothing: a look-alike may call it otherwise.
    """
    return frozenset(
        (owner, name)
        for owner, name in ESSENTIAL | OPTIONAL | ROOTS
        if owner in known and name not in known[owner]
    )


def named_as_unknown(message: str) -> frozenset[Field]:
    """Return the fields that a validation error says the schema does not have."""
    return frozenset(
        (owner, name) for name, owner in _UNKNOWN_FIELD.findall(message.replace("'", '"'))
    )


def recognised(fields: frozenset[Field]) -> frozenset[Field]:
    """Return which of ours are meant by `fields`, as a 422 named them.

    A look-alike may have other names for the types, so the field's name decides where the type is
    none of ours.
    """
    strange_names = {name for owner, name in fields if owner not in TYPES}
    return frozenset(field for field in OPTIONAL if field in fields or field[1] in strange_names)


def droppable(fields: frozenset[Field]) -> frozenset[Field]:
    """Return what to leave out of the lookup after a 422 that named `fields`."""
    return recognised(fields) or LAST_RESORT


def selection(nodes: tuple[Node, ...], missing: frozenset[Field]) -> str:
    """Return the GraphQL selection of `nodes` without the `missing` ones."""
    parts = (_rendered(node, missing) for node in nodes if _is_asked(node, missing))
    return " ".join(part for part in parts if part)


def _is_asked(node: Node, missing: frozenset[Field]) -> bool:
    is_needed = node.stands_in_for is None or node.stands_in_for in missing
    return is_needed and node.field not in missing


def _rendered(node: Node, missing: frozenset[Field]) -> str:
    if not node.children:
        return node.name

    inner = selection(node.children, missing)
    # An object of which nothing may be asked cannot be asked for.
    return f"{node.name} {{ {inner} }}" if inner else ""
