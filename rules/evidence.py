"""What speaks for and against one candidate: measured here, never taken on trust.

A stash-box answers neither which hash matched nor how far it was, and looks neither at votes nor
at durations (`stash-box.md` §0.4-0.7); all of that is computed again from what it returned. What
the file's name says is kept beside it, for people and for the order of candidates.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

from rules.candidate import Candidate, RemoteFingerprint
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints, Phash
from rules.name_evidence import NO_NAME_EVIDENCE, NameEvidence, compare_name
from rules.sidecar_evidence import NO_SIDECAR_EVIDENCE, SidecarEvidence

EVIDENCE_VERSION = 6
"""Raised whenever the same file and offers would be weighed otherwise.

2 compares names. 3 takes a library's own folder, and those above it, for no clue.
4 compares what an NFO beside the file says.
5 has one notion of what a name may well mean, for what is offered and for what is a rival.
6 doesn't take one person with two encodes for two people.
"""

NEAR_BITS = 8
"""Phashes at most this far apart count as similar: Stash's own limit (`stash.md` §6.3)."""

SAME_BITS = 4
"""Phashes at most this far apart agree alike: another ffmpeg build moves a hash by 2 bits
(`stash.md` §1.10), and so may each side's, so counting only the nearest would split the votes."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Evidence:
    """The comparable facts for one candidate; None is unknown, which never agrees."""

    version: int = EVIDENCE_VERSION
    is_linked: bool = False
    """The candidate's id is already an id of the file's work."""
    oshash_agrees: bool = False
    oshash_submissions: int = 0
    """How many people say that this oshash is this work; so `oshash_reports`: is not."""
    oshash_reports: int = 0
    phash_distance_bits: int | None = None
    """To the nearest phash of the candidate; None when either side has none that says anything."""
    phash_submissions: int = 0
    """The most that one of the agreeing phashes has: whoever has two encodes may submit both, so
    people who stand behind different ones may be the same."""
    phash_reports: int = 0
    """Summed over the agreeing phashes."""
    phashes_near: int = 0
    """The candidate's phashes within `NEAR_BITS` of ours."""
    phashes_offered: int = 0
    """All phashes of the candidate that say anything."""
    file_duration_s: float | None = None
    fingerprint_duration_s: float | None = None
    """What the people measured who submitted the agreeing hash; of several, the nearest to ours."""
    work_duration_s: float | None = None
    """What the source says of the work."""
    rivals: int = 0
    """Other works offered for the same file, each counted once however many sources offer it.

    One that was found by words alone counts only if the file's name may well be that of it.
    """
    name: NameEvidence = NO_NAME_EVIDENCE
    """What the file's name says; never measured, so never enough to accept anything."""
    sidecar: SidecarEvidence = NO_SIDECAR_EVIDENCE
    """What an NFO says that lay beside the file; never measured either."""

    @property
    def phash_agrees(self) -> bool:
        """Tell whether a phash of the candidate is similar to ours."""
        return self.phash_distance_bits is not None and self.phash_distance_bits <= NEAR_BITS

    @property
    def is_positive(self) -> bool:
        """Tell whether anything that doorman measured itself speaks for the candidate.

        A name is not measured: whoever names files may be wrong, or lie.
        """
        return self.is_linked or self.oshash_agrees or self.phash_agrees

    @property
    def phash_share(self) -> float:
        """Return which part of the candidate's phashes is similar to ours, 0 to 1.

        A low share is a work that collected the hashes of several (`stash-box.md` §4, end).
        """
        if not self.phashes_offered:
            return 0.0

        return self.phashes_near / self.phashes_offered

    @property
    def fingerprint_duration_difference_s(self) -> float | None:
        """Return how far the file is from what the agreeing hash was measured with."""
        return _difference_s(self.file_duration_s, self.fingerprint_duration_s)

    @property
    def work_duration_difference_s(self) -> float | None:
        """Return how far the file is from the work's own duration."""
        return _difference_s(self.file_duration_s, self.work_duration_s)

    @property
    def duration_difference_s(self) -> float | None:
        """Return the larger of the known differences; None, when neither is, is no agreement."""
        known = [
            difference_s
            for difference_s in (
                self.fingerprint_duration_difference_s,
                self.work_duration_difference_s,
            )
            if difference_s is not None
        ]
        return max(known, default=None)


