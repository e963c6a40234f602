"""Accept a candidate for a file, and take that back: the two great transactions.

Both are made of journalled changes, so that each can be undone one by one; sidecars follow from
the outbox.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from rules.candidate import Candidate
from rules.identify_options import IdentifyOptions
from rules.journey import FileState
from rules.samework import own_id
from rules.ticks import Ticks
from store import entities, events, file_tags, files, journal, organized, outbox
from store.changing import Applied, Changing, other_ids, take_up
from store.database import Connection
from store.files import FileRecord
from store.journal import ChangeKind, ChangeState
from store.leftovers import tidy
from store.outbox import Errand
from store.restore_order import RestoreOrder, order_payload
from store.restoring import IN_STORE, Restoring, has_accepted_copy, is_shared, work_of

_FIRST_PLAN = 0
"""Before the number of any plan."""
_DEFAULTS = IdentifyOptions()
_OF_TAGS = frozenset({ChangeKind.PUT_ON_TAG, ChangeKind.CREATE})
"""What a plan consists of that is about nothing but tags."""


def apply_accept(
    connection: Connection,
    file: FileRecord,
    decision_id: int,
    candidate: Candidate,
    *,
    options: IdentifyOptions = _DEFAULTS,
    is_by_person: bool = False,
    ticks: Ticks | None = None,
    at_s: float,
) -> Applied:
    """Make the file a copy of the candidate's work, and owe it its sidecars.

    `options` are those of the candidate's source, `ticks` what a person wants set; None: what the
    options say. A work of which a file is organized is changed
    by a person's accept only: by a rule's, the file just becomes a copy of it.
    """
    plan_id = journal.open_plan(connection, file.id, decision_id, at_s=at_s)
    changing = Changing(connection=connection, plan_id=plan_id, at_s=at_s, ticks=ticks)
    latest = entities.latest_numbers(connection)
    own, others = own_id(candidate), other_ids(candidate)
    work = take_up(connection, (own, *others), at_s=at_s)
    is_held = work.is_known and not is_by_person
    is_finished = is_held and organized.is_work_organized(connection, work.number)
    changing.link(file, work.number)
    applied = Applied(work=work)
    if is_finished:
        detail = "its work is organized, so only you change it"
        events.add(connection, file.id, "work kept", detail=detail, at_s=at_s)
    else:
        changing.set_ids(work, own, others, options)
        applied = changing.set_fields(file, work, candidate, options)
    if file.content_id is not None:
        changing.dress(file.content_id, applied, options)
    changing.note_made(latest, applied.grown)
    changing.write_down()
    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    outbox.add(connection, Errand.SIDECAR, file_id=file.id, payload="{}", at_s=at_s)
    files.set_tries(connection, file.id, attempts=0, failures=0)
    files.set_state(connection, file, FileState.ACCEPTED, at_s=at_s)
    return replace(applied, latest=latest)


def tag(
    connection: Connection,
    file: FileRecord,
    decision_id: int,
    tags: Sequence[str],
    *,
    at_s: float,
) -> None:
    """Let a file that is not accepted wear tags, beside those that it wears."""
    if file.content_id is None:
        return

    new = [each for each in tags if not file_tags.is_settled(connection, file.content_id, each)]
    if new:
        plan_id = journal.open_plan(connection, file.id, decision_id, at_s=at_s)
        changing = Changing(connection=connection, plan_id=plan_id, at_s=at_s)
        latest = entities.latest_numbers(connection)
        for each in new:
            changing.put_on(file.content_id, each)
        changing.note_made(latest)
        changing.write_down()


def take_off_tags(connection: Connection, file: FileRecord, *, at_s: float) -> tuple[str, ...]:
    """Take off what doorman let a file wear, for good; return what that was."""
    if file.content_id is None:
        return ()

    names = tuple(each.name for each in file_tags.of_content(connection, file.content_id))
    file_tags.take_off_all(connection, file.content_id, at_s=at_s)
    for plan in journal.plans_of(connection, file.id):
        tags = [each for each in plan.changes if each.kind is ChangeKind.PUT_ON_TAG]
        for change in (each for each in tags if each.state is ChangeState.DONE):
            journal.mark(connection, change.id, ChangeState.UNDONE, at_s=at_s)
        if all(each.kind in _OF_TAGS for each in plan.changes):
            journal.mark_plan_undone(connection, plan.id, at_s=at_s)
    return names


def take_back(
    connection: Connection,
    file: FileRecord,
    plan_id: int,
    *,
    is_forced: bool = False,
    tidies: bool = True,
    at_s: float,
) -> list[str]:
    """Undo what a plan did to the store, and owe the sidecars' former state.

    A work that another file is a copy of keeps its fields and ids. Returns what could not be
    taken back because it changed since, in words; with `is_forced` that is taken back, too. Who
    takes back many tidies up behind all of them; see `tidy_up`.
    """
    left: list[str] = []
    changes = journal.changes(connection, plan_id)
    work_id = work_of(changes)
    restoring = Restoring(
        connection=connection,
        file=file,
        work_id=work_id,
        is_shared=is_shared(connection, file, work_id),
        has_copy=has_accepted_copy(connection, file),
        is_forced=is_forced,
        at_s=at_s,
    )
    for change in reversed(changes):
        if change.state is ChangeState.DONE and change.kind in IN_STORE:
            undone = restoring.undo(change)
            left.extend(undone.left)
            journal.mark(connection, change.id, undone.state, at_s=at_s)
    journal.mark_plan_undone(connection, plan_id, at_s=at_s)
    if tidies:
        tidy(connection, changes, at_s=at_s)
    outbox.cancel(connection, file.id, Errand.SIDECAR, at_s=at_s)
    outbox.add(
        connection,
        Errand.RESTORE,
        file_id=file.id,
        payload=order_payload(RestoreOrder(first_plan=plan_id, is_forced=is_forced)),
        at_s=at_s,
    )
    return left


def tidy_up(connection: Connection, decisions: Sequence[int], *, at_s: float) -> None:
    """Remove what nobody needs any more of what accepts created that were taken back."""
    plan_ids = [journal.plan_of_decision(connection, each) for each in decisions]
    changes = [
        change
        for plan_id in plan_ids
        if plan_id is not None
        for change in journal.changes(connection, plan_id)
    ]
    tidy(connection, changes, at_s=at_s)


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
        payload=order_payload(RestoreOrder(first_plan=_FIRST_PLAN)),
        at_s=at_s,
    )
