"""What sources answer."""

from __future__ import annotations

from dataclasses import replace

import pytest
from pydantic import TypeAdapter

from rules.candidate import (
    Answer,
    Candidate,
    Failed,
    Known,
    NotAsked,
    Query,
    Refused,
    RemoteFingerprint,
    Unknown,
)
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints, Oshash
from rules.work import Work

ANSWERS: list[Answer] = [
    Known(
        source="alpha",
        candidates=(
            Candidate(
                source="alpha",
                remote_id="1",
                work=Work(title="Harbour at Dawn"),
                fingerprints=(
                    RemoteFingerprint(
                        algorithm=Algorithm.OSHASH, value=2**64 - 1, duration_s=None, submissions=3
                    ),
                ),
                page_url="https://example.org/1",
            ),
        ),
    ),
    Unknown(source="alpha"),
    Failed(source="alpha", reason="it took too long", retry_after_s=12.5),
    Failed(source="alpha", reason="it took too long"),
    Refused(source="alpha", reason="it took too long"),
    NotAsked(source="alpha", reason="it took too long"),
]


@pytest.mark.parametrize("answer", ANSWERS, ids=lambda answer: answer.kind)
def test_an_answer_comes_back_from_json_as_what_it_was(answer: Answer) -> None:
    adapter: TypeAdapter[Answer] = TypeAdapter(Answer)

    assert adapter.validate_json(adapter.dump_json(answer)) == answer


def test_the_five_answers_differ_even_where_they_say_the_same() -> None:
    assert len({answer.kind for answer in ANSWERS}) == 5


def test_what_stands_beside_a_file_is_searched_for_before_its_name() -> None:
    beside, name = NameClues(title="Harbour at Dawn"), NameClues(title="dawn")
    file = Fingerprints(oshash=Oshash(1), size_bytes=9, duration_s=600.0)
    query = Query(fingerprints=file, clues=name, sidecar_clues=beside)

    assert query.texts == (beside, name)
    assert replace(query, clues=beside).texts == (beside,)
    assert query.without_texts().texts == ()
