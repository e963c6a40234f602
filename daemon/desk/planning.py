"""Tell what an accept would change: by making it, reading its journal, and keeping nothing of it.

So the plan is no second opinion: each line of it is a change that the accept itself writes down,
and that an undo would take back.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from daemon.desk.accepting import make_accepted, witnessed
from daemon.desk.answering import check_answerable
from daemon.desk.choosing import Offered, choosable, choose
from daemon.desk.desk import Desk
from daemon.desk.field_texts import texts_of
from daemon.desk.finding import find
from daemon.desk.foreseeing import Outlook, foreseen, nfo_place, outlook_of
from daemon.desk.plan_views import PlannedField, PlanView
from daemon.desk.refusals import NoCandidate
from daemon.journey.name_foresight import KEPT, NameForeseen, foresee_name
from daemon.journey.naming_notes import NameSubject, name_subject_of
from daemon.journey.sidecar_hand import ask
from rules.admission import explain_left_out
from rules.errors import LibraryError
from rules.explain import label_work
from rules.media import path_to_text
from rules.plan import Field, Origin
from rules.samework import own_id
from rules.work import Work
from store import files, journal, works
from store.changing import IDS, Applied, other_ids
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.journal import Change, ChangeKind
from store.rows import from_json
from store.works import STORED_FIELD, StoredField


@dataclass(frozen=True, slots=True, kw_only=True)
class _Rehearsed:
    """What came of the accept that was rolled back."""

    view: PlanView
    outlook: Outlook
    name: NameSubject | None


@dataclass(frozen=True, slots=True, kw_only=True)
class _Works:
    """The work as it was, and as it came out."""

    before: Work
    after: Work
    is_known: bool


class Planning:
    """What the desk tells of accepts that were not made; it changes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Plan what that desk would do."""
        self._desk = desk

    async def plan(self, reference: str, *, number: int | None = None) -> PlanView:
        """Return what accepting a candidate would change; the only one when none is named.

        Raises:
            FileUnknown: no file fits the reference.
            NotAnswerable: nothing can be accepted for the file now.
            UsageError: no candidate is meant.

        """
        file = await self._desk.database.read(partial(find, reference=reference))
        target = await nfo_place(file)
        rehearse = partial(self._rehearse, file_id=file.id, number=number, nfo=target)
        made = await self._desk.database.rehearse(rehearse)
        name = await self._name(made.name)
        return replace(
            made.view,
            sidecars=await foreseen(made.outlook, self._desk.household),
            renamed_to=None if name.path is None else path_to_text(name.path),
            name_kept=name.reason,
        )

    async def _name(self, subject: NameSubject | None) -> NameForeseen:
        """Return what the file would be called."""
        if subject is None:
            return KEPT

        try:
            return await ask(partial(foresee_name, subject, self._desk.household.names))
        except LibraryError as error:  # the disk stands still
            return NameForeseen(path=None, reason=str(error))

    def _rehearse(
        self, connection: Connection, *, file_id: int, number: int | None, nfo: Path | None
    ) -> _Rehearsed:
        file = find(connection, str(file_id))
        check_answerable(connection, file, "accepted")
        household = self._desk.household
        chosen = choose(file, "accept", choosable(connection, file, household.discretion), number)
        if file.content_id is None:
            raise NoCandidate(file)

        told = witnessed(chosen)
        found = works.find(connection, (own_id(told), *other_ids(told)))
        before = works.load(connection, found) if found is not None else Work()
        applied = make_accepted(
            connection,
            file,
            file.content_id,
            chosen,
            options=household.options,
            ticks=None,
            at_s=self._desk.now(),
        )
        accepted = files.get(connection, file.id)
        if accepted is None or accepted.work_id is None:
            raise KeyError(f"file {file.id} was accepted and has no work")

        after = works.load(connection, accepted.work_id)
        plan_id = journal.latest_plan(connection, file.id) or 0
        both = _Works(before=before, after=after, is_known=found is not None)
        return _Rehearsed(
            view=_view(file, chosen, applied, both, journal.changes(connection, plan_id)),
            name=name_subject_of(connection, file_id=file.id),
            outlook=outlook_of(connection, file_id=file.id, nfo=nfo, now_s=self._desk.now()),
        )


def _view(
    file: FileRecord, chosen: Offered, applied: Applied, both: _Works, changes: Sequence[Change]
) -> PlanView:
    told = chosen.best.candidate

    def targets(kind: ChangeKind) -> tuple[str, ...]:
        return tuple(each.target for each in changes if each.kind is kind)

    return PlanView(
        file=file.id,
        path=path_to_text(file.path),
        candidate=chosen.number,
        source=told.source,
        remote_id=told.remote_id,
        label=label_work(told),
        is_known_work=both.is_known,
        fields=tuple(_field(each, both) for each in changes if each.kind is ChangeKind.SET_FIELD),
        kept=tuple(field.value for field in applied.kept),
        left_out=tuple(map(explain_left_out, applied.left_out)),
        ids_added=_ids(each.after for each in changes if each.kind is ChangeKind.ADD_ID),
        ids_removed=_ids(each.before for each in changes if each.kind is ChangeKind.REMOVE_ID),
        created=tuple(each for each in targets(ChangeKind.CREATE) if each != Kind.WORK.value),
        learning=targets(ChangeKind.LEARN),
        wears=targets(ChangeKind.PUT_ON_TAG),
        is_organized=bool(targets(ChangeKind.ORGANIZE)),
        sidecars=(),
    )


def _field(change: Change, both: _Works) -> PlannedField:
    field = Field(change.target)
    held = from_json(STORED_FIELD, change.before) if change.before is not None else None
    return PlannedField(
        field=field,
        before=tuple(texts_of(both.before, field)),
        before_origin=_origin(held) if held is not None else None,
        after=tuple(texts_of(both.after, field)),
        after_origin=_origin(from_json(STORED_FIELD, change.after)),
    )


def _origin(stored: StoredField) -> str:
    is_told = stored.origin is Origin.SOURCE and stored.source is not None
    return stored.source if is_told and stored.source else stored.origin.value


def _ids(values: Iterable[str | None]) -> tuple[str, ...]:
    told = [from_json(IDS, value) for value in values if value is not None]
    return tuple(
        f"{each.source} {each.remote_id}" for ids in told for each in ids if not each.is_made_up
    )
