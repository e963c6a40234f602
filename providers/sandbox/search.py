"""Finding scenes by words and by filters, as far as the real server does (`stash-box.md` §5.1).

Filters that it declares and ignores are ignored here too.
"""

from __future__ import annotations

import operator
import uuid
from collections.abc import Callable, Iterable
from typing import Final

from pydantic import BaseModel, ConfigDict, Field

from providers.sandbox.seeds import SceneSeed
from providers.sandbox.show import Visit
from providers.sandbox.world import Kept, World

Scene = Kept[SceneSeed]

_DATE_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "EQUALS": operator.eq,
    "NOT_EQUALS": operator.ne,
    "GREATER_THAN": operator.gt,
    "LESS_THAN": operator.lt,
}
_CODE_TESTS: Final[dict[str, Callable[[str, str], bool]]] = {
    "EQUALS": operator.eq,
    "NOT_EQUALS": operator.ne,
    "INCLUDES": operator.contains,
}


class FilterRefused(ValueError):
    """The server answers with an error."""


class _Input(BaseModel):
    model_config = ConfigDict(frozen=True)


class TextCriterion(_Input):
    """A text and how to compare with it."""

    value: str
    modifier: str


class ManyCriterion(_Input):
    """Several texts and how to compare with them."""

    value: tuple[str, ...] | None = None
    modifier: str


class SceneFilter(_Input):
    """SceneQueryInput, with its defaults filled in by the schema."""

    text: str | None = None
    title: str | None = None
    url: str | None = None
    code: TextCriterion | None = None
    date: TextCriterion | None = None
    studios: ManyCriterion | None = None
    parent_studio: str | None = Field(default=None, alias="parentStudio")
    tags: ManyCriterion | None = None
    performers: ManyCriterion | None = None
    fingerprints: ManyCriterion | None = None
    favorites: str | None = None
    has_fingerprint_submissions: bool | None = None
    page: int = 1
    per_page: int = 25
    direction: str = "DESC"
    sort: str = "DATE"


def query(visit: Visit, wanted: SceneFilter) -> list[str]:
    """Return the ids of all live scenes that `wanted` describes, sorted.

    Raises:
        FilterRefused: for a modifier that the server does not support.

    """
    found = [kept for kept in _live(visit.world) if _is_wanted(visit, kept, wanted)]
    found.sort(key=_SORTS[wanted.sort], reverse=wanted.direction == "DESC")
    return [kept.id for kept in found]


def search(world: World, term: str) -> list[str]:
    """Return the ids of scenes that `term` finds: a UUID, an address, or words."""
    if is_uuid(term):
        return [term] if term in world.scenes else []

    if term.lower().startswith(("http://", "https://")):
        return [kept.id for kept in _live(world) if _has_url(kept, term)]

    words = term.lower().split()
    hits = {kept.id: _hits(world, kept, words) for kept in _live(world)}
    least = 1 if world.mode.finds_any_word else len(words)
    found = [scene_id for scene_id, count in hits.items() if words and count >= least]
    return sorted(found, key=lambda scene_id: -hits[scene_id])


def existing(visit: Visit, title: str | None, studio_id: str | None, texts: list[str]) -> list[str]:
    """Return the ids of live scenes with one of the hashes, or with the same title and studio."""
    values = {visit.world.kept_text(text) for text in texts}
    return [
        kept.id
        for kept in _live(visit.world)
        if _has_hash(visit.world, kept, values) or _is_same(visit.world, kept, title, studio_id)
    ]


def is_uuid(text: str) -> bool:
    """Tell whether `text` is the 36 characters of a UUID."""
    try:
        return str(uuid.UUID(text)) == text.lower()
    except ValueError:
        return False


def _live(world: World) -> Iterable[Scene]:
    return (kept for kept in world.scenes.values() if not kept.seed.deleted)


