"""The section of doorman.toml that says how files are examined."""

from __future__ import annotations

from typing import Annotated

from pydantic import Field

from daemon.settings.fields import AbsolutePath, Lenient
from daemon.settings.machines import ClusterAddress, FolderPair, NoneTwice
from daemon.settings.measures import duration, size
from daemon.settings.section import Section
from daemon.settings.units import parse_duration, parse_size


class FingerprintSettings(Section):
    """How files are examined, in processes of their own."""

    workers: int = Field(default=0, ge=0, le=64)
    """How many files are examined at once; 0: one for each core, at most 4, and with a cluster
    as many as its workers have threads, at most 32."""
    workers_per_spinning_disk: int = Field(default=1, ge=1, le=64)
    """How many files are read at once from one spinning disk; more make its heads run about."""
    timeout_s: Annotated[float, duration("1s", "6h")] = Field(
        default=parse_duration("10m"), alias="timeout"
    )
    """How long one file may take."""
    memory_limit_bytes: Annotated[int, size("512MiB", "1TiB")] = Field(
        default=parse_size("2GiB"), alias="memory_limit"
    )
    """How much memory one worker may use."""
    attempts: int = Field(default=3, ge=1, le=100)
    """How often a file that cannot be examined is tried before a person is asked."""
    md5: bool = False
    """Whether the MD5 of each file is kept as well; every byte has to be read for it."""
    ffmpeg: AbsolutePath | None = Field(default=None, examples=["/usr/bin/ffmpeg"])
    """An installed ffmpeg, for videos whose codec doorman itself cannot decode."""
    contact_sheet: bool = True
    """Whether the 25 pictures behind a fingerprint are kept, to be shown with a question."""
    contact_sheet_width: int = Field(default=800, ge=200, le=800)
    """How many pixels wide they are together; some 30 KiB for each video at 800."""
    contact_sheet_budget_bytes: Annotated[int, size("1MiB", "1TiB")] = Field(
        default=parse_size("1GiB"), alias="contact_sheet_budget"
    )
    """How much room all may take, beside the store; those not looked at for longest go first."""
    picture_budget_bytes: Annotated[int, size("1MiB", "1TiB")] = Field(
        default=parse_size("512MiB"), alias="picture_budget"
    )
    """How much room the covers that sources show of works may take, some 100 KiB each; those not
    looked at for longest go first, and are fetched again when they are wanted."""
    cluster: ClusterAddress | None = Field(default=None, examples=["tcp://scheduler:8786"])
    """The scheduler of a Dask cluster that examines the files instead of this machine; needs
    doorman[cluster] here, on the scheduler and on the workers. Whoever can reach a Dask scheduler
    can run code on its workers, and on this machine: keep it in a network of its own, or use
    tls:// with the files that Dask is told of (DASK_DISTRIBUTED__COMM__TLS__CA_FILE ...)."""
    cluster_paths: Annotated[tuple[FolderPair, ...], Lenient, NoneTwice] = Field(
        default=(), examples=[["/srv/videos=/mnt/nas/videos"]]
    )
    """What folders here are called on the cluster's workers; all others are called the same."""
