import subprocess
import sys
from pathlib import Path

import duckdb
import pytest

from store.backup import back_up
from store.errors import StoreFailed, StoreUnreachable


def names(folder: Path) -> list[str]:
    return sorted(each.name for each in folder.iterdir())


@pytest.mark.parametrize("name", ["doorman.duckdb", "backup.duckdb", 'o\'clock "12".duckdb'])
def test_a_backup_is_a_whole_database_of_its_own(name: str, tmp_path: Path) -> None:
    path = tmp_path / name
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE boat AS SELECT * FROM range(5000) t(id)")

        backup = back_up(connection, path, 4)

        assert names(tmp_path) == sorted([name, f"{name}.backup-v4"])
        assert backup == tmp_path / f"{name}.backup-v4"
    with duckdb.connect(backup) as copy:
        assert copy.execute("SELECT count(*) FROM boat").fetchone() == (5000,)


def test_the_database_can_be_used_after_its_backup(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE boat (id INTEGER)")
        back_up(connection, path, 1)
        connection.execute("INSERT INTO boat VALUES (1)")

        assert connection.execute(
            "SELECT database_name FROM duckdb_databases() WHERE NOT internal"
        ).fetchall() == [("doorman",)]


def test_a_backup_that_cannot_be_made_leaves_nothing_behind(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE boat (id INTEGER)")
        connection.execute("BEGIN TRANSACTION")
        connection.execute("INSERT INTO boat VALUES (1)")

        with pytest.raises(StoreFailed, match="backup to"):
            back_up(connection, path, 1)

        connection.execute("ROLLBACK")
    assert names(tmp_path) == [path.name]


def test_the_file_stays_locked_while_it_is_copied(tmp_path: Path) -> None:
    """Closing it in the process that has it open would drop DuckDB's lock."""
    path = tmp_path / "doorman.duckdb"
    intruder = "import duckdb, sys; duckdb.connect(sys.argv[1])"
    with duckdb.connect(path) as connection:
        back_up(connection, path, 1)

        done = subprocess.run(  # noqa: S603  # our own words
            [sys.executable, "-c", intruder, path], capture_output=True, check=False, text=True
        )

    assert "Could not set lock on file" in done.stderr


def test_a_backup_needs_little_memory_however_large_the_indexes(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE boat (name VARCHAR PRIMARY KEY)")
        connection.execute("INSERT INTO boat SELECT md5(id::VARCHAR) FROM range(60000) t(id)")

    with duckdb.connect(path, config={"memory_limit": "8MB", "temp_directory": ""}) as connection:
        backup = back_up(connection, path, 1)

    assert backup.read_bytes() == path.read_bytes()


def test_what_keeps_the_copy_from_being_made_is_told(tmp_path: Path) -> None:
    with (
        duckdb.connect(tmp_path / "doorman.duckdb") as connection,
        pytest.raises(StoreUnreachable, match="Is a directory"),
    ):
        back_up(connection, tmp_path, 1)


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with duckdb.connect(tmp_path / "doorman.duckdb") as connection, pytest.raises(StoreUnreachable):
        back_up(connection, tmp_path / "gone" / "doorman.duckdb", 1)
