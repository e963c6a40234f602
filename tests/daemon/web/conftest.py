from collections.abc import Iterator
from pathlib import Path

import pytest

from store.database import Database, open_database
from tests.daemon.desk.shelf import Shelf, make_shelf


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    path = tmp_path / "state" / "doorman.duckdb"
    opened = open_database(path, memory_limit_bytes=256 * 2**20, now_s=1.0)
    yield opened
    opened.close()


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return make_shelf(database)
