"""What the desk shows of near-equal files, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

MOST_CLUSTERS = 500
"""Clusters in one answer, unless more or fewer are asked for."""
MOST_CLUSTERS_AT_ONCE = 5000
"""More would keep the daemon from all else while they are written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ComparedView:
    """A file and what it is compared by; None where it does not say."""

    number: int
    path: str
    library: str
    size_bytes: int
    duration_s: float
    """0 when unknown."""
    width: int | None
    height: int | None
    video_codec: str | None
    bit_rate: int | None
    """Bits per second of the whole file."""
    hdr: str | None
    has_sound: bool
    phash: str | None
    is_named: bool
    """Whether it was accepted as a work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AdvisedView:
    """A file of a cluster, and what is advised for it."""

    file: ComparedView
    is_kept: bool
    reason: str
    """What the one to keep is better in, or what another is worse in."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterView:
    """Files of which every two are near-equal."""

    files: tuple[AdvisedView, ...]
    """The one to keep first."""
    is_tie: bool
    """Whether another file is as good as the one to keep."""
    frees_bytes: int
    """What would be free at the most if only the one to keep stayed."""
    cautions: tuple[str, ...]
    """What speaks against these being copies of one work."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DuplicatesView:
    """All clusters, or the first of them."""

    distance_bits: int
    library: str | None
    """None is all of them."""
    compared: int
    """How many contents have a phash that says something."""
    found: int
    """How many clusters there are, shown or not."""
    frees_bytes: int
    """By all of them."""
    clusters: tuple[ClusterView, ...]
    """What would free most first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NearFile:
    """A file near another one."""

    file: ComparedView
    distance_bits: int | None
    """None for the same oshash and size without a phash that says something."""
    is_better: bool | None
    """Whether it is the one to keep of the two; None when neither is better."""
    reason: str
    """What the worse of the two is worse in."""
    cautions: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class NearView:
    """One file, and the files near it."""

    number: int
    path: str
    distance_bits: int
    file: ComparedView | None
    """None where it was not examined, or is missing."""
    remark: str | None
    """Why fewer files can be found than there may be."""
    near: tuple[NearFile, ...]
    """The nearest first."""


DUPLICATES = TypeAdapter(DuplicatesView)
NEAR = TypeAdapter(NearView)
