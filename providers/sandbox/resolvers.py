"""What each query and mutation does; the rest of a type is read off its view."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from itertools import islice
from typing import Final, Generic, TypeVar

from pydantic import BaseModel

from providers.sandbox import arguments, search
from providers.sandbox.matching import Asked, Lookup
from providers.sandbox.show import Visit
from providers.sandbox.submissions import Submission, submit, submit_batch
from providers.sandbox.views import (
    ConfigView,
    EditsView,
    EditView,
    ExistingView,
    PerformerView,
    ScenesView,
    SceneView,
    StudioView,
    SubmissionView,
    TagView,
    UserView,
    VersionView,
)

_DEFAULT_LIMIT: Final = 10

Arguments = TypeVar("Arguments", bound=BaseModel)


class IdMalformed(ValueError):
    """An id is no UUID; the server answers with an error."""

    def __init__(self, text: str) -> None:
        """Say it as the server's library does."""
        super().__init__(f'uuid: incorrect UUID length {len(text)} in string "{text}"')


class TargetTypeMissing(ValueError):
    """Edits of a target were asked for without saying what it is; answered with an error."""

    def __init__(self) -> None:
        """Say it as the server does."""
        super().__init__("TargetType is required when TargetID filter is used")


class NotAuthorized(Exception):
    """The caller may not do this; the server answers with an error."""

    def __init__(self) -> None:
        """Say it as the server does."""
        super().__init__("not authorized")


@dataclass(frozen=True, slots=True)
class RootField(Generic[Arguments]):
    """A query or mutation: how its arguments are read, and what it does."""

    arguments: type[Arguments]
    act: Callable[[Visit, Arguments], object]

    def __call__(self, visit: Visit, given: dict[str, object]) -> object:
        """Do it."""
        return self.act(visit, self.arguments.model_validate(given))


def _groups(visit: Visit, given: arguments.Groups) -> list[list[SceneView]]:
    found = Lookup(visit.world).groups([_asked(group) for group in given.fingerprints])
    return [visit.scenes(scene_ids) for scene_ids in found]


def _one_hash(visit: Visit, given: arguments.OneHash) -> list[SceneView]:
    return visit.scenes(Lookup(visit.world).groups([_asked([given.fingerprint])])[0])


def _bare_hashes(visit: Visit, given: arguments.BareHashes) -> list[SceneView]:
    asked = [Asked("OSHASH", text) for text in given.fingerprints]
    return visit.scenes(Lookup(visit.world).groups([asked])[0])


def _many_hashes(visit: Visit, given: arguments.ManyHashes) -> list[SceneView]:
    return visit.scenes(Lookup(visit.world).groups([_asked(given.fingerprints)])[0])


def _scene(visit: Visit, given: arguments.ById) -> SceneView | None:
    return visit.scene(_uuid(given.id))


def _performer(visit: Visit, given: arguments.ById) -> PerformerView | None:
    return visit.performer(_uuid(given.id))


def _studio(visit: Visit, given: arguments.ByIdOrName) -> StudioView | None:
    if given.id is not None:
        return visit.studio(_uuid(given.id))

    name = (given.name or "").lower()
    return _first_live(
        visit.studio, visit.world.studios, lambda studio: studio.name.lower() == name
    )


def _tag(visit: Visit, given: arguments.ByIdOrName) -> TagView | None:
    if given.id is not None:
        return visit.tag(_uuid(given.id))

    name = (given.name or "").lower()
    return _first_live(visit.tag, visit.world.tags, lambda tag: tag.name.lower() == name)


def _tag_or_alias(visit: Visit, given: arguments.ByIdOrName) -> TagView | None:
    name = (given.name or "").lower()
    return _first_live(
        visit.tag,
        visit.world.tags,
        lambda tag: name in {other.lower() for other in (tag.name, *tag.aliases)},
    )


def _search(visit: Visit, given: arguments.ByTerm) -> list[SceneView]:
    found = search.search(visit.world, given.term)
    return visit.scenes(found[: _DEFAULT_LIMIT if given.limit is None else given.limit])


def _search_page(visit: Visit, given: arguments.ByTerm) -> ScenesView:
    found = search.search(visit.world, given.term)
    return _page(visit, found, given.page or 1, given.per_page or given.limit or _DEFAULT_LIMIT)


def _query(visit: Visit, given: arguments.ByFilter) -> ScenesView:
    found = search.query(visit, given.input)
    return _page(visit, found, given.input.page, given.input.per_page)


