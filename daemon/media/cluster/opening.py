"""Build the pool that speaks to a cluster; imports Dask only when it is there."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from importlib.util import find_spec

from daemon.media.cluster.errors import ExtraMissing
from daemon.media.cluster.pool import ClusterPool, Site
from daemon.media.cluster.presence import Log
from daemon.media.pool import WorkerPool


def is_dask_there() -> bool:
    """Tell whether the optional extra is installed."""
    return find_spec("distributed") is not None


def ensure_extra(address: str, is_there: Callable[[], bool] = is_dask_there) -> None:
    """Return if what speaks to the cluster at an address is installed.

    Raises:
        ExtraMissing: when it is not.

    """
    if not is_there():
        raise ExtraMissing(address)


def cluster_pool(site: Site, here: WorkerPool, log: Log) -> ClusterPool:
    """Return the pool that examines files at a site, and `here` when it is away.

    Raises:
        ExtraMissing: when Dask is not installed.

    """
    ensure_extra(site.address)
    from daemon.media.cluster.link import connect  # noqa: PLC0415 - an optional extra

    return ClusterPool(site, here=here, connect=partial(connect, site.address), log=log)
