"""Every decision about every file: by which rule or by a person, for which reasons."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from rules.decision import DecisionInput
from rules.journey import FileState
from rules.work import ExternalId
from store.database import Connection
from store.files import FileRecord
from store.rows import (
    Row,
    drawn_ids,
    from_json,
    ids_by_number,
    many,
    number,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
    to_json,
)

_REASONS = TypeAdapter(tuple[str, ...])
_INPUT = TypeAdapter(DecisionInput)


class Decider(StrEnum):
    """Who decided."""

    RULE = "rule"
    PERSON = "person"


class Outcome(StrEnum):
    """What was decided."""

    ACCEPTED = "accepted"
    REVIEW = "review"
    NO_MATCH = "no match"
    DEFERRED = "deferred"
    IGNORED = "ignored"
    REJECTED = "rejected"
    """A person said that it is not this candidate."""
    DISMISSED = "dismissed"
    """A person said to leave the file alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class NewDecision:
    """A decision to be kept."""

    outcome: Outcome
    decided_by: Decider
    rule: str | None = None
    rules_digest: str | None = None
    reasons: Sequence[str] = ()
    chosen: ExternalId | None = None
    given: DecisionInput | None = None
    """What it was decided from, for `why` and for replay; None for a person's."""


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionRecord:
    """A decision that was kept."""

    id: int
    file_id: int
    content_id: int
    outcome: Outcome
    decided_by: Decider
    rule: str | None
    reasons: tuple[str, ...]
    chosen: ExternalId | None
    state_before: FileState
    decided_at_s: float
    undone_at_s: float | None
    rules_digest: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class About:
    """A decision to be kept, and what it is about."""

    file: FileRecord
    content_id: int
    decision: NewDecision


_SELECT = (
    "SELECT id, file_id, content_id, verdict, decided_by, rule, reasons, source, remote_id, "
    "state_before, decided_at_s, undone_at_s, rules_digest FROM decision"
)


def add(
    connection: Connection,
    file: FileRecord,
    content_id: int,
    decision: NewDecision,
    *,
    at_s: float,
) -> int:
    """Keep a decision about a file; return its number."""
    return add_many(
        connection, [About(file=file, content_id=content_id, decision=decision)], at_s=at_s
    )[0]


def add_many(connection: Connection, made: Sequence[About], *, at_s: float) -> list[int]:
    """Keep decisions about several files; return their numbers, in their order."""
    if not made:
        return []

    numbers = drawn_ids(connection, "decision_ids", len(made))
    run(
        connection,
        "INSERT INTO decision (id, file_id, content_id, verdict, decided_by, rule, rules_digest, "
        "reasons, source, remote_id, input, state_before, decided_at_s) "
        "SELECT unnest($1::BIGINT[]), unnest($2::BIGINT[]), unnest($3::BIGINT[]), "
        "unnest($4::VARCHAR[]), unnest($5::VARCHAR[]), unnest($6::VARCHAR[]), "
        "unnest($7::VARCHAR[]), unnest($8::VARCHAR[]), unnest($9::VARCHAR[]), "
        "unnest($10::VARCHAR[]), unnest($11::VARCHAR[]), unnest($12::VARCHAR[]), $13",
        [
            numbers,
            [each.file.id for each in made],
            [each.content_id for each in made],
            [each.decision.outcome.value for each in made],
            [each.decision.decided_by.value for each in made],
            [each.decision.rule for each in made],
            [each.decision.rules_digest for each in made],
            [to_json(_REASONS, tuple(each.decision.reasons)) for each in made],
            [each.decision.chosen.source if each.decision.chosen else None for each in made],
            [each.decision.chosen.remote_id if each.decision.chosen else None for each in made],
            [
                to_json(_INPUT, each.decision.given) if each.decision.given else None
                for each in made
            ],
            [each.file.state.value for each in made],
            at_s,
        ],
    )
    return numbers


def standing(connection: Connection, file_id: int) -> DecisionRecord | None:
    """Return the latest decision about a file that was not undone, or None."""
    return standing_of(connection, [file_id]).get(file_id)


