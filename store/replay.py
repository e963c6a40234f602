"""The latest decision about every file, with what it was made from, some at a time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import TypeAdapter, ValidationError

from rules.decision import DecisionInput
from rules.evidence import EVIDENCE_VERSION
from rules.media import path_from_text
from rules.work import ExternalId
from store.database import Connection
from store.decisions import Decider, Outcome
from store.rows import Row, from_json, many, number, text_or_none

_INPUT = TypeAdapter(DecisionInput)


@dataclass(frozen=True, slots=True, kw_only=True)
class LatestDecision:
    """The last word about a file as it is now."""

    file_id: int
    path: PurePath
    outcome: Outcome
    decided_by: Decider
    rule: str | None
    chosen: ExternalId | None
    is_undone: bool
    """Whether a person took it back."""
    is_of_older_evidence: bool
    """Whether its candidates were weighed by an earlier version of the algorithm."""
    given: str | None
    """What it was made from, as stored; see `read_given`."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Page:
    """Some decisions, in the order of their numbers."""

    decisions: tuple[LatestDecision, ...]
    next_after: int | None
    """Where the next page begins; None when there is none."""


def read_given(text: str) -> DecisionInput | None:
    """Return what a decision was made from; None when today's doorman cannot read it.

    Facts that were not stored yet are as unknown as they were then.
    """
    try:
        return from_json(_INPUT, text)
    except ValidationError:
        return None


def last_given(connection: Connection, contents: Mapping[int, int]) -> dict[int, DecisionInput]:
    """Return what a rule last decided from about files with these contents, by file.

    Without those about which no rule has, or whose input today's doorman cannot read.
    """
    rows = many(
        connection,
        "SELECT file_id, input FROM decision WHERE id IN ("
        "SELECT max(d.id) FROM decision d "
        "JOIN (SELECT unnest($1::BIGINT[]) AS file_id, unnest($2::BIGINT[]) AS content_id) AS a "
        "ON a.file_id = d.file_id AND a.content_id = d.content_id "
        "WHERE d.input IS NOT NULL GROUP BY d.file_id)",
        [list(contents.keys()), list(contents.values())],
    )
    read = {number(file_id): read_given(str(given)) for file_id, given in rows}
    return {file_id: given for file_id, given in read.items() if given is not None}


def latest_decisions(
    connection: Connection, *, after: int, library: str | None, limit: int
) -> Page:
    """Return the latest decisions about present files whose content is still the same.

    Walks the table in the order of its numbers, so that each page reads only its own part of the
    inputs, by far the largest column.
    """
    numbers = _numbers(connection, after=after, library=library, limit=limit)
    if not numbers:
        return Page(decisions=(), next_after=None)

    rows = many(
        connection,
        "SELECT d.file_id, f.path, d.verdict, d.decided_by, d.rule, d.source, d.remote_id, "
        "d.undone_at_s IS NOT NULL, d.input, d.content_id FROM decision d "
        "JOIN file f ON f.id = d.file_id WHERE d.id BETWEEN $1 AND $2 "
        "AND list_contains($3::BIGINT[], d.id) ORDER BY d.id",
        [numbers[0], numbers[-1], numbers],
    )
    older = _older(connection, [number(row[9]) for row in rows])
    return Page(
        decisions=tuple(_decision(row, older) for row in rows),
        next_after=numbers[-1] if len(numbers) == limit else None,
    )


def _numbers(
    connection: Connection, *, after: int, library: str | None, limit: int
) -> Sequence[int]:
    rows = many(
        connection,
        "SELECT max(d.id) AS latest FROM decision d "
        "JOIN file f ON f.id = d.file_id AND f.content_id = d.content_id "
        "WHERE f.missing_since_s IS NULL AND ($2::VARCHAR IS NULL OR f.library = $2) "
        "GROUP BY d.file_id HAVING latest > $1 ORDER BY latest LIMIT $3",
        [after, library, limit],
    )
    return [number(latest) for (latest,) in rows]


def _older(connection: Connection, content_ids: Sequence[int]) -> frozenset[int]:
    rows = many(
        connection,
        "SELECT DISTINCT content_id FROM candidate WHERE evidence_version < $2 "
        "AND withdrawn_at_s IS NULL AND list_contains($1::BIGINT[], content_id)",
        [list(content_ids), EVIDENCE_VERSION],
    )
    return frozenset(number(content_id) for (content_id,) in rows)


def _decision(row: Row, older: frozenset[int]) -> LatestDecision:
    source, remote_id = row[5], row[6]
    has_chosen = source is not None and remote_id is not None
    return LatestDecision(
        file_id=number(row[0]),
        path=path_from_text(str(row[1])),
        outcome=Outcome(str(row[2])),
        decided_by=Decider(str(row[3])),
        rule=text_or_none(row[4]),
        chosen=ExternalId(source=str(source), remote_id=str(remote_id)) if has_chosen else None,
        is_undone=bool(row[7]),
        is_of_older_evidence=number(row[9]) in older,
        given=text_or_none(row[8]),
    )
