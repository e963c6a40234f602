"""The same answer in the shapes that a PHP server gives it (`theporndb-and-others.md` §3.4)."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from pydantic import JsonValue

_MAPS: Final = frozenset({"posters", "background", "links", "parent", "network", "site", "extra"})
"""What is a map when there is something in it."""
_GAPPED: Final = frozenset({"tags", "hashes"})
"""Lists that something was filtered out of, which makes maps of them."""
_NULLED: Final[Mapping[str, JsonValue]] = MappingProxyType({"directors": None, "markers": None})


def quirky(value: JsonValue) -> JsonValue:
    """Return an answer with numbers as text, empty maps as lists and lists with gaps as maps."""
    if isinstance(value, dict):
        return {name: _field(name, inner) for name, inner in value.items()} or []

    if isinstance(value, list):
        return [quirky(item) for item in value]

    is_number = isinstance(value, int | float) and not isinstance(value, bool)
    return str(value) if is_number else value


def _field(name: str, value: JsonValue) -> JsonValue:
    if not value and name in _NULLED:
        return _NULLED[name]

    if value is None and name in _MAPS:
        return []

    if isinstance(value, list) and name in _GAPPED and value:
        return {str(2 * at): quirky(item) for at, item in enumerate(value)}

    return quirky(value)
