"""Where in a TOML text each character of a text value stands, for whoever points into one."""

from __future__ import annotations

import re
from collections.abc import Iterator

_OPENING = r"""(?P<quotes>\"{3}|'{3}|"|')"""
_ESCAPE = re.compile(r"\\(?:u.{4}|U.{8}|[ \t]*\n[ \t\n]*|.)", re.DOTALL)
"""The TOML escapes; a backslash at a line's end swallows the blanks that follow."""


def place_of_character(
    text: str, key: str, *, line: int, value_line: int, value_column: int
) -> tuple[int, int] | None:
    """Return line and column, from 1, of one character of the text that `key` has.

    None where that is not told plainly: the key stands in an inline table, or under dots.

    Args:
        text: Of the whole file; TOML, as tomllib accepted it.
        key: Bare.
        line: Where the key stands, from 1.
        value_line: Of the character within the value, from 1.
        value_column: So, too; the place behind the last character is one.

    """
    begin = _line_begin(text, line)
    opening = re.compile(rf"[ \t]*[\"']?{re.escape(key)}[\"']?[ \t]*=[ \t]*{_OPENING}")
    match = opening.match(text, begin)
    if match is None:
        return None

    place = (value_line, value_column)
    for offset, value_place in _characters(text, match.end(), match["quotes"]):
        if value_place == place:
            return _place(text, offset)

    return None


def _characters(text: str, begin: int, quotes: str) -> Iterator[tuple[int, tuple[int, int]]]:
    """Yield the offset in the file and the place in the value of each character of a value."""
    is_basic = quotes[0] == '"'
    offset, line, column = begin, 1, 1
    if len(quotes) > 1 and text.startswith("\n", offset):
        offset += 1  # TOML drops a line's end right behind the opening
    while offset <= len(text):
        escape = _ESCAPE.match(text, offset) if is_basic else None
        if escape is not None and "\n" in escape.group():
            offset = escape.end()
            continue

        yield offset, (line, column)
        if escape is None and text.startswith(quotes, offset):
            return

        is_end = text.startswith(("\n", r"\n") if is_basic else "\n", offset)
        line, column = (line + 1, 1) if is_end else (line, column + 1)
        offset = escape.end() if escape is not None else offset + 1


def _line_begin(text: str, line: int) -> int:
    begin = 0
    for _ in range(line - 1):
        begin = text.find("\n", begin) + 1
    return begin


def _place(text: str, offset: int) -> tuple[int, int]:
    before = text[:offset]
    return before.count("\n") + 1, offset - before.rfind("\n")
