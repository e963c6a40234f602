"""By which names media servers find a picture of a video: ours, and those of other people.

Names: `nfo.md` §4.4 (Jellyfin's LocalImageProvider, Kodi's movie artwork). Upper and lower case
count alike, as Jellyfin and most shares take them.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from pathlib import PurePath
from types import MappingProxyType
from typing import Final

from rules.selection import VIDEO_EXTENSIONS
from rules.sidecar import PictureRole

PICTURE_SUFFIXES: Final = frozenset({".jpg", ".jpeg", ".png", ".webp", ".gif", ".tbn", ".svg"})
"""What Jellyfin reads; Kodi reads a part of it."""
OWN_SUFFIXES: Final = frozenset({".jpg", ".png", ".webp", ".gif"})
"""What doorman writes (`rules.sidecar.picture_extension`)."""

_WORDS: Final[Mapping[PictureRole, frozenset[str]]] = MappingProxyType(
    {
        PictureRole.POSTER: frozenset({"poster", "folder", "cover", "default", "movie"}),
        PictureRole.FANART: frozenset({"fanart", "background", "backdrop", "art"}),
        PictureRole.THUMB: frozenset({"thumb", "landscape"}),
    }
)


def roles_in(names: Collection[str], video: PurePath) -> Mapping[str, PictureRole]:
    """Return which of the names in a video's folder are pictures of it, and what they are.

    `poster.jpg` and its like are so only where no second video lies there.
    """
    roles = {name: role_of(name, video, is_alone=True) for name in _likely(names, video)}
    shared = [name for name in roles if role_of(name, video, is_alone=False) is None]
    is_alone = not shared or is_only_video(names, VIDEO_EXTENSIONS)
    return {
        name: role
        for name, role in roles.items()
        if role is not None and (is_alone or name not in shared)
    }


def _likely(names: Collection[str], video: PurePath) -> list[str]:
    """Return the few names worth a closer look; a folder may hold a hundred thousand."""
    beginnings = (video.stem.casefold(), *(word for words in _WORDS.values() for word in words))
    return sorted(name for name in names if name.casefold().startswith(beginnings))


def role_of(name: str, video: PurePath, *, is_alone: bool) -> PictureRole | None:
    """Return what a file beside a video is to media servers, None for none of its pictures.

    Args:
        name: Of the file, in the video's folder.
        video: The video.
        is_alone: Whether no second video lies there; then `poster.jpg` is its poster too.

    """
    path = PurePath(name)
    if path.suffix.lower() not in PICTURE_SUFFIXES:
        return None

    stem, own = path.stem.casefold(), video.stem.casefold()
    if stem == own:
        return PictureRole.POSTER  # Jellyfin's; a plain `<file>.jpg` is nothing else to Kodi

    words = [stem.removeprefix(f"{own}-")] if stem.startswith(f"{own}-") else []
    if is_alone:
        words.append(stem)
    return next((role for role, names in _WORDS.items() if not names.isdisjoint(words)), None)


def own_role(picture: PurePath, video: PurePath) -> PictureRole | None:
    """Return what a picture is whose name is one that doorman gives, None for any other."""
    if picture.suffix not in OWN_SUFFIXES:
        return None

    return next((role for role in PictureRole if picture.stem == f"{video.stem}-{role}"), None)


def is_own_name(picture: PurePath) -> bool:
    """Tell whether doorman gives such names to pictures of some video."""
    is_named = any(picture.stem.endswith(f"-{role}") for role in PictureRole)
    return picture.suffix in OWN_SUFFIXES and is_named


def is_only_video(names: Collection[str], extensions: Collection[str]) -> bool:
    """Tell whether a folder of these names holds no second video.

    `extensions` are those of videos, lower case and without the dot.
    """
    suffixes = tuple(f".{extension}" for extension in extensions)
    return sum(name.lower().endswith(suffixes) for name in names) <= 1
