"""News on its way to people: what each channel is still to be told, and what it was told when.

News comes into the outbox once, for nobody in particular; it is then copied for each channel that
wants it. From then on every channel has its own: what one waits for delays no other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from store import outbox
from store.database import Connection
from store.outbox import Owed
from store.rows import inserted_id, many, number, one, run, seconds, seconds_or_none, text_or_none

MOST_AT_ONCE = 2000
"""As many as one digest says the number of."""
_REMEMBERED_S = 2 * 24 * 3600.0
"""A day counts for the caps, and clocks are set."""


class Handed(StrEnum):
    """What became of a message that was handed to a channel's targets."""

    BEGUN = "begun"
    """It is not known: as if it had been sent."""
    SENT = "sent"
    """It arrived, or may have."""
    FAILED = "failed"
    """It arrived nowhere."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Posted:
    """Something that a channel is to be told."""

    channel: str
    owed: Owed
    question: str | None
    """What the news asks, as a digest; None for what asks nothing."""


def unrouted(connection: Connection, *, now_s: float) -> list[Owed]:
    """Return news that no channel has been given yet, in the order it came."""
    rows = many(
        connection,
        f"{outbox.SELECT} FROM outbox WHERE state = 'due' AND kind = 'message' "
        "AND channel IS NULL AND due_at_s <= $1 ORDER BY id LIMIT $2",
        [now_s, MOST_AT_ONCE],
    )
    return [outbox.owed_of(row) for row in rows]


def route(connection: Connection, given: Mapping[int, Collection[str]], *, at_s: float) -> None:
    """Give each piece of news to these channels; what nobody wants is not owed any more."""
    pairs = [(owed_id, channel) for owed_id, channels in given.items() for channel in channels]
    if pairs:
        run(
            connection,
            "INSERT INTO outbox (kind, file_id, payload, state, attempts, due_at_s, last_error, "
            "reached, made_at_s, channel) "
            "SELECT o.kind, o.file_id, o.payload, 'due', o.attempts, o.due_at_s, o.last_error, "
            "o.reached, o.made_at_s, g.channel FROM ("
            "SELECT unnest($1::BIGINT[]) AS id, unnest($2::VARCHAR[]) AS channel"
            ") AS g JOIN outbox AS o ON o.id = g.id ORDER BY o.id, g.channel",
            [[owed_id for owed_id, _ in pairs], [channel for _, channel in pairs]],
        )
    run(
        connection,
        "UPDATE outbox SET state = g.state, done_at_s = $3 FROM ("
        "SELECT unnest($1::BIGINT[]) AS id, unnest($2::VARCHAR[]) AS state"
        ") AS g WHERE outbox.id = g.id",
        [
            list(given),
            ["routed" if channels else "cancelled" for channels in given.values()],
            at_s,
        ],
    )


def waiting(connection: Connection) -> list[Posted]:
    """Return all that channels are still to be told, in the order it came."""
    rows = many(
        connection,
        f"{outbox.SELECT}, channel, payload->>'question' FROM outbox "
        "WHERE state = 'due' AND kind = 'message' AND channel IS NOT NULL ORDER BY id LIMIT $1",
        [10 * MOST_AT_ONCE],
    )
    return [
        Posted(
            channel=str(row[outbox.WIDTH]),
            owed=outbox.owed_of(row),
            question=text_or_none(row[outbox.WIDTH + 1]),
        )
        for row in rows
    ]


def next_due_s(connection: Connection) -> float | None:
    """Return when the next message is to be looked at, or None if none is owed."""
    row = one(
        connection, "SELECT min(due_at_s) FROM outbox WHERE state = 'due' AND kind = 'message'"
    )
    return seconds_or_none(row[0]) if row else None


def put_off(connection: Connection, owed_ids: Sequence[int], *, due_at_s: float) -> None:
    """Let messages wait until then; that is no failure."""
    run(
        connection,
        "UPDATE outbox SET due_at_s = $2 WHERE id IN (SELECT unnest($1::BIGINT[])) "
        "AND state = 'due'",
        [list(owed_ids), due_at_s],
    )


def asked_before(
    connection: Connection, channel: str, questions: Collection[str]
) -> frozenset[str]:
    """Return which of these questions, digests of them, a channel has been asked."""
    if not questions:
        return frozenset()

    rows = many(
        connection,
        "SELECT DISTINCT payload->>'question' FROM outbox WHERE kind = 'message' "
        "AND channel = $1 AND state = 'done' AND (payload->>'kind') = 'review' "
        "AND (payload->>'question') IN (SELECT unnest($2::VARCHAR[]))",
        [channel, sorted(questions)],
    )
    return frozenset(str(row[0]) for row in rows)


def begin(connection: Connection, channel: str, *, at_s: float) -> int:
    """Note, before it leaves, that a message is handed to a channel; return its number."""
    run(connection, "DELETE FROM push WHERE begun_at_s < $1", [at_s - _REMEMBERED_S])
    return inserted_id(
        connection,
        "INSERT INTO push (channel, state, begun_at_s) VALUES ($1, $2, $3) RETURNING id",
        [channel, Handed.BEGUN, at_s],
    )


def end(connection: Connection, push_id: int, handed: Handed) -> None:
    """Note what became of it."""
    run(connection, "UPDATE push SET state = $2 WHERE id = $1", [push_id, handed])


def sent_at_s(connection: Connection, *, since_s: float) -> dict[str, list[float]]:
    """Return when messages were handed over since then, by channel."""
    found: dict[str, list[float]] = {}
    rows = many(
        connection,
        "SELECT channel, begun_at_s FROM push WHERE begun_at_s >= $1 AND state <> $2",
        [since_s, Handed.FAILED],
    )
    for channel, at_s in rows:
        found.setdefault(str(channel), []).append(seconds(at_s))
    return found


def waiting_files(connection: Connection) -> int:
    """Return how many files wait for a person."""
    row = one(
        connection,
        "SELECT count(*) FROM file WHERE state = 'review' AND missing_since_s IS NULL",
    )
    return number(row[0]) if row else 0
