from collections.abc import Callable, Sequence

from rules.candidate import Answer, Candidate, Failed, Known, Refused, Unknown
from store import answers
from store.contents import Content
from store.database import Connection
from store.source_records import SourceRecord, by_source

Offer = Callable[..., Candidate]


def test_sources_are_summed_up(connection: Connection, content: Content, offer: Offer) -> None:
    given: Sequence[tuple[float, Answer]] = [
        (1.0, Known(source="first", candidates=(offer(),))),
        (2.0, Unknown(source="first")),
        (3.0, Failed(source="first", reason="timed out")),
        (4.0, Refused(source="second", reason="bad key")),
        (5.0, Unknown(source="second")),
    ]
    for at_s, answer in given:
        answers.save(connection, content.id, [answer], at_s=at_s)

    assert by_source(connection) == [
        SourceRecord(
            source="first",
            asked=3,
            known=1,
            failed=1,
            last_asked_at_s=3.0,
            last_outcome="failed",
            last_reason="timed out",
        ),
        SourceRecord(
            source="second",
            asked=2,
            known=0,
            failed=1,
            last_asked_at_s=5.0,
            last_outcome="unknown",
            last_reason=None,
        ),
    ]
