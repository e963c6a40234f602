from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from itertools import count

import pytest

from daemon.desk.bulk import Bulk
from daemon.desk.bulk_views import Bound, BulkPreview, BulkVerb
from rules.candidate import Candidate
from rules.journey import FileState
from rules.work import ExternalId, Work
from store import files
from store.waiting import Sieve
from tests.daemon.desk.shelf import Shelf, offer

ACCEPT, DISMISS = BulkVerb.ACCEPT, BulkVerb.DISMISS
A, B = offer("a"), offer("b")
SAME = Candidate(
    source="second",
    remote_id="a2",
    work=Work(title="Harbour A", ids=(ExternalId(source="first", remote_id="a"),)),
)


@pytest.fixture
def bulk(shelf: Shelf) -> Bulk:
    return Bulk(shelf.desk)


def bounds(preview: BulkPreview) -> list[Bound]:
    return [item.bound for item in preview.items]


def reasons(preview: BulkPreview) -> dict[str, str]:
    return {each.name: each.reason for each in preview.left_out}


async def test_preview_names_each_file_and_what_it_becomes(shelf: Shelf, bulk: Bulk) -> None:
    one = await shelf.put("One.mkv", offers=(A,), at_s=1.0)
    two = await shelf.put("Two.mkv", offers=(B, offer("b2", source="third")), at_s=2.0)
    await shelf.put("Three.mkv", offers=(A, B), at_s=3.0)

    preview = await bulk.preview_all(ACCEPT, Sieve())

    assert [(each.bound.file, each.label, each.source) for each in preview.items] == [
        (one, '"Harbour A" (Northlight, 2024-05-17)', "first")
    ]
    assert reasons(preview) == {
        "Three.mkv": "2 works are offered for it: which, is for you to say",
        "Two.mkv": "2 works are offered for it: which, is for you to say",
    }
    assert preview.beyond == 0
    assert bounds(preview) == [
        Bound(file=one, revision=(await shelf.file(one)).revision, candidate=1)
    ]
    assert two != one


async def test_one_work_of_several_sources_is_no_rival(shelf: Shelf, bulk: Bulk) -> None:
    number = await shelf.put(offers=(A, SAME))

    preview = await bulk.preview_of(ACCEPT, [number])
    part = await bulk.carry_out(ACCEPT, bounds(preview))

    assert part.done == (number,)
    assert (await shelf.file(number)).state is FileState.ACCEPTED


@pytest.mark.parametrize(
    ("verb", "state", "offers", "reason"),
    [
        (ACCEPT, FileState.REVIEW, (), "nothing is offered for it"),
        (ACCEPT, FileState.FAILED, (A,), "it could not be examined"),
        (ACCEPT, FileState.DONE, (A,), "it is accepted already"),
        (ACCEPT, FileState.READY, (A,), "doorman is at work on it"),
        (DISMISS, FileState.DONE, (A,), "it is accepted already"),
        (DISMISS, FileState.SETTLED, (A,), "doorman is at work on it"),
        (DISMISS, FileState.DISMISSED, (A,), "it is dismissed already"),
    ],
)
async def test_what_cannot_be_answered_so_is_left_out(  # noqa: PLR0917  # what a table hands in
    shelf: Shelf,
    bulk: Bulk,
    verb: BulkVerb,
    state: FileState,
    offers: tuple[Candidate, ...],
    reason: str,
) -> None:
    number = await shelf.put("One.mkv", state, offers=offers)

    preview = await bulk.preview_of(verb, [number, number, 99])

    assert preview.items == ()
    assert reasons(preview) == {"One.mkv": reason}


async def test_just_what_was_shown_is_done(shelf: Shelf, bulk: Bulk) -> None:
    same, changed, gone = [
        await shelf.put(f"{name}.mkv", offers=(A,)) for name in ("same", "changed", "gone")
    ]
    preview = await bulk.preview_all(ACCEPT, Sieve())
    file = await shelf.file(changed)
    await shelf.change(partial(files.set_state, file=file, state=FileState.REVIEW, at_s=5.0))
    await shelf.change(
        lambda connection: connection.execute(
            "UPDATE file SET missing_since_s = 5 WHERE id = $1", [gone]
        )
    )
    later = await shelf.put("later.mkv", offers=(A,))

    part = await bulk.carry_out(ACCEPT, bounds(preview))

    assert part.done == (same,)
    assert part.rest == ()
    assert {each.name: each.reason.split(";")[0] for each in part.left_out} == {
        "changed.mkv": f"file {changed} changed since you looked and is review now",
        "gone.mkv": f"file {gone} is missing by now",
    }
    states = [(await shelf.file(each)).state for each in (same, changed, gone, later)]
    assert states == [FileState.ACCEPTED, *[FileState.REVIEW] * 3]


