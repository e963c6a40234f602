from __future__ import annotations

import os
from dataclasses import replace
from functools import partial

import pytest

from daemon.desk.finding import FileUnknown
from daemon.desk.health_views import HealthView
from daemon.desk.refusals import LibraryUnknown, NothingConfirmed
from daemon.desk.views import LibraryLine, SourceLine
from rules.candidate import Failed, Known
from rules.journey import IN_PROGRESS, FileState
from store import answers, decisions, outbox, sightings
from store.outbox import Errand
from tests.daemon.desk.shelf import NOW_S, Shelf, offer

HEALTH = HealthView(
    state="healthy",
    resting_until_s=None,
    last_error=None,
    last_error_at_s=None,
    used_last_minute=1,
    allowed_per_minute=240.0,
    pace_per_minute=240.0,
    requests={},
)


async def test_empty_store_is_idle(shelf: Shelf) -> None:
    status = await shelf.desk.status()

    assert status.is_idle
    assert status.states == dict.fromkeys(FileState, 0)
    assert (status.version, status.is_running, status.pid) == ("0.1.0", True, os.getpid())
    assert (status.started_at_s, status.store) == (500.0, "/state/doorman.duckdb")
    assert status.sources == (SourceLine(name="first", url="https://first.example/graphql"),)


async def test_status_counts_files_by_state_and_library(shelf: Shelf) -> None:
    await shelf.put("One.mkv", FileState.REVIEW)
    await shelf.put("Two.mkv", FileState.REVIEW)
    gone = await shelf.put("Three.mkv", FileState.NO_MATCH, due_at_s=NOW_S + 60)
    await shelf.change(partial(sightings.note_gone, file_ids=[gone], at_s=2.0))

    status = await shelf.desk.status()

    assert {state: count for state, count in status.states.items() if count} == {
        FileState.REVIEW: 2
    }
    assert status.missing == 1
    (films,) = status.libraries
    assert (films.name, films.files, films.missing) == ("films", 2, 1)


async def test_status_tells_how_sources_answered(shelf: Shelf) -> None:
    number = await shelf.put(offers=(offer("a"),))
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    failed = Failed(source="first", reason="it timed out")
    await shelf.change(partial(answers.save, content_id=content_id, answers=[failed], at_s=50.0))

    (first,) = (await shelf.desk.status()).sources

    assert first == SourceLine(
        name="first",
        url="https://first.example/graphql",
        asked=2,
        known=1,
        failed=1,
        last_asked_at_s=50.0,
        last_outcome="failed",
        last_reason="it timed out",
    )


@pytest.mark.parametrize(
    ("state", "error", "answered", "shown"),
    [
        ("healthy", None, 0, "failing"),
        ("healthy", "it timed out", 3, "failing"),
        ("healthy", None, 3, "healthy"),
        ("resting", "it timed out", 0, "resting"),
    ],
    ids=["before the daemon started", "once", "it answered since", "it is worse than that"],
)
async def test_source_whose_last_answer_was_a_failure_is_not_called_healthy(
    shelf: Shelf, state: str, error: str | None, answered: int, shown: str
) -> None:
    number = await shelf.put(offers=(offer("a"),))
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    failed = Failed(source="first", reason="it timed out")
    await shelf.change(partial(answers.save, content_id=content_id, answers=[failed], at_s=50.0))
    health = replace(HEALTH, state=state, last_error=error, requests={"answered": answered})
    household = replace(shelf.desk.household, healths=lambda: {"first": health})

    (first,) = (await replace(shelf.desk, household=household).status()).sources

    assert first.health == replace(health, state=shown)


async def test_source_that_is_no_longer_configured_is_not_shown(shelf: Shelf) -> None:
    number = await shelf.put()
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    known = Known(source="former", candidates=(offer("a", source="former"),))
    await shelf.change(partial(answers.save, content_id=content_id, answers=[known], at_s=5.0))

    assert [line.name for line in (await shelf.desk.status()).sources] == ["first"]


async def test_status_counts_decisions_of_rules(shelf: Shelf) -> None:
    await shelf.put_accepted(offer("a"), name="One.mkv")
    await shelf.put_accepted(offer("b"), name="Two.mkv")

    assert (await shelf.desk.status()).rules == {"exact": 2}


@pytest.mark.parametrize("state", FileState)
async def test_idle_is_whoever_has_nothing_to_lead_on_now(shelf: Shelf, state: FileState) -> None:
    await shelf.put(state=state)

    assert (await shelf.desk.status()).is_idle is (
        state not in IN_PROGRESS - {FileState.ACCEPTED}  # its sidecar is owed, or it would be done
    )


@pytest.mark.parametrize("state", [FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED])
@pytest.mark.parametrize(("due_at_s", "is_idle"), [(NOW_S - 1, False), (NOW_S + 1, True)])
async def test_file_that_is_due_is_work(
    shelf: Shelf,
    state: FileState,
    due_at_s: float,
    is_idle: bool,  # noqa: FBT001  # pytest hands parameters on by name
) -> None:
    await shelf.put(state=state, due_at_s=due_at_s)

    assert (await shelf.desk.status()).is_idle is is_idle


