"""Links that act: the secret that seals them, and which were used."""

from __future__ import annotations

from collections.abc import Callable
from hashlib import sha256

from store.database import Connection
from store.rows import one, run

LONGEST_S = 366 * 86400.0
"""No link can be used for longer, as settings.notify bounds it: of those whose end is not known."""
_NAME = "actions"


def secret(connection: Connection) -> bytes | None:
    """Return what seals the links of this store; None before the first is made."""
    row = one(connection, "SELECT secret FROM push_secret WHERE name = $1", [_NAME])
    return bytes.fromhex(str(row[0])) if row else None


def ensure_secret(connection: Connection, make: Callable[[], bytes]) -> bytes:
    """Return what seals the links of this store; made once, and kept with it."""
    known = secret(connection)
    if known is not None:
        return known

    made = make()
    run(connection, "INSERT INTO push_secret (name, secret) VALUES ($1, $2)", [_NAME, made.hex()])
    return made


def is_used(connection: Connection, token: str) -> bool:
    """Tell whether a link has done what it does."""
    row = one(connection, "SELECT 1 FROM used_action WHERE token = $1", [_digest(token)])
    return row is not None


def mark_used(connection: Connection, token: str, *, expires_at_s: float, at_s: float) -> None:
    """Note that a link has done what it does; forget those that do nothing more by their age."""
    run(
        connection,
        "DELETE FROM used_action WHERE coalesce(expires_at_s, used_at_s + $2) < $1",
        [at_s, LONGEST_S],
    )
    run(
        connection,
        "INSERT INTO used_action (token, used_at_s, expires_at_s) VALUES ($1, $2, $3)",
        [_digest(token), at_s, expires_at_s],
    )


def _digest(token: str) -> str:
    return sha256(token.encode("utf-8", "surrogatepass")).hexdigest()
