"""What a person writes into a work by hand, journalled like an accept, and taken back like one.

A plan of such a change belongs to no decision. It is about the work that the file was a copy of
then; that is still its work while no other accept came in between.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from rules.plan import Field, Origin
from store import files, journal, outbox, works
from store.changing import Changing, made_field
from store.database import Connection
from store.external_ids import Kind
from store.files import FileRecord
from store.journal import ChangeKind
from store.leftovers import tidy
from store.outbox import Errand
from store.restoring import IN_STORE, Restoring
from store.rows import number, one, seconds
from store.works import StoredField


def edit(
    connection: Connection,
    file: FileRecord,
    work_id: int,
    field: Field,
    value: str,
    *,
    latest: Mapping[Kind, int] | None = None,
    at_s: float,
) -> bool:
    """Set a field of a file's work to what a person says; tell whether that changed anything.

    `value` is what the table holds; whoever is in it and was created for it has a higher number
    than the `latest` before. Whoever set the field before, it is the person's from now on.
    """
    held = works.fields(connection, work_id).get(field)
    mine = StoredField(value=value, origin=Origin.PERSON, source=None)
    if held == mine:
        return False

    plan_id = journal.open_plan(connection, file.id, None, at_s=at_s)
    works.put_field(connection, work_id, field, mine, at_s=at_s)
    journal.add_all_done(connection, plan_id, [made_field(field, held, mine)], at_s=at_s)
    if latest is not None:
        Changing(connection=connection, plan_id=plan_id, at_s=at_s).note_made(latest)
    _owe_sidecars(connection, work_id, at_s=at_s)
    return True


@dataclass(frozen=True, slots=True, kw_only=True)
class Edit:
    """A change that a person wrote and that stands."""

    plan_id: int
    made_at_s: float


def latest(connection: Connection, file: FileRecord, after_plan: int) -> Edit | None:
    """Return the latest edit of a file's work that stands, behind a plan of the file; or None."""
    row = one(
        connection,
        "SELECT p.id, p.made_at_s FROM plan p JOIN change c ON c.plan_id = p.id "
        "WHERE p.file_id = $1 AND p.id > $2 AND p.decision_id IS NULL AND p.undone_at_s IS NULL "
        "AND c.kind = 'set field' AND c.state = 'done' ORDER BY p.id DESC LIMIT 1",
        [file.id, after_plan],
    )
    return Edit(plan_id=number(row[0]), made_at_s=seconds(row[1])) if row else None


def take_back(
    connection: Connection, file: FileRecord, work_id: int, plan_id: int, *, at_s: float
) -> tuple[tuple[str, ...], list[str]]:
    """Undo an edit; return which fields it was about, and what stays because it changed since."""
    restoring = Restoring(
        connection=connection,
        file=file,
        work_id=work_id,
        is_shared=False,
        has_copy=False,
        at_s=at_s,
    )
    left: list[str] = []
    changes = journal.changes(connection, plan_id)
    for change in (each for each in reversed(changes) if each.kind in IN_STORE):
        undone = restoring.undo(change)
        left.extend(undone.left)
        journal.mark(connection, change.id, undone.state, at_s=at_s)
    journal.mark_plan_undone(connection, plan_id, at_s=at_s)
    tidy(connection, changes, at_s=at_s)
    _owe_sidecars(connection, work_id, at_s=at_s)
    fields = tuple(each.target for each in changes if each.kind is ChangeKind.SET_FIELD)
    return fields, left


def _owe_sidecars(connection: Connection, work_id: int, *, at_s: float) -> None:
    """Owe every file that is a copy of the work a sidecar that says it as it is now."""
    for file in files.of_work(connection, work_id):
        if not outbox.owed_for(connection, file.id, Errand.SIDECAR):
            outbox.add(connection, Errand.SIDECAR, file_id=file.id, payload="{}", at_s=at_s)
