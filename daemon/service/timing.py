"""How long the work of each stage takes, counted since the daemon started."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import accumulate

BOUNDS_S = (0.01, 0.03, 0.1, 0.3, 1.0, 3.0, 10.0, 30.0, 100.0, 300.0)
"""Two a decade: from a decision to a large file on a slow share."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StageTimes:
    """How one stage has fared."""

    stage: str
    within: tuple[int, ...]
    """How many pieces of work took so long at the most, for each of `BOUNDS_S`, then all."""
    took_s: float
    """All together."""
    items: int
    """Files, contents or messages in what was done; a piece of work may be a batch."""
    failed: int
    """Pieces of work that came to nothing; they are in none of the others."""


@dataclass(slots=True)
class _Record:
    """What is counted of one stage."""

    counts: list[int]
    took_s: float = 0.0
    items: int = 0
    failed: int = 0


class StageClock:
    """Counts what stages say of their work."""

    def __init__(self) -> None:
        """Start with no stage known."""
        self._records: dict[str, _Record] = {}

    def know(self, stage: str) -> None:
        """Count a stage from now on: one that never worked is told of too."""
        self._record(stage)

    def worked(self, stage: str, *, items: int, took_s: float) -> None:
        """Count a piece of work that was done."""
        record = self._record(stage)
        record.counts[bisect_left(BOUNDS_S, took_s)] += 1
        record.took_s += took_s
        record.items += items

    def failed(self, stage: str) -> None:
        """Count a piece of work that came to nothing."""
        self._record(stage).failed += 1

    def times(self) -> tuple[StageTimes, ...]:
        """Return how every known stage has fared, by name."""
        return tuple(
            StageTimes(
                stage=name,
                within=tuple(accumulate(record.counts)),
                took_s=record.took_s,
                items=record.items,
                failed=record.failed,
            )
            for name, record in sorted(self._records.items())
        )

    def _record(self, stage: str) -> _Record:
        return self._records.setdefault(stage, _Record(counts=[0] * (len(BOUNDS_S) + 1)))
