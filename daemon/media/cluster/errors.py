"""What can be wrong with a cluster.

ConfigurationError           (rules.errors)
 └─ ExtraMissing             a cluster is configured, and Dask is not installed
MediaError
 └─ ClusterError             the cluster gave no answer that counts; the file is examined here
     ├─ ClusterAway          the scheduler does not answer, or has no workers
     ├─ LostWorkers          each worker that took the file ended; the pool says `WorkerDied`
     └─ ClusterDoubt         it answered, and is not believed
         ├─ DoormanMissing
         ├─ OtherDoorman
         ├─ OtherFile
         ├─ NoReply
         └─ Nonsense
"""

from __future__ import annotations

from pathlib import PurePath

from rules.errors import ConfigurationError, MediaError


class ExtraMissing(ConfigurationError):
    """A cluster is configured, and what speaks to it is not installed."""

    def __init__(self, address: str) -> None:
        """Build the message from the configured address."""
        super().__init__(
            f"[fingerprint] cluster = {address!r} needs Dask, which is not installed; "
            "install doorman with it (uv tool install 'doorman[cluster]'), or remove the line"
        )
        self.address = address


class ClusterError(MediaError):
    """The cluster gave no answer that counts."""


class ClusterAway(ClusterError):
    """The scheduler does not answer, or has no workers."""

    def __init__(self, address: str, detail: str) -> None:
        """Build the message from the scheduler's address and what was seen."""
        super().__init__(
            f"the cluster at {address} cannot be used ({detail}); "
            "start its scheduler and workers, as doorman check says"
        )
        self.address = address
        self.detail = detail


class LostWorkers(ClusterError):
    """The scheduler gave the file up: each worker that took it ended."""

    def __init__(self, detail: str) -> None:
        """Build the message from what the scheduler says."""
        super().__init__(
            f"the cluster gave a file up ({detail}); see what ends the cluster's workers"
        )
        self.detail = detail


class ClusterDoubt(ClusterError):
    """The cluster's answer is not believed."""

    def __init__(self, worker: str, message: str) -> None:
        """Keep whose answer it was, "" when that is not known."""
        super().__init__(message)
        self.worker = worker


class DoormanMissing(ClusterDoubt):
    """Scheduler or worker cannot run what they were sent."""

    def __init__(self, worker: str, detail: str) -> None:
        """Build the message from what the cluster says."""
        who = f"the worker {worker}" if worker else "the cluster"
        super().__init__(
            worker,
            f"{who} cannot run doorman ({detail}); install the same doorman[cluster] "
            "with the same Python on the scheduler and on every worker",
        )


class OtherDoorman(ClusterDoubt):
    """A worker has another doorman, whose hashes may be others."""

    def __init__(self, worker: str, theirs: str, ours: str) -> None:
        """Build the message from the worker and both editions."""
        super().__init__(
            worker,
            f"the worker {worker} has doorman {theirs}, and this is {ours}; "
            "install the same versions everywhere",
        )
        self.theirs = theirs
        self.ours = ours


class OtherFile(ClusterDoubt):
    """What the worker saw at the mapped path is not the file that is here."""

    def __init__(self, worker: str, path: PurePath, detail: str = "") -> None:
        """Build the message from the worker, the path there, and what it saw, "" for nothing."""
        what = (
            f"another file at {str(path)!r} ({detail})" if detail else f"nothing at {str(path)!r}"
        )
        super().__init__(
            worker,
            f"the worker {worker} sees {what}; check [fingerprint] cluster_paths, "
            "and whether its share is mounted there and up to date",
        )
        self.path = path


class NoReply(ClusterDoubt):
    """The cluster did not answer in time."""

    def __init__(self, path: PurePath, waited_s: float) -> None:
        """Build the message from the path there and the deadline."""
        super().__init__(
            "",
            f"the cluster did not answer about {str(path)!r} within {waited_s:g} s; "
            "see whether other work fills its workers",
        )
        self.path = path
        self.waited_s = waited_s


class Nonsense(ClusterDoubt):
    """What came back is no reply."""

    def __init__(self, path: PurePath) -> None:
        """Build the message from the path there."""
        super().__init__(
            "",
            f"the cluster's reply about {str(path)!r} is no reply of doorman's; "
            "install the same version everywhere",
        )
