import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import duckdb
import pytest

from rules.fingerprint import Phash
from store import contents, regeneration
from store.database import Connection, open_database
from store.errors import StoreFailed, StoreTooNew, StoreUnreachable, StoreUnreadable
from store.migration import migrate
from store.regeneration import Complete
from store.schema import MIGRATIONS, Migration

FIRST = Migration(
    version=1,
    statements=(
        "CREATE SEQUENCE boat_ids",
        "CREATE TABLE boat (id BIGINT PRIMARY KEY DEFAULT nextval('boat_ids'), name VARCHAR)",
    ),
)
SECOND = Migration(version=2, statements=("ALTER TABLE boat ADD COLUMN length_m DOUBLE",))
THIRD = Migration(version=3, statements=("CREATE TABLE pier (name VARCHAR)",))
BROKEN = Migration(version=2, statements=("CREATE TABLE pier (n INTEGER)", "DROP TABLE nowhere"))

FACTS = '{"container": "matroska", "duration_s": 60.0}'


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "harbour's.duckdb"


@pytest.fixture
def file(path: Path) -> Iterator[Connection]:
    with duckdb.connect(path) as opened:
        yield opened


@pytest.fixture
def old(file: Connection, path: Path) -> Connection:
    """Return a database at version 1 with one boat in it."""
    migrate(file, path, now_s=1.0, migrations=(FIRST,))
    file.execute("INSERT INTO boat (name) VALUES ('Dawn')")
    return file


def versions(file: Connection) -> list[tuple[int, float]]:
    return file.execute("SELECT version, applied_at_s FROM schema_version ORDER BY 1").fetchall()


def boats(file: Connection) -> list[tuple[object, ...]]:
    return file.execute("SELECT * FROM boat ORDER BY id").fetchall()


def backups(path: Path) -> list[str]:
    return sorted(each.name for each in path.parent.iterdir() if "backup" in each.name)


def test_an_empty_file_gets_all_steps_and_no_backup(file: Connection, path: Path) -> None:
    migrate(file, path, now_s=7.0, migrations=(FIRST, SECOND))

    assert versions(file) == [(1, 7.0), (2, 7.0)]
    assert backups(path) == []


def test_doormans_own_steps_are_in_order_and_run(file: Connection, path: Path) -> None:
    migrate(file, path, now_s=7.0)

    assert [step.version for step in MIGRATIONS] == list(range(1, len(MIGRATIONS) + 1))
    assert len(versions(file)) == len(MIGRATIONS)


def test_a_file_that_is_up_to_date_is_left_alone(old: Connection, path: Path) -> None:
    migrate(old, path, now_s=9.0, migrations=(FIRST,))

    assert versions(old) == [(1, 1.0)]
    assert backups(path) == []


def test_a_file_is_copied_before_it_is_changed(old: Connection, path: Path) -> None:
    migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND, THIRD))

    assert versions(old) == [(1, 1.0), (2, 9.0), (3, 9.0)]
    assert boats(old) == [(1, "Dawn", None)]
    assert backups(path) == [f"{path.name}.backup-v1"]
    with duckdb.connect(path.with_name(f"{path.name}.backup-v1")) as backup:
        assert boats(backup) == [(1, "Dawn")]


def test_a_backup_that_is_put_back_goes_on_counting(old: Connection, path: Path) -> None:
    migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND))
    old.close()
    path.with_name(f"{path.name}.backup-v1").replace(path)

    with duckdb.connect(path) as restored:
        migrate(restored, path, now_s=9.0, migrations=(FIRST,))
        restored.execute("INSERT INTO boat (name) VALUES ('Dusk')")

        assert boats(restored) == [(1, "Dawn"), (2, "Dusk")]


def test_only_the_owner_can_read_a_backup(old: Connection, path: Path) -> None:
    migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND))

    assert path.with_name(f"{path.name}.backup-v1").stat().st_mode & 0o777 == 0o600


def test_an_earlier_backup_is_never_replaced(old: Connection, path: Path) -> None:
    for number in ("v1", "v1-2"):
        path.with_name(f"{path.name}.backup-{number}").write_text("an earlier one")

    migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND))

    assert backups(path) == [f"{path.name}.backup-v1{tail}" for tail in ("", "-2", "-3")]
    assert path.with_name(f"{path.name}.backup-v1").read_text() == "an earlier one"