def standing_of(connection: Connection, file_ids: Sequence[int]) -> dict[int, DecisionRecord]:
    """Return the same for several files, by file; without those that have none."""
    rows = many(
        connection,
        f"{_SELECT} WHERE id IN "  # noqa: S608  # columns are a constant
        "(SELECT max(id) FROM decision WHERE undone_at_s IS NULL "
        "AND file_id IN (SELECT unnest($1::BIGINT[])) GROUP BY file_id)",
        [list(file_ids)],
    )
    return {decision.file_id: decision for decision in map(_decision, rows)}


def of_file(connection: Connection, file_id: int) -> list[DecisionRecord]:
    """Return all decisions about a file, oldest first."""
    return [
        _decision(row)
        for row in many(connection, f"{_SELECT} WHERE file_id = $1 ORDER BY id", [file_id])
    ]


def numbered(connection: Connection, decision_ids: Sequence[int]) -> dict[int, DecisionRecord]:
    """Return the decisions with these numbers, by number; without those there are not."""
    rows = many(
        connection, f"{_SELECT} WHERE id IN (SELECT unnest($1::BIGINT[]))", [list(decision_ids)]
    )
    return {decision.id: decision for decision in map(_decision, rows)}


def given(connection: Connection, decision_id: int) -> DecisionInput | None:
    """Return what a rule's decision was made from; None for a person's."""
    row = one(connection, "SELECT input FROM decision WHERE id = $1", [decision_id])
    return from_json(_INPUT, row[0]) if row and row[0] is not None else None


def identity(connection: Connection, file_id: int) -> ExternalId | None:
    """Return the candidate that was accepted for a file, or None if none stands accepted."""
    row = one(
        connection,
        "SELECT source, remote_id FROM decision WHERE file_id = $1 AND verdict = 'accepted' "
        "AND undone_at_s IS NULL ORDER BY id DESC LIMIT 1",
        [file_id],
    )
    return ExternalId(source=str(row[0]), remote_id=str(row[1])) if row else None


def taken_back(connection: Connection, content_id: int) -> frozenset[ExternalId]:
    """Return what was accepted for a content and undone by a person."""
    return taken_back_of(connection, [content_id])[content_id]


def taken_back_of(
    connection: Connection, content_ids: Sequence[int]
) -> dict[int, frozenset[ExternalId]]:
    """Return the same for several contents, by content."""
    rows = many(
        connection,
        "SELECT content_id, source, remote_id FROM decision "
        "WHERE content_id IN (SELECT unnest($1::BIGINT[])) "
        "AND verdict = 'accepted' AND undone_at_s IS NOT NULL AND source IS NOT NULL",
        [list(content_ids)],
    )
    return ids_by_number(content_ids, rows)


def mark_undone(connection: Connection, decision_id: int, *, at_s: float) -> None:
    """Note that a decision was taken back."""
    run(connection, "UPDATE decision SET undone_at_s = $2 WHERE id = $1", [decision_id, at_s])


def counts_by_rule(connection: Connection) -> dict[str, int]:
    """Return how many decisions each rule made, by the rule's name."""
    rows = many(
        connection,
        "SELECT rule, count(*) FROM decision WHERE rule IS NOT NULL GROUP BY rule ORDER BY rule",
    )
    return {str(rule): number(count) for rule, count in rows}


def _decision(row: Row) -> DecisionRecord:
    source, remote_id = row[7], row[8]
    has_chosen = source is not None and remote_id is not None
    return DecisionRecord(
        id=number(row[0]),
        file_id=number(row[1]),
        content_id=number(row[2]),
        outcome=Outcome(str(row[3])),
        decided_by=Decider(str(row[4])),
        rule=text_or_none(row[5]),
        reasons=from_json(_REASONS, row[6]),
        chosen=ExternalId(source=str(source), remote_id=str(remote_id)) if has_chosen else None,
        state_before=FileState(str(row[9])),
        decided_at_s=seconds(row[10]),
        undone_at_s=seconds_or_none(row[11]),
        rules_digest=text_or_none(row[12]),
    )
