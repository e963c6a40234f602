"""What sources offer for contents: added, renewed, and withdrawn when they offer it no more."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.candidate import Answer, Candidate, Known, Unknown
from rules.samework import own_id
from rules.work import ExternalId
from store.database import Connection
from store.rows import many, number, run, to_json

_CANDIDATE = TypeAdapter(Candidate)
Told = Sequence[tuple[int, Answer]]
"""Answers, each with the content that it is about."""


def renew(connection: Connection, told: Told, *, at_s: float) -> None:
    """Let each source that answered offer what it said, and nothing else."""
    before = _held(connection, [content_id for content_id, _ in told])
    _save(connection, told, before, at_s=at_s)
    _withdraw(connection, told, before, at_s=at_s)


def add(
    connection: Connection, content_id: int, found: Sequence[Candidate], *, at_s: float
) -> None:
    """Let sources offer these beside all that they offer; what is offered already stays as it is.

    It was found in a surer way then, or in the same one.
    """
    before = _held(connection, [content_id])
    standing = {held.name for held in before if not held.is_withdrawn}
    new = [candidate for candidate in found if own_id(candidate) not in standing]
    by_source: dict[str, list[Candidate]] = {}
    for candidate in new:
        by_source.setdefault(candidate.source, []).append(candidate)
    told = [
        (content_id, Known(source=source, candidates=tuple(own)))
        for source, own in by_source.items()
    ]
    _save(connection, told, before, at_s=at_s)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A candidate that was offered before."""

    id: int
    content_id: int
    name: ExternalId
    position: int
    is_withdrawn: bool


def _held(connection: Connection, content_ids: Sequence[int]) -> list[_Held]:
    rows = many(
        connection,
        "SELECT id, content_id, source, remote_id, position, withdrawn_at_s IS NOT NULL "
        "FROM candidate WHERE content_id IN (SELECT unnest($1::BIGINT[]))",
        [list(content_ids)],
    )
    return [
        _Held(
            id=number(row_id),
            content_id=number(content_id),
            name=ExternalId(source=str(source), remote_id=str(remote_id)),
            position=number(position),
            is_withdrawn=bool(withdrawn),
        )
        for row_id, content_id, source, remote_id, position, withdrawn in rows
    ]


def _save(
    connection: Connection,
    told: Told,
    before: Sequence[_Held],
    *,
    at_s: float,
) -> None:
    """Add or renew offers: new ones in the source's order, behind what is ranked already."""
    offers = {
        (content_id, own_id(candidate)): candidate
        for content_id, answer in told
        if isinstance(answer, Known)
        for candidate in answer.candidates
    }
    if not offers:
        return

    behind = max((held.position + 1 for held in before), default=0)
    run(
        connection,
        "INSERT INTO candidate "
        "(content_id, source, remote_id, offered, position, title, offered_at_s) "
        "SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::VARCHAR[]), unnest($5::INTEGER[]), unnest($6::VARCHAR[]), $7 "
        "ON CONFLICT (content_id, source, remote_id) DO UPDATE SET "
        "offered = excluded.offered, offered_at_s = excluded.offered_at_s, "
        "title = excluded.title, withdrawn_at_s = NULL",
        [
            [content_id for content_id, _ in offers],
            [name.source for _, name in offers],
            [name.remote_id for _, name in offers],
            [to_json(_CANDIDATE, candidate) for candidate in offers.values()],
            [behind + place for place in range(len(offers))],
            [candidate.work.title for candidate in offers.values()],
            at_s,
        ],
    )


def _withdraw(
    connection: Connection,
    told: Told,
    before: Sequence[_Held],
    *,
    at_s: float,
) -> None:
    """Mark what a source offered before and offers no more; it stays for the record."""
    still: dict[tuple[int, str], set[str]] = {}
    for content_id, answer in told:
        if isinstance(answer, Known | Unknown):
            offered = answer.candidates if isinstance(answer, Known) else ()
            still[content_id, answer.source] = {each.remote_id for each in offered}
    gone = [
        held.id
        for held in before
        if not held.is_withdrawn
        and held.name.remote_id
        not in still.get((held.content_id, held.name.source), {held.name.remote_id})
    ]
    if gone:
        run(
            connection,
            "UPDATE candidate SET withdrawn_at_s = $2 WHERE id IN (SELECT unnest($1::BIGINT[]))",
            [gone, at_s],
        )
