"""A ground for every test of a stage."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database, open_database
from tests.daemon.ground import Ground, open_ground
from tests.stores import put_store

MEMORY_LIMIT_BYTES = 256 * 2**20


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def database(tmp_path: Path, empty_store: Path) -> Iterator[Database]:
    path = put_store(empty_store, tmp_path / "state" / "doorman.duckdb")
    opened = open_database(path, memory_limit_bytes=MEMORY_LIMIT_BYTES, now_s=1.0)
    yield opened
    opened.close()


@pytest.fixture
def ground(tmp_path: Path, database: Database) -> Ground:
    return open_ground(tmp_path, database)