def _is_wanted(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    return all(test(visit, kept, wanted) for test in _TESTS)


def _title(_visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    needles = [text.lower() for text in (wanted.text, wanted.title) if text is not None]
    return all(needle in (kept.seed.title or "").lower() for needle in needles)


def _url(_visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    return wanted.url is None or any(entry.url == wanted.url for entry in kept.seed.urls)


def _code(_visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    # Modifiers beyond these six are declared and ignored.
    return _compares(kept.seed.code, wanted.code, _CODE_TESTS)


def _date(_visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    # As text: a partial date sorts as the string it is.
    return _compares(kept.seed.release_date, wanted.date, _DATE_TESTS)


def _compares(
    value: str | None, criterion: TextCriterion | None, tests: dict[str, Callable[[str, str], bool]]
) -> bool:
    if criterion is None:
        return True

    if criterion.modifier in {"IS_NULL", "NOT_NULL"}:
        return (value is None) == (criterion.modifier == "IS_NULL")

    test = tests.get(criterion.modifier)
    return test is None or (value is not None and test(value, criterion.value))


def _studios(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    # Without values even IS_NULL does nothing.
    if wanted.studios is None or not wanted.studios.value:
        return True

    own, values = _studio_id(visit.world, kept), wanted.studios.value
    tests = {
        "EQUALS": own == values[0],
        "NOT_EQUALS": own != values[0],
        "INCLUDES": own in values,
        "EXCLUDES": own not in values,
        "IS_NULL": own is None,
        "NOT_NULL": own is not None,
    }
    return tests.get(wanted.studios.modifier, True)


def _parent_studio(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    if wanted.parent_studio is None:
        return True

    own = _studio_id(visit.world, kept)
    if own is None:
        return False

    parent = visit.world.studios[own].seed.parent
    parent_id = visit.world.studio_id(parent) if parent else None
    return wanted.parent_studio in {own, parent_id}


def _performers(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    own = {visit.world.performer_id(credit.name) for credit in kept.seed.performers}
    return _has_many(own, wanted.performers)


def _tags(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    return _has_many({visit.world.tag_id(name) for name in kept.seed.tags}, wanted.tags)


def _has_many(own: set[str], criterion: ManyCriterion | None) -> bool:
    if criterion is None:
        return True

    asked = set(criterion.value or ())
    tests = {
        "INCLUDES": bool(asked & own),
        "INCLUDES_ALL": asked <= own,
        "EXCLUDES": not asked & own,
    }
    if criterion.modifier not in tests:
        raise FilterRefused(f"unsupported modifier {criterion.modifier}")

    return tests[criterion.modifier]


def _fingerprints(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    if wanted.fingerprints is None:
        return True

    texts = {visit.world.kept_text(text) for text in wanted.fingerprints.value or ()}
    return _has_hash(visit.world, kept, texts)


def _favorites(_visit: Visit, _kept: Scene, wanted: SceneFilter) -> bool:
    # Nobody in the sandbox has favourites, so nothing is among them.
    return wanted.favorites is None


def _own_submissions(visit: Visit, kept: Scene, wanted: SceneFilter) -> bool:
    if not wanted.has_fingerprint_submissions:
        return True

    return any(vote.user_id == visit.user_id for vote in visit.world.votes.of_scene(kept.id))


_TESTS: Final = (
    _title,
    _url,
    _code,
    _date,
    _studios,
    _parent_studio,
    _performers,
    _tags,
    _fingerprints,
    _favorites,
    _own_submissions,
)

_SORTS: Final[dict[str, Callable[[Scene], tuple[str | int | float, ...]]]] = {
    "TITLE": lambda kept: (kept.seed.title or "",),
    "DATE": lambda kept: (kept.seed.release_date or "",),
    "DURATION": lambda kept: (kept.seed.duration or 0,),
    "TRENDING": lambda _kept: (),
    "POPULARITY": lambda _kept: (),
    "CREATED_AT": lambda kept: (kept.created.timestamp(),),
    "UPDATED_AT": lambda kept: (kept.updated.timestamp(),),
}
"""Trending and popularity come from views that lag behind; here they never catch up."""


def _studio_id(world: World, kept: Scene) -> str | None:
    return world.studio_id(kept.seed.studio) if kept.seed.studio else None


def _has_hash(world: World, kept: Scene, texts: set[str]) -> bool:
    return any(vote.text in texts for vote in world.votes.of_scene(kept.id))


def _is_same(world: World, kept: Scene, title: str | None, studio_id: str | None) -> bool:
    if title is None or studio_id is None or _studio_id(world, kept) != studio_id:
        return False

    return (kept.seed.title or "").lower() == title.lower()


def _has_url(kept: Scene, term: str) -> bool:
    return any(entry.url.lower() == term.lower() for entry in kept.seed.urls)


def _hits(world: World, kept: Scene, words: list[str]) -> int:
    """Return how many of the words the scene knows."""
    seed = kept.seed
    parent = world.studios[world.studio_id(seed.studio)].seed.parent if seed.studio else None
    names = [credit.name for credit in seed.performers]
    texts = [seed.title, seed.code, seed.release_date, seed.studio, parent, *names]
    known = " ".join(text for text in texts if text).lower().split()
    return sum(word in known for word in words)
