"""Whether the daemon is well, and its measures: what programs ask that watch over it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Final

import anyio

from daemon.desk.desk import Desk
from daemon.desk.views import LibraryLine
from daemon.desk.vital_views import Check, LibraryMeasure, Measures, OwedMeasure
from daemon.service.health import Stopped
from daemon.service.timing import StageTimes
from daemon.service.usage import Usage, own_usage
from rules.errors import StoreError
from rules.journey import FileState
from store import files
from store.database import Connection
from store.metering import DecisionCount, decision_counts
from store.outbox import Errand
from store.throughput import OwedKind, owed_kinds

STORE_WITHIN_S: Final = 5.0
"""How long the store may take to answer: a large question before ours takes one or two."""
_UNREADY: Final = frozenset({"offline", "starting"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Pulse:
    """What is known of the stages, without asking the store."""

    stages: Callable[[], frozenset[str]]
    """Those that should be heard of."""
    stopped: Callable[[], Sequence[Stopped]]
    """Those that are not."""
    times: Callable[[], Sequence[StageTimes]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Vitals:
    """Tells whether the daemon is well; changes nothing."""

    desk: Desk
    pulse: Pulse
    store_within_s: float = STORE_WITHIN_S

    def health(self) -> Check:
        """Return whether the daemon works, from memory alone: anybody may ask, as often as not."""
        stopped = self.pulse.stopped()
        if not stopped:
            return Check(name="stages", is_well=True, detail="every stage is heard of")

        told = ", ".join(f"{each.stage} (for {each.silent_s:.0f} s)" for each in stopped)
        return Check(name="stages", is_well=False, detail=f"silent for too long: {told}")

    async def readiness(self) -> tuple[Check, ...]:
        """Return whether everything is there that the daemon's work needs."""
        store, lines = await self._store()
        return (self.health(), store, *map(_library_check, lines))

    async def measures(self) -> Measures:
        """Return everything that is measured.

        Raises:
            StoreError: the store could not answer.

        """
        household = self.desk.household
        found = await self.desk.database.read(partial(_find, now_s=self.desk.now()))
        return Measures(
            version=household.version,
            started_at_s=household.started_at_s,
            states=found.states,
            missing=sum(missing for _, missing in found.libraries.values()),
            libraries=tuple(map(_library, household.library_lines(found.libraries))),
            stages=tuple(self.pulse.times()),
            stopped=self._stopped(),
            sources=household.healths(),
            decisions=tuple(found.decisions),
            owed=found.owed,
            usage=_usage(),
        )

    def _stopped(self) -> dict[str, bool]:
        stopped = {each.stage for each in self.pulse.stopped()}
        return {stage: stage in stopped for stage in sorted(self.pulse.stages())}

    async def _store(self) -> tuple[Check, Sequence[LibraryLine]]:
        try:
            with anyio.fail_after(self.store_within_s):
                counts = await self.desk.database.read(files.counts_by_library)
        except StoreError:
            detail = "it cannot answer; the log says why"
            return Check(name="store", is_well=False, detail=detail), ()
        except TimeoutError:
            detail = f"no answer within {self.store_within_s:g} s"
            return Check(name="store", is_well=False, detail=detail), ()

        well = Check(name="store", is_well=True, detail="it answers")
        return well, self.desk.household.library_lines(counts)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Found:
    """What the store tells at one moment."""

    states: dict[FileState, int]
    libraries: dict[str, tuple[int, int]]
    decisions: list[DecisionCount]
    owed: tuple[OwedMeasure, ...]


def _find(connection: Connection, *, now_s: float) -> _Found:
    owed = {each.errand: each for each in owed_kinds(connection)}
    return _Found(
        states=files.counts(connection),
        libraries=files.counts_by_library(connection),
        decisions=decision_counts(connection),
        owed=tuple(_owed(errand, owed.get(errand), now_s) for errand in Errand),
    )


def _owed(errand: Errand, owed: OwedKind | None, now_s: float) -> OwedMeasure:
    if owed is None:
        return OwedMeasure(kind=errand.value)

    return OwedMeasure(
        kind=errand.value,
        count=owed.count,
        failing=owed.failing,
        age_s=max(now_s - owed.oldest_at_s, 0.0),
        overdue_s=max(now_s - owed.next_at_s, 0.0),
    )


def _library(line: LibraryLine) -> LibraryMeasure:
    return LibraryMeasure(
        name=line.name,
        state=line.state,
        files=line.files,
        missing=line.missing,
        listed_at_s=line.listed_at_s,
    )


def _library_check(line: LibraryLine) -> Check:
    """Return whether a library can be looked through; why not, may name files."""
    return Check(
        name="library", is_well=line.state not in _UNREADY, detail=f"{line.name} is {line.state}"
    )


def _usage() -> Usage | None:
    try:
        return own_usage()
    except OSError:
        return None
