from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.daemon.media.cluster.machines import Machines, machines_in


@pytest.fixture(scope="session")
def machines(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Machines]:
    """A scheduler and two workers of one thread each, that no test may end."""
    with machines_in(tmp_path_factory.mktemp("machines")) as lent:
        lent.start_scheduler()
        lent.start_worker()
        lent.start_worker()
        lent.await_threads(2)
        yield lent


@pytest.fixture
def own_machines(tmp_path: Path) -> Iterator[Machines]:
    """A place for a cluster that the test may do with as it likes."""
    with machines_in(tmp_path) as lent:
        yield lent
