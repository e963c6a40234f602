"""What happened when, and how often, counted over the whole store.

Measured (100,000 files, 500,000 events, 100,000 decisions, 200,000 answers and candidates, 2
cores): 80 ms for the files of each state, 40 ms for the distances, 15 ms for the waits, 5 ms for
the rest.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from rules.journey import FileState
from rules.span import Span
from store.database import Connection
from store.decisions import Decider, Outcome
from store.rows import many, number, number_or_none, one, seconds_or_none, text_or_none

FARTHEST_BITS: Final = 16
"""Distances of so many bits and more are counted as one: Stash looks no farther than 8."""

# The step of a time: -1 is before the span, and what is after it belongs to its last step.
_STEP = "least(greatest(floor(({at_s} - $1) / $2), -1), $3 - 1)::INTEGER"
_FLOWS = f"""
WITH came AS (
    SELECT at_s, event AS state, lag(event) OVER (PARTITION BY file_id ORDER BY id) AS before
    FROM event WHERE list_contains($4::VARCHAR[], event)
)
SELECT {_STEP.format(at_s="at_s")} AS step, state, before, count(*) FROM came
WHERE before IS DISTINCT FROM state GROUP BY ALL ORDER BY ALL
"""  # noqa: S608  # constants
_DECIDED = f"""
SELECT {_STEP.format(at_s="decided_at_s")} AS step, verdict, decided_by, rule, count(*)
FROM decision WHERE decided_at_s >= $1 GROUP BY ALL ORDER BY ALL
"""  # noqa: S608  # constants
_DISTANCES = """
WITH judged AS (
    SELECT DISTINCT 'accepted' AS verdict, content_id, source, remote_id FROM decision
    WHERE verdict = 'accepted' AND undone_at_s IS NULL AND source IS NOT NULL
    UNION ALL SELECT 'rejected', content_id, source, remote_id FROM rejection
)
SELECT verdict, CASE WHEN bits >= $1 THEN $1 ELSE bits END AS bits, count(*)
FROM (
    SELECT verdict, (c.evidence->>'phash_distance_bits')::INTEGER AS bits
    FROM judged j JOIN candidate c ON c.content_id = j.content_id
        AND c.source = j.source AND c.remote_id = j.remote_id
)
GROUP BY ALL ORDER BY ALL
"""
_ANSWERED = """
SELECT source, outcome, count(*) FROM answer WHERE asked_at_s >= $1 GROUP BY ALL ORDER BY ALL
"""
_WAITS = """
WITH done AS (
    SELECT file_id, min(at_s) AS at_s FROM event WHERE event = 'done' GROUP BY file_id
), asked AS (
    SELECT DISTINCT file_id FROM decision WHERE decided_by = 'person'
)
SELECT a.file_id IS NOT NULL AS is_persons, len(list_filter($2::DOUBLE[], lambda x: x <= took_s)),
    count(*)
FROM (
    SELECT d.file_id, d.at_s - f.first_seen_at_s AS took_s
    FROM done d JOIN file f ON f.id = d.file_id WHERE d.at_s >= $1
) w LEFT JOIN asked a ON a.file_id = w.file_id
GROUP BY ALL ORDER BY ALL
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Flow:
    """How many files came from one state into another within a step of a span."""

    step: int
    """-1 is all that was before the span."""
    state: FileState
    before: FileState | None
    """None when they were not known."""
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Decided:
    """How many decisions of one kind were made within a step of a span."""

    step: int
    outcome: Outcome
    decided_by: Decider
    rule: str | None
    decisions: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Distance:
    """How many candidates that were accepted, or rejected, have a phash so far from the file's."""

    is_accepted: bool
    bits: int | None
    """`FARTHEST_BITS` is that and more; None is not known: no phash was compared."""
    candidates: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """How many answers of one kind a source gave."""

    source: str
    outcome: str
    answers: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Wait:
    """How many files took so long from when they were first seen to when they were done."""

    is_persons: bool
    """Whether a person decided anything about them."""
    bounds_passed: int
    """How many of the bounds it took at least; 0 is less than the first."""
    files: int


def first_event_at_s(connection: Connection) -> float | None:
    """Return when the first file was seen; None when none was."""
    row = one(connection, "SELECT min(at_s) FROM event")
    return seconds_or_none(row[0]) if row else None


def flows(connection: Connection, span: Span) -> list[Flow]:
    """Return how files went from state to state until the end of a span.

    A missing file stays in its state, for it goes on from there when it is back.
    """
    rows = many(connection, _FLOWS, [*_steps(span), [state.value for state in FileState]])
    return [
        Flow(
            step=number(step),
            state=FileState(str(state)),
            before=None if before is None else FileState(str(before)),
            files=number(files),
        )
        for step, state, before, files in rows
    ]


def decided(connection: Connection, span: Span) -> list[Decided]:
    """Return what was decided within a span, whether it was undone since or not."""
    return [
        Decided(
            step=number(step),
            outcome=Outcome(str(outcome)),
            decided_by=Decider(str(decided_by)),
            rule=text_or_none(rule),
            decisions=number(count),
        )
        for step, outcome, decided_by, rule, count in many(connection, _DECIDED, _steps(span))
    ]


def distances(connection: Connection) -> list[Distance]:
    """Return how far the phashes are of what stands accepted, and of what stands rejected.

    Copies of one content count once: they are one question.
    """
    return [
        Distance(
            is_accepted=verdict == Outcome.ACCEPTED,
            bits=number_or_none(bits),
            candidates=number(count),
        )
        for verdict, bits, count in many(connection, _DISTANCES, [FARTHEST_BITS])
    ]


def answered(connection: Connection, *, since_s: float) -> list[Answered]:
    """Return how sources have answered since then."""
    return [
        Answered(source=str(source), outcome=str(outcome), answers=number(count))
        for source, outcome, count in many(connection, _ANSWERED, [since_s])
    ]


def waits(connection: Connection, *, since_s: float, bounds_s: Sequence[float]) -> list[Wait]:
    """Return how long it took files that were first done since then; `bounds_s` ascend."""
    return [
        Wait(is_persons=bool(is_persons), bounds_passed=number(passed), files=number(files))
        for is_persons, passed, files in many(connection, _WAITS, [since_s, list(bounds_s)])
    ]


def _steps(span: Span) -> list[object]:
    return [span.begin_s, span.step_s, span.steps]
