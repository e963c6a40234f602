from collections.abc import Callable

import pytest

from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Refused, Unknown
from rules.evidence import Evidence
from rules.fingerprint import Oshash
from rules.samework import own_id
from rules.work import ExternalId, Work
from store import answers, contents, ranking
from store.answers import Heard
from store.contents import Content
from store.database import Connection

Offer = Callable[..., Candidate]


def known(*candidates: Candidate) -> Known:
    return Known(source=candidates[0].source, candidates=candidates)


def offered(connection: Connection, content: Content) -> list[str]:
    return [each.candidate.remote_id for each in answers.offered(connection, content.id)]


def save(connection: Connection, content: Content, *given: Answer, at_s: float = 1.0) -> None:
    answers.save(connection, content.id, given, at_s=at_s)


def each_answer(candidate: Candidate) -> list[Answer]:
    return [
        known(candidate),
        Unknown(source="first"),
        Failed(source="first", reason="timed out", retry_after_s=30.5),
        Failed(source="first", reason="broken"),
        Failed(source="first", reason="at once", retry_after_s=0.0),
        Refused(source="first", reason="timed out"),
        NotAsked(source="first", reason="timed out"),
    ]


@pytest.mark.parametrize("position", range(7))
def test_every_answer_stays_what_it_was(
    connection: Connection, content: Content, offer: Offer, position: int
) -> None:
    answer = each_answer(offer())[position]

    save(connection, content, answer)

    assert answers.latest(connection, content.id) == [answer]
    assert answers.heard(connection, content.id) == [Heard(answer=answer, at_s=1.0)]


def test_the_latest_answer_of_each_source_counts(
    connection: Connection, content: Content, offer: Offer
) -> None:
    second = offer("s-1", source="second")
    save(connection, content, known(offer()), Refused(source="second", reason="bad key"))
    save(connection, content, Unknown(source="first"))
    save(connection, content, known(second), NotAsked(source="third", reason="switched off"))

    assert answers.latest(connection, content.id) == [
        Unknown(source="first"),
        known(second),
        NotAsked(source="third", reason="switched off"),
    ]


def test_contents_have_answers_of_their_own(
    connection: Connection, content: Content, offer: Offer
) -> None:
    other = contents.ensure(connection, Oshash(1), 1)
    save(connection, content, known(offer()))

    assert answers.latest(connection, other.id) == []
    assert answers.offered(connection, other.id) == []


def test_a_candidate_comes_back_as_it_was_offered(
    connection: Connection, content: Content, offer: Offer
) -> None:
    candidate = offer(work=Work(title="Mole & Pier \U0001f6a2 '\"", date="2024-05"))

    save(connection, content, known(candidate))

    (stored,) = answers.offered(connection, content.id)
    assert stored.candidate == candidate
    assert (stored.evidence, stored.position, stored.is_rejected) == (None, 0, False)


@pytest.mark.parametrize(
    "later",
    [
        Failed(source="first", reason="timed out"),
        Refused(source="first", reason="bad key"),
        NotAsked(source="first", reason="switched off"),
    ],
)
def test_a_source_that_gives_no_answer_leaves_its_offers_standing(
    connection: Connection, content: Content, offer: Offer, later: Answer
) -> None:
    save(connection, content, known(offer("a"), offer("b")))

    save(connection, content, later)

    assert offered(connection, content) == ["a", "b"]
    assert answers.latest(connection, content.id) == [later]


def test_a_source_that_knows_nothing_any_more_withdraws_its_offers(
    connection: Connection, content: Content, offer: Offer
) -> None:
    save(connection, content, known(offer("a")), known(offer("s", source="second")))

    save(connection, content, Unknown(source="first"))

    assert offered(connection, content) == ["s"]
    rows = connection.execute("SELECT count(*) FROM candidate").fetchone()
    assert rows == (2,)


def test_a_new_answer_replaces_a_sources_offers(
    connection: Connection, content: Content, offer: Offer
) -> None:
    save(connection, content, known(offer("a"), offer("b")))
    renewed = offer("b", work=Work(title="Harbour at Dusk"))

    save(connection, content, known(offer("c"), renewed))

    assert sorted(offered(connection, content)) == ["b", "c"]
    stored = {each.candidate.remote_id: each for each in answers.offered(connection, content.id)}
    assert stored["b"].candidate == renewed


def test_an_offer_that_comes_back_counts_again(
    connection: Connection, content: Content, offer: Offer
) -> None:
    for answer in (known(offer("a")), Unknown(source="first"), known(offer("a"))):
        save(connection, content, answer)

    assert offered(connection, content) == ["a"]


def test_the_same_answer_may_be_saved_twice_in_one_transaction(
    connection: Connection, content: Content, offer: Offer
) -> None:
    connection.execute("BEGIN TRANSACTION")
    for _ in range(2):
        save(connection, content, known(offer("a"), offer("b"), offer("a")))
    connection.execute("COMMIT")

    assert offered(connection, content) == ["a", "b"]


