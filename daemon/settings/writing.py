"""Values as TOML text."""

from __future__ import annotations

import json
from collections.abc import Iterable

_DELETE = "\x7f"
_SHOWN = 100
"""Characters of a wrong value that a message repeats."""


def toml_text(value: object) -> str:
    """Return `value` (text, a truth, a number, a list or a table of these) as TOML writes it.

    TOML's basic strings are JSON's strings, except that TOML forbids a bare DEL.
    """
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False).replace(_DELETE, "\\u007f")
        case list() | tuple():
            return f"[{', '.join(map(toml_text, value))}]"
        case dict():
            options = (f"{key} = {toml_text(inner)}" for key, inner in value.items())
            return f"{{ {', '.join(options)} }}"
        case _:
            return str(value)


def quoted(text: str) -> str:
    """Return `text` in quotes for a message: on one line, and not endlessly long."""
    shown = text if len(text) <= _SHOWN else f"{text[:_SHOWN]}…"
    return toml_text(shown)


def either(words: Iterable[str]) -> str:
    """Return the words as a choice: `a, b or c`."""
    *others, last = words
    return f"{', '.join(others)} or {last}" if others else last
