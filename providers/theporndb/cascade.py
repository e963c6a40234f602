"""One file asked about: from the cheap and sure to the costly and loose, until something is found.

Known ids and fingerprints are asked together, since what they name may contradict each other and
that must be seen; addresses and then words only where they found nothing. Scenes are looked
through first, each further shelf only where those before it had nothing.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Iterable, Sequence
from dataclasses import dataclass, field
from typing import Final

from providers.theporndb.answers import SceneAnswer
from providers.theporndb.exchange import Exchange
from providers.theporndb.mapping import SceneMapping
from providers.theporndb.question import (
    Hash,
    about_page,
    free_search,
    hashes_of,
    ids_of,
    is_beyond_doubt,
    searches,
    urls_of,
    work_on_page,
)
from providers.theporndb.shelf import Shelf, path_of, shelves_for
from rules.candidate import Candidate, Query, Way
from rules.filename import NameClues
from rules.fingerprint import Algorithm, Fingerprints
from rules.lookup import Lookup
from rules.plausible import plausible

_MOST_FOUND: Final = 6
"""Of each shelf, for a person's words: each costs a request for its tags, and people wait."""


@dataclass(slots=True)
class _Finds:
    """The works found so far, each with the surest way: the one by which it came first."""

    by_id: dict[str, tuple[Way, SceneAnswer]] = field(default_factory=dict)

    def add(self, way: Way, scenes: Iterable[SceneAnswer]) -> None:
        for scene in scenes:
            self.by_id.setdefault(scene.remote_id, (way, scene))


@dataclass(frozen=True, slots=True, kw_only=True)
class Cascade:
    """Ask one server about one file after the other."""

    exchange: Exchange
    mapping: SceneMapping

    async def candidates(self, query: Query) -> tuple[Candidate, ...]:
        """Return the works that the server offers for a file, the surest first.

        Raises:
            ProviderError: when any step failed: what it would have found could be a rival.

        """
        finds = _Finds()
        shelves = shelves_for(query)
        finds.add(Way.ID, [scene async for scene in self._by_id(query)])
        finds.add(Way.FINGERPRINT, await self._by_hash(query.fingerprints, shelves))
        if not finds.by_id:
            finds.add(Way.URL, [scene async for scene in self._by_url(query, shelves)])

        for clues in query.texts:
            if not finds.by_id:
                finds.add(Way.TEXT, await self._by_text(clues, shelves))

        return await self._candidates(finds)

    async def found(self, lookup: Lookup) -> tuple[Candidate, ...]:
        """Return the works that the server offers for what a person looks for, on every shelf.

        Raises:
            ProviderError: when any step failed.

        """
        finds = _Finds()
        match lookup.way:
            case Way.ID:
                path = path_of(lookup.text)
                scene = await self.exchange.one(path) if path is not None else None
                finds.add(Way.ID, [] if scene is None else [scene])
            case Way.URL:
                told = [scene async for scene in self._on_page(lookup.text, tuple(Shelf))]
                finds.add(Way.URL, told)
            case _:
                for shelf in Shelf:
                    finds.add(
                        Way.TEXT, await self.exchange.many(shelf.path, free_search(lookup.text))
                    )
        return await self._candidates(finds)

    async def _candidates(self, finds: _Finds) -> tuple[Candidate, ...]:
        return tuple(
            [
                self.mapping.candidate(await self._whole(scene), way)
                for way, scene in finds.by_id.values()
            ]
        )

    async def _by_id(self, query: Query) -> AsyncIterator[SceneAnswer]:
        for path in ids_of(query, self.mapping.source):
            scene = await self.exchange.one(path)
            if scene is not None:
                yield scene

    async def _by_hash(
        self, fingerprints: Fingerprints, shelves: Sequence[Shelf]
    ) -> list[SceneAnswer]:
        for shelf in shelves:
            found: list[SceneAnswer] = []
            for asked in hashes_of(fingerprints):
                is_known = asked.algorithm is Algorithm.PHASH and is_beyond_doubt(
                    found, fingerprints
                )
                if not is_known:
                    found += await self._holders(asked, shelf)

            if found:
                return found

        return []

    async def _holders(self, asked: Hash, shelf: Shelf) -> list[SceneAnswer]:
        """Return every work of a shelf that holds a hash, the one first that the server names.

        That one stays when it lists no hashes of that kind, so that nothing shows it wrong: it
        is a question then, for no rule finds evidence in it.
        """
        first = await self.exchange.one(asked.path(shelf), asked.parameters)
        if first is None:
            return []

        listed = await self.exchange.many(shelf.path, asked.listing)
        rivals = [scene for scene in listed if scene.id != first.id and asked.is_held_by(scene)]
        return rivals if asked.is_held_by(first) is False else [first, *rivals]

    async def _by_url(self, query: Query, shelves: Sequence[Shelf]) -> AsyncIterator[SceneAnswer]:
        for url in urls_of(query):
            async for scene in self._on_page(url, shelves):
                yield scene

    async def _on_page(self, url: str, shelves: Sequence[Shelf]) -> AsyncIterator[SceneAnswer]:
        path = work_on_page(url, self.mapping.pages)
        if path is None:
            for scene in await self._about(url, shelves):
                yield scene
        elif (scene_there := await self.exchange.one(path)) is not None:
            yield scene_there

    async def _about(self, url: str, shelves: Sequence[Shelf]) -> list[SceneAnswer]:
        for shelf in shelves:
            found = list(about_page(await self.exchange.many(shelf.path, (("url", url),)), url))
            if found:
                return found

        return []

    async def _by_text(self, clues: NameClues, shelves: Sequence[Shelf]) -> list[SceneAnswer]:
        """Return the few works worth a person's look, the best first: searches are loose.

        Scenes are searched for in each way, what else there is in the most telling one alone.
        """
        asked = searches(clues)
        for shelf in shelves:
            for search in asked if shelf is Shelf.SCENES else asked[:1]:
                found = await self.exchange.many(shelf.path, search)
                listed = {scene.remote_id: scene for scene in found}
                hits = [self.mapping.candidate(scene, Way.TEXT) for scene in listed.values()]
                kept = plausible(clues, hits)
                if kept:
                    return [listed[hit.remote_id] for hit in kept]

        return []

    async def _whole(self, scene: SceneAnswer) -> SceneAnswer:
        """Return the work with its tags, which only its detail tells."""
        path = path_of(scene.remote_id)
        if scene.tags is not None or path is None:
            return scene

        return await self.exchange.one(path) or scene
