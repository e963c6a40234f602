"""What a person's answers owe to sources, and how the desk shows it and has it sent."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from daemon.desk.desk import Desk
from daemon.desk.judging import Judging
from daemon.desk.submitting import Submitting
from rules.discretion import Discretion
from rules.fingerprint import Algorithm
from rules.submission import Consent, Recipient, Terms, Vote
from store import outbox, sending
from store.database import Connection
from store.outbox import Errand
from store.submissions import SubmissionState
from tests.daemon.desk.shelf import NOW_S, Shelf, offer

pytestmark = pytest.mark.anyio

FIRST = "https://first.example/graphql"
MINE = Terms(recipients=(Recipient(source="first", endpoint=FIRST, consent=Consent.MINE),))
A, B = offer("a"), offer("b")


def told(shelf: Shelf, terms: Terms = MINE) -> Desk:
    """Return the shelf's desk with sources that may be told."""
    return replace(shelf.desk, household=replace(shelf.desk.household, terms=terms))


async def test_accept_is_owed_with_its_decision_and_undone_with_it(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    desk = told(shelf)

    await desk.accept(number, number=1)
    view = await Submitting(desk).submissions()
    (line,) = view.lines
    assert (line.source, line.remote_id, line.algorithm, line.vote, line.duration_s) == (
        "first", "a", Algorithm.OSHASH, Vote.VALID, 1800,
    )  # fmt: skip
    assert (line.path, line.work, line.reason, line.state) == (
        "/films/Harbour at Dawn.mkv", '"Harbour A" (Northlight, 2024-05-17)', "you accepted it",
        "due",
    )  # fmt: skip
    assert (view.counts.due, view.counts.is_sending, view.is_anyone_told) == (1, True, True)

    await desk.undo(number)
    assert (await Submitting(desk).submissions()).lines == ()


async def test_desk_is_idle_only_when_all_is_told(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    desk = told(shelf)
    assert (await desk.status()).is_idle

    await desk.accept(number, number=1)
    await shelf.change(_write_sidecars)
    status = await desk.status()
    assert (status.is_caught_up, status.is_idle, status.submitting.due) == (True, False, 1)


def _write_sidecars(connection: Connection) -> None:
    for owed in outbox.due(connection, tuple(Errand), now_s=NOW_S):
        outbox.mark_done(connection, owed.id, at_s=NOW_S)


async def test_nothing_is_owed_by_default(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    await shelf.desk.accept(number, number=1)
    await shelf.desk.undo(number)

    view = await Submitting(shelf.desk).submissions()

    assert (view.lines, view.is_anyone_told, view.counts.due) == ((), False, 0)


async def test_reject_is_owed_to_those_who_hear_reports(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    ears = (Recipient(source="first", endpoint=FIRST, consent=Consent.NEVER, hears_reports=True),)
    desk = told(shelf, Terms(recipients=ears))

    await desk.reject(number, number=1)

    assert (await Submitting(desk).submissions()).lines == ()  # it has none of the file's hashes


async def test_submit_sends_at_once_also_what_failed(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    calls: list[str] = []
    desk = told(shelf)

    async def send() -> None:
        view = await Submitting(desk).submissions()
        calls.extend(f"{line.state} {line.due_at_s}" for line in view.lines)

    desk = replace(desk, household=replace(desk.household, submit_now=send))
    await desk.accept(number, number=1)
    (record,) = await shelf.read(partial(sending.due, terms=MINE, now_s=NOW_S, limit=9))
    failed = partial(
        sending.mark, record=record, state=SubmissionState.FAILED, error="no", due_at_s=9e9
    )
    await shelf.change(failed)
    before = await Submitting(desk).submissions()
    assert [(line.state, line.error) for line in before.lines] == [("failed", "no")]

    await Submitting(desk).submit()

    assert calls == [f"due {NOW_S}"]
    assert await desk.bells.submitting.heard(timeout_s=0)


async def test_what_the_configuration_keeps_here_is_shown_as_held(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    await told(shelf).accept(number, number=1)

    (line,) = (await Submitting(shelf.desk).submissions()).lines

    assert (line.source, line.state, line.due_at_s) == (FIRST, "held", None)
    assert line.error is not None
    assert (await shelf.desk.status()).submitting.held == 1


async def test_why_tells_what_sources_were_told_unless_it_must_not(shelf: Shelf) -> None:
    number = str(await shelf.put(offers=(A, B)))
    empty = str(await shelf.put("Unexamined.mkv", is_examined=False))
    desk = told(shelf)
    await desk.accept(number, number=1)

    assert [line.state for line in (await Judging(desk).why(number)).submissions] == ["due"]
    assert (await Judging(desk).why(empty)).submissions == ()

    kept = Discretion(sfw_libraries=frozenset({"films"}), nsfw_sources=frozenset({"first"}))
    household = replace(desk.household, discretion=kept)
    assert (await Judging(replace(desk, household=household)).why(number)).submissions == ()