def test_offers_stand_as_the_last_decision_ranked_them(
    connection: Connection, content: Content, offer: Offer
) -> None:
    a, b, c = offer("a"), offer("b"), offer("c", source="second")
    save(connection, content, known(a, b), known(c))
    evidence = Evidence(phash_distance_bits=3, phash_submissions=4, file_duration_s=60.5)

    ranked = [(c, evidence), (b, Evidence()), (a, Evidence())]
    ranking.rank(connection, {content.id: ranked})

    stored = answers.offered(connection, content.id)
    assert [(each.candidate, each.position) for each in stored] == [(c, 0), (b, 1), (a, 2)]
    assert [each.evidence for each in stored] == [evidence, Evidence(), Evidence()]


def test_new_offers_stand_behind_what_is_ranked(
    connection: Connection, content: Content, offer: Offer
) -> None:
    a, b = offer("a"), offer("b")
    save(connection, content, known(a, b))
    ranking.rank(connection, {content.id: [(b, Evidence()), (a, Evidence())]})

    save(connection, content, known(offer("x"), offer("y"), a, b))

    assert offered(connection, content) == ["b", "a", "x", "y"]


def test_a_rejected_candidate_is_marked_wherever_it_is_offered_again(
    connection: Connection, content: Content, offer: Offer
) -> None:
    other = contents.ensure(connection, Oshash(1), 1)
    a, b = offer("a"), offer("b")
    save(connection, content, known(a, b))
    save(connection, other, known(a))
    for _ in range(2):
        answers.reject(connection, content.id, own_id(a), at_s=2.0)

    save(connection, content, Unknown(source="first"))
    save(connection, content, known(a, b))

    flags = {each.candidate: each.is_rejected for each in answers.offered(connection, content.id)}
    assert flags == {a: True, b: False}
    assert answers.rejected(connection, content.id) == {own_id(a)}
    assert answers.rejected(connection, other.id) == frozenset()
    assert [each.is_rejected for each in answers.offered(connection, other.id)] == [False]


def test_a_rejection_can_be_taken_back(
    connection: Connection, content: Content, offer: Offer
) -> None:
    save(connection, content, known(offer("a")))
    answers.reject(connection, content.id, own_id(offer("a")), at_s=2.0)

    answers.lift_rejection(connection, content.id, own_id(offer("a")))

    assert answers.rejected(connection, content.id) == frozenset()
    assert [each.is_rejected for each in answers.offered(connection, content.id)] == [False]


def test_what_was_never_offered_can_be_rejected(connection: Connection, content: Content) -> None:
    answers.reject(connection, content.id, ExternalId(source="s", remote_id="r"), at_s=2.0)

    assert answers.rejected(connection, content.id) == {ExternalId(source="s", remote_id="r")}


def test_a_candidate_is_known_as_it_was_last_offered(
    connection: Connection, content: Content, offer: Offer
) -> None:
    first, renewed, other = offer(), offer(work=Work(title="Harbour at Dusk")), offer("h-2")
    save(connection, content, known(first, other))
    save(connection, content, known(renewed, other))
    save(connection, content, Unknown(source="first"))

    assert answers.last_offers(connection, content.id, frozenset({own_id(first)})) == (renewed,)
    assert answers.last_offers(connection, content.id, frozenset()) == ()


def test_answers_about_several_contents_are_kept_each_for_itself(
    connection: Connection, offer: Offer
) -> None:
    one, two, three = (contents.ensure(connection, Oshash(number), 1) for number in (1, 2, 3))
    former = Known(source="first", candidates=(offer("old"), offer("both")))
    for content in (one, two, three):
        answers.save(connection, content.id, [former], at_s=1.0)

    again = Known(source="first", candidates=(offer("both"), offer("new")))
    failed = Failed(source="first", reason="no route", retry_after_s=9.0)
    answers.save_all(
        connection,
        {one.id: [again], two.id: [failed], three.id: [Unknown(source="first")]},
        at_s=2.0,
    )

    def names(content_id: int) -> list[str]:
        return [each.candidate.remote_id for each in answers.offered(connection, content_id)]

    assert [names(content.id) for content in (one, two, three)] == [
        ["both", "new"],
        ["old", "both"],
        [],
    ]
    assert answers.latest_of(connection, [one.id, two.id, three.id]) == {
        one.id: [again],
        two.id: [failed],
        three.id: [Unknown(source="first")],
    }


def test_a_source_that_says_nothing_leaves_what_another_offers(
    connection: Connection, offer: Offer
) -> None:
    content = contents.ensure(connection, Oshash(1), 1)
    first = Known(source="first", candidates=(offer("a"),))
    answers.save(connection, content.id, [first, Unknown(source="second")], at_s=1.0)

    answers.save_all(connection, {content.id: [Unknown(source="second")]}, at_s=2.0)

    assert answers.latest(connection, content.id) == [first, Unknown(source="second")]


def test_what_was_heard_last_of_each_source_comes_with_its_time(
    connection: Connection, content: Content
) -> None:
    refused = Refused(source="first", reason="the key is not valid")
    answers.save(connection, content.id, [Unknown(source="second")], at_s=1.0)
    answers.save(connection, content.id, [Unknown(source="first")], at_s=2.0)
    answers.save(connection, content.id, [refused], at_s=3.0)

    heard = answers.heard(connection, content.id)

    assert heard == [
        Heard(answer=refused, at_s=3.0),
        Heard(answer=Unknown(source="second"), at_s=1.0),
    ]
    assert [each.answer for each in heard] == answers.latest(connection, content.id)