NO_EVIDENCE = Evidence()
"""What speaks for nothing: a file that nobody knows."""


def weigh(
    fingerprints: Fingerprints,
    candidate: Candidate,
    *,
    rivals: int,
    is_linked: bool,
    clues: NameClues | None = None,
    sidecar: SidecarEvidence = NO_SIDECAR_EVIDENCE,
) -> Evidence:
    """Return what speaks for and against `candidate` being what the file is a copy of.

    `rivals` and `is_linked` are told, since they follow from the other candidates and the store;
    `clues` are what the file's name says, and `sidecar` is what an NFO beside it says of the work.
    """
    file_duration_s = _known_s(fingerprints.duration_s)
    exact = _same_oshash(fingerprints, candidate)
    compared = _compare_phashes(fingerprints, candidate)
    agreeing = _agreeing(compared)
    return Evidence(
        is_linked=is_linked,
        oshash_agrees=bool(exact),
        oshash_submissions=sum(remote.submissions for remote in exact),
        oshash_reports=sum(remote.reports for remote in exact),
        phash_distance_bits=min((distance for distance, _ in compared), default=None),
        phash_submissions=max((remote.submissions for remote in agreeing), default=0),
        phash_reports=sum(remote.reports for remote in agreeing),
        phashes_near=sum(distance <= NEAR_BITS for distance, _ in compared),
        phashes_offered=len(_telling_phashes(candidate)),
        file_duration_s=file_duration_s,
        fingerprint_duration_s=(
            _nearest_s(file_duration_s, exact) or _nearest_s(file_duration_s, agreeing)
        ),
        work_duration_s=_known_s(candidate.work.duration_s),
        rivals=rivals,
        name=compare_name(clues, candidate.work),
        sidecar=sidecar,
    )


def _same_oshash(fingerprints: Fingerprints, candidate: Candidate) -> tuple[RemoteFingerprint, ...]:
    return tuple(
        remote
        for remote in candidate.fingerprints
        if remote.algorithm is Algorithm.OSHASH and remote.value == fingerprints.oshash.value
    )


def _telling_phashes(candidate: Candidate) -> tuple[RemoteFingerprint, ...]:
    return tuple(
        remote
        for remote in candidate.fingerprints
        if remote.algorithm is Algorithm.PHASH and not Phash(remote.value).is_degenerate
    )


def _compare_phashes(
    fingerprints: Fingerprints, candidate: Candidate
) -> tuple[tuple[int, RemoteFingerprint], ...]:
    ours = fingerprints.phash
    if ours is None or ours.is_degenerate:
        return ()

    return tuple(
        (ours.distance_bits(Phash(remote.value)), remote) for remote in _telling_phashes(candidate)
    )


def _agreeing(compared: tuple[tuple[int, RemoteFingerprint], ...]) -> tuple[RemoteFingerprint, ...]:
    smallest = min((distance for distance, _ in compared), default=0)
    limit = min(max(smallest, SAME_BITS), NEAR_BITS)
    return tuple(remote for distance, remote in compared if distance <= limit)


def _nearest_s(
    file_duration_s: float | None, agreeing: Iterable[RemoteFingerprint]
) -> float | None:
    """Return the duration nearest to the file's; the shorter of two equally near."""
    known = sorted(
        duration_s for remote in agreeing if (duration_s := _known_s(remote.duration_s)) is not None
    )
    if file_duration_s is None:
        return known[0] if known else None

    return min(known, key=lambda duration_s: abs(duration_s - file_duration_s), default=None)


def _known_s(duration_s: float | None) -> float | None:
    """Return None for what no video can last: absent, zero, negative, infinite or not a number."""
    if duration_s is None or not math.isfinite(duration_s) or duration_s <= 0:
        return None

    return duration_s


def _difference_s(one_s: float | None, other_s: float | None) -> float | None:
    if one_s is None or other_s is None:
        return None

    # A hundredth is what Stash stores (`rules.media`); without rounding, 100.1 - 95.1 is not 5.
    return round(abs(one_s - other_s), 2)
