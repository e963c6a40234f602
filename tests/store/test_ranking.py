from rules.candidate import Candidate, Known
from rules.evidence import Evidence
from rules.fingerprint import Oshash
from rules.work import Work
from store import answers, contents, ranking
from store.database import Connection


def offer(remote_id: str) -> Candidate:
    return Candidate(source="first", remote_id=remote_id, work=Work(title=remote_id))


def offered(connection: Connection, oshash: int, *offers: Candidate) -> int:
    content = contents.ensure(connection, Oshash(oshash), 1)
    answers.save(connection, content.id, [Known(source="first", candidates=offers)], at_s=1.0)
    return content.id


def standing(connection: Connection, content_id: int) -> list[tuple[str, int, bool]]:
    found = answers.offered(connection, content_id)
    return [(each.candidate.remote_id, each.number, each.evidence is not None) for each in found]


def test_several_contents_are_ranked_each_for_itself(connection: Connection) -> None:
    a, b, c = offer("a"), offer("b"), offer("c")
    one, two = offered(connection, 1, a, b), offered(connection, 2, a, c)
    other = offered(connection, 3, a)

    ranking.rank(
        connection,
        {
            one: [(b, Evidence()), (a, Evidence())],
            two: [(c, Evidence(oshash_agrees=True)), (a, Evidence())],
        },
    )

    assert standing(connection, one) == [("b", 1, True), ("a", 2, True)]
    assert standing(connection, two) == [("c", 1, True), ("a", 2, True)]
    assert standing(connection, other) == [("a", 0, False)]
    (best, _) = answers.offered(connection, two)
    assert best.evidence == Evidence(oshash_agrees=True)


def test_a_number_once_given_stays_and_a_new_offer_gets_the_next(connection: Connection) -> None:
    a, b = offer("a"), offer("b")
    content_id = offered(connection, 1, a)
    ranking.rank(connection, {content_id: [(a, Evidence())]})
    offered(connection, 1, a, b)

    ranking.rank(connection, {content_id: [(b, Evidence()), (a, Evidence())]})

    assert standing(connection, content_id) == [("b", 2, True), ("a", 1, True)]


def test_content_without_candidates_is_ranked_without_a_word(connection: Connection) -> None:
    content_id = offered(connection, 1, offer("a"))

    ranking.rank(connection, {content_id + 1: []})

    assert standing(connection, content_id) == [("a", 0, False)]
