from __future__ import annotations

import signal
from collections.abc import Sequence
from itertools import groupby
from pathlib import Path

import pytest
from hypothesis import is_hypothesis_test, settings

from store.database import open_database

# Other work on the machine is no failure: no test asserts a time. Fifty examples tell every time
# whether a law still holds; `make laws` takes thousands.
settings.register_profile("doorman", deadline=None, max_examples=50)
settings.register_profile("thorough", deadline=None, max_examples=2000)
settings.load_profile("doorman")


# What waits for processes most of its time; its modules are spread over the run, so that whoever
# works beside them always has something to compute.
WAITING = ("tests/end_to_end/", "tests/pages/")


def pytest_configure() -> None:
    """Let processes be interrupted though a shell began us in the background, deaf to Ctrl-C."""
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:
        signal.signal(signal.SIGINT, signal.default_int_handler)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Trace no law, and spread what waits.

    No branch counts as tried because chance led a law there, and tracing would cost laws most of
    their time.
    """
    for item in items:
        if isinstance(item, pytest.Function) and is_hypothesis_test(item.obj):
            item.add_marker("no_cover")
    items[:] = spread(items)


def spread(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests with those modules that wait strewn evenly among the others."""
    modules = [list(each) for _, each in groupby(items, key=lambda item: item.path)]
    waiting = [each for each in modules if each[0].nodeid.startswith(WAITING)]
    others = [each for each in modules if not each[0].nodeid.startswith(WAITING)]
    places = [
        *((place / len(waiting), each) for place, each in enumerate(waiting)),
        *(((place + 0.5) / len(others), each) for place, each in enumerate(others)),
    ]
    ordered = sorted(places, key=lambda placed: placed[0])
    return [item for _, module in ordered for item in module]


@pytest.fixture(scope="session")
def empty_store(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A store with all its tables and nothing in them, to be copied."""
    path = tmp_path_factory.mktemp("empty") / "doorman.duckdb"
    open_database(path, memory_limit_bytes=256 * 2**20, now_s=1.0).close()
    return path
