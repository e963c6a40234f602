"""What examining a new file and examining a known one again have in common."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Protocol

from daemon.media.examination import Examination, Wanted
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.listing import Sighting, Skipped
from rules.schedule import failed_file_wait_s
from store.contents import Finding
from store.files import FileRecord

NEW = (FileState.SETTLED, FileState.FAILED)
"""States of files that were not examined as they are now."""
FIRST_RETRY_S = 60.0
"""A file that cannot be examined is often one that somebody is still busy with."""
LONGEST_RETRY_S = 3600.0


KeepSheet = Callable[[Oshash, int, bytes | None], Awaitable[None]]
"""Keeps the contact sheet of a content, named by oshash and size in bytes; never fails."""


async def keep_no_sheet(_: Oshash, __: int, ___: bytes | None) -> None:
    """Keep nothing."""


class Examiner(Protocol):
    """Who opens media files, in processes of their own."""

    async def oshash(self, path: Path) -> Oshash:
        """Return the oshash of a file."""

    async def examine(self, path: Path, wanted: Wanted) -> Examination:
        """Return technical facts and phash of a file, and what is wanted besides."""


def finding_of(examination: Examination) -> Finding:
    """Return what is kept of an examination."""
    return Finding(
        facts=examination.facts,
        phash=examination.phash,
        phash_missing=examination.phash_missing,
        grid=examination.grid_version,
        md5=examination.md5,
        took_s=examination.took_s,
    )


def is_unchanged(file: FileRecord, seen: Sighting | Skipped) -> bool:
    """Tell whether a file is at its place as it was when last looked at."""
    return isinstance(seen, Sighting) and seen.stamp == file.stamp


def retry_wait_s(attempt: int, *, attempts: int, jitter: float) -> float | None:
    """Return how long to wait after the `attempt`-th failure in a row; None gives up."""
    return failed_file_wait_s(
        attempt, attempts=attempts, first_s=FIRST_RETRY_S, cap_s=LONGEST_RETRY_S, jitter=jitter
    )
