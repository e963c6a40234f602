"""What Stash is asked and told over its GraphQL, and its answers as values (v0.25 and later)."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeVar

from pydantic import BaseModel, ConfigDict, JsonValue, TypeAdapter, ValidationError

from providers.hearers.exchange import Exchange

Value = TypeVar("Value")

_SCENE = (
    "id organized title details date code director urls stash_ids { endpoint stash_id } "
    "studio { id } performers { id } tags { id } files { path }"
)
VERSION = "query Version { version { version } }"
SCAN = "mutation Scan($input: ScanMetadataInput!) { metadataScan(input: $input) }"
JOB = "query Job($input: FindJobInput!) { findJob(input: $input) { status } }"
SCENES = (
    "query Scenes($scene_filter: SceneFilterType) "
    f"{{ findScenes(scene_filter: $scene_filter) {{ scenes {{ {_SCENE} }} }} }}"
)
SCENE_BY_HASH = (
    f"query Scene($input: SceneHashInput!) {{ findSceneByHash(input: $input) {{ {_SCENE} }} }}"
)
UPDATE = "mutation Update($input: SceneUpdateInput!) { sceneUpdate(input: $input) { id } }"


class _Answer(BaseModel):
    """Whatever Stash answers; what is not asked for is not looked at."""

    model_config = ConfigDict(frozen=True)


class StashId(_Answer):
    """What a stash-box calls something."""

    endpoint: str
    stash_id: str


class Numbered(_Answer):
    """Something that has a number in Stash."""

    id: str


class Named(_Answer):
    """A studio, performer or tag."""

    id: str
    name: str = ""


class StashFile(_Answer):
    """A file of a scene."""

    path: str


class Scene(_Answer):
    """A scene, as far as it concerns us."""

    id: str
    organized: bool = False
    title: str | None = None
    details: str | None = None
    date: str | None = None
    code: str | None = None
    director: str | None = None
    urls: tuple[str, ...] = ()
    stash_ids: tuple[StashId, ...] = ()
    studio: Numbered | None = None
    performers: tuple[Numbered, ...] = ()
    tags: tuple[Numbered, ...] = ()
    files: tuple[StashFile, ...] = ()


class _Scenes(_Answer):
    scenes: tuple[Scene, ...]


class _ScenesFound(_Answer):
    findScenes: _Scenes  # noqa: N815  # as Stash calls it


class _SceneFound(_Answer):
    findSceneByHash: Scene | None = None  # noqa: N815  # as above


class _ScanBegun(_Answer):
    metadataScan: str  # noqa: N815  # as above


class _Job(_Answer):
    status: str


class _JobFound(_Answer):
    findJob: _Job | None = None  # noqa: N815  # as above


class _Version(_Answer):
    version: str | None = None


class _VersionFound(_Answer):
    version: _Version


_SCENES_FOUND = TypeAdapter(_ScenesFound)
_SCENE_FOUND = TypeAdapter(_SceneFound)
_SCAN_BEGUN = TypeAdapter(_ScanBegun)
_JOB_FOUND = TypeAdapter(_JobFound)
_VERSION_FOUND = TypeAdapter(_VersionFound)
_UNDER_WAY = frozenset({"READY", "RUNNING", "STOPPING"})


@dataclass(frozen=True, slots=True, kw_only=True)
class StashApi:
    """Stash's GraphQL, one method for each thing that we ask of it; all raise HearerError."""

    exchange: Exchange

    async def version(self) -> str:
        """Return Stash's version."""
        found = await self.ask(_VERSION_FOUND, VERSION, {})
        return found.version.version or "of unknown version"

    async def begin_scan(self, paths: list[str]) -> str:
        """Have paths scanned; return the job's number."""
        listed: list[JsonValue] = [*paths]
        return (await self.ask(_SCAN_BEGUN, SCAN, {"input": {"paths": listed}})).metadataScan

    async def is_under_way(self, job: str) -> bool:
        """Tell whether a job waits or runs; one that Stash has forgotten has ended."""
        found = (await self.ask(_JOB_FOUND, JOB, {"input": {"id": job}})).findJob
        return found is not None and found.status in _UNDER_WAY

    async def scene_at(self, path: str) -> Scene | None:
        """Return the scene that has a file at a path, None if there is none or several."""
        wanted: JsonValue = {"path": {"value": path, "modifier": "EQUALS"}}
        found = await self.ask(_SCENES_FOUND, SCENES, {"scene_filter": wanted})
        scenes = [
            scene
            for scene in found.findScenes.scenes
            if any(file.path == path for file in scene.files)  # Stash compares more loosely
        ]
        return scenes[0] if len(scenes) == 1 else None

    async def scene_of(self, oshash: str) -> Scene | None:
        """Return the scene that has a file with this oshash, None if there is none."""
        return (
            await self.ask(_SCENE_FOUND, SCENE_BY_HASH, {"input": {"oshash": oshash}})
        ).findSceneByHash

    async def update(self, update: dict[str, JsonValue]) -> None:
        """Set fields of a scene."""
        await self.call(UPDATE, {"input": update})

    async def ask(
        self, adapter: TypeAdapter[Value], query: str, variables: dict[str, JsonValue]
    ) -> Value:
        """Return what a query finds, read by `adapter`."""
        data = await self.call(query, variables)
        try:
            return adapter.validate_python(data)
        except ValidationError as error:
            raise self.exchange.strange("its answer has another form than Stash's") from error

    async def call(self, query: str, variables: dict[str, JsonValue]) -> JsonValue:
        """Return the data of an answer."""
        said = await self.exchange.post("", {"query": query, "variables": variables})
        if isinstance(said, dict) and said.get("errors"):
            raise self.exchange.strange(_first_message(said["errors"]))
        if not isinstance(said, dict) or "data" not in said:
            raise self.exchange.strange("it does not speak GraphQL")

        return said["data"]


def _first_message(errors: JsonValue) -> str:
    first = errors[0] if isinstance(errors, list) and errors else None
    message = first.get("message") if isinstance(first, dict) else None
    return message if isinstance(message, str) else "an error without words"
