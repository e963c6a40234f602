"""What an NFO beside a file said of its work, before any source says something of that.

It is what is known so far, of origin sidecar: merging leaves it, and only overwriting replaces it.
Whom it names is looked for among those who are known, as whom a source names is, only by name.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from rules.identify_options import IdentifyOptions, Strategy
from rules.plan import OF_ENTITIES, Field, Origin, value_of
from rules.sidecar_says import without_mere_name, work_said
from rules.work import Work
from store import sidecars, works
from store.database import Connection
from store.entity_fields import fill
from store.files import FileRecord
from store.works import StoredField

_TEXTS = (Field.TITLE, Field.DETAILS, Field.DIRECTOR, Field.DATE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is added to what is held of a work."""

    work: Work
    """With what was held; of entities only that."""
    fields: Mapping[Field, StoredField]
    """Fields that nothing was held of."""


def with_said(
    connection: Connection,
    file: FileRecord,
    current: Work,
    held: Mapping[Field, StoredField],
    options: IdentifyOptions,
    *,
    at_s: float,
) -> Said:
    """Return what is known of a work that a file becomes a copy of, with what lies beside that."""
    record = sidecars.of_file(connection, file.id)
    if record is None or record.is_own or record.says is None:
        return Said(work=current, fields={})

    told = work_said(without_mere_name(record.says, file.path.name))
    fields: dict[Field, str] = {}
    for field in Field:
        if field in held:
            continue
        if field in _TEXTS and (value := value_of(told, field)):
            fields[field] = works.encode(field, value)
        elif field in OF_ENTITIES:
            found = fill(
                connection, field, told, _taking(options), value=None, origin=None, at_s=at_s
            )
            fields |= {field: found.value} if found.value is not None else {}
    return Said(
        work=replace(
            current,
            title=current.title or told.title,
            details=current.details or told.details,
            director=current.director or told.director,
            date=current.date or told.date,
        ),
        fields={
            field: StoredField(value=value, origin=Origin.SIDECAR, source=None)
            for field, value in fields.items()
        },
    )


def _taking(options: IdentifyOptions) -> IdentifyOptions:
    """Return options by which all is taken that may be created; strategies are for sources."""
    fields = {
        name: replace(option, strategy=Strategy.MERGE) for name, option in options.fields.items()
    }
    return replace(options, fields=fields)
