"""A configuration as written, before its values are checked: what names it uses where."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

Document = dict[str, object]
"""Tables as TOML knows them; only what pydantic has checked is used as settings."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Entry:
    """One table of a list, `[[library]]` and the like, with those of its values that are text."""

    section: str
    index: int
    texts: Mapping[str, str] = field(repr=False)
    """May hold secrets."""

    def location(self, key: str) -> tuple[str, int, str]:
        """Return the path of `key` in the document."""
        return (self.section, self.index, key)


def entries_of(document: Document, section: str) -> tuple[Entry, ...]:
    """Return the tables of a list; what is no table is left out, pydantic complains of it."""
    tables = document.get(section)
    if not isinstance(tables, list):
        return ()

    return tuple(
        Entry(section=section, index=index, texts=_texts(table))
        for index, table in enumerate(tables)
        if isinstance(table, dict)
    )


def _texts(table: Document) -> dict[str, str]:
    return {key: value for key, value in table.items() if isinstance(value, str)}
