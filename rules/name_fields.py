"""What a file's name can tell of its work."""

from __future__ import annotations

from collections.abc import Iterator
from enum import StrEnum

from rules.media import VideoFacts
from rules.work import ExternalId, Work

MOST_PERFORMERS = 5
"""More of them would leave no room for a title."""
_STANDARDS = ((7680, 4320), (3840, 2160), (2560, 1440), (1920, 1080), (1280, 720), (854, 480))
_NEARLY = 0.93
"""Films are cropped by some lines; 1920 x 800 is 1080p all the same."""


class NameField(StrEnum):
    """A field of a name's template."""

    TITLE = "title"
    STUDIO = "studio"
    PARENT_STUDIO = "parent_studio"
    """Whom the studio belongs to; the studio itself where that is nobody."""
    DATE = "date"
    """As much as is known: 2024-05-17, 2024-05 or 2024."""
    YEAR = "year"
    PERFORMERS = "performers"
    """The first five, as they are credited."""
    CODE = "code"
    DIRECTOR = "director"
    RESOLUTION = "resolution"
    """As 1080p, and 2160p for what is sold as 4K."""
    CODEC = "codec"
    SOURCE = "source"
    """Whose id the work is accepted by."""
    ID = "id"
    """The id there."""


def name_values(work: Work, facts: VideoFacts, identity: ExternalId | None) -> dict[NameField, str]:
    """Return what is known of a work and of its file; what is not is not among it."""
    return {field: text for field, text in _values(work, facts, identity) if text}


def _values(
    work: Work, facts: VideoFacts, identity: ExternalId | None
) -> Iterator[tuple[NameField, str | None]]:
    studio = work.studio
    parent = (studio.parent or studio) if studio else None
    yield NameField.TITLE, work.title
    yield NameField.STUDIO, studio.name if studio else None
    yield NameField.PARENT_STUDIO, parent.name if parent else None
    yield NameField.DATE, work.date
    yield NameField.YEAR, work.date[:4] if work.date else None
    yield NameField.PERFORMERS, ", ".join(_people(work))
    yield NameField.CODE, work.code
    yield NameField.DIRECTOR, work.director
    yield NameField.RESOLUTION, _resolution(facts)
    yield NameField.CODEC, facts.video_codec
    if identity is not None and not identity.is_made_up:
        yield NameField.SOURCE, identity.source
        yield NameField.ID, identity.remote_id


def _people(work: Work) -> Iterator[str]:
    for each in work.appearances[:MOST_PERFORMERS]:
        yield each.credited_as or each.performer.name


def _resolution(facts: VideoFacts) -> str | None:
    if not facts.width or not facts.height:
        return None

    long, short = max(facts.width, facts.height), min(facts.width, facts.height)
    for width, height in _STANDARDS:
        if long >= width * _NEARLY or short >= height * _NEARLY:
            return f"{height}p"
    return f"{short}p"
