"""In which order the candidates of a content stand, by what evidence, and by what numbers."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from itertools import count

from pydantic import TypeAdapter

from rules.candidate import Candidate
from rules.evidence import Evidence
from rules.samework import own_id
from rules.witnesses import by_work
from rules.work import ExternalId
from store.database import Connection
from store.rows import Row, many, number, run, to_json

_EVIDENCE = TypeAdapter(Evidence)
Ranking = Iterable[tuple[Candidate, Evidence]]
"""Candidates of one content, best first, each with its evidence."""


def rank(connection: Connection, rankings: Mapping[int, Ranking]) -> None:
    """Keep evidence and order of candidates as decisions found them, by content."""
    rows = [
        (content_id, candidate, evidence, position)
        for content_id, ranking in rankings.items()
        for position, (candidate, evidence) in enumerate(ranking)
    ]
    if rows:
        run(
            connection,
            """
            UPDATE candidate SET evidence = r.evidence, evidence_version = r.evidence_version,
                position = r.position
            FROM (
                SELECT unnest($1::BIGINT[]) AS content_id, unnest($2::VARCHAR[]) AS source,
                    unnest($3::VARCHAR[]) AS remote_id, unnest($4::VARCHAR[]) AS evidence,
                    unnest($5::INTEGER[]) AS evidence_version, unnest($6::INTEGER[]) AS position
            ) AS r
            WHERE candidate.content_id = r.content_id AND candidate.source = r.source
                AND candidate.remote_id = r.remote_id
            """,
            [
                [content_id for content_id, *_ in rows],
                [candidate.source for _, candidate, *_ in rows],
                [candidate.remote_id for _, candidate, *_ in rows],
                [to_json(_EVIDENCE, evidence) for *_, evidence, _ in rows],
                [evidence.version for *_, evidence, _ in rows],
                [position for *_, position in rows],
            ],
        )
    ranked: dict[int, list[Candidate]] = {content_id: [] for content_id in rankings}
    for content_id, candidate, *_ in rows:
        ranked[content_id].append(candidate)
    _number(connection, ranked)


def _first_of_works(ranked: Sequence[Candidate]) -> frozenset[ExternalId]:
    """Return the names of the best witnesses, one of each work."""
    works = by_work(ranked, lambda each: each)
    return frozenset(own_id(witnesses[0]) for witnesses in works)


def _number(connection: Connection, ranked: Mapping[int, Sequence[Candidate]]) -> None:
    """Give a number to every candidate that has none yet, the best ranked of a content first.

    Who only tells of the same work as a better one comes behind all works, so that what is shown
    counts from 1 without gaps.
    """
    rows = many(
        connection,
        """
        SELECT id, content_id, (
            SELECT coalesce(max(o.number), 0) FROM candidate o WHERE o.content_id = c.content_id
        ), source, remote_id
        FROM candidate c
        WHERE content_id IN (SELECT unnest($1::BIGINT[])) AND number IS NULL
        ORDER BY evidence IS NULL, position, id
        """,
        [list(ranked)],
    )
    if not rows:
        return

    owners = {number(row[1]) for row in rows}
    firsts = {owner: _first_of_works(ranked[owner]) for owner in owners}
    rows.sort(key=lambda row: _name(row) not in firsts[number(row[1])])
    next_of: dict[int, count[int]] = {}
    named = [
        (number(row_id), next(next_of.setdefault(number(owner), count(number(highest) + 1))))
        for row_id, owner, highest, *_ in rows
    ]
    run(
        connection,
        "UPDATE candidate SET number = n.number FROM "
        "(SELECT unnest($1::BIGINT[]) AS id, unnest($2::INTEGER[]) AS number) AS n "
        "WHERE candidate.id = n.id",
        [[row_id for row_id, _ in named], [name for _, name in named]],
    )


def _name(row: Row) -> ExternalId:
    return ExternalId(source=str(row[3]), remote_id=str(row[4]))
