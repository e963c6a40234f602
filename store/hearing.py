"""Which sources have answered about a file in the round of asking that is under way.

A round ends when all have. What each of them says is kept as it comes, so that a slow one does not
take the answers of the others with it when doorman is killed; the next start goes on from here. A
file that anything else happened to meanwhile begins a new round: its revision tells.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from store.database import Connection
from store.files import FileRecord
from store.rows import many, number, run


def heard(connection: Connection, files: Sequence[FileRecord]) -> dict[int, frozenset[str]]:
    """Return the sources whose answers of this round are kept, for each of these files."""
    rows = many(
        connection,
        "SELECT h.file_id, h.source FROM heard h JOIN file f ON f.id = h.file_id "
        "AND f.revision = h.revision WHERE h.file_id IN (SELECT unnest($1::BIGINT[]))",
        [[file.id for file in files]],
    )
    found: dict[int, set[str]] = {file.id: set() for file in files}
    for file_id, source in rows:
        found[number(file_id)].add(str(source))
    return {file_id: frozenset(sources) for file_id, sources in found.items()}


def in_round(connection: Connection, files: Sequence[FileRecord]) -> list[FileRecord]:
    """Return those of these files that nothing but their round happened to since they were read."""
    rows = many(
        connection,
        "SELECT f.id, f.revision, bool_or(coalesce(h.revision = f.revision, false)) "
        "FROM file f LEFT JOIN heard h ON h.file_id = f.id "
        "WHERE f.id IN (SELECT unnest($1::BIGINT[])) GROUP BY f.id, f.revision",
        [[file.id for file in files]],
    )
    own = {
        number(file_id): (number(revision), bool(of_round)) for file_id, revision, of_round in rows
    }
    return [
        file
        for file in files
        if file.id in own and (own[file.id][0] == file.revision or own[file.id][1])
    ]


@contextmanager
def hearing(connection: Connection, files: Sequence[FileRecord], source: str) -> Iterator[None]:
    """Note that `source` has answered about these files; the block keeps what it said.

    What the block changes about the files is of the round, and does not end it.
    """
    before = _revisions(connection, files)
    yield
    after = _revisions(connection, files)
    numbers = [each for each in before if each in after]
    run(
        connection,
        "UPDATE heard SET revision = r.now FROM (SELECT unnest($1::BIGINT[]) AS id, "
        "unnest($2::BIGINT[]) AS before, unnest($3::BIGINT[]) AS now) AS r "
        "WHERE heard.file_id = r.id AND heard.revision = r.before",
        [numbers, [before[each] for each in numbers], [after[each] for each in numbers]],
    )
    run(
        connection,
        "INSERT INTO heard (file_id, source, revision) "
        "SELECT unnest($1::BIGINT[]), $2, unnest($3::BIGINT[]) "
        "ON CONFLICT (file_id, source) DO UPDATE SET revision = excluded.revision",
        [numbers, source, [after[each] for each in numbers]],
    )


def end_round(connection: Connection, files: Sequence[FileRecord]) -> None:
    """Forget who has answered about these files: all have."""
    run(
        connection,
        "DELETE FROM heard WHERE file_id IN (SELECT unnest($1::BIGINT[]))",
        [[file.id for file in files]],
    )


def _revisions(connection: Connection, files: Sequence[FileRecord]) -> dict[int, int]:
    rows = many(
        connection,
        "SELECT id, revision FROM file WHERE id IN (SELECT unnest($1::BIGINT[]))",
        [[file.id for file in files]],
    )
    return {number(file_id): number(revision) for file_id, revision in rows}
