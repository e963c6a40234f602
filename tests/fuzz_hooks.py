"""What schemathesis is told of the store that `tests.fuzz` fills: which files and libraries.

Names that it invents fit none; so what it asks would hardly ever come to a decision.
"""

from __future__ import annotations

import schemathesis
from pydantic import JsonValue
from schemathesis import HookContext

_FILES = 32
"""Some more than are there."""
_CANDIDATES, _REVISIONS = 4, 8


@schemathesis.hook
def map_query(_: HookContext, query: dict[str, JsonValue] | None) -> dict[str, JsonValue] | None:
    """Name files that are there."""
    return None if query is None else _known(query)


@schemathesis.hook
def map_body(_: HookContext, body: JsonValue) -> JsonValue:
    """Name files, candidates and revisions that are there; leave alone what is no such thing."""
    return _known(body) if isinstance(body, dict) else body


def _known(asked: dict[str, JsonValue]) -> dict[str, JsonValue]:
    return {name: _known_value(name, value) for name, value in asked.items()}


def _known_value(name: str, value: JsonValue) -> JsonValue:
    match name, value:
        case "file", str():
            return _number(value)
        case "files", list() if all(isinstance(each, str) for each in value):
            return [_number(str(each)) for each in value]
        case "library", str():
            return "films"
        case "libraries", list() if all(isinstance(each, str) for each in value):
            return ["films" for _ in value]
        case "candidate", int() if not isinstance(value, bool):
            return value % _CANDIDATES
        case "revision", int() if not isinstance(value, bool):
            return value % _REVISIONS
        case _:
            return value


def _number(text: str) -> str:
    """Return the same number for the same text, so that a run can be repeated."""
    return str(sum(map(ord, text)) % _FILES)
