"""Looking for a work at a source, put together: with the daemon's own, and where none runs."""

from __future__ import annotations

from collections.abc import Collection

from daemon.desk.overview import SearchAt
from daemon.settings import Settings
from daemon.sources import opened_sources
from providers.base import Searcher, Source
from rules.candidate import Answer, NotAsked
from rules.lookup import Lookup


def search_at(sources: Collection[Source]) -> SearchAt:
    """Return what asks one of these sources, by its name."""
    searchers = {source.name: source for source in sources if isinstance(source, Searcher)}

    async def search(name: str, lookup: Lookup) -> Answer:
        source = searchers.get(name)
        if source is None:
            return NotAsked(source=name, reason="it cannot be searched; ask another source")

        return await source.search(lookup)

    return search


async def search_once(settings: Settings, name: str, lookup: Lookup) -> Answer:
    """Return what a source says where no daemon runs; it is opened for this alone.

    Raises:
        ConfigurationError: a source cannot be asked as it is configured.

    """
    async with opened_sources(settings) as sources:
        return await search_at(sources)(name, lookup)
