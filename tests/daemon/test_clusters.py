from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path

import pytest

from daemon.clusters import longest_answer_s, with_cluster
from daemon.house import PATIENCE_S, longer_patience_s
from daemon.media.cluster.pool import GRACE_S, ClusterPool
from daemon.media.pool import WorkerPool
from daemon.settings import Settings, load_settings
from daemon.stages import MOST_AT_CLUSTER, MOST_WORKERS, hand_count, worker_count

OWN = min(os.cpu_count() or 1, MOST_WORKERS)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """Settings without a cluster, and with a deadline of 10 min for a file."""
    path = tmp_path / "doorman.toml"
    path.write_text(f'[[library]]\npath = "{tmp_path}"\n')
    return load_settings(path, {"HOME": str(tmp_path)})


def with_fingerprint(settings: Settings, **options: object) -> Settings:
    return replace(settings, fingerprint=settings.fingerprint.model_copy(update=options))


@pytest.fixture
def clustered(settings: Settings) -> Settings:
    return with_fingerprint(settings, cluster="tcp://scheduler.example:8786")


def test_pool_of_this_machine_stays_alone_without_a_cluster(settings: Settings) -> None:
    here = WorkerPool(workers=0, timeout_s=1, memory_limit_bytes=1)

    assert with_cluster(settings, here) is here


def test_cluster_comes_first_where_one_is_configured(clustered: Settings) -> None:
    here = WorkerPool(workers=0, timeout_s=1, memory_limit_bytes=1)

    assert isinstance(with_cluster(clustered, here), ClusterPool)


@pytest.mark.parametrize(("workers", "hands"), [(0, MOST_AT_CLUSTER), (6, 6)])
def test_cluster_takes_more_files_at_once_than_this_machine(
    clustered: Settings, workers: int, hands: int
) -> None:
    settings = with_fingerprint(clustered, workers=workers)

    assert (hand_count(settings), worker_count(settings)) == (hands, OWN)


@pytest.mark.parametrize(("workers", "hands"), [(0, OWN), (6, 6)])
def test_this_machine_alone_has_as_many_hands_as_workers(
    settings: Settings, workers: int, hands: int
) -> None:
    settings = with_fingerprint(settings, workers=workers)

    assert (hand_count(settings), worker_count(settings)) == (hands, hands)


def test_watchdog_waits_for_an_answer_from_there_and_then_from_here(
    settings: Settings, clustered: Settings
) -> None:
    assert longest_answer_s(settings) == 600
    assert longest_answer_s(clustered) == 1200 + GRACE_S
    assert longer_patience_s(clustered)["hashing"] == PATIENCE_S + 4 * (1200 + GRACE_S)
