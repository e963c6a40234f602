from __future__ import annotations

import subprocess
import sys

import pytest

from daemon.media.cluster.errors import ExtraMissing
from daemon.media.cluster.opening import cluster_pool, ensure_extra
from daemon.media.cluster.pool import ClusterPool, Site
from tests.daemon.media.cluster.doubles import Lines, NobodyHere

ADDRESS = "tcp://scheduler.example:8786"
SITE = Site(address=ADDRESS, folders=(), timeout_s=1, memory_limit_bytes=1)


def test_pool_needs_nothing_but_the_extra() -> None:
    assert isinstance(cluster_pool(SITE, NobodyHere(), Lines()), ClusterPool)


def test_missing_extra_is_an_error_of_the_configuration_with_its_remedy() -> None:
    with pytest.raises(ExtraMissing, match=r"uv tool install 'doorman\[cluster\]'") as caught:
        ensure_extra(ADDRESS, is_there=lambda: False)

    assert caught.value.exit_code == 78


def test_dask_is_imported_by_nobody_who_does_not_use_it() -> None:
    script = "import sys, daemon.house, daemon.cli.main; print('distributed' in sys.modules)"

    done = subprocess.run(  # noqa: S603 - our own interpreter
        [sys.executable, "-P", "-c", script], capture_output=True, check=True, timeout=60
    )

    assert done.stdout == b"False\n"
