"""Which sources are told nothing about the files of which libraries.

A library with `nsfw = false` is kept from every source of adult works, in both directions. Nothing
of its files is sent there: neither hashes nor names. And what such a source says does not count
for them, even where it is known because another library holds the same content, whose owner lets
it be asked: a decision about a file must not depend on what lies in other libraries, and an adult
title must not appear beside a file that was to be kept from such.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from rules.candidate import Answer, NotAsked

KEPT_SAFE: Final = (
    "its library is nsfw = false, and this source's works are adult, so nothing of it is sent"
)
"""Why a source was not asked; the same text each time, so that it is one reason."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Discretion:
    """What the owner said of libraries and sources."""

    sfw_libraries: frozenset[str] = frozenset()
    nsfw_sources: frozenset[str] = frozenset()

    def is_sfw(self, library: str) -> bool:
        """Tell whether the files of a library are kept from adult sources."""
        return library in self.sfw_libraries

    def withholds(self, library: str, source: str) -> bool:
        """Tell whether a source is told nothing of a library's files."""
        return self.is_sfw(library) and source in self.nsfw_sources

    def answers_for(self, library: str, answers: Iterable[Answer]) -> tuple[Answer, ...]:
        """Return the answers as they count for a file of this library."""
        return tuple(
            NotAsked(source=answer.source, reason=KEPT_SAFE)
            if self.withholds(library, answer.source)
            else answer
            for answer in answers
        )