# What other programs are to be told is told program by program, not in one sum.
@pytest.mark.parametrize("errand", [one for one in Errand if one is not Errand.ANNOUNCE])
async def test_errand_that_is_due_is_work_and_one_that_failed_is_told(
    shelf: Shelf, errand: Errand
) -> None:
    owed = await shelf.change(
        partial(outbox.add, errand=errand, file_id=None, payload="{}", at_s=5.0)
    )
    assert not (await shelf.desk.status()).is_idle

    await shelf.change(
        partial(outbox.mark_failed, owed_id=owed, error="disk full", due_at_s=NOW_S + 60, at_s=6.0)
    )

    status = await shelf.desk.status()
    assert (status.is_idle, status.owed, status.owed_error) == (True, 1, "disk full")


async def test_sidecar_that_cannot_be_written_yet_is_not_waited_for(shelf: Shelf) -> None:
    await shelf.put(state=FileState.ACCEPTED)
    owed = await shelf.change(
        partial(outbox.add, errand=Errand.SIDECAR, file_id=None, payload="{}", at_s=5.0)
    )
    assert not (await shelf.desk.status()).is_idle

    await shelf.change(
        partial(outbox.mark_failed, owed_id=owed, error="disk full", due_at_s=NOW_S + 60, at_s=6.0)
    )

    assert (await shelf.desk.status()).is_idle


async def test_library_that_is_looked_through_is_work(shelf: Shelf) -> None:
    line = LibraryLine(name="series", root="/series", state="starting", is_listing=True)
    shelf.library_lines.append(line)

    assert not (await shelf.desk.status()).is_idle


async def test_no_process_is_named_where_none_runs(shelf: Shelf) -> None:
    household = replace(shelf.desk.household, is_running=False, started_at_s=None)
    desk = replace(shelf.desk, household=household)

    status = await desk.status()

    assert (status.is_running, status.pid, status.started_at_s) == (False, None, None)


async def test_files_are_listed_by_state_whoever_waits_longest_first(shelf: Shelf) -> None:
    await shelf.put("New.mkv", at_s=20.0)
    await shelf.put("Old.mkv", at_s=10.0, offers=(offer("a"), offer("b")))
    await shelf.put("Elsewhere.mkv", FileState.FAILED, at_s=5.0)

    lines = await shelf.desk.list_files([FileState.REVIEW])

    assert [line.path for line in lines] == ["/films/Old.mkv", "/films/New.mkv"]
    assert [(line.best, line.candidates) for line in lines] == [
        ('"Harbour A" (Northlight, 2024-05-17)', 2),
        (None, 0),
    ]
    assert len(await shelf.desk.list_files([FileState.REVIEW], limit=1)) == 1
    assert await shelf.desk.list_files([]) == ()


async def test_unknown_file_is_not_shown(shelf: Shelf) -> None:
    with pytest.raises(FileUnknown):
        await shelf.desk.show("12")


@pytest.mark.parametrize(
    ("named", "is_confirmed", "asked"),
    [
        ((), False, [("films", False), ("series", False)]),
        (("series",), False, [("series", False)]),
        (("series", "films"), True, [("series", True), ("films", True)]),
    ],
)
async def test_libraries_are_looked_through_as_asked(
    shelf: Shelf,
    named: tuple[str, ...],
    is_confirmed: bool,  # noqa: FBT001  # pytest hands parameters on by name
    asked: list[tuple[str, bool]],
) -> None:
    names = await shelf.desk.scan(named, is_confirmed=is_confirmed)

    assert shelf.rounds == asked
    assert list(names) == [name for name, _ in asked]


async def test_one_unknown_library_keeps_all_from_being_looked_through(shelf: Shelf) -> None:
    with pytest.raises(LibraryUnknown) as caught:
        await shelf.desk.scan(("films", "flims"))

    assert str(caught.value) == "there is no library 'flims'; there is films, series"
    assert shelf.rounds == []


async def test_without_libraries_none_is_listed(shelf: Shelf) -> None:
    household = replace(shelf.desk.household, library_names=frozenset())

    with pytest.raises(LibraryUnknown, match="no library 'films'; none is enabled"):
        await replace(shelf.desk, household=household).scan(("films",))


async def test_confirmation_names_its_library(shelf: Shelf) -> None:
    with pytest.raises(NothingConfirmed, match="doorman scan --confirm NAME"):
        await shelf.desk.scan((), is_confirmed=True)

    assert shelf.rounds == []


async def test_decisions_of_every_rule_are_counted_though_undone(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"))
    await shelf.desk.undo(str(number))

    assert (await shelf.desk.status()).rules == {"exact": 1}
    assert await shelf.read(partial(decisions.identity, file_id=number)) is None
