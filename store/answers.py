"""What sources answered, which works they offered, and which of those a person rejected."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Refused, Unknown
from rules.evidence import Evidence
from rules.samework import own_id
from rules.work import ExternalId
from store import offering
from store.database import Connection
from store.rows import (
    from_json,
    ids_by_number,
    many,
    number,
    run,
    seconds,
)

_CANDIDATE = TypeAdapter(Candidate)
_EVIDENCE = TypeAdapter(Evidence)


@dataclass(frozen=True, slots=True, kw_only=True)
class Heard:
    """What a source answered last."""

    answer: Answer
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredCandidate:
    """A candidate as the last decision ranked it."""

    number: int
    """What a person calls it, from 1, best first as first ranked; then the same for ever, so that
    no number comes to mean another work between a look and an answer.  0 until it is ranked."""
    candidate: Candidate
    evidence: Evidence | None
    position: int
    """0 is the best."""
    is_rejected: bool


def save(
    connection: Connection, content_id: int, answers: Sequence[Answer], *, at_s: float
) -> None:
    """Keep what each source answered about a content.

    A source that answered replaces its former offers; one that failed leaves them standing.
    """
    save_all(connection, {content_id: answers}, at_s=at_s)


def save_all(connection: Connection, given: Mapping[int, Sequence[Answer]], *, at_s: float) -> None:
    """Keep what each source answered about several contents, by content, in few statements."""
    told = [(content_id, answer) for content_id, answers in given.items() for answer in answers]
    _save_answers(connection, told, at_s=at_s)
    offering.renew(connection, told, at_s=at_s)


def latest(connection: Connection, content_id: int) -> list[Answer]:
    """Return each source's latest answer about a content, by source.

    A source that failed after it had offered works answers with its failure: what it said
    earlier is in `offered`, but is no answer of today.
    """
    return latest_of(connection, [content_id])[content_id]


def latest_of(connection: Connection, content_ids: Sequence[int]) -> dict[int, list[Answer]]:
    """Return the same for several contents, by content."""
    rows = many(
        connection,
        "SELECT content_id, source, arg_max(outcome, id), arg_max(coalesce(reason, ''), id), "
        "arg_max(coalesce(retry_after_s, -1), id) FROM answer "
        "WHERE content_id IN (SELECT unnest($1::BIGINT[])) "
        "GROUP BY content_id, source ORDER BY source",
        [list(content_ids)],
    )
    offers = _offers_of(connection, content_ids)
    found: dict[int, list[Answer]] = {content_id: [] for content_id in content_ids}
    for content_id, source, outcome, reason, wait in rows:
        offered_here = offers.get(number(content_id), ())
        answer = _answer(str(source), str(outcome), str(reason), seconds(wait), offered_here)
        found[number(content_id)].append(answer)
    return found


def heard(connection: Connection, content_id: int) -> list[Heard]:
    """Return what each source last answered about a content, and when, by source."""
    rows = many(
        connection,
        "SELECT source, outcome, coalesce(reason, ''), coalesce(retry_after_s, -1), asked_at_s "
        "FROM answer WHERE content_id = $1 ORDER BY id",
        [content_id],
    )
    last = {str(source): told for source, *told in rows}  # the later one of a source stays
    offers = _offers_of(connection, [content_id]).get(content_id, ())
    return [
        Heard(
            answer=_answer(source, str(outcome), str(reason), seconds(wait), offers),
            at_s=seconds(at_s),
        )
        for source, (outcome, reason, wait, at_s) in sorted(last.items())
    ]


def offered(connection: Connection, content_id: int) -> list[StoredCandidate]:
    """Return what sources offer for a content now, best first, rejected ones too."""
    return offered_of(connection, [content_id])[content_id]


def offered_of(
    connection: Connection, content_ids: Sequence[int]
) -> dict[int, list[StoredCandidate]]:
    """Return the same for several contents, by content."""
    rows = many(
        connection,
        """
        SELECT c.content_id, coalesce(c.number, 0), c.offered, c.evidence, c.position,
            r.remote_id IS NOT NULL
        FROM candidate c LEFT JOIN rejection r ON r.content_id = c.content_id
            AND r.source = c.source AND r.remote_id = c.remote_id
        WHERE c.content_id IN (SELECT unnest($1::BIGINT[])) AND c.withdrawn_at_s IS NULL
        ORDER BY c.position, c.id
        """,
        [list(content_ids)],
    )
    found: dict[int, list[StoredCandidate]] = {content_id: [] for content_id in content_ids}
    for content_id, name, offer, evidence, position, rejected in rows:
        stored = StoredCandidate(
            number=number(name),
            candidate=from_json(_CANDIDATE, offer),
            evidence=from_json(_EVIDENCE, evidence) if evidence is not None else None,
            position=number(position),
            is_rejected=bool(rejected),
        )
        found[number(content_id)].append(stored)
    return found


def reject(connection: Connection, content_id: int, rejected: ExternalId, *, at_s: float) -> None:
    """Never offer this candidate for this content again."""
    run(
        connection,
        "INSERT INTO rejection VALUES ($1, $2, $3, $4) "
        "ON CONFLICT (content_id, source, remote_id) DO NOTHING",
        [content_id, rejected.source, rejected.remote_id, at_s],
    )


def lift_rejection(connection: Connection, content_id: int, rejected: ExternalId) -> None:
    """Take a rejection back."""
    run(
        connection,
        "DELETE FROM rejection WHERE content_id = $1 AND source = $2 AND remote_id = $3",
        [content_id, rejected.source, rejected.remote_id],
    )


def rejected(connection: Connection, content_id: int) -> frozenset[ExternalId]:
    """Return what a person rejected for a content."""
    return rejected_of(connection, [content_id])[content_id]


def rejected_of(
    connection: Connection, content_ids: Sequence[int]
) -> dict[int, frozenset[ExternalId]]:
    """Return the same for several contents, by content."""
    rows = many(
        connection,
        "SELECT content_id, source, remote_id FROM rejection "
        "WHERE content_id IN (SELECT unnest($1::BIGINT[]))",
        [list(content_ids)],
    )
    return ids_by_number(content_ids, rows)


def last_offers(
    connection: Connection, content_id: int, names: frozenset[ExternalId]
) -> tuple[Candidate, ...]:
    """Return these candidates of a content as they were last offered, withdrawn ones too."""
    if not names:
        return ()

    rows = many(
        connection, "SELECT offered FROM candidate WHERE content_id = $1 ORDER BY id", [content_id]
    )
    offers = (from_json(_CANDIDATE, offer) for (offer,) in rows)
    return tuple(offer for offer in offers if own_id(offer) in names)


def _offers_of(connection: Connection, content_ids: Sequence[int]) -> dict[int, list[Candidate]]:
    """Return what sources offer for contents now, best first, rejected ones too."""
    rows = many(
        connection,
        "SELECT content_id, offered FROM candidate "
        "WHERE content_id IN (SELECT unnest($1::BIGINT[])) "
        "AND withdrawn_at_s IS NULL ORDER BY position, id",
        [list(content_ids)],
    )
    found: dict[int, list[Candidate]] = {}
    for content_id, offer in rows:
        found.setdefault(number(content_id), []).append(from_json(_CANDIDATE, offer))
    return found


def _save_answers(
    connection: Connection, told: Sequence[tuple[int, Answer]], *, at_s: float
) -> None:
    if not told:
        return

    outcomes = [_outcome(answer) for _, answer in told]
    run(
        connection,
        "INSERT INTO answer (content_id, source, outcome, reason, retry_after_s, asked_at_s) "
        "SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), "
        "unnest($4::VARCHAR[]), unnest($5::DOUBLE[]), $6",
        [
            [content_id for content_id, _ in told],
            [answer.source for _, answer in told],
            [outcome for outcome, *_ in outcomes],
            [reason for _, reason, _ in outcomes],
            [retry_after_s for *_, retry_after_s in outcomes],
            at_s,
        ],
    )


def _outcome(answer: Answer) -> tuple[str, str | None, float | None]:
    match answer:
        case Known():
            return "known", None, None
        case Unknown():
            return "unknown", None, None
        case Failed():
            return "failed", answer.reason, answer.retry_after_s
        case Refused():
            return "refused", answer.reason, None
        case NotAsked():
            return "not asked", answer.reason, None


def _answer(
    source: str, outcome: str, reason: str, retry_after_s: float, offers: Sequence[Candidate]
) -> Answer:
    match outcome:
        case "known":
            own = tuple(offer for offer in offers if offer.source == source)
            return Known(source=source, candidates=own)
        case "unknown":
            return Unknown(source=source)
        case "failed":
            wait_s = retry_after_s if retry_after_s >= 0 else None
            return Failed(source=source, reason=reason, retry_after_s=wait_s)
        case "refused":
            return Refused(source=source, reason=reason)
        case _:
            return NotAsked(source=source, reason=reason)
