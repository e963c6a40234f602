"""Stash: scan just these paths, and give their scenes what was accepted.

A scene is looked for by its file's path, else by the oshash. What is empty there is filled, names
and ids are added, nothing that stands there is replaced, and what is marked as organized is left
alone: somebody finished it. An accept that is undone changes nothing there, for nobody knows any
more what stood there before.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field

from pydantic import JsonValue

from providers.hearers.base import Heard, NotYet, Outcome
from providers.hearers.stash_api import Scene, StashApi
from providers.hearers.stash_names import PERFORMER, STUDIO, TAG, StashNames, Wanted
from rules.announcement import Announcement, NamedThere, Occurrence, path_there
from rules.work import Work

SCAN_PATIENCE_S = 60.0
"""How long its scan is waited for; after that the announcement comes again later."""
LOOK_EVERY_S = 1.0
_WHOLE_DATE = len("2024-05-17")
_STILL_SCANNING = "it is still scanning; it is told again later"
_NO_SCENE = (
    "it has no scene of that file, even after a scan; "
    "see that the folder is one of its libraries, and paths in [[announce]]"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Stash:
    """A Stash."""

    api: StashApi
    sleep: Callable[[float], Awaitable[None]]
    endpoints: Mapping[str, str] = field(default_factory=dict)
    """The address of each stash-box, by the source's name here."""
    folders: tuple[NamedThere, ...] = ()
    updates: bool = True
    create_missing: bool = False

    @property
    def name(self) -> str:
        """Return what it is called in the configuration."""
        return self.api.exchange.name

    async def tell(self, announcements: Sequence[Announcement]) -> list[Outcome]:
        """Have it scan what it does not know where it lies, then update the scenes."""
        scenes: dict[int, Scene] = {}
        unknown: list[int] = []
        for index, each in enumerate(announcements):
            if each.occurrence is Occurrence.UNDONE:
                continue
            scene = await self.api.scene_at(self._path(each))
            if scene is None:
                unknown.append(index)
            else:
                scenes[index] = scene
        outcomes: list[Outcome] = [Heard() for _ in announcements]
        if unknown:
            is_done = await self._scan([self._path(announcements[index]) for index in unknown])
            for index in unknown:
                scene = await self._scene(announcements[index]) if is_done else None
                if scene is None:
                    outcomes[index] = NotYet(reason=_NO_SCENE if is_done else _STILL_SCANNING)
                else:
                    scenes[index] = scene
        for index, scene in scenes.items():
            await self._update(scene, announcements[index])
        return outcomes

    async def check(self) -> str:
        """Return its version; this needs the key."""
        return f"Stash {await self.api.version()} lets us in"

    def _path(self, each: Announcement) -> str:
        return path_there(each.path, self.folders)

    async def _scan(self, paths: Sequence[str]) -> bool:
        """Have paths scanned; tell whether that has ended."""
        job = await self.api.begin_scan(list(dict.fromkeys(paths)))
        waited_s = 0.0
        while await self.api.is_under_way(job):
            if waited_s >= SCAN_PATIENCE_S:
                return False
            await self.sleep(LOOK_EVERY_S)
            waited_s += LOOK_EVERY_S
        return True

    async def _scene(self, each: Announcement) -> Scene | None:
        found = await self.api.scene_at(self._path(each))
        if found is None and each.oshash is not None:
            return await self.api.scene_of(each.oshash)

        return found

    async def _update(self, scene: Scene, each: Announcement) -> None:
        if not self.updates or each.work is None or scene.organized:
            return

        names = StashNames(
            api=self.api, endpoints=self.endpoints, create_missing=self.create_missing
        )
        found = await _look_up(names, each.work, has_studio=scene.studio is not None)
        update = update_of(scene, each.work, found, self.endpoints)
        if update:
            await self.api.update({"id": scene.id, **update})


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Whom of those that a work names Stash knows, by its numbers."""

    studio: str | None = None
    performers: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()


def update_of(
    scene: Scene, work: Work, known: Known, endpoints: Mapping[str, str]
) -> dict[str, JsonValue]:
    """Return what a scene lacks of a work; nothing where it lacks nothing."""
    date = work.date if len(work.date or "") == _WHOLE_DATE else None
    texts = {
        "title": (scene.title, work.title),
        "details": (scene.details, work.details),
        "date": (scene.date, date),
        "code": (scene.code, work.code),
        "director": (scene.director, work.director),
    }
    update: dict[str, JsonValue] = {
        name: said for name, (present, said) in texts.items() if said and not present
    }
    if scene.studio is None and known.studio is not None:
        update["studio_id"] = known.studio
    lists = {
        "urls": (scene.urls, work.urls),
        "performer_ids": (tuple(each.id for each in scene.performers), known.performers),
        "tag_ids": (tuple(each.id for each in scene.tags), known.tags),
    }
    for name, (held, said_all) in lists.items():
        if set(said_all) - set(held):
            update[name] = list(dict.fromkeys((*held, *said_all)))
    taken = {each.endpoint for each in scene.stash_ids}
    new = {
        endpoints[each.source]: each.remote_id
        for each in work.ids
        if each.source in endpoints and endpoints[each.source] not in taken
    }
    if new:
        held_ids = {each.endpoint: each.stash_id for each in scene.stash_ids}
        update["stash_ids"] = [
            {"endpoint": endpoint, "stash_id": stash_id}
            for endpoint, stash_id in {**held_ids, **new}.items()
        ]
    return update


async def _look_up(names: StashNames, work: Work, *, has_studio: bool) -> Known:
    studio = None
    if work.studio is not None and not has_studio:
        wanted = Wanted(kind=STUDIO, name=work.studio.name, ids=work.studio.ids)
        studio = await names.number_of(wanted)
    performers = [
        await names.number_of(
            Wanted(kind=PERFORMER, name=each.performer.name, ids=each.performer.ids)
        )
        for each in work.appearances
    ]
    tags = [await names.number_of(Wanted(kind=TAG, name=each.name)) for each in work.tags]
    return Known(
        studio=studio,
        performers=tuple(each for each in performers if each is not None),
        tags=tuple(each for each in tags if each is not None),
    )
