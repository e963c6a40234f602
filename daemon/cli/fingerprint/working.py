"""Fingerprint files in worker processes, several at a time, each said as soon as it is done."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import anyio

from daemon.cli.fingerprint.backlog import Backlog
from daemon.cli.fingerprint.finding import Found, find
from daemon.cli.fingerprint.lines import Line, line_of_error, line_of_picture, line_of_video
from daemon.media.errors import NotAVideoContainer
from daemon.media.examination import Wanted
from daemon.media.lanes import Lanes
from daemon.media.picture_errors import NotAPicture
from daemon.media.pool import WorkerPool
from daemon.media.storage import Storage
from rules.errors import DoormanError, MediaError
from rules.fingerprint import Oshash
from rules.selection import VIDEO_EXTENSIONS, extension_of


class NeitherVideoNorPicture(MediaError):
    """A file that was named, whatever it is called, is nothing that has a phash."""

    def __init__(self, path: Path) -> None:
        """Build the message from the file."""
        super().__init__(
            f"{str(path)!r} holds no video and no picture that doorman reads; "
            "replace it by a complete copy, or leave it out"
        )
        self.path = path


class Listener(Protocol):
    """Who is told how it goes."""

    def found(self) -> None:
        """Note one more file to be done."""

    def found_all(self) -> None:
        """Note that no more will be found."""

    def done(self, found: Found, line: Line, error: DoormanError | None) -> None:
        """Take what is said of a file, and the error if there is nothing else to say."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """What is to be done, and how."""

    paths: Sequence[Path]
    wanted: Wanted
    workers: int
    timeout_s: float
    memory_limit_bytes: int


async def fingerprint(work: Work, listener: Listener) -> None:
    """Fingerprint all files, in the order in which they get done.

    Cancelling it ends all workers within a second, whatever they are doing.
    """
    storage = Storage()
    lanes = Lanes(storage)
    backlog = Backlog(storage, lanes.disks_of)
    pool = WorkerPool(
        workers=work.workers,
        timeout_s=work.timeout_s,
        memory_limit_bytes=work.memory_limit_bytes,
        lanes=lanes,
    )
    async with pool, anyio.create_task_group() as tasks:
        for _ in range(work.workers):
            tasks.start_soon(_work_off, pool, work.wanted, backlog, listener)
        await _look_up(work, backlog, listener)


async def _look_up(work: Work, backlog: Backlog, listener: Listener) -> None:
    """Find all at once: names take few bytes, and how many there are is part of the progress."""
    async for found in find(work.paths, patience_s=work.timeout_s):
        listener.found()
        await backlog.add(found)
    backlog.end()
    listener.found_all()


async def _work_off(pool: WorkerPool, wanted: Wanted, backlog: Backlog, listener: Listener) -> None:
    """Fingerprint one file after the other until there is none left."""
    while True:
        async with backlog.turn() as found:
            if found is None:
                return

            line, error = await _measure(pool, wanted, found)
            listener.done(found, line, error)


async def _measure(
    pool: WorkerPool, wanted: Wanted, found: Found
) -> tuple[Line, DoormanError | None]:
    if found.error is not None:
        return line_of_error(found.path, None, found.error), found.error

    oshash = None
    try:
        oshash = await pool.oshash(found.path)
        return await _examine(pool, wanted, found, oshash), None
    except MediaError as error:
        return line_of_error(found.path, oshash, error), error


async def _examine(pool: WorkerPool, wanted: Wanted, found: Found, oshash: Oshash) -> Line:
    """Take a file for what it is called; one that was named, for what it is.

    Raises:
        MediaError: when it is neither, or cannot be examined.

    """
    path = found.path
    if found.has_picture_name:
        return line_of_picture(path, oshash, await pool.picture(path))

    if found.is_named:
        return await _examine_anything(pool, wanted, path, oshash)

    return line_of_video(path, oshash, await pool.examine(path, wanted))


async def _examine_anything(pool: WorkerPool, wanted: Wanted, path: Path, oshash: Oshash) -> Line:
    try:
        return line_of_picture(path, oshash, await pool.picture(path))
    except NotAPicture:
        pass

    try:
        return line_of_video(path, oshash, await pool.examine(path, wanted))
    except NotAVideoContainer as refused:
        if extension_of(path.name) in VIDEO_EXTENSIONS:
            raise

        raise NeitherVideoNorPicture(path) from refused
