"""The picture that goes along with a question: the file's own, and what it may be, as one."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import AsyncIterator, Sequence
from contextlib import ExitStack, asynccontextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

import anyio

FETCHED_WITHIN_S = 10.0
"""A message waits no longer for a cover that nobody has looked at before."""
COMPOSED_WITHIN_S = 15.0
_COMMAND = (sys.executable, "-P", "-m", "daemon.push.picture_child")


@dataclass(frozen=True, slots=True, kw_only=True)
class Cover:
    """Where the best candidate's picture is."""

    address: str
    source_url: str | None
    """Of the source that told of it; None when that is not configured any more."""


class Kept(Protocol):
    """A picture that was fetched."""

    @property
    def content(self) -> bytes:
        """Return its bytes."""


class Covers(Protocol):
    """Who fetches pictures of works, and keeps them."""

    async def picture(self, address: str, *, source_url: str | None) -> Kept | None:
        """Return the picture at an address; None when it cannot be had now."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Illustrator:
    """Makes one picture of two; whatever goes wrong costs the cover, and never the message."""

    covers: Covers
    fetched_within_s: float = FETCHED_WITHIN_S
    composed_within_s: float = COMPOSED_WITHIN_S
    command: Sequence[str] = _COMMAND
    folder: Path | None = None
    """Where pictures are made; where the system has temporary files, when left out."""

    @asynccontextmanager
    async def illustrated(
        self, sheet: Path | None, cover: Cover | None
    ) -> AsyncIterator[Path | None]:
        """Yield where the picture lies while the block runs; the sheet alone without a cover."""
        content = await self._fetched(cover) if cover is not None else None
        with ExitStack() as stack:
            made = await self._made(stack, sheet, content) if content is not None else None
            yield made or sheet

    async def _made(self, stack: ExitStack, sheet: Path | None, content: bytes) -> Path | None:
        """Return where the picture lies until the stack is closed, None where none was made."""
        try:
            folder = anyio.Path(stack.enter_context(self._temporary()))
            await (folder / "cover").write_bytes(content)
            made = await self._composed(sheet, folder / "cover")
            if not made:
                return None

            await (folder / "question.jpg").write_bytes(made)
            return Path(folder / "question.jpg")
        except OSError:  # the disk is full for a moment
            return None

    def _temporary(self) -> tempfile.TemporaryDirectory[str]:
        return tempfile.TemporaryDirectory(
            prefix="doorman-", dir=self.folder, ignore_cleanup_errors=True
        )

    async def _fetched(self, cover: Cover) -> bytes | None:
        with anyio.move_on_after(self.fetched_within_s):
            kept = await self.covers.picture(cover.address, source_url=cover.source_url)
            return kept.content if kept is not None else None
        return None

    async def _composed(self, sheet: Path | None, cover: anyio.Path) -> bytes:
        """Return the picture; nothing where none could be made in time."""
        with anyio.move_on_after(self.composed_within_s):
            try:
                ended = await anyio.run_process(
                    [*self.command, str(sheet or ""), str(cover)],
                    stderr=subprocess.DEVNULL,
                    check=False,
                    env={},  # it needs nothing of ours
                )
            except OSError:
                return b""
            return ended.stdout if ended.returncode == 0 else b""
        return b""
