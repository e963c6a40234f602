"""The contact sheets beside the store: a cache within a budget, by content.

A sheet that is lost, broken or given up costs nothing but itself. All functions block; call them
in a thread. One process at a time has them: the one that holds the store.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

from daemon.disk.errors import SheetUnwritable
from daemon.disk.hoard import Hoard
from rules.contact_sheet import (
    MOST_SHEET_BYTES,
    ORDINARY_SHEET_BYTES,
    is_whole_sheet,
    sheet_name,
)
from rules.fingerprint import Oshash

Key = tuple[Oshash, int]
"""What a content is known by: its oshash and its size in bytes."""

_NAME = re.compile(r"[0-9a-f]{16}-[0-9]+\.webp")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lacking:
    """Contents without a sheet."""

    fitting: tuple[Key, ...]
    """Those for whose sheets there is room without giving up others."""
    left_out: tuple[Key, ...]
    """The rest."""


class Sheets:
    """Keeps contact sheets, those looked at last for longest."""

    def __init__(
        self, folder: Path, *, budget_bytes: int, now_s: Callable[[], float] = time.time
    ) -> None:
        """Name the folder; it is made when the first sheet is kept."""
        self._folder = folder
        self._hoard = Hoard(folder, name=_NAME, budget_bytes=budget_bytes, now_s=now_s)

    def keep(self, oshash: Oshash, size_bytes: int, content: bytes) -> None:
        """Keep the sheet of a content in place of an earlier one, and stay within the budget.

        What takes room is measured once, with the first sheet, and counted from then on.

        Raises:
            SheetUnwritable: the disk is full, or the folder cannot be written.

        """
        try:
            self._hoard.keep(sheet_name(oshash, size_bytes), content)
        except OSError as error:
            raise SheetUnwritable(self._folder, error) from error

    def read(self, oshash: Oshash, size_bytes: int) -> bytes | None:
        """Return the sheet of a content, which counts as used now; None where there is none."""
        name = sheet_name(oshash, size_bytes)
        content = self._hoard.read(name, most_bytes=MOST_SHEET_BYTES)
        if content is None or is_whole_sheet(content):
            return content

        self._hoard.forget(name)
        return None

    def path_of(self, oshash: Oshash, size_bytes: int) -> Path:
        """Return where the sheet of a content lies, or would lie."""
        return self._hoard.path_of(sheet_name(oshash, size_bytes))

    def has(self, oshash: Oshash, size_bytes: int) -> bool:
        """Tell whether a content has a sheet; that it is whole is seen when it is read."""
        return self._hoard.has(sheet_name(oshash, size_bytes))

    def lacking(self, keys: Iterable[Key]) -> Lacking:
        """Return which contents have no sheet, in the order they were named in.

        There is room up to what giving up sheets leaves: made beyond it, they would take the
        place of others, which would be lacking in their turn, and so on for ever. A sheet that is
        to come is taken for as large as those that are kept.
        """
        room = self._hoard.room()
        lacking = [key for key in keys if sheet_name(*key) not in room.sizes]
        sizes = room.sizes.values()
        each_bytes = sum(sizes) / len(sizes) if sizes else ORDINARY_SHEET_BYTES
        count = max(int(room.left_bytes / each_bytes), 0)
        return Lacking(fitting=tuple(lacking[:count]), left_out=tuple(lacking[count:]))
