"""Keep contact sheets beside the journey: a full disk costs sheets, and one warning."""

from __future__ import annotations

from typing import Protocol

import anyio
import anyio.to_thread

from daemon.disk.errors import SheetUnwritable
from daemon.disk.sheets import Sheets
from rules.fingerprint import Oshash


class Log(Protocol):
    """What the keeper needs of a logger."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that sheets cannot be kept."""


class SheetKeeper:
    """Keeps the sheets of contents that were examined."""

    def __init__(self, sheets: Sheets, *, log: Log) -> None:
        """Take the sheets as they are."""
        self._sheets = sheets
        self._log = log
        self._limiter = anyio.CapacityLimiter(1)
        self._is_refused = False

    async def keep(self, oshash: Oshash, size_bytes: int, sheet: bytes | None) -> None:
        """Keep a content's sheet, if it has one; whatever comes of that, the file goes on.

        A refusal is said once, and again only after a sheet was kept in between.
        """
        if sheet is None:
            return

        try:
            await anyio.to_thread.run_sync(
                self._sheets.keep, oshash, size_bytes, sheet, limiter=self._limiter
            )
        except SheetUnwritable as error:
            if not self._is_refused:
                self._log.warning("sheet.refused", reason=str(error))
            self._is_refused = True
        else:
            self._is_refused = False
