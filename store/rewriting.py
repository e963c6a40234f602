"""Files that were accepted, and what a person wants written beside them anew."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from store.database import Connection
from store.outbox import Errand
from store.rows import many, number, one, run


def accepted(connection: Connection, libraries: Collection[str]) -> list[int]:
    """Return the files of these libraries that are there and a copy of a work, in their order."""
    rows = many(
        connection,
        "SELECT id FROM file WHERE list_contains($1::VARCHAR[], library) "
        "AND state IN ('accepted', 'done') AND work_id IS NOT NULL AND missing_since_s IS NULL "
        "ORDER BY path",
        [sorted(libraries)],
    )
    return [number(file_id) for (file_id,) in rows]


def owe(connection: Connection, file_ids: Sequence[int], *, at_s: float) -> int:
    """Owe these files all that belongs beside them; return to how many that is new.

    Whom it is owed already is owed no more. What waits after a failure is tried at once.
    """
    run(
        connection,
        "UPDATE outbox SET due_at_s = $2 WHERE state = 'due' AND kind IN ('sidecar', 'rewrite') "
        "AND due_at_s > $2 AND file_id IN (SELECT unnest($1::BIGINT[]))",
        [list(file_ids), at_s],
    )
    rows = many(
        connection,
        "INSERT INTO outbox (kind, file_id, payload, state, due_at_s, made_at_s) "
        "SELECT $2, wanted.id, '{}', 'due', $3, $3 FROM ("
        "SELECT unnest($1::BIGINT[]) AS id, generate_subscripts($1::BIGINT[], 1) AS place"
        ") AS wanted WHERE wanted.id NOT IN (SELECT file_id FROM outbox WHERE state = 'due' "
        "AND kind IN ('sidecar', 'rewrite') AND file_id IS NOT NULL) "
        "ORDER BY wanted.place RETURNING id",
        [list(file_ids), Errand.REWRITE, at_s],
    )
    return len(rows)


def has_written(connection: Connection, file_id: int, *, since_s: float) -> bool:
    """Tell whether anything was written or removed beside a file since then."""
    row = one(
        connection,
        "SELECT 1 FROM change AS c JOIN plan AS p ON p.id = c.plan_id WHERE p.file_id = $1 "
        "AND c.kind IN ('write sidecar', 'remove sidecar') AND c.state = 'done' "
        "AND c.changed_at_s >= $2 LIMIT 1",
        [file_id, since_s],
    )
    return row is not None