def _edits(visit: Visit, given: arguments.ByEdit) -> EditsView:
    """Return the merges in which a scene took part, as what stays or as what went."""
    asked = given.input
    if asked.target_id is not None and asked.target_type is None:
        raise TargetTypeMissing

    target_id = None if asked.target_id is None else _uuid(asked.target_id)
    found = [
        merge
        for merge in visit.world.merges
        if target_id is None or target_id in {merge.source_id, merge.target_id}
    ]
    is_meant = (
        asked.operation in {None, "MERGE"}
        and asked.applied is not False
        and asked.target_type in {None, "SCENE"}
    )
    edits = [EditView(id=merge.id, target=visit.scene(merge.target_id)) for merge in found]
    start = (asked.page - 1) * asked.per_page
    shown = edits[start : start + asked.per_page]
    return EditsView(count=len(edits), edits=shown) if is_meant else EditsView(count=0, edits=[])


def _existing(visit: Visit, given: arguments.ByExisting) -> ExistingView:
    asked = given.input
    texts = [one.hash for one in asked.fingerprints if one.algorithm != "MD5"]
    found = search.existing(visit, asked.title, asked.studio_id, texts)
    return ExistingView(scenes=visit.scenes(found))


def _me(visit: Visit, _given: arguments.Nothing) -> UserView:
    if visit.user is None:
        raise NotAuthorized

    return UserView(id=visit.user.id, name=visit.user.name, roles=sorted(visit.user.roles))


def _version(visit: Visit, _given: arguments.Nothing) -> VersionView:
    return VersionView(version=f"v{visit.world.mode.version_text}")


def _config(visit: Visit, _given: arguments.Nothing) -> ConfigView:
    return ConfigView(host_url=visit.base_url)


def _submit(visit: Visit, given: arguments.OneSubmission) -> bool:
    sent = given.input
    return submit(
        visit,
        Submission(
            scene_id=_uuid(sent.scene_id),
            algorithm=sent.fingerprint.algorithm,
            text=sent.fingerprint.hash,
            duration=sent.fingerprint.duration,
            kind="REMOVE" if sent.unmatch else sent.vote or "VALID",
        ),
    )


def _submit_batch(visit: Visit, given: arguments.Batch) -> list[SubmissionView]:
    return submit_batch(
        visit,
        [
            Submission(
                scene_id=_uuid(item.scene_id),
                algorithm=item.algorithm,
                text=item.hash,
                duration=item.duration,
            )
            for item in given.items
        ],
    )


def _asked(group: Sequence[arguments.HashInput]) -> list[Asked]:
    return [Asked(one.algorithm, one.hash) for one in group]


def _uuid(text: str) -> str:
    if not search.is_uuid(text):
        raise IdMalformed(text)

    return text.lower()


def _page(visit: Visit, found: list[str], page: int, per_page: int) -> ScenesView:
    start = (page - 1) * per_page
    shown = list(islice(found, max(0, start), max(0, start + per_page)))
    return ScenesView(count=len(found), scenes=visit.scenes(shown))


Named = TypeVar("Named", StudioView, TagView)


def _first_live(
    show: Callable[[str], Named | None], ids: Iterable[str], is_it: Callable[[Named], bool]
) -> Named | None:
    views = (show(one_id) for one_id in ids)
    return next((view for view in views if view and not view.deleted and is_it(view)), None)


ROOT_FIELDS: Final[dict[str, Callable[[Visit, dict[str, object]], object]]] = {
    "findScenesBySceneFingerprints": RootField(arguments.Groups, _groups),
    "findSceneByFingerprint": RootField(arguments.OneHash, _one_hash),
    "findScenesByFingerprints": RootField(arguments.BareHashes, _bare_hashes),
    "findScenesByFullFingerprints": RootField(arguments.ManyHashes, _many_hashes),
    "findScene": RootField(arguments.ById, _scene),
    "findPerformer": RootField(arguments.ById, _performer),
    "findStudio": RootField(arguments.ByIdOrName, _studio),
    "findTag": RootField(arguments.ByIdOrName, _tag),
    "findTagOrAlias": RootField(arguments.ByIdOrName, _tag_or_alias),
    "searchScene": RootField(arguments.ByTerm, _search),
    "searchScenes": RootField(arguments.ByTerm, _search_page),
    "queryScenes": RootField(arguments.ByFilter, _query),
    "queryEdits": RootField(arguments.ByEdit, _edits),
    "queryExistingScene": RootField(arguments.ByExisting, _existing),
    "me": RootField(arguments.Nothing, _me),
    "version": RootField(arguments.Nothing, _version),
    "getConfig": RootField(arguments.Nothing, _config),
    "submitFingerprint": RootField(arguments.OneSubmission, _submit),
    "submitFingerprints": RootField(arguments.Batch, _submit_batch),
}
"""Every query and mutation of every version, by its name in the schema."""
