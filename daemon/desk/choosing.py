"""Which candidate a person means, by the number that it is shown with."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from daemon.desk.refusals import CandidateUnknown, ChoiceNeeded, NoCandidate
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
    for file in asked:
        if file.content_id is None:
            continue

        standing = [each for each in offered[file.content_id] if not each.is_rejected]
        own = [
            each
            for each in standing
            if not discretion.withholds(file.library, each.candidate.source)
        ]
        if own and (file.content_id in shared or len(own) < len(standing)):
            own = _as_weighed_for(connection, file, file.content_id, own)
        found[file.id] = own
    return found


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


def _as_weighed_for(
    connection: Connection, file: FileRecord, content_id: int, offered: Sequence[StoredCandidate]
) -> list[StoredCandidate]:
    """Return the offers in the order, and with the evidence, of the file's own last decision.

    Stored with an offer is what counted for whichever copy was decided about last.
    """
    given = replay.last_given(connection, file.id, content_id)
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
