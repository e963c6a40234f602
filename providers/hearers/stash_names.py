"""Who Stash knows of those that a work names: by the stash-box's id, else by just that name."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from types import MappingProxyType

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter

from providers.hearers.stash_api import Named, StashApi
from rules.work import ExternalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """Studios, performers or tags."""

    find: str
    create: str
    has_stash_ids: bool
    """Whether they can be looked for by these; tags cannot in every version."""


def _find(name: str, argument: str, kind: str, items: str) -> str:
    return (
        f"query Find(${argument}: {kind}) "
        f"{{ found: {name}({argument}: ${argument}) {{ items: {items} {{ id name }} }} }}"
    )


def _create(name: str, kind: str) -> str:
    return f"mutation Create($input: {kind}!) {{ made: {name}(input: $input) {{ id }} }}"


STUDIO = Kind(
    find=_find("findStudios", "studio_filter", "StudioFilterType", "studios"),
    create=_create("studioCreate", "StudioCreateInput"),
    has_stash_ids=True,
)
PERFORMER = Kind(
    find=_find("findPerformers", "performer_filter", "PerformerFilterType", "performers"),
    create=_create("performerCreate", "PerformerCreateInput"),
    has_stash_ids=True,
)
TAG = Kind(
    find=_find("findTags", "tag_filter", "TagFilterType", "tags"),
    create=_create("tagCreate", "TagCreateInput"),
    has_stash_ids=False,
)
_ARGUMENT: Mapping[str, str] = MappingProxyType(
    {STUDIO.find: "studio_filter", PERFORMER.find: "performer_filter", TAG.find: "tag_filter"}
)


class _Items(BaseModel):
    model_config = ConfigDict(frozen=True)

    items: tuple[Named, ...]


class _Found(BaseModel):
    model_config = ConfigDict(frozen=True)

    found: _Items


class _Made(BaseModel):
    model_config = ConfigDict(frozen=True)

    made: Named


_FOUND = TypeAdapter(_Found)
_MADE = TypeAdapter(_Made)


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """Somebody or something that a work names."""

    kind: Kind
    name: str
    ids: tuple[ExternalId, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StashNames:
    """Looks names up, and makes them where that is wanted."""

    api: StashApi
    endpoints: Mapping[str, str]
    """The address of each stash-box, by the source's name here."""
    create_missing: bool = False

    async def number_of(self, wanted: Wanted) -> str | None:
        """Return the number of what is wanted in Stash; None where nobody, or several, fit.

        Raises:
            HearerError: Stash could not be asked.

        """
        if wanted.kind.has_stash_ids:
            for endpoint, stash_id in self._stash_ids(wanted.ids):
                by_id: JsonValue = {
                    "stash_id_endpoint": {
                        "endpoint": endpoint,
                        "stash_id": stash_id,
                        "modifier": "EQUALS",
                    }
                }
                found = await self._find(wanted.kind, by_id)
                if len(found) == 1:
                    return found[0].id

        by_name: JsonValue = {"name": {"value": wanted.name, "modifier": "EQUALS"}}
        called = wanted.name.casefold()
        found = [
            each
            for each in await self._find(wanted.kind, by_name)
            if each.name.casefold() == called
        ]
        if len(found) == 1:
            return found[0].id

        return await self._create(wanted) if self.create_missing and not found else None

    def _stash_ids(self, ids: Sequence[ExternalId]) -> list[tuple[str, str]]:
        return [
            (self.endpoints[each.source], each.remote_id)
            for each in ids
            if each.source in self.endpoints
        ]

    async def _find(self, kind: Kind, wanted: JsonValue) -> Sequence[Named]:
        return (await self.api.ask(_FOUND, kind.find, {_ARGUMENT[kind.find]: wanted})).found.items

    async def _create(self, wanted: Wanted) -> str:
        made: dict[str, JsonValue] = {"name": wanted.name}
        if wanted.kind.has_stash_ids:
            made["stash_ids"] = [
                {"endpoint": endpoint, "stash_id": stash_id}
                for endpoint, stash_id in self._stash_ids(wanted.ids)
            ]
        return (await self.api.ask(_MADE, wanted.kind.create, {"input": made})).made.id
