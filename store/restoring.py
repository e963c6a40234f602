"""Take one change of an accept back, as far as it still is what the accept made of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.plan import Field
from store import entities, file_tags, files, organized, works
from store.changing import IDS, TAG_NUMBER, WORK_NUMBER
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState
from store.rows import from_json
from store.works import STORED_FIELD

IN_STORE = frozenset(
    {
        ChangeKind.SET_WORK,
        ChangeKind.ADD_ID,
        ChangeKind.REMOVE_ID,
        ChangeKind.SET_FIELD,
        ChangeKind.PUT_ON_TAG,
        ChangeKind.ORGANIZE,
    }
)
"""Changes that are taken back at once; sidecars are put back from the outbox."""
_OF_CONTENT = frozenset({ChangeKind.PUT_ON_TAG, ChangeKind.ORGANIZE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of taking one change back."""

    state: ChangeState
    left: tuple[str, ...] = ()
    """Why it stays, in words, where somebody changed it since."""


_IS_UNDONE = Undone(state=ChangeState.UNDONE)
_STAYS = Undone(state=ChangeState.DROPPED)


@dataclass(frozen=True, slots=True, kw_only=True)
class Restoring:
    """Takes back the changes that made a file a copy of a work."""

    connection: Connection
    file: FileRecord
    work_id: int | None
    """None where the plan was about no work."""
    is_shared: bool
    """Whether another file is a copy of that work, which then stays as it is."""
    has_copy: bool
    """Whether another file of the same content is accepted, and needs what its content wears."""
    at_s: float
    is_forced: bool = False
    """Whether fields that changed since get their former value, too."""

    def undo(self, change: Change) -> Undone:
        """Take one change back."""
        if change.kind is ChangeKind.SET_WORK:
            return self._unlink(change)
        if change.kind in _OF_CONTENT:
            return self._undo_of_content(change)
        if self.work_id is None or self.is_shared:
            return _STAYS

        return self._undo_of_work(self.work_id, change)

    def _undo_of_content(self, change: Change) -> Undone:
        content_id = self.file.content_id
        if content_id is None or self.has_copy:
            return _STAYS

        if change.kind is ChangeKind.ORGANIZE:
            organized.disorganize(self.connection, content_id)
        else:
            tag_id = from_json(TAG_NUMBER, change.after)
            file_tags.take_off(self.connection, content_id, tag_id, at_s=self.at_s)
        return _IS_UNDONE

    def _undo_of_work(self, work_id: int, change: Change) -> Undone:
        match change.kind:
            case ChangeKind.ADD_ID:
                added = from_json(IDS, change.after)
                entities.remove_ids(self.connection, Kind.WORK, work_id, added)
                return _IS_UNDONE
            case ChangeKind.REMOVE_ID:
                removed = from_json(IDS, change.before)
                entities.add_ids(self.connection, Kind.WORK, work_id, removed)
                return _IS_UNDONE
            case _:
                return self._restore_field(work_id, change)

    def _unlink(self, change: Change) -> Undone:
        """Make the file a copy of what it was before, if it still is what the plan made of it."""
        if self.file.work_id != from_json(WORK_NUMBER, change.after):
            left = ("the file was given another work since and keeps it",)
            return Undone(state=ChangeState.DROPPED, left=left)

        former = from_json(WORK_NUMBER, change.before)
        files.set_work(self.connection, self.file.id, former)
        return _IS_UNDONE

    def _restore_field(self, work_id: int, change: Change) -> Undone:
        """Put a field's former value back if it still is what the plan made of it."""
        field = Field(change.target)
        held = works.fields(self.connection, work_id).get(field)
        if held != from_json(STORED_FIELD, change.after) and not self.is_forced:
            left = (f"{change.target} was changed since and stays as it is",)
            return Undone(state=ChangeState.DROPPED, left=left)

        if change.before is None:
            works.remove_field(self.connection, work_id, field)
        else:
            former = from_json(STORED_FIELD, change.before)
            works.put_field(self.connection, work_id, field, former, at_s=self.at_s)
        return _IS_UNDONE


def work_of(changes: Sequence[Change]) -> int | None:
    """Return the work that a plan made a file a copy of, or None if it was about no work."""
    linked = [change.after for change in changes if change.kind is ChangeKind.SET_WORK]
    return from_json(WORK_NUMBER, linked[0]) if linked else None


def is_shared(connection: Connection, file: FileRecord, work_id: int | None) -> bool:
    """Tell whether another file is a copy of the same work."""
    if work_id is None:
        return False

    return any(other.id != file.id for other in files.of_work(connection, work_id))


def has_accepted_copy(connection: Connection, file: FileRecord) -> bool:
    """Tell whether another file with the same content is a copy of a work."""
    if file.content_id is None:
        return False

    copies = files.of_content(connection, file.content_id)
    return any(copy.id != file.id and copy.work_id is not None for copy in copies)
