"""The history of each file: what happened, when, in words."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Connection
from store.rows import many, run, seconds, text_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class Event:
    """One thing that happened to a file."""

    event: str
    detail: str | None
    at_s: float


def add(
    connection: Connection, file_id: int, event: str, *, at_s: float, detail: str | None = None
) -> None:
    """Write one line of a file's history."""
    run(
        connection,
        "INSERT INTO event (file_id, event, detail, at_s) VALUES ($1, $2, $3, $4)",
        [file_id, event, detail, at_s],
    )


def add_many(connection: Connection, file_ids: Sequence[int], event: str, *, at_s: float) -> None:
    """Write the same line into the history of several files."""
    run(
        connection,
        "INSERT INTO event (file_id, event, at_s) SELECT unnest($1::BIGINT[]), $2, $3",
        [list(file_ids), event, at_s],
    )


def add_lines(
    connection: Connection, lines: Sequence[tuple[int, str, str | None]], *, at_s: float
) -> None:
    """Write a line into the history of each of several files: its number, event and detail."""
    run(
        connection,
        "INSERT INTO event (file_id, event, detail, at_s) "
        "SELECT unnest($1::BIGINT[]), unnest($2::VARCHAR[]), unnest($3::VARCHAR[]), $4",
        [
            [file_id for file_id, *_ in lines],
            [event for _, event, _ in lines],
            [detail for *_, detail in lines],
            at_s,
        ],
    )


def of_file(connection: Connection, file_id: int) -> list[Event]:
    """Return a file's history, oldest first."""
    rows = many(
        connection,
        "SELECT event, detail, at_s FROM event WHERE file_id = $1 ORDER BY id",
        [file_id],
    )
    return [
        Event(event=str(event), detail=text_or_none(detail), at_s=seconds(at_s))
        for event, detail, at_s in rows
    ]
