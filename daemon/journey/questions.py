"""What sources are told about a file: its fingerprints, what is known, what is said of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from daemon.journey.hearsay import sidecar_of
from rules.candidate import Answer, Candidate, Known, Query, Unknown, Way
from rules.journey import FileState
from rules.premises import Premises
from rules.samework import own_id
from rules.schedule import is_name_due
from rules.sidecar_ids import other_addresses
from rules.sidecar_says import Sidecar
from store import answers, works
from store.contents import Content
from store.database import Connection
from store.files import FileRecord
from store.sidecars import SidecarRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One file of a batch with what is known of its content."""

    file: FileRecord
    content_id: int
    query: Query
    answered: frozenset[str]
    """Sources whose last answer about the content was one."""
    standing: frozenset[str]
    """Sources that are not asked: only others had failed, or this round's answers are kept."""
    is_name_due: bool
    """Whether even sources that did answer are told the name."""
    said_urls: tuple[str, ...] = ()
    """Addresses that an NFO beside it says; they travel as names do."""
    unnamed: frozenset[str] = frozenset()
    """Sources that are told no names."""

    def query_for(self, source: str) -> Query:
        """Return what `source` is told."""
        is_due = self.is_name_due or source not in self.answered
        if not is_due:
            return self.query.without_texts()
        if source in self.unnamed:
            return self.query

        return replace(self.query, urls=tuple(dict.fromkeys((*self.query.urls, *self.said_urls))))


def case_of(
    connection: Connection,
    file: FileRecord,
    content: Content,
    premises: Premises,
    *,
    waits: int,
    beside: SidecarRecord | None = None,
) -> Case:
    """Return what to ask about a file of this content; both may be of a dry run only.

    After so many `waits` without a match the name is told each time. `beside` is the NFO that
    lies there.
    """
    answered = _answered(connection, content.id) if file.state is not FileState.READY else ()
    sidecar = sidecar_of(beside, file, premises)
    return Case(
        file=file,
        content_id=content.id,
        query=_query(connection, file, content, premises, sidecar),
        answered=frozenset(answered),
        standing=frozenset(answered if file.state is FileState.DEFERRED else ()),
        is_name_due=file.state is FileState.READY or is_name_due(file.attempts, waits),
        said_urls=other_addresses(sidecar.says, premises.sources) if sidecar else (),
        unnamed=premises.unnamed,
    )


def with_copies(
    connection: Connection, content_id: int, given: Sequence[Answer]
) -> Sequence[Answer]:
    """Return what sources answered, with what they found by what is said of other copies.

    A copy with another name, or with none that says anything, or without the NFO of the other,
    would withdraw it otherwise, while a person is perhaps being asked about it.
    """
    by_hearsay = [
        stored.candidate
        for stored in answers.offered(connection, content_id)
        if stored.candidate.found_by is not Way.FINGERPRINT
    ]
    return [_with(answer, by_hearsay) for answer in given]


def _query(
    connection: Connection,
    file: FileRecord,
    content: Content,
    premises: Premises,
    sidecar: Sidecar | None,
) -> Query:
    work = works.load(connection, file.work_id) if file.work_id is not None else None
    said = sidecar.ids - answers.rejected(connection, content.id) if sidecar else frozenset()
    return Query(
        fingerprints=content.fingerprints,
        ids=tuple(dict.fromkeys((*(work.ids if work else ()), *sorted(said)))),
        urls=work.urls if work else (),
        clues=premises.clues_of(file.library, file.path),
        sidecar_clues=sidecar.clues if sidecar else None,
    )


def _answered(connection: Connection, content_id: int) -> Sequence[str]:
    latest = answers.latest(connection, content_id)
    return [answer.source for answer in latest if isinstance(answer, Known | Unknown)]


def _with(answer: Answer, by_hearsay: Sequence[Candidate]) -> Answer:
    if not isinstance(answer, Known | Unknown):
        return answer

    offered = answer.candidates if isinstance(answer, Known) else ()
    names = {own_id(candidate) for candidate in offered}
    of_source = (each for each in by_hearsay if each.source == answer.source)
    candidates = (*offered, *(each for each in of_source if own_id(each) not in names))
    return Known(source=answer.source, candidates=candidates) if candidates else answer
