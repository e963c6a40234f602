"""What accepting a candidate would change, as data."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from rules.work import Appearance, Picture, Studio, Tag, Work


class Field(StrEnum):
    """The fields of a work, each with an origin of its own."""

    TITLE = "title"
    CODE = "code"
    DETAILS = "details"
    DIRECTOR = "director"
    DATE = "date"
    DURATION = "duration"
    STUDIO = "studio"
    PERFORMERS = "performers"
    TAGS = "tags"
    URLS = "urls"
    PICTURES = "pictures"


class Origin(StrEnum):
    """Who said so."""

    PERSON = "person"
    SIDECAR = "sidecar"
    FILE_NAME = "file name"
    SOURCE = "source"


FieldValue = (
    str | float | Studio | tuple[Appearance, ...] | tuple[Tag, ...] | tuple[Picture, ...]
    | tuple[str, ...] | None
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that accepting would set."""

    field: Field
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What accepting would do to a work, and what it leaves alone."""

    changes: tuple[FieldChange, ...]
    kept: tuple[Field, ...]
    """Fields that a person set and the candidate would have changed."""


def value_of(work: Work, field: Field) -> FieldValue:
    """Return what `work` says of `field`; None or () when it says nothing."""
    values: dict[Field, FieldValue] = {
        Field.TITLE: work.title,
        Field.CODE: work.code,
        Field.DETAILS: work.details,
        Field.DIRECTOR: work.director,
        Field.DATE: work.date,
        Field.DURATION: work.duration_s,
        Field.STUDIO: work.studio,
        Field.PERFORMERS: work.appearances,
        Field.TAGS: work.tags,
        Field.URLS: work.urls,
        Field.PICTURES: work.pictures,
    }
    return values[field]


def plan_accept(current: Work, origins: Mapping[Field, Origin], offered: Work) -> Plan:
    """Return what accepting `offered` changes in `current`.

    What the offer does not say erases nothing, and a field that a person set stays: the veto
    that no rule can lift.
    """
    changes: list[FieldChange] = []
    kept: list[Field] = []
    for field in Field:
        before, after = value_of(current, field), value_of(offered, field)
        if _is_absent(after) or after == before:
            continue

        if origins.get(field) is Origin.PERSON:
            kept.append(field)
        else:
            changes.append(FieldChange(field=field, before=before, after=after))
    return Plan(changes=tuple(changes), kept=tuple(kept))


def _is_absent(value: FieldValue) -> bool:
    return value in (None, "", ())  # nouns need not be hashable
