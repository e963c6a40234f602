"""Works with every field's origin."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import assert_never

from pydantic import TypeAdapter

from rules.plan import Field, FieldValue, Origin, value_of
from rules.work import Appearance, ExternalId, Picture, Tag, Work
from store import entities
from store.database import Connection
from store.entities import Kind
from store.rows import from_json, inserted_id, many, run, text_or_none, to_json

_TEXT = TypeAdapter(str)
_SECONDS = TypeAdapter(float)
_TEXTS = TypeAdapter(tuple[str, ...])
_PICTURES = TypeAdapter(tuple[Picture, ...])
_NUMBER = TypeAdapter(int)
_NUMBERS = TypeAdapter(tuple[int, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Credit:
    """A performer's number in a work, and the name used there."""

    performer_id: int
    credited_as: str | None


_CREDITS = TypeAdapter(tuple[Credit, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredField:
    """One field as the table holds it."""

    value: str
    """JSON; relations as numbers of entities."""
    origin: Origin
    source: str | None


STORED_FIELD = TypeAdapter(StoredField)


def create(connection: Connection, *, at_s: float) -> int:
    """Return the number of a new, empty work."""
    return inserted_id(connection, "INSERT INTO work (made_at_s) VALUES ($1) RETURNING id", [at_s])


def find(connection: Connection, ids: Sequence[ExternalId]) -> int | None:
    """Return the work that these ids name, or None.

    The first id settles it. The others join only what no source tells apart: a work that has
    another id at one of their sources is another work, whoever links the two.
    """
    own = entities.owner_of(connection, Kind.WORK, ids[:1])
    if own is not None:
        return own

    linked = (entities.owner_of(connection, Kind.WORK, [known]) for known in ids[1:])
    return next(
        (
            work_id
            for work_id in linked
            if work_id is not None and not _is_told_apart(connection, work_id, ids)
        ),
        None,
    )


def fields(connection: Connection, work_id: int) -> dict[Field, StoredField]:
    """Return what is held of a work, field by field."""
    rows = many(
        connection,
        "SELECT field, value, origin, source FROM work_field WHERE work_id = $1",
        [work_id],
    )
    return {
        Field(str(field)): StoredField(
            value=str(value), origin=Origin(str(origin)), source=text_or_none(source)
        )
        for field, value, origin, source in rows
    }


def put_field(
    connection: Connection, work_id: int, field: Field, stored: StoredField, *, at_s: float
) -> None:
    """Set one field, whatever stood there."""
    run(
        connection,
        "INSERT INTO work_field VALUES ($1, $2, $3, $4, $5, $6) "
        "ON CONFLICT (work_id, field) DO UPDATE SET value = excluded.value, "
        "origin = excluded.origin, source = excluded.source, set_at_s = excluded.set_at_s",
        [work_id, field, stored.value, stored.origin, stored.source, at_s],
    )


def remove_field(connection: Connection, work_id: int, field: Field) -> None:
    """Make a field unsaid again."""
    run(connection, "DELETE FROM work_field WHERE work_id = $1 AND field = $2", [work_id, field])


def load(connection: Connection, work_id: int) -> Work:
    """Return a work with its performers, studio and tags."""
    held = fields(connection, work_id)

    def text(field: Field) -> str | None:
        return from_json(_TEXT, held[field].value) if field in held else None

    studio = held.get(Field.STUDIO)
    duration = held.get(Field.DURATION)
    performers = held.get(Field.PERFORMERS)
    tags = held.get(Field.TAGS)
    urls = held.get(Field.URLS)
    pictures = held.get(Field.PICTURES)
    return Work(
        title=text(Field.TITLE),
        code=text(Field.CODE),
        details=text(Field.DETAILS),
        director=text(Field.DIRECTOR),
        date=text(Field.DATE),
        duration_s=from_json(_SECONDS, duration.value) if duration else None,
        studio=entities.studio(connection, from_json(_NUMBER, studio.value)) if studio else None,
        appearances=_appearances(connection, performers.value) if performers else (),
        tags=_tags(connection, tags.value) if tags else (),
        urls=from_json(_TEXTS, urls.value) if urls else (),
        pictures=from_json(_PICTURES, pictures.value) if pictures else (),
        ids=entities.ids_of(connection, Kind.WORK, work_id),
    )


def encode(connection: Connection, work: Work, field: Field, *, at_s: float) -> str:
    """Return the JSON that the table holds for a field of `work`; entities are made if new."""
    match field:
        case Field.STUDIO:
            if work.studio is None:
                raise _unsaid(field)

            return to_json(_NUMBER, entities.ensure_studio(connection, work.studio, at_s=at_s))
        case Field.PERFORMERS:
            return to_json(_CREDITS, _credits(connection, work.appearances, at_s=at_s))
        case Field.TAGS:
            numbers = [entities.ensure_tag(connection, tag, at_s=at_s) for tag in work.tags]
            return to_json(_NUMBERS, tuple(dict.fromkeys(numbers)))
        case Field.URLS:
            return to_json(_TEXTS, work.urls)
        case Field.PICTURES:
            return to_json(_PICTURES, work.pictures)
        case Field.DURATION:
            return to_json(_SECONDS, _seconds(work, field))
        case Field.TITLE | Field.CODE | Field.DETAILS | Field.DIRECTOR | Field.DATE:
            return to_json(_TEXT, _text(value_of(work, field), field))
        case _:
            assert_never(field)


def _is_told_apart(connection: Connection, work_id: int, ids: Sequence[ExternalId]) -> bool:
    """Tell whether a source of `ids` knows the work under other ids only."""
    held = set(entities.ids_of(connection, Kind.WORK, work_id))
    shared_at = {known.source for known in held.intersection(ids)}
    told_by = {known.source for known in held} & {known.source for known in ids}
    return bool(told_by - shared_at)


def _credits(
    connection: Connection, appearances: Sequence[Appearance], *, at_s: float
) -> tuple[Credit, ...]:
    credits_by_performer: dict[int, Credit] = {}
    for appearance in appearances:
        number = entities.ensure_performer(connection, appearance.performer, at_s=at_s)
        credit = Credit(performer_id=number, credited_as=appearance.credited_as)
        credits_by_performer.setdefault(number, credit)
    return tuple(credits_by_performer.values())


def _tags(connection: Connection, value: str) -> tuple[Tag, ...]:
    numbers = from_json(_NUMBERS, value)
    return entities.tags(connection, numbers)


def _appearances(connection: Connection, value: str) -> tuple[Appearance, ...]:
    credited = from_json(_CREDITS, value)
    performers = entities.performers(connection, [credit.performer_id for credit in credited])
    return tuple(
        Appearance(performer=performer, credited_as=credit.credited_as)
        for performer, credit in zip(performers, credited, strict=True)
    )


def _seconds(work: Work, field: Field) -> float:
    if work.duration_s is None:
        raise _unsaid(field)

    return work.duration_s


def _text(value: FieldValue, field: Field) -> str:
    if not isinstance(value, str):
        raise _unsaid(field)

    return value


def _unsaid(field: Field) -> ValueError:
    return ValueError(f"the work says nothing of {field}, so there is nothing to keep")
