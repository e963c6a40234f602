"""Look for the work of a file at one source, as a person asks, and keep what is found.

What is found is offered for the file like anything else, weighed like anything else, and nothing
that was offered before goes. No rule is asked about it: whoever looked for it decides.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from functools import partial

import anyio

from daemon.desk.answering import check_answerable, check_revision
from daemon.desk.candidate_views import CandidateView
from daemon.desk.choosing import choosable
from daemon.desk.desk import Desk
from daemon.desk.finding import find
from daemon.desk.reading import candidate_view
from daemon.desk.refusals import FileChanged, NoCandidate
from daemon.desk.search_views import SearchView
from daemon.journey.gathering import gather_for
from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Unknown
from rules.discretion import KEPT_SAFE
from rules.errors import NotFound
from rules.explain import explain_answer
from rules.journey import FileState
from rules.lookup import Lookup
from rules.offers import rank_offers
from rules.premises import Premises
from rules.samework import own_id
from rules.work import ExternalId
from store import answers, choices, contents, events, files, offering, outbox, ranking
from store.database import Connection
from store.files import FileRecord
from store.outbox import Errand

DEADLINE_S = 25.0
"""How long a person is let wait; a source may rest and be tried again for longer by itself."""
_WAITING = (FileState.NO_MATCH, FileState.DEFERRED, FileState.IGNORED)
"""States in which doorman goes on by itself, or nobody looks."""


class SourceUnknown(NotFound):
    """No source has that name."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        """Build the message from the name and those that exist."""
        listed = f"there is {', '.join(sorted(known))}" if known else "none is enabled"
        super().__init__(f"there is no source {name!r}; {listed}")


class Searching:
    """Looks for works at the sources that the desk's household asks."""

    def __init__(self, desk: Desk, *, deadline_s: float = DEADLINE_S) -> None:
        """Look for what belongs to the files of this desk."""
        self._desk = desk
        self._deadline_s = deadline_s

    @property
    def sources(self) -> tuple[str, ...]:
        """Return the names of those that can be asked, in the order of the configuration."""
        return tuple(source.name for source in self._desk.household.sources)

    async def search(
        self, reference: str, source: str, lookup: Lookup, *, revision: int | None = None
    ) -> SearchView:
        """Return what a source offers; what is found is kept among what is offered for the file.

        Raises:
            SourceUnknown: there is none of that name.
            NotAnswerable: nothing can be accepted for the file now.
            FileChanged: it did while the source was asked, or since it was looked at.

        """
        if source not in self.sources:
            raise SourceUnknown(source, self.sources)

        file = await self._desk.database.read(
            partial(_asked_about, reference=reference, revision=revision)
        )
        answer = await self._answer(file, source, lookup)
        if not isinstance(answer, Known):
            return _told(file, answer, _in_words(answer), ())

        keep = partial(self._keep, before=file, found=answer)
        view = await self._desk.database.write(keep)
        self._desk.bells.ring_all()
        return view

    async def _answer(self, file: FileRecord, source: str, lookup: Lookup) -> Answer:
        discretion = self._desk.household.discretion
        if discretion.withholds(file.library, source):
            return NotAsked(source=source, reason=KEPT_SAFE)

        asked = replace(lookup, is_sfw=discretion.is_sfw(file.library))
        with anyio.move_on_after(self._deadline_s):
            return await self._desk.household.search(source, asked)

        late = f"it gave no answer within {self._deadline_s:g} s; try it again"
        return Failed(source=source, reason=late)

    def _keep(self, connection: Connection, *, before: FileRecord, found: Known) -> SearchView:
        at_s, household = self._desk.now(), self._desk.household
        file = files.get(connection, before.id)
        if file is None or file.content_id is None or file.content_id != before.content_id:
            raise FileChanged(before)

        check_answerable(connection, file, "searched for")
        names = {own_id(each) for each in found.candidates}
        rejected = names & answers.rejected(connection, file.content_id)
        with choices.watched(connection, file.content_id):
            offering.add(connection, file.content_id, found.candidates, at_s=at_s)
            _weigh(connection, file, household.premises)
        _wait_for_answer(connection, file, found.source, at_s=at_s)
        present = files.get(connection, file.id) or file
        chosen = [
            candidate_view(offered, None)
            for offered in choosable(connection, present, household.discretion)
            if not names.isdisjoint(offered.names)
        ]
        return _told(present, found, _found(found, rejected), chosen)


def _asked_about(connection: Connection, *, reference: str, revision: int | None) -> FileRecord:
    file = find(connection, reference)
    check_revision(file, revision)
    check_answerable(connection, file, "searched for")
    if file.content_id is None:
        raise NoCandidate(file)

    return file


def _weigh(connection: Connection, file: FileRecord, premises: Premises) -> None:
    """Weigh all that is offered for a file, and number what is new."""
    content = contents.get(connection, file.content_id) if file.content_id is not None else None
    if content is None:
        raise NoCandidate(file)

    by_source: dict[str, list[Candidate]] = {}
    for stored in answers.offered(connection, content.id):
        by_source.setdefault(stored.candidate.source, []).append(stored.candidate)
    said = [Known(source=name, candidates=tuple(own)) for name, own in by_source.items()]
    given = gather_for(
        connection,
        subjects=[(file, content)],
        sources=frozenset(by_source),
        premises=premises,
        fresh={file.id: said},
    )[file.id]
    ranked = [(offer.candidate, offer.evidence) for offer in rank_offers(given)]
    ranking.rank(connection, {content.id: ranked})


def _wait_for_answer(connection: Connection, file: FileRecord, source: str, *, at_s: float) -> None:
    """Let a file with something to choose wait for that, instead of being asked about again."""
    events.add(connection, file.id, "searched", detail=f"at {source}, by a person", at_s=at_s)
    if file.state in _WAITING:
        outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
        reason = "a person looked for it and something was found"
        files.set_state(connection, file, FileState.REVIEW, at_s=at_s, reason=reason)


def _told(
    file: FileRecord, answer: Answer, message: str, candidates: Sequence[CandidateView]
) -> SearchView:
    return SearchView(
        number=file.id,
        source=answer.source,
        outcome=answer.kind,
        message=message,
        revision=file.revision,
        candidates=tuple(candidates),
    )


def _found(found: Known, rejected: Collection[ExternalId]) -> str:
    count = len(found.candidates)
    told = f"{found.source} has {count} work{'s' if count > 1 else ''} for that"
    if not rejected:
        return told

    were = "was" if len(rejected) == 1 else "were"
    return f"{told}, of which {len(rejected)} {were} rejected before and stays out; undo that first"


def _in_words(answer: Answer) -> str:
    if isinstance(answer, Unknown):
        return f"{answer.source} has nothing for that; try other words, or another source"

    return explain_answer(answer)
