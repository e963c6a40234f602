"""Finding scenes: one by its name or hash, many by parameters (`theporndb-and-others.md` §3.3).

Hashes are found exactly, phashes too. Words are found loosely, as on the real server: that is what
callers have to cope with.
"""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Iterable, Mapping
from types import MappingProxyType
from typing import Final

from providers.sandbox.hashes import HashRefused, read_hash
from providers.sandbox.theporndb.views import Scene, hashes_of, number_of, slug_of
from providers.sandbox.world import World

Parameters = Mapping[str, str]

_WORD = re.compile(r"[a-z0-9]+")
_MOST_PARSED: Final = 20
_DATE_TESTS: Final[Mapping[str, Callable[[str, str], bool]]] = MappingProxyType(
    {"=": operator.eq, ">": operator.gt, ">=": operator.ge, "<": operator.lt, "<=": operator.le}
)


def live(world: World) -> list[Scene]:
    """Return every scene that is not deleted."""
    return [scene for scene in world.scenes.values() if not scene.seed.deleted]


def named(world: World, name: str) -> Scene | None:
    """Return the scene of that uuid, number or slug."""
    return next((scene for scene in live(world) if name in _names(world, scene)), None)


def holding(world: World, text: str, kind: str) -> list[Scene]:
    """Return the scenes that hold a hash, those first that most people say it of."""
    counts = {scene.id: _submissions(world, scene, text, kind) for scene in live(world)}
    found = [scene for scene in live(world) if counts[scene.id]]
    return sorted(found, key=lambda scene: -counts[scene.id])


def wanted(world: World, asked: Parameters) -> list[Scene]:
    """Return the scenes that fit every parameter that is known; others are passed over."""
    found = live(world)
    for name, test in _TESTS.items():
        if name in asked:
            found = [scene for scene in found if test(scene, asked)]

    if "hash" in asked:
        held = holding(world, asked["hash"], asked.get("hashType", ""))
        found = [scene for scene in held if scene in found]
    if "q" in asked:
        found = _ranked(found, lambda scene: _shared(scene, asked["q"]))
    if "parse" in asked:
        found = _ranked(found, lambda scene: _parsed(scene, asked["parse"]))[:_MOST_PARSED]

    return found


def _names(world: World, scene: Scene) -> tuple[str, ...]:
    return (scene.id, str(number_of(world, scene.id)), slug_of(scene))


def _submissions(world: World, scene: Scene, text: str, kind: str) -> int:
    return sum(
        tally.submissions
        for tally in hashes_of(world, scene.id)
        if kind in {"", tally.algorithm} and _value(tally.hash) == _value(text)
    )


def _value(text: str) -> int | str:
    try:
        return read_hash(text)
    except HashRefused:
        return text


def _title(scene: Scene, asked: Parameters) -> bool:
    return asked["title"].lower() in (scene.seed.title or "").lower()


def _site(scene: Scene, asked: Parameters) -> bool:
    return _solid(asked["site"]) == _solid(scene.seed.studio or "")


def _date(scene: Scene, asked: Parameters) -> bool:
    asked_test = asked.get("date_operation", "=")
    test = _DATE_TESTS[asked_test if asked_test in _DATE_TESTS else "="]
    return scene.seed.release_date is not None and test(scene.seed.release_date, asked["date"])


def _year(scene: Scene, asked: Parameters) -> bool:
    return (scene.seed.release_date or "").startswith(asked["year"])


def _url(scene: Scene, asked: Parameters) -> bool:
    return any(entry.url == asked["url"] for entry in scene.seed.urls)


def _sku(scene: Scene, asked: Parameters) -> bool:
    return (scene.seed.code or "").lower() == asked["sku"].lower()


_TESTS: Final[Mapping[str, Callable[[Scene, Parameters], bool]]] = MappingProxyType(
    {"title": _title, "site": _site, "date": _date, "year": _year, "url": _url, "sku": _sku}
)


def _ranked(scenes: Iterable[Scene], score: Callable[[Scene], int]) -> list[Scene]:
    scored = [(score(scene), scene) for scene in scenes]
    scored.sort(key=lambda pair: -pair[0])
    return [scene for points, scene in scored if points]


def _shared(scene: Scene, text: str) -> int:
    """Return how many of the words a scene has; one is enough to be found."""
    return len(_words(text) & _words(_told(scene)))


def _parsed(scene: Scene, text: str) -> int:
    """Return what a scene shares with a release's name: words, date, and the site in one word."""
    parts = {_solid(part) for part in text.split(".")}
    has_site = bool(scene.seed.studio) and _solid(scene.seed.studio or "") in parts
    has_date = bool(scene.seed.release_date) and (scene.seed.release_date or "-") in text
    return _shared(scene, text) + 3 * has_site + 3 * has_date


def _told(scene: Scene) -> str:
    names = (credit.name for credit in scene.seed.performers)
    return " ".join((scene.seed.title or "", scene.seed.studio or "", *names))


def _words(text: str) -> frozenset[str]:
    return frozenset(_WORD.findall(text.lower()))


def _solid(text: str) -> str:
    return "".join(_WORD.findall(text.lower()))
