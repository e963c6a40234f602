"""How a stash-box reads the text of a hash, junk included (`stash-box.md` §4, step 2)."""

from __future__ import annotations

import re
from typing import Final

_DIGITS: Final = 16
_HEX = re.compile(r"[0-9a-fA-F]+", re.ASCII)


class HashRefused(ValueError):
    """The server answers with an error."""

    def __init__(self, text: str) -> None:
        """Say it as the server's language does."""
        super().__init__(f'strconv.ParseUint: parsing "{text}": invalid syntax')


def read_hash(text: str) -> int:
    """Return the number that the server takes `text` for.

    Quotes are stripped, more than 16 characters of anything are zero.

    Raises:
        HashRefused: for up to 16 characters that are no hexadecimal digits.

    """
    bare = text.strip('"')
    if len(bare) > _DIGITS:
        return 0

    if not _HEX.fullmatch(bare):
        raise HashRefused(bare)

    return int(bare, 16)


def padded(value: int) -> str:
    """Return 16 lower-case digits: how servers from 0.8 on write every hash."""
    return f"{value:0{_DIGITS}x}"
