"""The ways to a stash-box's scenes; each returns candidates or says why it cannot."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Final

from pydantic import JsonValue, ValidationError

from providers.errors import AnswerMalformed
from providers.stashbox.answers import EditsAnswer, SceneAnswer
from providers.stashbox.documents import find, lookup, search, search_any, survivors
from providers.stashbox.fields import EDITS, FIND, LOOKUP, SEARCH, SEARCH_ANY
from providers.stashbox.mapping import SceneMapping
from providers.stashbox.question import wire_fingerprints
from providers.stashbox.schema import Schema
from providers.stashbox.terms import terms_of_all_words, terms_of_any_word
from rules.candidate import Candidate, Query, Way
from rules.filename import NameClues
from rules.plausible import plausible

_MOST_MERGES: Final = 3
"""A scene may have been merged into one that was merged; nobody does that often."""
MOST_FOUND: Final = 25
"""What a person's words find; further down nobody looks."""


@dataclass(frozen=True, slots=True)
class Scenes:
    """Find scenes at one endpoint."""

    schema: Schema
    mapping: SceneMapping
    place: str

    async def groups(self, queries: Sequence[Query]) -> list[JsonValue]:
        """Return one group of scenes for each query, still as they came.

        Raises:
            ProviderError: there is no telling which scenes belong to which query.

        """
        fingerprints: list[JsonValue] = [wire_fingerprints(query.fingerprints) for query in queries]
        (groups,) = await self.schema.run(LOOKUP, lookup, fingerprints=fingerprints) or [None]
        if not isinstance(groups, list) or len(groups) != len(queries):
            found = len(groups) if isinstance(groups, list) else "no"
            raise AnswerMalformed(
                self.place, f"{found} groups of scenes for {len(queries)} queries"
            )

        return groups

    def candidates(self, group: JsonValue, found_by: Way) -> tuple[Candidate, ...]:
        """Return the scenes of a group, each once, without deleted ones.

        A group with one scene that cannot be read is lost as a whole: without that scene the
        others would look as if they had no rival.

        Raises:
            AnswerMalformed: the group cannot be read.

        """
        if not isinstance(group, list):
            raise self._malformed()

        try:
            scenes = [SceneAnswer.model_validate(scene) for scene in group if scene is not None]
        except ValidationError as error:
            raise self._malformed() from error

        by_id = {scene.id: scene for scene in scenes if not scene.deleted}
        made = (self.mapping.candidate(scene) for scene in by_id.values())
        return tuple(replace(candidate, found_by=found_by) for candidate in made)

    async def by_id(self, scene_id: str) -> tuple[Candidate, ...]:
        """Return the scene of that id, or what a deleted one was merged into; or nothing.

        Raises:
            ProviderError: it is not known whether there is one.

        """
        for _ in range(_MOST_MERGES + 1):
            found = await self.schema.run(FIND, find, id=scene_id)
            live = self.candidates(found, Way.ID)
            survivor = None if live or found in ([], [None]) else await self._survivor(scene_id)
            if live or survivor is None:
                return live

            scene_id = survivor
        return ()

    async def by_url(self, url: str) -> tuple[Candidate, ...]:
        """Return the scenes that have this address; one of our own pages is an id.

        Raises:
            ProviderError: it is not known whether there is one.

        """
        own = self.mapping.scene_id(url)
        if own is not None:
            found = await self.by_id(own)
        else:
            # A look-alike may take the address for words, so each hit must have it.
            hits = await self._search(url, Way.URL)
            wanted = _address(url)
            found = tuple(hit for hit in hits if wanted in map(_address, hit.work.urls))
        return tuple(replace(candidate, found_by=Way.URL) for candidate in found)

    async def by_text(self, clues: NameClues) -> tuple[Candidate, ...]:
        """Return the scenes that a file's name could mean, the likeliest first.

        Raises:
            ProviderError: it is not known whether there are any.

        """
        is_any = SEARCH_ANY not in await self.schema.missing()
        for term in terms_of_any_word(clues) if is_any else terms_of_all_words(clues):
            found = plausible(clues, await self._search(term, Way.TEXT))
            if found:
                return found

        return ()

    async def by_words(self, words: str) -> tuple[Candidate, ...]:
        """Return the scenes that the server finds for a person's words, as it ranks them.

        Raises:
            ProviderError: it is not known whether there are any.

        """
        return (await self._search(words, Way.TEXT))[:MOST_FOUND]

    async def ways(self) -> frozenset[Way]:
        """Return by which ways this server can be asked.

        Raises:
            ProviderError: it could not be found out.

        """
        missing = await self.schema.missing()
        ways = {Way.FINGERPRINT}
        if FIND not in missing:
            ways.add(Way.ID)
        if not missing >= {SEARCH, SEARCH_ANY}:
            ways |= {Way.URL, Way.TEXT}

        return frozenset(ways)

    async def _search(self, term: str, found_by: Way) -> tuple[Candidate, ...]:
        for page in await self.schema.run(SEARCH_ANY, search_any, term=term):
            return self.candidates(self._scenes_of(page), found_by)

        for scenes in await self.schema.run(SEARCH, search, term=term):
            return self.candidates(scenes, found_by)

        return ()

    def _scenes_of(self, page: JsonValue) -> JsonValue:
        return page.get("scenes") if isinstance(page, dict) else None

    async def _survivor(self, scene_id: str) -> str | None:
        """Return the id of what a scene was merged into, or None."""
        for value in await self.schema.run(EDITS, survivors, id=scene_id):
            try:
                edits = EditsAnswer.model_validate(value).edits
            except ValidationError as error:
                raise AnswerMalformed(self.place, "edits of another shape") from error

            targets = (edit.target for edit in edits if edit.target is not None)
            return next((each.id for each in targets if each.id not in {None, scene_id}), None)

        return None

    def _malformed(self) -> AnswerMalformed:
        return AnswerMalformed(self.place, "a group of scenes of another shape")


def _address(url: str) -> str:
    return url.strip().rstrip("/").casefold()
