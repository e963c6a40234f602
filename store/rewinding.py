"""A copy of the store that is to take its place: what was told since it was made is not told again.

A backup remembers messages that waited when it was made. Most of them were sent a moment later,
which only the store that it replaces can know: where that can be read, the copy learns from it
what became of them, and which questions people were asked since. Where it cannot, nothing is sent
that may have been sent before; the questions themselves stay open, in the queue as ever.

Sidecars that were owed stay owed: to write them again changes nothing where they are as they
should be, and never what somebody else wrote. An undo that was to put back even what somebody
changed since is one no more: what was changed since may be of today.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from store.database import Connection
from store.errors import StoreUnreadable
from store.failures import first_line
from store.restore_order import RestoreOrder, order_payload, read_order
from store.rows import many, number, one, run
from store.transaction import transaction
from store.workshop import quoted

_CHANNELS_SINCE = 4
"""The version of the schema from which on each channel is told by itself."""
_FORMER = '"doorman former"'
_CONFIG: dict[str, str | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
    "allow_community_extensions": False,
    "temp_directory": "",
    "threads": 2,
    "memory_limit": "256MB",
}
_OWED = """
CREATE TEMP TABLE owed AS SELECT id, kind, file_id, CAST(payload AS VARCHAR) AS payload, made_at_s
FROM outbox WHERE state = 'due' AND kind IN ('message', 'announce')
"""
_LEARN = f"""
UPDATE outbox SET state = f.state, done_at_s = f.done_at_s, attempts = f.attempts
FROM {_FORMER}.outbox AS f, owed
WHERE outbox.id = owed.id AND f.id = owed.id AND f.kind = owed.kind
    AND f.made_at_s = owed.made_at_s AND f.state <> 'due'
"""  # noqa: S608  # constants
_WITHHOLD = """
UPDATE outbox SET state = 'cancelled', done_at_s = $1
WHERE state = 'due' AND kind = 'message' AND id IN (SELECT id FROM owed)
"""
_UNKNOWN_THERE = f""" AND NOT EXISTS (
    SELECT 1 FROM {_FORMER}.outbox AS f
    WHERE f.id = outbox.id AND f.kind = 'message' AND f.made_at_s = outbox.made_at_s
)"""  # noqa: S608  # as above
_COLUMNS = "kind, file_id, payload, state, attempts, due_at_s, last_error, reached, made_at_s"
_ROUTED_SINCE = f"""
INSERT INTO outbox ({_COLUMNS}, done_at_s, channel)
SELECT f.kind, f.file_id, f.payload, f.state, f.attempts, f.due_at_s, f.last_error, f.reached,
    f.made_at_s, f.done_at_s, f.channel
FROM {_FORMER}.outbox AS f JOIN owed ON owed.kind = f.kind AND owed.made_at_s = f.made_at_s
    AND owed.file_id IS NOT DISTINCT FROM f.file_id AND owed.payload = CAST(f.payload AS VARCHAR)
JOIN outbox AS copy ON copy.id = owed.id AND copy.state = 'routed'
WHERE f.kind = 'message' AND f.channel IS NOT NULL
"""  # noqa: S608  # as above
_ASKED_SINCE = f"""
INSERT INTO outbox ({_COLUMNS}, done_at_s, channel)
SELECT f.kind, NULL, f.payload, f.state, f.attempts, f.due_at_s, f.last_error, f.reached,
    f.made_at_s, f.done_at_s, f.channel
FROM {_FORMER}.outbox AS f
WHERE f.kind = 'message' AND f.state = 'done' AND f.channel IS NOT NULL
    AND (f.payload->>'question') IS NOT NULL AND NOT EXISTS (
        SELECT 1 FROM outbox AS copy WHERE copy.kind = 'message' AND copy.channel = f.channel
            AND copy.state = 'done' AND (copy.payload->>'question') = (f.payload->>'question')
    )
"""  # noqa: S608  # as above


@dataclass(frozen=True, slots=True, kw_only=True)
class Rewound:
    """What a store that goes back in time does not do again."""

    withheld: int
    """Messages that waited when the backup was made, and are not sent now."""
    waiting: int
    """Those that still wait, as the former store says; they are sent."""
    has_seen_former: bool
    """Whether the former store could be asked what became of them."""


def rewind(path: Path, former: Path | None, *, at_s: float) -> Rewound:
    """Let a copy know what was told since it was made; nobody else may have either open.

    Args:
        path: The copy, which is changed.
        former: The store that it takes the place of; None for none. It is only read.
        at_s: Now.

    Raises:
        StoreUnreadable: the copy cannot be changed.

    """
    try:
        with duckdb.connect(path, config=_CONFIG) as connection:
            has_former = former is not None and _attach(connection, former)
            with transaction(connection):
                return _rewind(connection, has_former=has_former, at_s=at_s)
    except duckdb.Error as error:
        raise StoreUnreadable(path, first_line(error)) from error


def _rewind(connection: Connection, *, has_former: bool, at_s: float) -> Rewound:
    connection.execute(_OWED)
    if has_former:
        connection.execute(_LEARN)
    run(connection, _WITHHOLD + (_UNKNOWN_THERE if has_former else ""), [at_s])
    if has_former and _has_channels(connection):
        connection.execute(_ROUTED_SINCE)
        connection.execute(_ASKED_SINCE)
    _soften(connection)
    waiting = _count(connection, "SELECT count(*) FROM outbox WHERE state = 'due' AND kind = $1")
    owed = _count(connection, "SELECT count(*) FROM owed WHERE kind = $1")
    return Rewound(withheld=max(owed - waiting, 0), waiting=waiting, has_seen_former=has_former)


def _attach(connection: Connection, former: Path) -> bool:
    """Make the former store readable; tell whether it is, and of a schema that has an outbox."""
    if not former.exists():
        return False

    try:
        connection.execute(f"ATTACH {quoted(former)} AS {_FORMER} (READ_ONLY)")
        connection.execute(f"SELECT count(*) FROM {_FORMER}.outbox")  # noqa: S608  # a constant
    except duckdb.Error:
        return False  # damaged, as it may well be: why else would it be replaced
    return True


def _has_channels(connection: Connection) -> bool:
    """Tell whether both tell each channel by itself."""
    versions = one(
        connection,
        f"SELECT (SELECT max(version) FROM schema_version), "  # noqa: S608  # a constant
        f"(SELECT max(version) FROM {_FORMER}.schema_version)",
    )
    return versions is not None and min(map(number, versions)) >= _CHANNELS_SINCE


def _soften(connection: Connection) -> None:
    """Let undos that are owed put back only what nobody changed since."""
    for owed_id, payload in many(
        connection, "SELECT id, payload FROM outbox WHERE state = 'due' AND kind = 'restore'"
    ):
        order = read_order(str(payload))
        if order.is_forced:
            softened = order_payload(RestoreOrder(first_plan=order.first_plan))
            run(connection, "UPDATE outbox SET payload = $2 WHERE id = $1", [owed_id, softened])


def _count(connection: Connection, query: str) -> int:
    row = one(connection, query, ["message"])
    return number(row[0]) if row else 0
