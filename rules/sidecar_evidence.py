"""How far an NFO beside a file and a candidate say the same: hearsay, as a name is.

Somebody wrote it, perhaps about another file that lay there before. So it never makes a match, and
where it names another work than a source does, one of the two is wrong.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from rules.candidate import Candidate, Way
from rules.filename import NameClues
from rules.name_evidence import NO_NAME_EVIDENCE, NameEvidence, compare_name
from rules.samework import ids_told
from rules.sidecar_ids import is_uuid
from rules.sidecar_says import Sidecar
from rules.work import ExternalId, Work


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarEvidence:
    """What an NFO says for and against a candidate; None is unknown, which never agrees."""

    id_agrees: bool | None = None
    """False where it has another id at a source that knows the work by one."""
    says: NameEvidence = NO_NAME_EVIDENCE
    """Its studio, date, people and title, compared as those of a name are."""


NO_SIDECAR_EVIDENCE = SidecarEvidence()
"""Where no NFO is, or doorman wrote it."""


def compare_sidecar(
    sidecar: Sidecar | None,
    candidate: Candidate,
    *,
    linked: frozenset[ExternalId] = frozenset(),
    rejected: frozenset[ExternalId] = frozenset(),
) -> SidecarEvidence:
    """Return what an NFO says for and against `candidate`.

    Args:
        sidecar: None where there is none.
        candidate: What a source offered.
        linked: What the file's work is known by; a source may have been asked by that as well.
        rejected: What a person said that it is not; of it the NFO is known to be wrong.

    """
    if sidecar is None:
        return NO_SIDECAR_EVIDENCE

    return SidecarEvidence(
        id_agrees=_id_agrees(sidecar.ids - rejected, candidate, linked),
        says=_says(sidecar.clues, candidate.work),
    )


def of_one_work(several: Iterable[SidecarEvidence]) -> bool | None:
    """Return whether the id agrees for candidates that are one work: what differs counts first."""
    told = {each.id_agrees for each in several}
    if False in told:
        return False

    return True if True in told else None


def _says(clues: NameClues | None, work: Work) -> NameEvidence:
    """Compare what an NFO says; unlike a name it says for itself what is no title."""
    says = compare_name(clues, work)
    has_title = clues is not None and clues.title is not None
    return says if has_title else replace(says, title_share=None, title_words=0)


def _id_agrees(
    ids: frozenset[ExternalId], candidate: Candidate, linked: frozenset[ExternalId]
) -> bool | None:
    told = ids_told(candidate)
    if told & ids:
        return True

    at_source = {each for each in ids if each.source == candidate.source}
    is_asked_by_it = candidate.found_by is Way.ID and not any(
        each.source == candidate.source for each in linked
    )
    if at_source and is_asked_by_it:
        return True  # another name of it, such as a slug, that the source went by

    # A work has one UUID at a source; what other names say, only the source knows.
    sources = {each.source for each in told if is_uuid(each.remote_id)}
    return (
        False if any(each.source in sources and is_uuid(each.remote_id) for each in ids) else None
    )
