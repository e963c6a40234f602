"""Sidecars that were written for several files: the pictures of people who are in many works."""

from __future__ import annotations

from pathlib import PurePath

from rules.media import path_to_text
from store.database import Connection
from store.rows import one


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
