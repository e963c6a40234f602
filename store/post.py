"""News on its way to people: what each channel is still to be told, and what it was told when.

News comes into the outbox once, for nobody in particular; it is then copied for each channel that
wants it. From then on every channel has its own: what one waits for delays no other.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum

from store import outbox
from store.database import Connection
from store.outbox import Owed
from store.rows import inserted_id, many, number, one, run, seconds, seconds_or_none

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
class Box:
    """How much a channel is still to be told."""

    channel: str
    oldest_at_s: float | None
    """When what has not been tried yet came; None when there is none."""
    newest_at_s: float | None
    again: int
    """How many are to be tried again now."""
    is_due: bool
    """Whether the time of any of it has come."""
    is_in_hand: bool
    """Some of it is being sent."""


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


def boxes(connection: Connection, *, in_hand: Collection[int], now_s: float) -> list[Box]:
    """Return the channels that are still to be told anything."""
    rows = many(
        connection,
        "SELECT channel, min(made_at_s) FILTER (attempts = 0), "
        "max(made_at_s) FILTER (attempts = 0), "
        "count(*) FILTER (attempts > 0 AND due_at_s <= $1), min(due_at_s) <= $1, "
        "coalesce(bool_or(list_contains($2::BIGINT[], id)), false) "
        "FROM outbox WHERE state = 'due' AND kind = 'message' AND channel IS NOT NULL "
        "GROUP BY channel ORDER BY channel",
        [now_s, sorted(in_hand)],
    )
    return [
        Box(
            channel=str(channel),
            oldest_at_s=seconds_or_none(oldest_at_s),
            newest_at_s=seconds_or_none(newest_at_s),
            again=number(again),
            is_due=bool(is_due),
            is_in_hand=bool(is_in_hand),
        )
        for channel, oldest_at_s, newest_at_s, again, is_due, is_in_hand in rows
    ]


def taken(connection: Connection, channel: str, *, with_fresh: bool, now_s: float) -> list[Owed]:
    """Return what is to be sent to a channel now, in the order it came.

    What has not been tried yet is sent `with_fresh`, whatever it was put off to; what has, at its
    time.
    """
    rows = many(
        connection,
        f"{outbox.SELECT} FROM outbox WHERE state = 'due' AND kind = 'message' AND channel = $1 "
        "AND CASE WHEN attempts = 0 THEN $2 ELSE due_at_s <= $3 END ORDER BY id LIMIT $4",
        [channel, with_fresh, now_s, MOST_AT_ONCE],
    )
    return [outbox.owed_of(row) for row in rows]


def next_due_s(connection: Connection) -> float | None:
    """Return when the next message is to be looked at, or None if none is owed."""
    row = one(
        connection, "SELECT min(due_at_s) FROM outbox WHERE state = 'due' AND kind = 'message'"
    )
    return seconds_or_none(row[0]) if row else None


def put_off(
    connection: Connection, channel: str, *, due_at_s: float, is_fresh_only: bool, now_s: float
) -> None:
    """Let what a channel could be told now wait until then; that is no failure."""
    run(
        connection,
        "UPDATE outbox SET due_at_s = $2 WHERE state = 'due' AND kind = 'message' "
        "AND channel = $1 AND due_at_s <= $3 AND (attempts = 0 OR NOT $4)",
        [channel, due_at_s, now_s, is_fresh_only],
    )


def drop_all(connection: Connection, channel: str, *, at_s: float) -> None:
    """Owe nothing any more to a channel that there is no longer."""
    run(
        connection,
        "UPDATE outbox SET state = 'cancelled', done_at_s = $2 "
        "WHERE state = 'due' AND kind = 'message' AND channel = $1",
        [channel, at_s],
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
