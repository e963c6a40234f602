"""Which candidate a person means, by the number that it is shown with."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace

from daemon.desk.refusals import CandidateUnknown, ChoiceNeeded, NoCandidate
from rules.decision import DecisionInput
from rules.discretion import Discretion
from rules.evidence import Evidence
from rules.name_evidence import NO_NAME_EVIDENCE
from rules.offers import rank_offers
from rules.samework import own_id
from rules.sidecar_evidence import NO_SIDECAR_EVIDENCE
from store import answers, files, replay
from store.answers import StoredCandidate
from store.database import Connection
from store.files import FileRecord


def choosable(
    connection: Connection, file: FileRecord, discretion: Discretion
) -> list[StoredCandidate]:
    """Return what a person may choose among for a file, best first.

    Offers belong to a content, and copies of it may lie in other libraries and have other names.
    What a source offered that this file's library is kept from is none of its; and each offer
    comes with what was weighed for this file.
    """
    return choosable_of(connection, [file], discretion)[file.id]


def choosable_of(
    connection: Connection, asked: Sequence[FileRecord], discretion: Discretion
) -> dict[int, list[StoredCandidate]]:
    """Return the same for several files, by file."""
    content_ids = {file.content_id for file in asked if file.content_id is not None}
    offered = answers.offered_of(connection, sorted(content_ids))
    shared = files.copied(connection, content_ids)
    found: dict[int, list[StoredCandidate]] = {file.id: [] for file in asked}
    weighed_by_itself: dict[int, int] = {}
    for file in asked:
        if file.content_id is None:
            continue

        standing = [each for each in offered[file.content_id] if not each.is_rejected]
        own = [
            each
            for each in standing
            if not discretion.withholds(file.library, each.candidate.source)
        ]
        found[file.id] = own
        if own and (file.content_id in shared or len(own) < len(standing)):
            weighed_by_itself[file.id] = file.content_id
    return found | _as_weighed(connection, weighed_by_itself, found)


def choose(
    file: FileRecord, verb: str, offered: Sequence[StoredCandidate], number: int | None
) -> StoredCandidate:
    """Return the candidate of that number; the only one when none is named.

    Raises:
        NoCandidate: nothing is offered.
        ChoiceNeeded: several are, and none was named.
        CandidateUnknown: none has that number.

    """
    if not offered:
        raise NoCandidate(file)
    if number is None and len(offered) > 1:
        raise ChoiceNeeded(file, verb, offered)

    if number is None:
        return offered[0]

    for each in offered:
        if each.number == number:
            return each

    raise CandidateUnknown(file, number, [each.number for each in offered])


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
