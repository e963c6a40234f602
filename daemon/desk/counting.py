"""Count what happened when, and how often, from what the store remembers."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from itertools import accumulate

import anyio

from daemon.desk.desk import Desk
from daemon.desk.statistics_views import (
    DistancesView,
    RuleShare,
    SourceShare,
    SpanView,
    StatisticsView,
    WaitShare,
)
from rules.journey import FileState
from rules.span import Span, span_of
from store import statistics
from store.database import Connection
from store.decisions import Decider, Outcome
from store.statistics import FARTHEST_BITS, Answered, Decided, Distance, Flow, Wait

DAYS = 30
"""How far back statistics look, unless told otherwise."""
MOST_DAYS = 36_500
_DAY_S = 86_400
_MINUTE_S, _HOUR_S = 60, 3600
WAIT_BOUNDS_S: tuple[float, ...] = (
    _MINUTE_S,
    10 * _MINUTE_S,
    _HOUR_S,
    6 * _HOUR_S,
    _DAY_S,
    7 * _DAY_S,
    30 * _DAY_S,
)
"""From a machine's pace to that of a person on holiday."""


KEPT_FOR_S = 5.0
"""For so long the same is told again: counting all takes a good part of a second with 100,000
files, and whoever asks for it over and over must not keep others from the store."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What was counted last."""

    days: int | None
    at_s: float
    found: StatisticsView


class Counting:
    """What the desk counts; it changes nothing."""

    def __init__(self, desk: Desk) -> None:
        """Count what this desk's store remembers."""
        self._desk = desk
        self._turn = anyio.Lock()
        self._kept: _Kept | None = None

    async def statistics(self, days: int | None = DAYS) -> StatisticsView:
        """Return what happened in the last `days`; since the first file was seen when None.

        It may be as old as `KEPT_FOR_S`.
        """
        async with self._turn:
            now_s = self._desk.now()
            kept = self._kept
            if kept and kept.days == days and 0 <= now_s - kept.at_s < KEPT_FOR_S:
                return kept.found

            question = partial(_statistics, days=days, now_s=now_s)
            found = await self._desk.database.read(question)
            self._kept = _Kept(days=days, at_s=now_s, found=found)
            return found


def _statistics(connection: Connection, *, days: int | None, now_s: float) -> StatisticsView:
    span = span_of(_since_s(connection, days, now_s), now_s)
    waits = statistics.waits(connection, since_s=span.begin_s, bounds_s=WAIT_BOUNDS_S)
    decided = statistics.decided(connection, span)
    return StatisticsView(
        span=SpanView(begin_s=span.begin_s, step_s=span.step_s, steps=span.steps),
        files=count_files(statistics.flows(connection, span), span),
        decisions=count_decisions(decided, span),
        rules=count_rules(decided),
        distances=count_distances(statistics.distances(connection)),
        sources=count_sources(statistics.answered(connection, since_s=span.begin_s)),
        waits=count_waits(waits),
    )


def _since_s(connection: Connection, days: int | None, now_s: float) -> float:
    if days is not None:
        return now_s - days * _DAY_S

    first_s = statistics.first_event_at_s(connection)
    return now_s if first_s is None else first_s


def count_files(flows: Iterable[Flow], span: Span) -> dict[FileState, tuple[int, ...]]:
    """Return how many files were in each state at the end of each step."""
    changes = {state: Counter[int]() for state in FileState}
    for flow in flows:
        changes[flow.state][flow.step] += flow.files
        if flow.before is not None:
            changes[flow.before][flow.step] -= flow.files

    return {state: _running(change, span) for state, change in changes.items()}


def _running(changes: Mapping[int, int], span: Span) -> tuple[int, ...]:
    """Return the sums of all changes up to the end of each step."""
    return tuple(accumulate(changes.get(step, 0) for step in range(-1, span.steps)))[1:]


def count_decisions(decided: Iterable[Decided], span: Span) -> dict[str, tuple[int, ...]]:
    """Return how many decisions of each outcome were made in each step."""
    counts = {outcome.value: [0] * span.steps for outcome in Outcome}
    for each in decided:
        counts[each.outcome][each.step] += each.decisions

    return {outcome: tuple(steps) for outcome, steps in counts.items()}


def count_rules(decided: Iterable[Decided]) -> tuple[RuleShare, ...]:
    """Return how many decisions of each outcome each rule and each person made."""
    counts: dict[tuple[str | None, Decider], Counter[str]] = {}
    for each in decided:
        counter = counts.setdefault((each.rule, each.decided_by), Counter())
        counter[each.outcome.value] += each.decisions

    ordered = sorted(counts.items(), key=lambda item: (-item[1].total(), item[0][0] or ""))
    return tuple(
        RuleShare(rule=rule, decided_by=decided_by, outcomes=dict(sorted(outcomes.items())))
        for (rule, decided_by), outcomes in ordered
    )


def count_distances(distances: Iterable[Distance]) -> DistancesView:
    """Return how many candidates are how far, accepted and rejected ones."""
    counts = Counter[tuple[bool, int | None]]()
    for each in distances:
        counts[each.is_accepted, each.bits] += each.candidates

    return DistancesView(
        accepted=tuple(counts[True, bits] for bits in range(FARTHEST_BITS + 1)),
        rejected=tuple(counts[False, bits] for bits in range(FARTHEST_BITS + 1)),
        accepted_unknown=counts[True, None],
        rejected_unknown=counts[False, None],
    )


def count_sources(answered: Sequence[Answered]) -> tuple[SourceShare, ...]:
    """Return how each source has answered; what was not asked is no answer."""
    counts = Counter[tuple[str, str]]()
    for each in answered:
        counts[each.source, each.outcome] += each.answers

    return tuple(
        SourceShare(
            source=source,
            known=counts[source, "known"],
            unknown=counts[source, "unknown"],
            failed=counts[source, "failed"] + counts[source, "refused"],
        )
        for source in sorted({each.source for each in answered})
    )


def count_waits(waits: Iterable[Wait]) -> tuple[WaitShare, ...]:
    """Return how many files took how long, the quickest first."""
    counts = Counter[tuple[bool, int]]()
    for each in waits:
        counts[each.is_persons, each.bounds_passed] += each.files

    return tuple(
        WaitShare(below_s=below_s, alone=counts[False, passed], with_person=counts[True, passed])
        for passed, below_s in enumerate((*WAIT_BOUNDS_S, None))
    )
