"""Effects that a decision owes the world: rows written with it, worked off by themselves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pydantic import TypeAdapter

from store.database import Connection
from store.rows import (
    Row,
    from_json,
    inserted_id,
    many,
    number,
    number_or_none,
    one,
    run,
    seconds,
    seconds_or_none,
    text_or_none,
    to_json,
)


class Errand(StrEnum):
    """What kind of effect it is."""

    SIDECAR = "sidecar"
    """Write what belongs beside the file now."""
    REWRITE = "rewrite"
    """Bring what lies beside the file to what it should be now, as a person asked; after all
    else."""
    ARTWORK = "artwork"
    """Fetch the pictures that could not be had when the rest was written."""
    RENAME = "rename"
    """Call the file as its library's template says, where that failed before."""
    RESTORE = "restore"
    """Put back what stood beside the file before a plan; the payload is the plan's number."""
    ANNOUNCE = "announce"
    """Tell another program of a file (`store.announcing`); the channel is its name."""
    MESSAGE = "message"
    """Tell a person; the payload is the message."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Owed:
    """One effect that is still owed."""

    id: int
    errand: Errand
    file_id: int | None
    payload: str
    """JSON."""
    attempts: int
    due_at_s: float
    made_at_s: float
    last_error: str | None
    reached: frozenset[str] = frozenset()
    """Digests of the targets that a message has reached, or may have."""


_REACHED = TypeAdapter(frozenset[str])
SELECT = "SELECT id, kind, file_id, payload, attempts, due_at_s, made_at_s, last_error, reached"
_WAITING = """(
    SELECT *, max(due_at_s) OVER (
        PARTITION BY coalesce(file_id, -id), channel ORDER BY id ROWS UNBOUNDED PRECEDING
    ) AS turn_at_s
    FROM outbox WHERE state = 'due' AND list_contains($1::VARCHAR[], kind)
)"""
"""What is owed, with the time at which it and all that is owed before it for its file are due;
for each channel that is to be told apart."""


def add(
    connection: Connection,
    errand: Errand,
    *,
    file_id: int | None,
    payload: str,
    at_s: float,
) -> int:
    """Owe an effect from now on; return its number."""
    return inserted_id(
        connection,
        "INSERT INTO outbox (kind, file_id, payload, state, due_at_s, made_at_s) "
        "VALUES ($1, $2, $3, 'due', $4, $4) RETURNING id",
        [errand, file_id, payload, at_s],
    )


def add_many(
    connection: Connection, errand: Errand, payloads: Mapping[int, str], *, at_s: float
) -> None:
    """Owe several files an effect from now on, each with its payload."""
    run(
        connection,
        "INSERT INTO outbox (kind, file_id, payload, state, due_at_s, made_at_s) "
        "SELECT $1, unnest($2::BIGINT[]), unnest($3::VARCHAR[]), 'due', $4, $4",
        [errand, list(payloads), list(payloads.values()), at_s],
    )


def due(connection: Connection, errands: tuple[Errand, ...], *, now_s: float) -> list[Owed]:
    """Return what is to be done now, in the order it came to be owed, at the most 200.

    What is owed for a file waits for what was owed for it before: a sidecar is not written before
    the restoring that was tried in vain and comes again.
    """
    rows = many(
        connection,
        f"{SELECT} FROM {_WAITING} WHERE turn_at_s <= $2 ORDER BY id LIMIT 200",
        [[errand.value for errand in errands], now_s],
    )
    return [owed_of(row) for row in rows]


def due_last(connection: Connection, errand: Errand, *, now_s: float, most: int) -> list[Owed]:
    """Return what is to be done now of a kind of which each file is owed one; `most` at a time.

    Of that there may be one for every file that there is.
    """
    rows = many(
        connection,
        f"{SELECT} FROM outbox WHERE state = 'due' AND kind = $1 AND due_at_s <= $2 "
        "ORDER BY id LIMIT $3",
        [errand, now_s, most],
    )
    return [owed_of(row) for row in rows]


def next_due_s(connection: Connection, errands: tuple[Errand, ...]) -> float | None:
    """Return when the next effect is due, or None if none is owed."""
    row = one(
        connection,
        f"SELECT min(turn_at_s) FROM {_WAITING}",  # noqa: S608  # a constant
        [[errand.value for errand in errands]],
    )
    return seconds_or_none(row[0]) if row else None


def owed_for(connection: Connection, file_id: int, errand: Errand) -> list[Owed]:
    """Return what is still owed for a file."""
    rows = many(
        connection,
        f"{SELECT} FROM outbox WHERE state = 'due' AND file_id = $1 AND kind = $2 ORDER BY id",
        [file_id, errand],
    )
    return [owed_of(row) for row in rows]


def owed(connection: Connection, errand: Errand) -> list[Owed]:
    """Return everything of this kind that is still owed, for whichever file."""
    rows = many(
        connection, f"{SELECT} FROM outbox WHERE state = 'due' AND kind = $1 ORDER BY id", [errand]
    )
    return [owed_of(row) for row in rows]


def mark_done(connection: Connection, owed_id: int, *, at_s: float) -> None:
    """Note that an effect has been had."""
    run(
        connection,
        "UPDATE outbox SET state = 'done', done_at_s = $2, last_error = NULL, "
        "attempts = attempts + 1 WHERE id = $1",
        [owed_id, at_s],
    )


def mark_failed(
    connection: Connection, owed_id: int, *, error: str, due_at_s: float | None, at_s: float
) -> None:
    """Note that an effect failed, and when it is tried again; None gives it up.

    One that was cancelled meanwhile stays cancelled.
    """
    run(
        connection,
        "UPDATE outbox SET attempts = attempts + 1, last_error = $2, "
        "state = CASE WHEN $3::DOUBLE IS NULL THEN 'given up' ELSE 'due' END, "
        "due_at_s = coalesce($3, due_at_s), "
        "done_at_s = CASE WHEN $3::DOUBLE IS NULL THEN $4 ELSE NULL END "
        "WHERE id = $1 AND state = 'due'",
        [owed_id, error, due_at_s, at_s],
    )


def note_reached(connection: Connection, owed_id: int, reached: frozenset[str]) -> None:
    """Note which targets need not be told again."""
    run(
        connection,
        "UPDATE outbox SET reached = $2 WHERE id = $1",
        [owed_id, to_json(_REACHED, reached)],
    )


def cancel(connection: Connection, file_id: int, errand: Errand, *, at_s: float) -> None:
    """Owe nothing of this kind for a file any more."""
    cancel_all(connection, [file_id], errand, at_s=at_s)


def cancel_all(
    connection: Connection, file_ids: Sequence[int], errand: Errand, *, at_s: float
) -> None:
    """Owe nothing of this kind for several files any more."""
    run(
        connection,
        "UPDATE outbox SET state = 'cancelled', done_at_s = $3 WHERE state = 'due' "
        "AND file_id IN (SELECT unnest($1::BIGINT[])) AND kind = $2",
        [list(file_ids), errand, at_s],
    )


def drop(connection: Connection, owed_id: int, *, at_s: float) -> None:
    """Note that an effect is no longer wanted."""
    run(
        connection,
        "UPDATE outbox SET state = 'cancelled', done_at_s = $2 WHERE id = $1 AND state = 'due'",
        [owed_id, at_s],
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class OutboxState:
    """How the outbox stands."""

    due: int
    oldest_at_s: float | None
    last_error: str | None


def state(connection: Connection) -> OutboxState:
    """Return how much is owed, since when, and what went wrong last.

    What other programs are to be told is told of by itself (`store.announcing.standing`).
    """
    row = one(
        connection,
        "SELECT count(*), min(made_at_s), arg_max(last_error, id) FROM outbox WHERE state = 'due' "
        "AND kind <> 'announce'",
    )
    if row is None:
        return OutboxState(due=0, oldest_at_s=None, last_error=None)

    return OutboxState(
        due=number(row[0]), oldest_at_s=seconds_or_none(row[1]), last_error=text_or_none(row[2])
    )


def owed_of(row: Row) -> Owed:
    """Return what a row of `SELECT` says."""
    return Owed(
        id=number(row[0]),
        errand=Errand(str(row[1])),
        file_id=number_or_none(row[2]),
        payload=str(row[3]),
        attempts=number(row[4]),
        due_at_s=seconds(row[5]),
        made_at_s=seconds(row[6]),
        last_error=text_or_none(row[7]),
        reached=from_json(_REACHED, row[8]) if row[8] is not None else frozenset(),
    )
