"""One work from several sources: what a person sees of it, says of it, and takes back."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from itertools import permutations

import pytest

from daemon.desk.bulk import Bulk
from daemon.desk.bulk_views import BulkVerb
from daemon.desk.proposing import Proposing
from daemon.desk.queue import Queue
from daemon.desk.refusals import ChoiceNeeded, FileChanged
from rules.candidate import Candidate, Known
from rules.evidence import Evidence
from rules.journey import FileState
from rules.work import ExternalId
from store import answers, choices, entities, files, offering, ranking
from store.database import Connection
from store.entities import Kind
from store.waiting import Sieve
from tests.daemon.desk.shelf import Shelf, labels, offer, remote, standing

pytestmark = pytest.mark.anyio

A = offer("a")
WITNESS = replace(
    offer("w", source="second", title="Harbour Aglow"),
    work=replace(offer("w").work, title="Harbour Aglow", ids=(remote("a"),), duration_s=1801.0),
)
B = offer("b")


async def ids_of(shelf: Shelf, number: int) -> set[ExternalId]:
    file = await shelf.file(number)
    assert file.work_id is not None
    return set(await shelf.read(partial(entities.ids_of, kind=Kind.WORK, owner_id=file.work_id)))


async def rejected(shelf: Shelf, number: int) -> frozenset[ExternalId]:
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    return await shelf.read(partial(answers.rejected, content_id=content_id))


async def join(shelf: Shelf, number: int, newcomer: Candidate, *known: Candidate) -> None:
    """Let another source offer something too, ranked behind all that is known."""
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None

    def change(connection: Connection) -> None:
        with choices.watched(connection, content_id):
            offering.add(connection, content_id, [newcomer], at_s=2.0)
            ranked = [(each, Evidence(oshash_agrees=True)) for each in (*known, newcomer)]
            ranking.rank(connection, {content_id: ranked})

    await shelf.change(change)


async def test_a_work_of_two_sources_is_one_candidate_with_two_witnesses(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS))

    (candidate,) = (await shelf.show(number)).candidates

    assert (candidate.number, candidate.source, candidate.remote_id) == (1, "first", "a")
    assert candidate.told_by() == "first and second"
    told = [(each.number, each.source, each.remote_id, each.text) for each in candidate.witnesses]
    assert told == [
        (1, "first", "a", '"Harbour A" (Northlight, 2024-05-17)'),
        (2, "second", "w", '"Harbour Aglow" (Northlight, 2024-05-17), 30 min 1 s'),
    ]
    assert [each.page_url for each in candidate.witnesses] == [A.page_url, WITNESS.page_url]
    assert all(each.evidence and each.facts for each in candidate.witnesses)
    (line,) = await shelf.desk.list_files([FileState.REVIEW])
    assert line.candidates == 1


@pytest.mark.parametrize("order", list(permutations(range(3))), ids=str)
async def test_order_of_sources_never_changes_which_candidates_there_are(
    shelf: Shelf, order: tuple[int, ...]
) -> None:
    offers = (A, WITNESS, B)
    number = await shelf.put(offers=[offers[place] for place in order])

    view = await shelf.show(number)

    shown = {frozenset(each.remote_id for each in one.witnesses) for one in view.candidates}
    assert shown == {frozenset({"a", "w"}), frozenset({"b"})}
    assert [each.number for each in view.candidates] == [1, 2]


async def test_accept_needs_no_number_for_one_work_and_keeps_the_ids_of_all(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS))

    answered = await shelf.desk.accept(str(number))

    assert answered.message == 'accepted as "Harbour A" (Northlight, 2024-05-17)'
    assert await ids_of(shelf, number) == {remote("a"), remote("w", "second")}
    view = await shelf.show(number)
    assert view.work == "Harbour A (Northlight, 2024-05-17)"
    assert [each.is_accepted for each in view.candidates] == [True]


async def test_two_works_need_a_number_whoever_tells_of_them(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS, B))

    with pytest.raises(ChoiceNeeded, match=r"has 2 candidates: 1 .*Harbour A.*, 2 .*Harbour B"):
        await shelf.desk.accept(str(number))


async def test_number_of_a_witness_means_its_candidate_with_its_values_first(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS))

    proposal = await Proposing(shelf.desk).proposal(str(number), number=2)
    answered = await shelf.desk.accept(str(number), number=2)
    again = await shelf.desk.accept(str(number), number=1)

    assert (proposal.number, proposal.source) == (2, "second")
    assert answered.message == 'accepted as "Harbour Aglow" (Northlight, 2024-05-17)'
    assert await ids_of(shelf, number) == {remote("a"), remote("w", "second")}
    assert (again.has_changed, again.message) == (False, "it was accepted already")
    assert [each.is_accepted for each in (await shelf.show(number)).candidates] == [True]


@pytest.mark.parametrize("named", [None, 1, 2])
async def test_reject_means_all_who_tell_of_it_and_undo_lifts_all(
    shelf: Shelf, named: int | None
) -> None:
    number = await shelf.put(offers=(A, WITNESS))

    await shelf.desk.reject(str(number), number=named)

    assert await rejected(shelf, number) == {remote("a"), remote("w", "second")}
    assert (await shelf.show(number)).candidates == ()

    await shelf.desk.undo(str(number))

    assert await rejected(shelf, number) == frozenset()
    view = await shelf.show(number)
    assert [len(each.witnesses) for each in view.candidates] == [2]
    assert standing(view) == []


async def test_reject_of_what_was_accepted_means_all_who_tell_of_it(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A, WITNESS)

    answered = await shelf.desk.reject(str(number), number=2)

    assert answered.state is FileState.ANSWERED
    assert await rejected(shelf, number) == {remote("a"), remote("w", "second")}


async def test_undo_lifts_only_what_its_own_answer_rejected(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS, B))
    await shelf.desk.reject(str(number), number=2)
    file = await shelf.file(number)
    await shelf.change(partial(files.set_state, file=file, state=FileState.REVIEW, at_s=2.0))
    await shelf.desk.reject(str(number), number=1)

    await shelf.desk.undo(str(number))

    assert await rejected(shelf, number) == {remote("b")}


async def test_rejected_work_is_not_shown_when_another_source_tells_of_it(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, B))
    await shelf.desk.reject(str(number), number=1)

    await join(shelf, number, WITNESS, A, B)

    assert labels(await shelf.show(number)) == ["Harbour B"]


async def test_page_from_before_another_witness_came_is_stale(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, B))
    seen = (await shelf.show(number)).revision

    await join(shelf, number, WITNESS, A, B)

    with pytest.raises(FileChanged):
        await shelf.desk.reject(str(number), number=1, revision=seen)
    view = await shelf.show(number)
    assert [(each.number, len(each.witnesses)) for each in view.candidates] == [(1, 2), (2, 1)]


async def test_a_work_of_several_sources_is_accepted_among_many(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS))
    bulk = Bulk(shelf.desk)
    preview = await bulk.preview_of(BulkVerb.ACCEPT, [number])

    part = await bulk.carry_out(BulkVerb.ACCEPT, [each.bound for each in preview.items])

    assert (part.done, part.left_out) == ((number,), ())
    assert await ids_of(shelf, number) == {remote("a"), remote("w", "second")}


async def test_queue_counts_works_and_names_all_who_tell_of_them(shelf: Shelf) -> None:
    await shelf.put(offers=(A, B, WITNESS))

    (line,) = (await Queue(shelf.desk).page(Sieve())).lines

    assert [(each.number, each.sources) for each in line.choices] == [
        (1, ("first", "second")),
        (2, ("first",)),
    ]
    assert (line.works, line.rivals) == (2, 1)


async def test_a_source_that_answers_anew_keeps_the_numbers(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A, WITNESS, B))
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    again = Known(source="first", candidates=(B, A))

    await shelf.change(partial(answers.save, content_id=content_id, answers=[again], at_s=3.0))

    view = await shelf.show(number)
    assert [(each.number, each.remote_id) for each in view.candidates] == [(1, "a"), (2, "b")]