def test_a_new_schema_is_written_through_at_once(old: Connection, path: Path) -> None:
    log = path.with_name(f"{path.name}.wal")

    migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND))

    assert not log.exists()


def test_a_step_that_fails_changes_nothing_and_leaves_no_backup(
    old: Connection, path: Path
) -> None:
    with pytest.raises(StoreFailed, match=r"schema version 2: .*nowhere"):
        migrate(old, path, now_s=9.0, migrations=(FIRST, BROKEN))

    assert versions(old) == [(1, 1.0)]
    assert boats(old) == [(1, "Dawn")]
    assert old.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall() == [
        ("boat",),
        ("schema_version",),
    ]
    assert backups(path) == []


def test_what_sql_cannot_do_is_part_of_its_step(old: Connection, path: Path) -> None:
    def fill(connection: Connection) -> None:
        connection.execute("UPDATE boat SET length_m = 12")

    migrate(old, path, now_s=9.0, migrations=(FIRST, replace(SECOND, fill=fill)))

    assert boats(old) == [(1, "Dawn", 12.0)]


def test_a_step_that_cannot_be_filled_is_not_made(old: Connection, path: Path) -> None:
    def fail(connection: Connection) -> None:
        connection.execute("UPDATE boat SET nowhere = 1")

    with pytest.raises(StoreFailed, match=r"schema version 2: .*nowhere"):
        migrate(old, path, now_s=9.0, migrations=(FIRST, replace(SECOND, fill=fail)))

    assert versions(old) == [(1, 1.0)]
    assert boats(old) == [(1, "Dawn")]
    assert backups(path) == []


def test_a_first_step_that_fails_leaves_an_empty_file(file: Connection, path: Path) -> None:
    with pytest.raises(StoreFailed):
        migrate(file, path, now_s=9.0, migrations=(BROKEN,))

    assert file.execute("SELECT count(*) FROM duckdb_tables()").fetchone() == (0,)


def test_the_backup_stays_when_a_later_step_fails(old: Connection, path: Path) -> None:
    late = Migration(version=3, statements=BROKEN.statements)

    with pytest.raises(StoreFailed):
        migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND, late))

    assert versions(old) == [(1, 1.0), (2, 9.0)]
    assert backups(path) == [f"{path.name}.backup-v1"]


def test_nothing_is_migrated_without_room_for_a_backup(
    old: Connection, path: Path, read_only_folder: Callable[[Path], None]
) -> None:
    read_only_folder(path.parent)

    with pytest.raises(StoreUnreachable):
        migrate(old, path, now_s=9.0, migrations=(FIRST, SECOND))

    assert versions(old) == [(1, 1.0)]


@pytest.fixture
def read_only_folder() -> Iterator[Callable[[Path], None]]:
    """Return what makes a folder read-only until the end of the test."""
    made: list[Path] = []

    def make(folder: Path) -> None:
        made.append(folder)
        folder.chmod(0o500)
        if os.access(folder, os.W_OK):
            pytest.skip("the user of this test may write everywhere")

    yield make
    for folder in made:
        folder.chmod(0o700)


def test_a_newer_schema_is_refused_and_left_alone(old: Connection, path: Path) -> None:
    migrate(old, path, now_s=2.0, migrations=(FIRST, SECOND))

    with pytest.raises(StoreTooNew, match=r"schema version 2, this doorman knows 1; install"):
        migrate(old, path, now_s=9.0, migrations=(FIRST,))

    assert versions(old) == [(1, 1.0), (2, 2.0)]


def test_a_database_of_something_else_is_refused_and_left_alone(
    file: Connection, path: Path
) -> None:
    file.execute("CREATE TABLE invoice (n INTEGER)")

    with pytest.raises(StoreUnreadable, match="none of doorman's"):
        migrate(file, path, now_s=9.0)

    assert file.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [("invoice",)]


def test_another_programs_version_table_is_refused(file: Connection, path: Path) -> None:
    file.execute("CREATE TABLE schema_version (name VARCHAR)")

    with pytest.raises(StoreUnreadable):
        migrate(file, path, now_s=9.0)


