r"""Names that every file system can hold: ext4, NTFS, and what is shared by SMB.

What Windows keeps for itself is in "Naming Files, Paths, and Namespaces" (Microsoft Learn): the
characters `< > : " / \ | ? *`, ends of blanks and dots, and the names of devices whatever follows
their first dot. A name has 255 bytes at the most, which is the narrowest of the three.
"""

from __future__ import annotations

import re
import unicodedata

MOST_NAME_BYTES = 255
"""ext4 counts bytes, NTFS and SMB count UTF-16 units, which are never more."""

_REPLACED = str.maketrans(
    {"/": "-", "\\": "-", "|": "-", '"': "'", **dict.fromkeys("<>?*", None), "\ufffd": None}
)
_COLON = re.compile(r"\s*:(\s)")
_BIDI = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069\ufeff")
"""Marks that let a name be shown otherwise than it is; they have no width."""
_DROPPED = frozenset({"Cc", "Cs", "Co", "Cn"})
_BLANK = frozenset({"Zs", "Zl", "Zp"})
_JOINERS = frozenset("\u200c\u200d")
_DEVICE = re.compile(
    r"(con|prn|aux|nul|conin\$|conout\$|(com|lpt)[0-9\u00b9\u00b2\u00b3])(?=\s*(\.|$))",
    re.IGNORECASE,
)


def safe_name(text: str, *, most_bytes: int = MOST_NAME_BYTES) -> str:
    """Return a name as near to `text` as any file system holds; "" where nothing is left of it.

    Args:
        text: One name, not a path: what separates folders is replaced.
        most_bytes: How long it may be in UTF-8; what is beyond is cut off at the end.

    """
    told = unicodedata.normalize("NFC", text)
    told = _COLON.sub(r" -\1", "".join(_character(each) for each in told)).replace(":", "-")
    told = unicodedata.normalize("NFC", told.translate(_REPLACED))
    told = _trimmed(told)
    if device := _DEVICE.match(told):
        told = f"{device[0]}_{told[device.end() :]}"
    return _trimmed(_cut(told, most_bytes))


def safe_value(text: str) -> str:
    """Return a part of a name, such as a title: it may stand anywhere in one."""
    return safe_name(text, most_bytes=MOST_NAME_BYTES * 4)


def is_safe_text(text: str) -> bool:
    """Tell whether a part of a name is one that every file system holds as it is."""
    told = f"a{text}a"
    return safe_name(told, most_bytes=len(told.encode()) or 1) == told


def _character(character: str) -> str:
    category = unicodedata.category(character)
    if category in _BLANK or character in "\t\n\r\v\f":
        return " "

    return "" if category in _DROPPED or character in _BIDI else character


def _trimmed(text: str) -> str:
    """Return it with single blanks, beginning and ending as Windows and listings bear it."""
    return " ".join(text.split(" ")).strip(" .") if "  " not in text else _trimmed(_narrow(text))


def _narrow(text: str) -> str:
    return re.sub(" {2,}", " ", text)


def _cut(text: str, most_bytes: int) -> str:
    """Return as much of it as fits, without half of a character and without what it wears."""
    encoded = text.encode()
    if len(encoded) <= most_bytes:
        return text

    place = len(encoded[:most_bytes].decode(errors="ignore"))
    while place and _clings(text[place - 1 : place + 1]):
        place -= 1
    return text[:place]


def _clings(pair: str) -> bool:
    """Tell whether the second of two characters is nothing without the first."""
    before, after = pair[:1], pair[1:]
    return unicodedata.category(after).startswith("M") or bool({before, after} & _JOINERS)
