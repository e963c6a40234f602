from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path

import pytest

from store.database import Connection, Database
from store.errors import StoreFailed
from store.workshop import bench, cleared_workshop, quoted, workshop_of
from tests.stores import put_store


def copy_to(connection: Connection, *, target: Path) -> None:
    connection.execute(f"COPY (SELECT 1 AS one) TO {quoted(target)} (FORMAT parquet)")


def test_what_lay_on_a_bench_is_gone_afterwards(tmp_path: Path) -> None:
    workshop = workshop_of(tmp_path / "it's.duckdb")

    with bench(workshop) as folder:
        (folder / "copy").write_bytes(b"x")
        assert workshop.stat().st_mode & 0o777 == 0o700

    assert list(workshop.iterdir()) == []


async def test_leftovers_of_a_killed_doorman_go_when_the_store_is_opened(
    store_path: Path, empty_store: Path, open_store: Callable[[], Database]
) -> None:
    put_store(empty_store, store_path)
    half = workshop_of(store_path) / "copy-1" / "half"
    half.parent.mkdir(parents=True)
    half.write_bytes(b"secret")

    reopened = open_store()

    assert not reopened.workshop.exists()


def test_a_link_in_the_place_of_the_workshop_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "elsewhere").mkdir()
    (tmp_path / "elsewhere" / "kept").write_bytes(b"x")
    workshop_of(tmp_path / "s.duckdb").symlink_to(tmp_path / "elsewhere")

    cleared_workshop(tmp_path / "s.duckdb")

    assert (tmp_path / "elsewhere" / "kept").exists()
    assert not workshop_of(tmp_path / "s.duckdb").is_symlink()


async def test_sql_writes_to_the_workshop_and_nowhere_else(
    database: Database, tmp_path: Path
) -> None:
    with bench(database.workshop) as folder:
        await database.copy_out(partial(copy_to, target=folder / "one.parquet"))
        assert (folder / "one.parquet").exists()

    for outside in (tmp_path / "one.parquet", database.workshop / ".." / "one.parquet"):
        with pytest.raises(StoreFailed, match="disabled by configuration"):
            await database.copy_out(partial(copy_to, target=outside))
