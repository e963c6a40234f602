"""Write into a file's work by hand: a person's word, which no source replaces by itself."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial

from pydantic import TypeAdapter

from daemon.desk.answering import check_revision
from daemon.desk.desk import Desk
from daemon.desk.field_texts import texts_of
from daemon.desk.finding import find
from daemon.desk.refusals import NotAnswerable
from daemon.desk.standing import ACCEPTED, answered
from daemon.desk.views import Answered
from daemon.desk.writing_fields import SEVERAL, WRITABLE, field_of, written
from rules.plan import Origin
from store import editing, entities, files, works
from store.database import Connection
from store.files import FileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class WorkFieldView:
    """One field of the work that a file is a copy of, as it can be written."""

    field: str
    values: tuple[str, ...]
    origin: str | None
    """Who said so: person, sidecar, file name, or the source's name."""
    has_lines: bool
    """Whether it takes one value a line."""


WORK_FIELDS = TypeAdapter(tuple[WorkFieldView, ...])


class Editing:
    """Shows and changes works by hand."""

    def __init__(self, desk: Desk) -> None:
        """Change what the files of this desk are copies of."""
        self._desk = desk

    async def fields(self, reference: str) -> tuple[WorkFieldView, ...]:
        """Return the fields of a file's work that can be written; none where it has no work."""
        return await self._desk.database.read(partial(_fields, reference=reference))

    async def edit(
        self, reference: str, field: str, text: str, *, revision: int | None = None
    ) -> Answered:
        """Set a field of a file's work to what a person typed; nothing typed is nothing said.

        Raises:
            NotAnswerable: the file is a copy of nothing.
            FieldUnwritable: it cannot be kept.
            FileChanged: it did since it was looked at.

        """

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            check_revision(file, revision)
            return _edit(connection, file, field, text, at_s=self._desk.now())

        result = await self._desk.database.write(change)
        self._desk.bells.ring_all()
        return result


def _fields(connection: Connection, *, reference: str) -> tuple[WorkFieldView, ...]:
    file = find(connection, reference)
    if file.work_id is None:
        return ()

    held = works.fields(connection, file.work_id)
    work = works.assembled(connection, held, ())
    views = []
    for field in WRITABLE:
        stored = held.get(field)
        by_source = stored.source if stored and stored.origin is Origin.SOURCE else None
        views.append(
            WorkFieldView(
                field=field,
                values=tuple(texts_of(work, field)),
                origin=by_source or (stored.origin.value if stored else None),
                has_lines=field in SEVERAL,
            )
        )
    return tuple(views)


def _edit(
    connection: Connection, file: FileRecord, name: str, text: str, *, at_s: float
) -> Answered:
    field, work_id = field_of(name), file.work_id
    if work_id is None or file.state not in ACCEPTED:
        raise NotAnswerable(file, "edited", "accept a candidate first")

    held, work = works.fields(connection, work_id), works.load(connection, work_id)
    latest = entities.latest_numbers(connection)
    value = written(connection, field, text, work=work, held=held, at_s=at_s)
    if not editing.edit(connection, file, work_id, field, value, latest=latest, at_s=at_s):
        return answered(file, file.state, f"{field} was so already", has_changed=False)

    files.set_state(connection, file, file.state, at_s=at_s, reason=f"a person wrote the {field}")
    return answered(file, file.state, f"{field} is what you wrote, and stays so")
