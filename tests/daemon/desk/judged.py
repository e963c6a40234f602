"""Files that a rule has decided about, with what it decided from, to be tried again."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

from daemon.settings.rules import compiled
from rules.candidate import Candidate, Known, RemoteFingerprint
from rules.decide import decide
from rules.decision import DecisionInput
from rules.defaults import DEFAULT_RULES
from rules.fingerprint import Algorithm
from rules.journey import FileState
from rules.work import Work
from store import contents, decisions, files
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from tests.daemon.desk.shelf import Shelf, offer


async def put_judged(shelf: Shelf, count: int, *, title: str = "Harbour") -> list[int]:
    """Put so many files that the shipped rules accept; return their numbers."""
    numbers = [await shelf.put(f"judged {n}.mkv", FileState.DONE) for n in range(count)]
    for number in numbers:
        await shelf.change(partial(_judge, number=number, title=title))
    return numbers


def _judge(connection: Connection, *, number: int, title: str) -> None:
    file = files.get(connection, number)
    assert file is not None
    content = contents.get(connection, file.content_id or 0)
    assert content is not None
    given = DecisionInput(
        fingerprints=content.fingerprints,
        file_name=file.path.name,
        library=file.library,
        answers=(Known(source="first", candidates=(_same(content.oshash.value, title),)),),
    )
    made = decide(given, compiled(DEFAULT_RULES))
    kept = NewDecision(
        outcome=Outcome(made.verdict.value),
        decided_by=Decider.RULE,
        rule=made.rule,
        rules_digest=made.rules_digest,
        reasons=made.reasons,
        chosen=made.chosen,
        given=given,
    )
    decisions.add(connection, file, content.id, kept, at_s=2.0)


def _same(oshash: int, title: str) -> Candidate:
    """Return a candidate that is the very file."""
    print_ = RemoteFingerprint(
        algorithm=Algorithm.OSHASH, value=oshash, duration_s=1800.5, submissions=5
    )
    work = Work(title=title, duration_s=1800.5)
    return replace(offer("a"), work=work, fingerprints=(print_,))