def test_the_release_after_opens_what_this_one_wrote(store_path: Path) -> None:
    newer = (*MIGRATIONS, Migration(version=len(MIGRATIONS) + 1, statements=THIRD.statements))
    open_database(store_path, memory_limit_bytes=2**28, now_s=1.0).close()

    open_database(store_path, memory_limit_bytes=2**28, now_s=2.0, migrations=newer).close()

    assert backups(store_path) == [f"{store_path.name}.backup-v{len(MIGRATIONS)}"]
    with pytest.raises(StoreTooNew):
        open_database(store_path, memory_limit_bytes=2**28, now_s=3.0)


def put_examined_by_the_first_release(
    former: Connection, number: int, *, missing: str | None = None, grid: str | None = None
) -> None:
    """Put a file and its content as version 1 kept them; its phash with a grid, if it has one."""
    former.execute(
        "INSERT INTO content VALUES ($1, 65261, $1, $2, $3, 2.0)", [number, FACTS, missing]
    )
    if grid is not None:
        former.execute("INSERT INTO fingerprint VALUES ($1, 'PHASH', 7, 60.0, $2)", [number, grid])
    former.execute(
        "INSERT INTO file (library, path, size_bytes, mtime_ns, inode, state, content_id, "
        "first_seen_at_s, changed_at_s) "
        "VALUES ('films', $1::VARCHAR || '.mkv', $1, 1, $1, 'done', $1, 1.0, 1.0)",
        [number],
    )


def test_what_the_first_release_knew_is_kept(store_path: Path) -> None:
    store_path.parent.mkdir()
    with duckdb.connect(store_path) as former:
        migrate(former, store_path, now_s=1.0, migrations=MIGRATIONS[:1])
        put_examined_by_the_first_release(former, 5, grid="4x4")

    open_database(store_path, memory_limit_bytes=2**28, now_s=2.0).close()

    assert backups(store_path) == [f"{store_path.name}.backup-v1"]
    with duckdb.connect(store_path) as present:
        content = contents.get(present, 5)
        assert content is not None
        assert (content.phash, content.grid, content.md5) == (Phash(7), "4x4", None)
        today = Complete(grid="5x5", has_md5=False)
        assert regeneration.incomplete(present, ["films"], today) == [5]
        regeneration.ask(present, [5], at_s=3.0)
        assert regeneration.next_due_s(present) == 3.0


def test_what_the_first_release_could_not_fingerprint_is_tried_under_another_grid(
    store_path: Path,
) -> None:
    store_path.parent.mkdir()
    with duckdb.connect(store_path) as former:
        migrate(former, store_path, now_s=1.0, migrations=MIGRATIONS[:1])
        put_examined_by_the_first_release(former, 5, missing="it ends early")
        put_examined_by_the_first_release(former, 6, missing="it ends early", grid="4x4")
        put_examined_by_the_first_release(former, 7, grid="5x5")
        former.execute("INSERT INTO content (id, oshash, size_bytes) VALUES (8, 65261, 8)")

    open_database(store_path, memory_limit_bytes=2**28, now_s=2.0).close()

    with duckdb.connect(store_path) as present:
        grids = present.execute("SELECT id, grid FROM content ORDER BY id").fetchall()
        assert grids == [(5, "5x5"), (6, "5x5"), (7, "5x5"), (8, None)]
        today, tomorrow = (Complete(grid=grid, has_md5=False) for grid in ("5x5", "6x6"))
        assert regeneration.incomplete(present, ["films"], today) == []
        assert regeneration.incomplete(present, ["films"], tomorrow) == [5, 6, 7]


def test_titles_that_were_offered_to_the_first_release_can_be_searched(store_path: Path) -> None:
    store_path.parent.mkdir()
    with duckdb.connect(store_path) as former:
        migrate(former, store_path, now_s=1.0, migrations=MIGRATIONS[:1])
        for number, work in enumerate(('{"title": "Quiet \\"Tide\\""}', '{"title": null}', "{}")):
            former.execute(
                "INSERT INTO candidate "
                "(content_id, source, remote_id, offered, position, offered_at_s) "
                "VALUES ($1, 'first', 'h', $2, 0, 1.0)",
                [number, f'{{"work": {work}}}'],
            )

    open_database(store_path, memory_limit_bytes=2**28, now_s=2.0).close()

    with duckdb.connect(store_path) as present:
        titles = present.execute("SELECT title FROM candidate ORDER BY content_id").fetchall()
    assert titles == [('Quiet "Tide"',), (None,), (None,)]
