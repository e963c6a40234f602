"""What an NFO speaks of, topic by topic: so what doorman wrote is told from what others did.

A topic is what is said by elements that hold together, such as a title and the form it is sorted
by. Elements of no topic are never doorman's: what servers note of a person's watching (playcount,
watched, lastplayed, resume, userrating, lockedfields ...), and whatever doorman does not know.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import StrEnum
from hashlib import sha256
from types import MappingProxyType

from rules.nfo_xml import Element


class Topic(StrEnum):
    """What one or several elements speak of."""

    TITLE = "title"
    ORIGINAL_TITLE = "originaltitle"
    RATINGS = "ratings"
    PLOT = "plot"
    RUNTIME = "runtime"
    DATE = "date"
    IDS = "ids"
    GENRES = "genres"
    TAGS = "tags"
    GROUP = "group"
    STUDIOS = "studios"
    DIRECTORS = "directors"
    PEOPLE = "people"
    TRAILER = "trailer"
    PICTURES = "pictures"
    STREAMS = "streams"


TOPIC_OF: Mapping[str, Topic] = MappingProxyType(
    {
        "title": Topic.TITLE,
        "sorttitle": Topic.TITLE,
        "originaltitle": Topic.ORIGINAL_TITLE,
        "ratings": Topic.RATINGS,
        "plot": Topic.PLOT,
        "runtime": Topic.RUNTIME,
        "premiered": Topic.DATE,
        "year": Topic.DATE,
        "uniqueid": Topic.IDS,
        "genre": Topic.GENRES,
        "tag": Topic.TAGS,
        "set": Topic.GROUP,
        "album": Topic.GROUP,
        "studio": Topic.STUDIOS,
        "director": Topic.DIRECTORS,
        "artist": Topic.PEOPLE,
        "actor": Topic.PEOPLE,
        "trailer": Topic.TRAILER,
        "thumb": Topic.PICTURES,
        "fanart": Topic.PICTURES,
        "fileinfo": Topic.STREAMS,
    }
)
"""Every element that doorman writes, right below the outermost."""

_LOCKED: Mapping[str, tuple[Topic, ...]] = MappingProxyType(
    {
        "name": (Topic.TITLE, Topic.ORIGINAL_TITLE),
        "overview": (Topic.PLOT,),
        "runtime": (Topic.RUNTIME,),
        "genres": (Topic.GENRES,),
        "tags": (Topic.TAGS,),
        "studios": (Topic.STUDIOS,),
        "cast": (Topic.PEOPLE, Topic.DIRECTORS),
    }
)
"""Jellyfin's words for fields that a person locked (its MetadataField)."""

_DIGITS = 16
"""Of a digest: two edits that differ are not told apart once in 10^19 times."""


def by_topic(root: Element) -> dict[Topic, list[Element]]:
    """Return the elements of each topic, in order; topics that nothing speaks of are left out."""
    found: dict[Topic, list[Element]] = {}
    for child in root:
        topic = topic_of(child)
        if topic is not None:
            found.setdefault(topic, []).append(child)
    return found


def topic_of(element: Element) -> Topic | None:
    """Return what an element speaks of; None for one that is never doorman's."""
    return TOPIC_OF.get(_tag(element))


def marks_of(topics: Mapping[Topic, Iterable[Element]]) -> dict[str, str]:
    """Return the digests of what is said of topics."""
    return {topic.value: mark_of(elements) for topic, elements in topics.items()}


def mark_of(elements: Iterable[Element]) -> str:
    """Return the digest of what elements say, however they are indented.

    The lines of a text count: a person may have divided a plot into paragraphs.
    """
    return sha256(repr([_said(each) for each in elements]).encode()).hexdigest()[:_DIGITS]


def locked_topics(root: Element) -> frozenset[Topic]:
    """Return what a person locked one by one, as Jellyfin notes it."""
    texts = (each.text or "" for each in root if _tag(each) == "lockedfields")
    names = {name.strip().casefold() for text in texts for name in text.split("|")}
    return frozenset(topic for name in names for topic in _LOCKED.get(name, ()))


def _tag(element: Element) -> str:
    """Return an element's name; "" for a comment, whose tag is no text."""
    tag: object = element.tag
    return tag if isinstance(tag, str) else ""


def _said(element: Element) -> list[object]:
    attributes = sorted((str(name), str(value)) for name, value in element.items())
    behind = [(child.tail or "").strip() for child in element]
    said: list[object] = [_said(child) for child in element]
    return [_tag(element), attributes, (element.text or "").strip(), said, "".join(behind)]
