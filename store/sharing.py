"""Who wrote the bytes of a sidecar: several files, as works share people, or a former plan."""

from __future__ import annotations

from pathlib import PurePath

from rules.media import path_to_text
from store.database import Connection
from store.rows import number_or_none, one


def is_shared(connection: Connection, file_id: int, path: PurePath, sha256: str | None) -> bool:
    """Tell whether what was written at `path` stands for another file, too."""
    row = one(
        connection,
        "SELECT 1 FROM change c JOIN plan p ON p.id = c.plan_id "
        "WHERE c.target = $1 AND p.file_id <> $2 "
        "AND c.kind IN ('write sidecar', 'remove sidecar') AND c.state IN ('intended', 'done') "
        "GROUP BY p.file_id HAVING arg_max(c.kind, c.id) = 'write sidecar' "
        "AND arg_max(c.after_sha256, c.id) = $3 LIMIT 1",
        [path_to_text(path), file_id, sha256],
    )
    return row is not None


def plan_that_wrote(connection: Connection, file_id: int, sha256: str) -> int | None:
    """Return the plan of a file that last wrote bytes with this SHA-256, or None."""
    row = one(
        connection,
        "SELECT max(p.id) FROM change c JOIN plan p ON p.id = c.plan_id "
        "WHERE p.file_id = $1 AND c.after_sha256 = $2 AND c.kind = 'write sidecar' "
        "AND c.state IN ('intended', 'done')",
        [file_id, sha256],
    )
    return number_or_none(row[0]) if row else None
