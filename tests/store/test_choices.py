from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.candidate import Candidate, Known, Unknown
from rules.evidence import Evidence
from rules.fingerprint import Oshash
from rules.samework import own_id
from store import answers, choices, contents, files, ranking
from store.contents import Content
from store.database import Connection
from store.files import FileRecord

Offer = Callable[..., Candidate]
Change = Callable[[Connection, int, Candidate, Candidate], object]


def save(connection: Connection, content_id: int, *offers: Candidate) -> None:
    given = Known(source="first", candidates=offers) if offers else Unknown(source="first")
    answers.save(connection, content_id, [given], at_s=1.0)


def rank(connection: Connection, content_id: int, *offers: Candidate) -> None:
    ranking.rank(connection, {content_id: [(offer, Evidence()) for offer in offers]})


def same_as(candidate: Candidate, other: Candidate) -> Candidate:
    return replace(candidate, work=replace(candidate.work, ids=(own_id(other),)))


CHANGES: dict[str, Change] = {
    "one more is offered": save,
    "one is withdrawn": lambda c, n, a, _: save(c, n, a),
    "all are withdrawn": lambda c, n, *_: save(c, n),
    "another is the best": lambda c, n, a, b: rank(c, n, b, a),
    "two became one work": lambda c, n, a, b: save(c, n, a, same_as(b, a)),
    "one is rejected": lambda c, n, a, _: answers.reject(c, n, own_id(a), at_s=1.0),
}


@pytest.mark.parametrize("change", CHANGES)
def test_another_choice_is_a_change_of_every_copy(
    connection: Connection,
    content: Content,
    offer: Offer,
    add_file: Callable[..., FileRecord],
    change: str,
) -> None:
    first, second = offer("h-1"), offer("h-2")
    save(connection, content.id, *((first,) if "more" in change else (first, second)))
    elsewhere = contents.ensure(connection, Oshash(1), 1)
    copies = [add_file(f"{number}.mkv", content_id=content.id) for number in (1, 2)]
    other = add_file("3.mkv", content_id=elsewhere.id)

    with choices.watched(connection, content.id):
        CHANGES[change](connection, content.id, first, second)

    assert [_revision(connection, copy) - copy.revision for copy in copies] == [1, 1]
    assert _revision(connection, other) == other.revision


def test_what_changes_no_choice_changes_no_file(
    connection: Connection, content: Content, offer: Offer, add_file: Callable[..., FileRecord]
) -> None:
    first, rejected = offer("h-1"), offer("h-2")
    save(connection, content.id, first, rejected)
    answers.reject(connection, content.id, own_id(rejected), at_s=1.0)
    file = add_file(content_id=content.id)

    with choices.watched(connection, content.id):
        save(connection, content.id, first)
        rank(connection, content.id, first)

    assert _revision(connection, file) == file.revision


def _revision(connection: Connection, file: FileRecord) -> int:
    found = files.get(connection, file.id)
    assert found is not None
    return found.revision
