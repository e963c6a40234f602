"""Whose a sidecar is: where it lies, and whether doorman may write it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from hashlib import sha256
from pathlib import PurePath
from typing import TypeVar

NFO_SUFFIX = ".nfo"

_Path = TypeVar("_Path", bound=PurePath)


class PreserveReason(StrEnum):
    """Why a file that is already there stays as it is; the value is for people."""

    LOCKED = "it says lockdata: its owner wants no changes"
    NOT_XML = "it is no XML, so doorman did not write it"
    FOREIGN = "somebody else wrote it"
    EDITED = "somebody changed it since doorman wrote it"
    OTHER_KIND = "it describes what doorman does not write, such as an episode or a show"


@dataclass(frozen=True, slots=True, kw_only=True)
class Write:
    """Write the file."""

    expected_sha256: str | None
    """What it must still hold at that moment; None: it must still not exist."""


@dataclass(frozen=True, slots=True)
class Unchanged:
    """It already says that; a rewrite would only make media servers refresh."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Preserve:
    """Leave it alone."""

    reason: PreserveReason


class PictureRole(StrEnum):
    """What a picture beside a video is for; the value ends the file's stem.

    Both servers read these, in folders of one film and of many (`nfo.md` §4.4).
    """

    POSTER = "poster"
    FANART = "fanart"
    THUMB = "thumb"


def digest(data: bytes) -> str:
    """Return the SHA-256 of a sidecar's bytes, as 64 lower-case hexadecimal digits."""
    return sha256(data).hexdigest()


def nfo_path(video: _Path) -> _Path:
    """Return where the NFO of `video` lies: the form that both servers read in any folder."""
    return video.with_suffix(NFO_SUFFIX)


def nfo_places(video: _Path) -> tuple[_Path, ...]:
    """Return where an NFO of `video` may lie; names in capitals come from other systems."""
    return tuple(video.with_suffix(suffix) for suffix in (NFO_SUFFIX, ".NFO", ".Nfo"))


def is_nfo(path: PurePath) -> bool:
    """Tell whether a file is an NFO, by its name."""
    return path.suffix.lower() == NFO_SUFFIX


def lies_beside(sidecar: PurePath, video: PurePath) -> bool:
    """Tell whether a sidecar is where that of `video` belongs: in its folder, by its name."""
    is_named = sidecar in nfo_places(video) or sidecar.name.startswith(f"{video.stem}-")
    return sidecar.parent == video.parent and is_named


def moved_along(sidecar: _Path, video: _Path) -> _Path | None:
    """Return where a sidecar lies now if it was moved along with its video; None for no sidecar."""
    if is_nfo(sidecar):
        return video.with_suffix(sidecar.suffix)

    role = next((role for role in PictureRole if sidecar.stem.endswith(f"-{role}")), None)
    return video.with_name(f"{video.stem}-{role}{sidecar.suffix}") if role else None


def picture_path(video: _Path, role: PictureRole, picture: bytes) -> _Path | None:
    """Return where a picture for `video` lies; None when its bytes are no known picture.

    The extension follows the content, not the address it came from.
    """
    extension = picture_extension(picture)
    if extension is None:
        return None

    return video.with_name(f"{video.stem}-{role}{extension}")


def picture_extension(picture: bytes) -> str | None:
    """Return the extension for a JPEG, PNG, GIF or WebP; None for anything else."""
    if picture.startswith(b"\xff\xd8\xff"):
        return ".jpg"

    if picture.startswith(b"\x89PNG\r\n\x1a\n"):
        return ".png"

    if picture.startswith((b"GIF87a", b"GIF89a")):
        return ".gif"

    is_webp = picture.startswith(b"RIFF") and picture[8:12] == b"WEBP"
    return ".webp" if is_webp else None
