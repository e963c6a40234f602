"""Read the NFOs that lie beside files before those are asked about.

A disk that does not answer, or an NFO that cannot be read, never keeps a file from being asked
about: what was known of it before stays known.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import Protocol, TypeVar

import anyio

from daemon.disk.beside import Beside, NfoStamp, Video, look_beside
from daemon.looking.aside import NoAnswer, run_aside
from daemon.looking.eyes import Territory
from rules.errors import LibraryError
from rules.nfo_reading import read_nfo
from rules.sidecar import digest
from store import sidecars
from store.database import Connection
from store.files import FileRecord
from store.sidecars import SidecarRecord

PATIENCE_S = 30.0
"""How long a disk may take for the NFOs of one folder; a spun-down one takes 10 to 15 s."""

NO_TEXT = "it is no text, so nothing in it is read; it stays as it is"

Result = TypeVar("Result")
Seen = Mapping[int, SidecarRecord | None]
"""What lies beside files, by their numbers; None for nothing."""


class Reader(Protocol):
    """The reading side of the store."""

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """Return what `question` finds."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class SidecarReader:
    """Reads what lies beside files, with everything it needs from outside."""

    territories: Mapping[str, Territory]
    """By the library's name."""
    limiter: anyio.CapacityLimiter
    """Of looks at the disk."""
    patience_s: float = PATIENCE_S

    async def news(self, store: Reader, files: Sequence[FileRecord]) -> Seen:
        """Return what lies beside these files if it is another than the store knows.

        Left out are files beside which nothing has changed, or nothing could be seen.
        """
        known = await store.read(partial(sidecars.of_files, file_ids=[file.id for file in files]))
        seen = await self._look(files, known)
        digests = {each.sha256 for each in seen.values() if each and each.sha256}
        if not digests:
            return seen

        ours = await store.read(partial(sidecars.written_by_us, digests=digests))
        return {
            number: each and replace(each, is_own=each.sha256 in ours)
            for number, each in seen.items()
        }

    async def _look(
        self, files: Sequence[FileRecord], known: Mapping[int, SidecarRecord]
    ) -> dict[int, SidecarRecord | None]:
        together: defaultdict[tuple[str, Path], list[FileRecord]] = defaultdict(list)
        for file in files:
            together[file.library, Path(file.path).parent].append(file)
        seen: dict[int, SidecarRecord | None] = {}
        silent: set[str] = set()
        for (library, folder), some in together.items():
            territory = self.territories.get(library)
            if territory is None or library in silent:
                continue
            try:
                seen |= await self._look_into(territory, folder, some, known)
            except NoAnswer:
                silent.add(library)  # each of its folders would take as long
        return seen

    async def _look_into(
        self,
        territory: Territory,
        folder: Path,
        files: Sequence[FileRecord],
        known: Mapping[int, SidecarRecord],
    ) -> Seen:
        """Look into one folder; return nothing where that is not possible.

        Raises:
            NoAnswer: the disk stands still.

        """
        look = partial(_read_beside, territory, folder, files, known)
        async with self.limiter:
            try:
                return await run_aside(look, patience_s=self.patience_s)
            except NoAnswer:
                raise
            except (LibraryError, OSError):
                return {}


def _read_beside(
    territory: Territory,
    folder: Path,
    files: Sequence[FileRecord],
    known: Mapping[int, SidecarRecord],
) -> Seen:
    videos = [Video(path=Path(file.path), known=_stamp(known.get(file.id))) for file in files]
    found = look_beside(Path(territory.root), folder, videos, territory.selection)
    return {
        file.id: None if beside is None else _record(beside)
        for file, video, beside in zip(files, videos, found, strict=True)
        if (beside and beside.stamp) != video.known
    }


def _stamp(record: SidecarRecord | None) -> NfoStamp | None:
    if record is None:
        return None

    return NfoStamp(path=Path(record.path), size_bytes=record.size_bytes, mtime_ns=record.mtime_ns)


def _record(beside: Beside) -> SidecarRecord:
    stamp, content = beside.stamp, beside.content
    says = None if content is None else read_nfo(content)
    is_no_text = content is not None and says is None
    return SidecarRecord(
        path=stamp.path,
        size_bytes=stamp.size_bytes,
        mtime_ns=stamp.mtime_ns,
        sha256=None if content is None else digest(content),
        says=says,
        trouble=NO_TEXT if is_no_text else beside.trouble,
    )
