from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import settings

from store.database import open_database

# Other work on the machine is no failure: no test asserts a time.
settings.register_profile("doorman", deadline=None)
settings.load_profile("doorman")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all its tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "doorman.duckdb"
    open_database(path, memory_limit_bytes=256 * 2**20, now_s=1.0).close()
    return path
