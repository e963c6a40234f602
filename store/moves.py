"""Move several files on along their journey at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.journey import UNEXAMINED, FileState
from store import events
from store.database import Connection
from store.files import FileRecord
from store.rows import many, number, run


@dataclass(frozen=True, slots=True, kw_only=True)
class Move:
    """Where one file goes, and how often it was tried by then."""

    file: FileRecord
    state: FileState
    reason: str | None
    due_at_s: float | None
    attempts: int
    failures: int


def move_all(connection: Connection, moves: Sequence[Move], *, at_s: float) -> None:
    """Move files whose content is known to states of those, and write that into their histories.

    The state to return to is forgotten, as `files.set_state` does.

    Raises:
        ValueError: a file would go to a state in which its content is not known.

    """
    unknown = [move.file.id for move in moves if move.state in UNEXAMINED]
    if unknown:
        raise ValueError(f"files {unknown} go back to be examined; move them one by one")

    if not moves:
        return

    run(
        connection,
        """
        UPDATE file SET state = m.state, reason = m.reason, due_at_s = m.due_at_s,
            attempts = m.attempts, failures = m.failures, changed_at_s = $7,
            resume_state = NULL, revision = revision + 1
        FROM (
            SELECT unnest($1::BIGINT[]) AS id, unnest($2::VARCHAR[]) AS state,
                unnest($3::VARCHAR[]) AS reason, unnest($4::DOUBLE[]) AS due_at_s,
                unnest($5::INTEGER[]) AS attempts, unnest($6::INTEGER[]) AS failures
        ) AS m
        WHERE file.id = m.id
        """,
        [
            [move.file.id for move in moves],
            [move.state.value for move in moves],
            [move.reason for move in moves],
            [move.due_at_s for move in moves],
            [move.attempts for move in moves],
            [move.failures for move in moves],
            at_s,
        ],
    )
    lines = [(move.file.id, move.state.value, move.reason) for move in moves]
    events.add_lines(connection, lines, at_s=at_s)


def unchanged(connection: Connection, files: Sequence[FileRecord]) -> list[FileRecord]:
    """Return those of these files that nothing happened to since they were read."""
    rows = many(
        connection,
        "SELECT id, revision FROM file WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [[file.id for file in files]],
    )
    revisions = {number(file_id): number(revision) for file_id, revision in rows}
    return [file for file in files if revisions.get(file.id) == file.revision]
