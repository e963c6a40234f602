"""What the sources offered for a file, without what a person rejected, best first."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass, replace

from rules.candidate import Candidate, Known, Way
from rules.case import Case, FileFacts
from rules.decision import DecisionInput
from rules.evidence import Evidence, weigh
from rules.fingerprint import Algorithm
from rules.samework import count_rivals, group_works, ids_told, look_alikes, own_id, still_offered
from rules.sidecar_evidence import SidecarEvidence, compare_sidecar, of_one_work
from rules.work import ExternalId

_FARTHEST_BITS = 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Offer:
    """A candidate, weighed."""

    candidate: Candidate
    evidence: Evidence
    work: int
    """Equal for candidates that are one work."""
    case: Case


def rank_offers(given: DecisionInput) -> tuple[Offer, ...]:
    """Return what was offered and not rejected, best first."""
    candidates = _not_rejected(_offered(given), given)
    groups = group_works(candidates)
    work_of = {position: work for work, group in enumerate(groups) for position in group}
    file = file_facts(given)
    offers: list[Offer] = []
    for position, evidence in enumerate(_weigh(candidates, given)):
        candidate = candidates[position]
        case = Case(file=file, works=len(groups), candidate=candidate, evidence=evidence)
        offers.append(
            Offer(candidate=candidate, evidence=evidence, work=work_of[position], case=case)
        )
    return tuple(sorted(offers, key=_rank))


def ids_alike(offer: Offer, given: DecisionInput) -> frozenset[ExternalId]:
    """Return the ids of all that might be the same work as `offer`, turned down or not."""
    everything = (*_offered(given), *given.turned_down)
    name = own_id(offer.candidate)
    return frozenset().union(
        *(
            ids_told(everything[position])
            for group in look_alikes(everything)
            if any(own_id(everything[position]) == name for position in group)
            for position in group
        )
    )


def has_rejected_twin(given: DecisionInput) -> bool:
    """Tell whether a work that a person rejected has the file's own oshash.

    Then somebody submitted this very hash for a work that it is not, so whatever else is said
    of it needs a second look: of two that claim one file, both may be wrong.
    """
    ours = given.fingerprints.oshash.value
    return any(
        remote.algorithm is Algorithm.OSHASH and remote.value == ours
        for candidate in (*_offered(given), *given.turned_down)
        if own_id(candidate) in given.rejected
        for remote in candidate.fingerprints
    )


def _offered(given: DecisionInput) -> tuple[Candidate, ...]:
    """Return each candidate once, in an order that the answers' order has no part in."""
    offered = (
        candidate
        for answer in given.answers
        if isinstance(answer, Known)
        for candidate in answer.candidates
    )
    by_id = {own_id(candidate): candidate for candidate in sorted(offered, key=repr)}
    return tuple(by_id.values())


def _not_rejected(candidates: Sequence[Candidate], given: DecisionInput) -> tuple[Candidate, ...]:
    """Leave out what a person rejected, also where another source offers the same work.

    It does not matter whether the source of what was rejected still offers it, or answers at all.
    A candidate that is linked was chosen by somebody: it goes only if it was itself rejected.
    """
    past = [each for each in given.turned_down if own_id(each) in given.rejected]
    standing = still_offered(
        candidates, rejected=given.rejected, linked=given.linked, turned_down=past
    )
    return tuple(candidates[position] for position in standing)


def file_facts(given: DecisionInput) -> FileFacts:
    """Return what is known of the file before any source is asked."""
    return FileFacts(
        name=given.file_name,
        library=given.library,
        size_bytes=given.fingerprints.size_bytes,
        duration_s=given.fingerprints.duration_s,
    )


def _weigh(candidates: Sequence[Candidate], given: DecisionInput) -> tuple[Evidence, ...]:
    weighed = tuple(
        weigh(
            given.fingerprints,
            candidate,
            rivals=0,
            is_linked=own_id(candidate) in given.linked,
            clues=given.clues,
            sidecar=said,
        )
        for candidate, said in zip(candidates, _said_beside(candidates, given), strict=True)
    )
    counting = {
        position
        for position, evidence in enumerate(weighed)
        if may_be_rival(candidates[position], evidence, given)
    }
    rivals = count_rivals(candidates, counting=counting)
    return tuple(
        replace(evidence, rivals=others) for evidence, others in zip(weighed, rivals, strict=True)
    )


def _said_beside(
    candidates: Sequence[Candidate], given: DecisionInput
) -> tuple[SidecarEvidence, ...]:
    """Return what the NFO says of each; whose id it names is the same for all of one work."""
    said = [
        compare_sidecar(given.sidecar, each, linked=given.linked, rejected=given.rejected)
        for each in candidates
    ]
    for group in group_works(candidates):
        id_agrees = of_one_work(said[position] for position in group)
        for position in group:
            said[position] = replace(said[position], id_agrees=id_agrees)
    return tuple(said)


def may_be_rival(candidate: Candidate, evidence: Evidence, given: DecisionInput) -> bool:
    """Tell whether a candidate's work may be the file's as well.

    A search for words answers with whatever has some of them (`theporndb-and-others.md` §1), and
    must not turn every sure match of another source into a question.
    """
    if candidate.found_by is not Way.TEXT or given.clues is None:
        return True

    is_plausible = evidence.name.is_plausible or evidence.sidecar.says.is_plausible
    return evidence.is_positive or is_plausible


def _rank(offer: Offer) -> tuple[object, ...]:
    """Return what sorts the likelier candidate first; no two are equal.

    Of what was not measured to agree, a name that fits says more than by how much pictures differ:
    any two films are some 20 to 44 bits apart.
    """
    evidence = offer.evidence
    far_bits = _FARTHEST_BITS + 1
    distance_bits = evidence.phash_distance_bits
    distance_bits = far_bits if distance_bits is None else distance_bits
    difference_s = evidence.duration_difference_s
    return (
        not evidence.is_linked,
        not evidence.oshash_agrees,
        not (evidence.is_positive or evidence.sidecar.id_agrees),
        not evidence.is_positive,
        distance_bits if evidence.is_positive else far_bits,
        -evidence.phash_share,
        -evidence.oshash_submissions - evidence.phash_submissions,
        0.0 if evidence.is_positive else -_agreement(evidence),
        distance_bits,
        math.inf if difference_s is None else difference_s,
        -_agreement(evidence),
        own_id(offer.candidate),
    )


def _agreement(evidence: Evidence) -> float:
    """Return how much of what was said of the file agrees: by its name, and beside it."""
    return evidence.name.agreement + evidence.sidecar.says.agreement
