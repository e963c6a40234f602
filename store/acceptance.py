"""Accept a candidate for a file, and take that back: the two great transactions.

Both are made of journalled changes, so that each can be undone one by one; sidecars follow from
the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.candidate import Candidate
from rules.journey import FileState
from rules.plan import Field, Origin, plan_accept
from rules.samework import own_id
from rules.work import ExternalId
from store import entities, files, journal, outbox, works
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState, Made
from store.outbox import Errand
from store.rows import from_json, to_json
from store.works import STORED_FIELD, StoredField

_WORK_NUMBER = TypeAdapter(int | None)
_PLAN_NUMBER = TypeAdapter(int)
_FIRST_PLAN = 0
"""Before the number of any plan."""
_IDS = TypeAdapter(tuple[ExternalId, ...])
_IN_STORE = frozenset({ChangeKind.SET_WORK, ChangeKind.ADD_ID, ChangeKind.SET_FIELD})
"""Changes that are taken back at once; sidecars are put back from the outbox."""


def apply_accept(
    connection: Connection,
    file: FileRecord,
    decision_id: int,
    candidate: Candidate,
    *,
    at_s: float,
) -> tuple[Field, ...]:
    """Make the file a copy of the candidate's work, and owe it its sidecars.

    Returns the fields that stay as a person set them.
    """
    plan_id = journal.open_plan(connection, file.id, decision_id, at_s=at_s)
    ids = tuple(dict.fromkeys((own_id(candidate), *candidate.work.ids)))
    work_id = works.find(connection, ids) or works.create(connection, at_s=at_s)
    _link(connection, plan_id, file, work_id, at_s=at_s)
    _add_ids(connection, plan_id, work_id, ids, at_s=at_s)
    kept = _set_fields(connection, plan_id, work_id, candidate, at_s=at_s)
    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    outbox.add(connection, Errand.SIDECAR, file_id=file.id, payload="{}", at_s=at_s)
    files.set_tries(connection, file.id, attempts=0, failures=0)
    files.set_state(connection, file, FileState.ACCEPTED, at_s=at_s)
    return kept


def take_back(connection: Connection, file: FileRecord, plan_id: int, *, at_s: float) -> list[str]:
    """Undo what a plan did to the store, and owe the sidecars' former state.

    A work that another file is a copy of keeps its fields and ids. Returns what could not be
    taken back because it changed since, in words.
    """
    left: list[str] = []
    changes = journal.changes(connection, plan_id)
    work_id = _work_of(changes)
    is_shared = _is_shared(connection, file, work_id)
    for change in reversed(changes):
        if change.state is ChangeState.DONE and change.kind in _IN_STORE:
            undone = _undo(
                connection, file, change, work_id=work_id, is_shared=is_shared, at_s=at_s
            )
            left.extend(undone.left)
            journal.mark(connection, change.id, undone.state, at_s=at_s)
    journal.mark_plan_undone(connection, plan_id, at_s=at_s)
    outbox.cancel(connection, file.id, Errand.SIDECAR, at_s=at_s)
    outbox.add(
        connection,
        Errand.RESTORE,
        file_id=file.id,
        payload=to_json(_PLAN_NUMBER, plan_id),
        at_s=at_s,
    )
    return left


def let_go(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    """Let a file that holds another content be a copy of nothing, and wear no old sidecars.

    The work and the decision about the former content stay as they are.
    """
    files.set_work(connection, file.id, None)
    take_off_sidecars(connection, file, at_s=at_s)


def take_off_sidecars(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    """Owe the state beside the file as it was before anything was written for it."""
    outbox.cancel(connection, file.id, Errand.SIDECAR, at_s=at_s)
    outbox.add(
        connection,
        Errand.RESTORE,
        file_id=file.id,
        payload=to_json(_PLAN_NUMBER, _FIRST_PLAN),
        at_s=at_s,
    )


def _link(
    connection: Connection, plan_id: int, file: FileRecord, work_id: int, *, at_s: float
) -> None:
    files.set_work(connection, file.id, work_id)
    journal.add_done(
        connection,
        plan_id,
        ChangeKind.SET_WORK,
        "work",
        before=to_json(_WORK_NUMBER, file.work_id),
        after=to_json(_WORK_NUMBER, work_id),
        at_s=at_s,
    )


def _add_ids(
    connection: Connection, plan_id: int, work_id: int, ids: Sequence[ExternalId], *, at_s: float
) -> None:
    added = entities.add_ids(connection, Kind.WORK, work_id, ids)
    if added:
        journal.add_done(
            connection,
            plan_id,
            ChangeKind.ADD_ID,
            "ids",
            before=None,
            after=to_json(_IDS, tuple(added)),
            at_s=at_s,
        )


def _set_fields(
    connection: Connection, plan_id: int, work_id: int, candidate: Candidate, *, at_s: float
) -> tuple[Field, ...]:
    held = works.fields(connection, work_id)
    origins = {field: stored.origin for field, stored in held.items()}
    plan = plan_accept(works.load(connection, work_id), origins, candidate.work)
    told = {
        change.field: _encoded(connection, candidate, change.field, at_s=at_s)
        for change in plan.changes
    }
    changed = {
        field: after
        for field, after in told.items()
        if field not in held or held[field].value != after.value
    }
    works.put_fields(connection, work_id, changed, at_s=at_s)
    made = [_made(field, held.get(field), after) for field, after in changed.items()]
    journal.add_all_done(connection, plan_id, made, at_s=at_s)
    return plan.kept


def _made(field: Field, before: StoredField | None, after: StoredField) -> Made:
    return Made(
        kind=ChangeKind.SET_FIELD,
        target=field,
        before=to_json(STORED_FIELD, before) if before is not None else None,
        after=to_json(STORED_FIELD, after),
    )


def _encoded(
    connection: Connection, candidate: Candidate, field: Field, *, at_s: float
) -> StoredField:
    return StoredField(
        value=works.encode(connection, candidate.work, field, at_s=at_s),
        origin=Origin.SOURCE,
        source=candidate.source,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Undone:
    """What became of taking one change back."""

    state: ChangeState
    left: tuple[str, ...] = ()
    """Why it stays, in words, where somebody changed it since."""


_IS_UNDONE = _Undone(state=ChangeState.UNDONE)
_STAYS = _Undone(state=ChangeState.DROPPED)


def _work_of(changes: Sequence[Change]) -> int | None:
    """Return the work that a plan made a file a copy of, or None if it was about sidecars only."""
    linked = [change.after for change in changes if change.kind is ChangeKind.SET_WORK]
    return from_json(_WORK_NUMBER, linked[0]) if linked else None


def _is_shared(connection: Connection, file: FileRecord, work_id: int | None) -> bool:
    """Tell whether another file is a copy of the same work."""
    if work_id is None:
        return False

    return any(other.id != file.id for other in files.of_work(connection, work_id))


def _undo(
    connection: Connection,
    file: FileRecord,
    change: Change,
    *,
    work_id: int | None,
    is_shared: bool,
    at_s: float,
) -> _Undone:
    if change.kind is ChangeKind.SET_WORK:
        return _unlink(connection, file, change)

    if work_id is None or is_shared:
        return _STAYS

    if change.kind is ChangeKind.ADD_ID:
        added = from_json(_IDS, change.after)
        entities.remove_ids(connection, Kind.WORK, work_id, added)
        return _IS_UNDONE

    return _restore_field(connection, work_id, change, at_s=at_s)


def _unlink(connection: Connection, file: FileRecord, change: Change) -> _Undone:
    """Make the file a copy of what it was before, if it still is what the plan made of it."""
    if file.work_id != from_json(_WORK_NUMBER, change.after):
        left = ("the file was given another work since and keeps it",)
        return _Undone(state=ChangeState.DROPPED, left=left)

    files.set_work(connection, file.id, from_json(_WORK_NUMBER, change.before))
    return _IS_UNDONE


def _restore_field(connection: Connection, work_id: int, change: Change, *, at_s: float) -> _Undone:
    """Put a field's former value back if it still is what the plan made of it."""
    field = Field(change.target)
    held = works.fields(connection, work_id).get(field)
    if held != from_json(STORED_FIELD, change.after):
        left = (f"{change.target} was changed since and stays as it is",)
        return _Undone(state=ChangeState.DROPPED, left=left)

    if change.before is None:
        works.remove_field(connection, work_id, field)
    else:
        former = from_json(STORED_FIELD, change.before)
        works.put_field(connection, work_id, field, former, at_s=at_s)
    return _IS_UNDONE
