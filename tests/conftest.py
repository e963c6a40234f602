from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

from store.database import open_database

# Other work on the machine is no failure: no test asserts a time. Fifty examples tell every time
# whether a law still holds; `make laws` takes thousands.
settings.register_profile("doorman", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile("doorman")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Count no branch as tried because chance led a law there; it would also cost half the time."""
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("no_cover")


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all its tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "doorman.duckdb"
    open_database(path, memory_limit_bytes=256 * 2**20, now_s=1.0).close()
    return path
