"""Text as XML 1.0 can hold it."""

from __future__ import annotations

import re

# XML 1.0, production 2: one other character makes a whole document unreadable.
_ILLEGAL = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def without_illegal(text: str) -> str:
    """Return `text` without the characters that no XML document may hold."""
    return _ILLEGAL.sub("", text)
