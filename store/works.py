"""Works with every field's origin."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.plan import Field, FieldValue, Origin
from rules.work import Appearance, ExternalId, Picture, Rating, Work
from store import entities
from store.database import Connection
from store.entities import Kind
from store.rows import from_json, inserted_id, many, run, text_or_none, to_json
from store.work_values import Mention, mentions_in

_TEXT = TypeAdapter(str)
_SECONDS = TypeAdapter(float)
_TEXTS = TypeAdapter(tuple[str, ...])
_PICTURES = TypeAdapter(tuple[Picture, ...])
_RATINGS = TypeAdapter(tuple[Rating, ...])
_OF_TEXTS = frozenset({Field.URLS, Field.GROUPS})
"""Fields with several texts."""


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

    linked = entities.owners_of(connection, Kind.WORK, ids[1:])
    works = dict.fromkeys(linked[known] for known in ids[1:] if known in linked)
    return next((each for each in works if not _is_told_apart(connection, each, ids)), None)


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
    put_fields(connection, work_id, {field: stored}, at_s=at_s)


def put_fields(
    connection: Connection, work_id: int, stored: Mapping[Field, StoredField], *, at_s: float
) -> None:
    """Set several fields at once, whatever stood there; that takes no longer than one."""
    if not stored:
        return

    run(
        connection,
        "INSERT INTO work_field SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), $6 "
        "ON CONFLICT (work_id, field) DO UPDATE SET value = excluded.value, "
        "origin = excluded.origin, source = excluded.source, set_at_s = excluded.set_at_s",
        _field_rows(work_id, stored, at_s),
    )


def add_fields(
    connection: Connection, work_id: int, stored: Mapping[Field, StoredField], *, at_s: float
) -> None:
    """Set several fields of which nothing is held; that takes a third of `put_fields`."""
    if not stored:
        return

    run(
        connection,
        "INSERT INTO work_field SELECT $1, unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), $6",
        _field_rows(work_id, stored, at_s),
    )


def remove_field(connection: Connection, work_id: int, field: Field) -> None:
    """Make a field unsaid again."""
    run(connection, "DELETE FROM work_field WHERE work_id = $1 AND field = $2", [work_id, field])


def load(connection: Connection, work_id: int) -> Work:
    """Return a work with its performers, studio and tags."""
    ids = entities.ids_of(connection, Kind.WORK, work_id)
    return assembled(connection, fields(connection, work_id), ids)


def assembled(
    connection: Connection, held: Mapping[Field, StoredField], ids: Sequence[ExternalId]
) -> Work:
    """Return the work that has these fields and ids."""

    def text(field: Field) -> str | None:
        return (from_json(_TEXT, held[field].value) if field in held else None) or None

    def mentions(field: Field) -> tuple[Mention, ...]:
        return mentions_in(field, held[field].value) if field in held else ()

    def texts(field: Field) -> tuple[str, ...]:
        return from_json(_TEXTS, held[field].value) if field in held else ()

    duration = held.get(Field.DURATION)
    ratings = held.get(Field.RATINGS)
    pictures = held.get(Field.PICTURES)
    studios = [entities.studio(connection, each.number) for each in mentions(Field.STUDIO)]
    return Work(
        title=text(Field.TITLE),
        code=text(Field.CODE),
        details=text(Field.DETAILS),
        director=text(Field.DIRECTOR),
        date=text(Field.DATE),
        duration_s=from_json(_SECONDS, duration.value) if duration else None,
        studio=studios[0] if studios else None,
        appearances=_appearances(connection, mentions(Field.PERFORMERS)),
        tags=entities.tags(connection, [each.number for each in mentions(Field.TAGS)]),
        urls=texts(Field.URLS),
        pictures=from_json(_PICTURES, pictures.value) if pictures else (),
        ids=tuple(ids),
        groups=texts(Field.GROUPS),
        trailer=text(Field.TRAILER),
        ratings=from_json(_RATINGS, ratings.value) if ratings else (),
    )


def encode(field: Field, value: FieldValue) -> str:
    """Return the JSON that the table holds for a field that names no entities.

    Raises:
        ValueError: the value is none of that field.

    """
    match value:
        case str():
            return to_json(_TEXT, value)
        case float():
            return to_json(_SECONDS, value)
        case tuple() if field is Field.PICTURES:
            return to_json(_PICTURES, tuple(each for each in value if isinstance(each, Picture)))
        case tuple() if field is Field.RATINGS:
            return to_json(_RATINGS, tuple(each for each in value if isinstance(each, Rating)))
        case tuple() if field in _OF_TEXTS:
            return to_json(_TEXTS, tuple(each for each in value if isinstance(each, str)))
        case _:
            raise ValueError(f"{value!r} is nothing to keep as {field}")


def _field_rows(work_id: int, stored: Mapping[Field, StoredField], at_s: float) -> list[object]:
    return [
        work_id,
        [field.value for field in stored],
        [each.value for each in stored.values()],
        [each.origin.value for each in stored.values()],
        [each.source for each in stored.values()],
        at_s,
    ]


def _is_told_apart(connection: Connection, work_id: int, ids: Sequence[ExternalId]) -> bool:
    """Tell whether a source of `ids` knows the work under other ids only."""
    held = set(entities.ids_of(connection, Kind.WORK, work_id))
    shared_at = {known.source for known in held.intersection(ids)}
    told_by = {known.source for known in held} & {known.source for known in ids}
    return bool(told_by - shared_at)


def _appearances(connection: Connection, credited: Sequence[Mention]) -> tuple[Appearance, ...]:
    performers = entities.performers(connection, [each.number for each in credited])
    return tuple(
        Appearance(performer=performer, credited_as=each.credited_as)
        for performer, each in zip(performers, credited, strict=True)
    )
