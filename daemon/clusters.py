"""The pool that examines files: this machine's own, or with a cluster's in front of it."""

from __future__ import annotations

import structlog

from daemon.media.cluster.opening import cluster_pool
from daemon.media.cluster.pool import GRACE_S, ClusterPool, Site
from daemon.media.pool import WorkerPool
from daemon.settings import Settings


def with_cluster(settings: Settings, here: WorkerPool) -> WorkerPool | ClusterPool:
    """Return the pool to ask: `here`, or the cluster's where one is configured.

    Raises:
        ConfigurationError: a cluster is configured, and Dask is not installed.

    """
    fingerprint = settings.fingerprint
    if fingerprint.cluster is None:
        return here

    site = Site(
        address=fingerprint.cluster,
        folders=fingerprint.cluster_paths,
        timeout_s=fingerprint.timeout_s,
        memory_limit_bytes=fingerprint.memory_limit_bytes,
    )
    return cluster_pool(site, here, structlog.get_logger())


def longest_answer_s(settings: Settings) -> float:
    """Return how long the answer about one file may take at worst: there, and then here."""
    here_s = settings.fingerprint.timeout_s
    return here_s if settings.fingerprint.cluster is None else 2 * here_s + GRACE_S
