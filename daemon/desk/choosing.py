"""Which candidate a person means, by the number that it is shown with.

A candidate is one work, however many sources tell of it. Each telling has a number of its own that
never comes to mean anything else; a candidate is shown under that of its best one. Whoever names
another number of it means the same candidate, told by that source: its values come first then.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

from daemon.desk.refusals import CandidateUnknown, ChoiceNeeded, NoCandidate
from rules.candidate import Candidate
from rules.decision import DecisionInput
from rules.discretion import Discretion
from rules.evidence import Evidence
from rules.name_evidence import NO_NAME_EVIDENCE
from rules.offers import rank_offers
from rules.samework import own_id, still_offered
from rules.sidecar_evidence import NO_SIDECAR_EVIDENCE
from rules.witnesses import by_work
from rules.work import ExternalId
from store import answers, entities, files, replay
from store.answers import StoredCandidate
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord


@dataclass(frozen=True, slots=True, kw_only=True)
class Offered:
    """A candidate: one work, and all who tell of it."""

    witnesses: tuple[StoredCandidate, ...]
    """Never empty; whose values count first stands first."""

    @property
    def best(self) -> StoredCandidate:
        """Return the telling whose values count first."""
        return self.witnesses[0]

    @property
    def number(self) -> int:
        """Return the number that it is shown with."""
        return self.best.number

    @property
    def candidates(self) -> tuple[Candidate, ...]:
        """Return what each of them tells."""
        return tuple(each.candidate for each in self.witnesses)

    @property
    def names(self) -> tuple[ExternalId, ...]:
        """Return what each of them calls it."""
        return tuple(map(own_id, self.candidates))

    def told_first_by(self, number: int) -> Offered | None:
        """Return the same with the telling of that number first; None where none has it."""
        first = next((each for each in self.witnesses if each.number == number), None)
        return self.led_by(first) if first is not None else None

    def is_told_by(self, number: int | None) -> bool:
        """Tell whether this is the number of one of its witnesses."""
        return any(each.number == number for each in self.witnesses)

    def led_by(self, first: StoredCandidate) -> Offered:
        """Return the same with this telling first."""
        rest = (each for each in self.witnesses if each is not first)
        return Offered(witnesses=(first, *rest))


def choosable(connection: Connection, file: FileRecord, discretion: Discretion) -> list[Offered]:
    """Return what a person may choose among for a file, best first.

    Offers belong to a content, and copies of it may lie in other libraries and have other names.
    What a source offered that this file's library is kept from is none of its; and each offer
    comes with what was weighed for this file.
    """
    return choosable_of(connection, [file], discretion)[file.id]


def choosable_of(
    connection: Connection, asked: Sequence[FileRecord], discretion: Discretion
) -> dict[int, list[Offered]]:
    """Return the same for several files, by file."""
    told = _told_of(connection, asked, discretion)
    return {
        file_id: [
            Offered(witnesses=witnesses)
            for witnesses in by_work(stored, lambda each: each.candidate)
        ]
        for file_id, stored in told.items()
    }


def choose(file: FileRecord, verb: str, offered: Sequence[Offered], number: int | None) -> Offered:
    """Return the candidate of that number, told first by who has it; the only one without one.

    Raises:
        NoCandidate: nothing is offered.
        ChoiceNeeded: several are, and none was named.
        CandidateUnknown: none has that number.

    """
    if not offered:
        raise NoCandidate(file)
    if number is None and len(offered) > 1:
        raise ChoiceNeeded(file, verb, [(each.number, each.best.candidate) for each in offered])

    if number is None:
        return offered[0]

    meant = (each.told_first_by(number) for each in offered)
    found = next((each for each in meant if each is not None), None)
    if found is None:
        raise CandidateUnknown(file, number, [each.number for each in offered])

    return found


def _told_of(
    connection: Connection, asked: Sequence[FileRecord], discretion: Discretion
) -> dict[int, list[StoredCandidate]]:
    """Return what each source tells of files that a person may choose, best first."""
    content_ids = {file.content_id for file in asked if file.content_id is not None}
    offered = answers.offered_of(connection, sorted(content_ids))
    shared = files.copied(connection, content_ids)
    found: dict[int, list[StoredCandidate]] = {file.id: [] for file in asked}
    weighed_by_itself: dict[int, int] = {}
    for file in asked:
        if file.content_id is None:
            continue

        standing = _still_offered(connection, file, offered[file.content_id])
        own = [
            each
            for each in standing
            if not discretion.withholds(file.library, each.candidate.source)
        ]
        found[file.id] = own
        if own and (file.content_id in shared or len(own) < len(standing)):
            weighed_by_itself[file.id] = file.content_id
    return found | _as_weighed(connection, weighed_by_itself, found)


def _still_offered(
    connection: Connection, file: FileRecord, offered: Sequence[StoredCandidate]
) -> list[StoredCandidate]:
    """Return what is left when all that tells of a rejected work is gone, as where it is decided.

    So nothing is shown that no rule would look at.
    """
    rejected = frozenset(own_id(each.candidate) for each in offered if each.is_rejected)
    if not rejected:
        return list(offered)

    work_id = file.work_id
    linked = entities.ids_of(connection, Kind.WORK, work_id) if work_id is not None else ()
    candidates = [each.candidate for each in offered]
    return [
        offered[position]
        for position in still_offered(candidates, rejected=rejected, linked=linked)
    ]


def _as_weighed(
    connection: Connection,
    content_ids: Mapping[int, int],
    offered: Mapping[int, list[StoredCandidate]],
) -> dict[int, list[StoredCandidate]]:
    """Return offers in the order, and with the evidence, of each file's own last decision.

    Stored with an offer is what counted for whichever copy was decided about last.
    """
    if not content_ids:
        return {}

    given = replay.last_given(connection, content_ids)
    return {
        file_id: _as_weighed_from(given.get(file_id), offered[file_id]) for file_id in content_ids
    }


def _as_weighed_from(
    given: DecisionInput | None, offered: Sequence[StoredCandidate]
) -> list[StoredCandidate]:
    ranked = rank_offers(given) if given is not None else ()
    own = {own_id(offer.candidate): offer.evidence for offer in ranked}
    places = {name: place for place, name in enumerate(own)}
    weighed = [
        replace(each, evidence=own.get(own_id(each.candidate)) or _without_name(each))
        for each in offered
    ]
    return sorted(weighed, key=lambda each: places.get(own_id(each.candidate), len(places)))


def _without_name(stored: StoredCandidate) -> Evidence | None:
    """Return what depends neither on what a copy is called nor on what lies beside it."""
    if stored.evidence is None:
        return None

    return replace(stored.evidence, name=NO_NAME_EVIDENCE, sidecar=NO_SIDECAR_EVIDENCE)
