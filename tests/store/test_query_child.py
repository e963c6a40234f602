from __future__ import annotations

from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from uuid import UUID

import duckdb
import pytest
from pydantic import JsonValue

from store.documented import DOCUMENTED
from store.exporting import copy_read, raw_file
from store.query_child import answer, plain
from store.query_protocol import QueryOrder, QueryReport
from tests.stores import put_store


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory, empty_store: Path) -> Path:
    """Return where the tables of five files lie."""
    folder = tmp_path_factory.mktemp("tables")
    (folder / "secret.txt").write_text("secret words")
    store = put_store(empty_store, tmp_path_factory.mktemp("store") / "doorman.duckdb")
    with duckdb.connect(store) as connection:
        connection.execute(
            "INSERT INTO file (library, path, size_bytes, mtime_ns, inode, state, "
            "first_seen_at_s, changed_at_s) "
            "SELECT 'films', '/films/' || n, n, 7, 1, 'done', 1.5, 2 FROM range(5) t(n)"
        )
        copy_read(connection, DOCUMENTED, folder)
    return folder


def ask(folder: Path, sql: str, *, most_rows: int = 10, most_bytes: int = 10_000) -> QueryReport:
    return answer(
        QueryOrder(
            folder=str(folder),
            tables=tuple(table.name for table in DOCUMENTED),
            sql=sql,
            most_rows=most_rows,
            most_bytes=most_bytes,
            processor_s=10,
        )
    )


def test_a_select_is_answered_with_names_and_types(folder: Path) -> None:
    found = ask(folder, "SELECT path, first_seen_at FROM files ORDER BY id LIMIT 1;")

    assert [(each.name, each.type) for each in found.columns] == [
        ("path", "VARCHAR"),
        ("first_seen_at", "TIMESTAMP"),
    ]
    assert found.rows == (("/films/0", "1970-01-01T00:00:01.500000"),)
    assert not found.is_cut


@pytest.mark.parametrize("value", ["now()", "[now()]", "{'at': now()}"])
def test_a_time_with_a_zone_is_refused_with_what_to_write_instead(folder: Path, value: str) -> None:
    found = ask(folder, f"SELECT {value} AS at")

    assert found.problem is not None
    assert "now()::TIMESTAMP" in found.problem
    assert ask(folder, "SELECT count(*) FROM files WHERE changed_at < now()").rows == ((5,),)
    assert ask(folder, "SELECT now()::TIMESTAMP AS at").problem is None


@pytest.mark.parametrize(("most_rows", "is_cut"), [(0, True), (4, True), (5, False)])
def test_no_more_rows_come_than_were_asked_for(folder: Path, most_rows: int, is_cut: bool) -> None:  # noqa: FBT001  # a table's column
    found = ask(folder, "FROM files", most_rows=most_rows)

    assert (len(found.rows), found.is_cut) == (most_rows, is_cut)


@pytest.mark.parametrize(
    "sql",
    [
        "DELETE FROM files",
        "INSERT INTO files (id) VALUES (1)",
        "CREATE TABLE t AS SELECT 1",
        "DROP TABLE files",
        "COPY files TO '{folder}/out.csv'",
        "EXPORT DATABASE '{folder}/out'",
        "ATTACH '{folder}/x.duckdb' AS x",
        "PRAGMA show_tables",
        "SET enable_external_access = true",
        "CALL pragma_version()",
        "INSTALL httpfs",
        "LOAD httpfs",
        "BEGIN",
        "SELECT 1; DELETE FROM files",
        "SELECT 1; SELECT 2",
        "",
        "   -- nothing",
    ],
)
def test_anything_but_one_select_is_refused(folder: Path, sql: str) -> None:
    before = sorted(folder.iterdir())

    found = ask(folder, sql.format(folder=folder))

    assert found.problem is not None
    assert "one SELECT" in found.problem
    assert sorted(folder.iterdir()) == before


@pytest.mark.parametrize(
    "sql",
    [
        "SELECT * FROM read_csv('{file}')",
        "SELECT * FROM read_text('{file}')",
        "SELECT * FROM read_blob('{file}')",
        "SELECT * FROM read_parquet('{folder}/file.raw')",
        "SELECT * FROM parquet_metadata('{folder}/file.raw')",
        "SELECT * FROM '{folder}/file.raw'",
        "SELECT * FROM file",
        "SELECT * FROM content",
        "SELECT * FROM glob('{folder}/*')",
        "SELECT * FROM sniff_csv('{file}')",
        "SELECT * FROM query('SELECT * FROM read_text(''{file}'')')",
        "SELECT getenv('HOME')",
        "EXPLAIN ANALYZE COPY files TO '{folder}/out.csv'",
        "SELECT * FROM session",
        "SELECT * FROM push_secret",
        "SELECT * FROM used_action",
        "SELECT * FROM library",
    ],
)
def test_no_file_and_no_other_table_is_reached(folder: Path, sql: str) -> None:
    assert raw_file(folder, "file").exists()

    found = ask(folder, sql.format(folder=folder, file=folder / "secret.txt"))

    assert found.problem is not None
    assert "secret words" not in found.model_dump_json()
    assert not (folder / "out.csv").exists()


def test_what_is_misspelt_is_told_with_what_there_is(folder: Path) -> None:
    found = ask(folder, "SELECT pth FROM files")

    assert found.problem is not None
    assert "pth" in found.problem
    assert "path" in found.problem


def test_an_answer_that_is_too_large_is_no_answer(folder: Path) -> None:
    found = ask(folder, "SELECT repeat('x', 1000) FROM range(50)", most_rows=100)

    assert found.rows == ()
    assert found.problem is not None
    assert "too much memory" in found.problem


def test_a_query_that_takes_all_memory_is_told_so(folder: Path) -> None:
    found = ask(folder, "SELECT len(list(repeat('x', 1000) || n)) FROM range(3000000) t(n)")

    assert found.problem is not None
    assert "too much memory" in found.problem


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**64, 2**64),
        (1.5, 1.5),
        (float("nan"), "nan"),
        (Decimal("1.25"), 1.25),
        (datetime(2026, 3, 4, tzinfo=UTC), "2026-03-04T00:00:00+00:00"),
        (b"\x01\xff", "01ff"),
        ([1, (2.5,)], [1, [2.5]]),
        ({1: {"a": b"\x00"}}, {"1": {"a": "00"}}),
        (UUID(int=1), "00000000-0000-0000-0000-000000000001"),
        (timedelta(seconds=1), "0:00:01"),
    ],
)
def test_every_value_becomes_json(value: object, expected: JsonValue) -> None:
    assert plain(value) == expected
