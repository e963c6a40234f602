"""Where in a TOML text each key stands.

tomllib gives no positions, and of the libraries that keep the text (tomlkit) none says them.
So tomllib itself is asked, statement by statement: of a valid document the lines that make up
one statement are valid TOML by themselves, and no true beginning of a statement is, because
only an open string or list reaches over a line's end. No grammar is written twice.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

_CLOSING = re.compile(r"[\]}]|\"{3}|'{3}")
"""Without one of these a line cannot end what an earlier line began."""
_LONG_LIST = 500
"""Lines; finding each element takes time with the square of them, so beyond it none is sought."""

KeyPath = tuple[str | int, ...]
"""Keys from the outermost in, with the index (from 0) where there is a list."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Statement:
    """One `key = value` or one `[header]`, alone."""

    line: int
    """Of its first character, from 1."""
    lines: tuple[str, ...]
    parsed: dict[str, object]

    @property
    def is_header(self) -> bool:
        """Tell whether it opens a table; no `key = value` begins with a bracket."""
        return self.lines[0].lstrip(" \t").startswith("[")


class KeyLines:
    """The line of each key of one document."""

    def __init__(self, text: str) -> None:
        """Read `text`, which tomllib must have accepted."""
        self._lines: dict[KeyPath, int] = {}
        self._table: KeyPath = ()
        self._tables_in_list: dict[KeyPath, int] = {}
        for statement in _statements(text.replace("\r\n", "\n").split("\n")):
            self._note(statement)

    def line(self, path: KeyPath) -> int | None:
        """Return the line where `path`, or else the innermost part that is there, stands."""
        for length in range(len(path), 0, -1):
            if path[:length] in self._lines:
                return self._lines[path[:length]]

        return None

    def _note(self, statement: _Statement) -> None:
        if statement.is_header:
            self._open_table(statement)
        else:
            self._note_values(statement)

    def _open_table(self, statement: _Statement) -> None:
        keys, is_list = _header(statement.parsed)
        for length in range(1, len(keys)):
            self._lines.setdefault(self._newest(keys[:length]), statement.line)
        path = (*self._newest(keys[:-1]), keys[-1])
        self._lines.setdefault(path, statement.line)
        if is_list:
            self._tables_in_list[path] = self._tables_in_list.get(path, 0) + 1
        self._table = self._newest(keys)
        self._lines.setdefault(self._table, statement.line)

    def _newest(self, keys: Sequence[str]) -> KeyPath:
        """Return the path of the table that `keys` name now: in a list, the last one."""
        path: KeyPath = ()
        for key in keys:
            path = (*path, key)
            if path in self._tables_in_list:
                path = (*path, self._tables_in_list[path] - 1)

        return path

    def _note_values(self, statement: _Statement) -> None:
        elements = _element_lines(statement)
        for path in _paths(statement.parsed):
            prefixes = (path[:length] for length in range(len(path), 0, -1))
            line = next((elements[p] for p in prefixes if p in elements), statement.line)
            self._lines.setdefault((*self._table, *path), line)


def _statements(lines: Sequence[str]) -> Iterator[_Statement]:
    """Yield the statements of a valid document in order; comments and blank lines are none."""
    begin = 0
    for end in range(1, len(lines) + 1):
        if end - begin > 1 and not _CLOSING.search(lines[end - 1]):
            continue
        parsed = _parsed("\n".join(lines[begin:end]))
        if parsed is None:
            continue
        if parsed:
            yield _Statement(line=begin + 1, lines=tuple(lines[begin:end]), parsed=parsed)
        begin = end


def _parsed(text: str) -> dict[str, object] | None:
    """Return the document that `text` is, None when it is none (yet)."""
    try:
        return tomllib.loads(text)
    except ValueError:
        return None


def _header(parsed: dict[str, object]) -> tuple[list[str], bool]:
    """Return the keys of a header parsed alone, and whether it has two brackets."""
    keys: list[str] = []
    inner: object = parsed
    while isinstance(inner, dict) and inner:
        ((key, inner),) = inner.items()
        keys.append(key)

    return keys, isinstance(inner, list)


def _paths(value: object, path: KeyPath = ()) -> Iterator[KeyPath]:
    """Yield the path of each key and each list element in `value`, outer ones first."""
    if path:
        yield path
    if isinstance(value, dict):
        for key, inner in value.items():
            yield from _paths(inner, (*path, key))
    elif isinstance(value, list):
        for index, inner in enumerate(value):
            yield from _paths(inner, (*path, index))


def _element_lines(statement: _Statement) -> dict[KeyPath, int]:
    """Return the lines of the elements of a list that spans several lines.

    The list's beginnings are closed by a bracket: where that is valid, every element so far
    is whole, and the next one begins on a later line.
    """
    if not 1 < len(statement.lines) <= _LONG_LIST:
        return {}

    keys, elements = _list(statement.parsed)
    found: dict[KeyPath, int] = {}
    line = statement.line
    for end in range(1, len(statement.lines) + 1):
        is_last = end == len(statement.lines)
        closed = _parsed("\n".join((*statement.lines[:end], "]")))
        if closed is None and not is_last:
            continue
        count = elements if is_last or closed is None else _list(closed)[1]
        found.update({(*keys, index): line for index in range(len(found), count)})
        line = statement.line + end

    return found


def _list(parsed: dict[str, object]) -> tuple[list[str], int]:
    """Return the keys of the only value in `parsed`, and its length if it is a list, else 0."""
    keys: list[str] = []
    inner: object = parsed
    while isinstance(inner, dict) and len(inner) == 1:
        ((key, inner),) = inner.items()
        keys.append(key)

    return keys, len(inner) if isinstance(inner, list) else 0
