"""What sources are told about a file: its fingerprints, what is known of it, what its name says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.candidate import Answer, Candidate, Known, Query, Unknown, Way
from rules.journey import FileState
from rules.premises import Premises
from rules.samework import own_id
from rules.schedule import is_name_due
from store import answers, files, works
from store.contents import Content
from store.database import Connection
from store.files import FileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file of a batch with what is known of its content."""

    file: FileRecord
    content_id: int
    query: Query
    answered: frozenset[str]
    """Sources whose last answer about the content was one."""
    standing: frozenset[str]
    """Those of them that are not asked again, because only others had failed."""
    is_name_due: bool
    """Whether even sources that did answer are told the name."""

    def query_for(self, source: str) -> Query:
        """Return what `source` is told."""
        is_due = self.is_name_due or source not in self.answered
        return self.query if is_due else replace(self.query, clues=None)


def case_of(
    connection: Connection, file: FileRecord, content: Content, premises: Premises, *, waits: int
) -> Case:
    """Return what to ask about a file of this content; both may be of a dry run only.

    After so many `waits` without a match the name is told each time.
    """
    answered = _answered(connection, content.id) if file.state is not FileState.READY else ()
    return Case(
        file=file,
        content_id=content.id,
        query=_query(connection, file, content, premises),
        answered=frozenset(answered),
        standing=frozenset(answered if file.state is FileState.DEFERRED else ()),
        is_name_due=file.state is FileState.READY or is_name_due(file.attempts, waits),
    )


def with_copies(
    connection: Connection, content_id: int, given: Sequence[Answer]
) -> Sequence[Answer]:
    """Return what sources answered, with what they found by the names of other copies.

    A copy with another name, or with none that says anything, would withdraw it otherwise, while
    a person is perhaps being asked about it.
    """
    if len(files.of_content(connection, content_id)) == 1:
        return given

    by_text = [
        stored.candidate
        for stored in answers.offered(connection, content_id)
        if stored.candidate.found_by is Way.TEXT
    ]
    return [_with(answer, by_text) for answer in given]


def _query(connection: Connection, file: FileRecord, content: Content, premises: Premises) -> Query:
    work = works.load(connection, file.work_id) if file.work_id is not None else None
    return Query(
        fingerprints=content.fingerprints,
        ids=work.ids if work else (),
        urls=work.urls if work else (),
        clues=premises.clues_of(file.library, file.path),
    )


def _answered(connection: Connection, content_id: int) -> Sequence[str]:
    latest = answers.latest(connection, content_id)
    return [answer.source for answer in latest if isinstance(answer, Known | Unknown)]


def _with(answer: Answer, by_text: Sequence[Candidate]) -> Answer:
    if not isinstance(answer, Known | Unknown):
        return answer

    offered = answer.candidates if isinstance(answer, Known) else ()
    names = {own_id(candidate) for candidate in offered}
    more = (each for each in by_text if each.source == answer.source and own_id(each) not in names)
    candidates = (*offered, *more)
    return Known(source=answer.source, candidates=candidates) if candidates else answer