@pytest.mark.parametrize("candidate", [1, 2, None])
async def test_several_works_are_never_accepted_so_whoever_asks(
    shelf: Shelf, bulk: Bulk, candidate: int | None
) -> None:
    number = await shelf.put(offers=(A, B))
    revision = (await shelf.file(number)).revision

    part = await bulk.carry_out(
        ACCEPT, [Bound(file=number, revision=revision, candidate=candidate)]
    )

    assert part.done == ()
    assert "several works are offered" in part.left_out[0].reason
    assert (await shelf.file(number)).state is FileState.REVIEW


async def test_other_candidate_and_unknown_file_are_left_out(shelf: Shelf, bulk: Bulk) -> None:
    number = await shelf.put(offers=(A,))
    revision = (await shelf.file(number)).revision
    asked = [Bound(file=number, revision=revision, candidate=7), Bound(file=99, revision=1)]

    part = await bulk.carry_out(ACCEPT, asked)

    assert part.done == ()
    assert [each.reason.split(";")[0] for each in part.left_out] == [
        f"something else is offered for file {number} now",
        "file 99 is missing by now",
    ]


async def test_all_are_dismissed_also_those_with_rivals(shelf: Shelf, bulk: Bulk) -> None:
    numbers = [
        await shelf.put("One.mkv", offers=(A, B)),
        await shelf.put("Two.mkv", FileState.FAILED, is_examined=False),
    ]

    preview = await bulk.preview_all(DISMISS, Sieve())
    part = await bulk.carry_out(DISMISS, bounds(preview))

    assert set(part.done) == set(numbers)
    assert {(await shelf.file(each)).state for each in numbers} == {FileState.DISMISSED}


async def test_preview_keeps_to_the_sieve(shelf: Shelf, bulk: Bulk) -> None:
    one = await shelf.put("One.mkv", offers=(A,))
    await shelf.put("Two.mkv", offers=(offer("b", source="second"),))

    preview = await bulk.preview_all(ACCEPT, Sieve(source="first"))

    assert [each.bound.file for each in preview.items] == [one]
    assert preview.left_out == ()


@pytest.mark.parametrize(
    ("step_s", "parts"), [(0.0, [45]), (3.0, [20, 20, 5]), (9.0, [10, 10, 10, 10, 5])]
)
async def test_what_takes_long_is_done_in_parts(
    shelf: Shelf, step_s: float, parts: list[int]
) -> None:
    numbers = [await shelf.put(f"{number}.mkv") for number in range(45)]
    bulk = Bulk(shelf.desk, clock=_clock(step_s))
    rest = bounds(await bulk.preview_of(DISMISS, numbers))
    done: list[int] = []
    sizes: list[int] = []

    while rest:
        part = await bulk.carry_out(DISMISS, rest, within_s=5.0)
        rest = list(part.rest)
        done += part.done
        sizes.append(len(part.done))

    assert sizes == parts
    assert done == numbers


async def test_file_that_breaks_the_store_costs_only_itself(shelf: Shelf, bulk: Bulk) -> None:
    numbers = [await shelf.put(f"{name}.mkv", offers=(A,)) for name in ("good", "bad", "other")]
    preview = await bulk.preview_of(ACCEPT, numbers)
    bad = await shelf.file(numbers[1])
    await shelf.change(
        lambda connection: connection.execute(
            "UPDATE candidate SET offered = '{}' WHERE content_id = $1", [bad.content_id]
        )
    )

    part = await bulk.carry_out(ACCEPT, bounds(preview))

    assert part.done == (numbers[0], numbers[2])
    assert [each.file for each in part.left_out] == [numbers[1]]


def _clock(step_s: float) -> Callable[[], float]:
    ticks: Iterator[int] = count()
    return lambda: next(ticks) * step_s
