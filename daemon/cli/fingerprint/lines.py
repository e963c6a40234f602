"""What is said of one file: a row for people, a line of JSON for programs."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import PurePath
from typing import Literal

from daemon.cli.plain import visible
from daemon.media.examination import Examination
from daemon.media.picture_examination import PictureExamination
from rules.errors import DoormanError
from rules.fingerprint import Oshash
from rules.media import path_to_text

_NOTHING = "-"
_ROW = "{:<16}  {:<20}  {}{:>9}  {:>11}  {:>8}  {}"
_MD5 = "{:<32}  "


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """A file's fingerprints and facts, or what is wrong with it; the names are those in JSON."""

    path: str
    """As it was named, or found below a named folder; see `path_to_text`."""
    kind: Literal["video", "picture"] | None = None
    oshash: str | None = None
    """16 digits, as Stash writes it."""
    phash: str | None = None
    """1 to 16 digits without padding, as Stash writes it."""
    phash_missing: str | None = None
    """Why there is none: a sentence that begins with the name of the reason."""
    grid: str | None = None
    """Which pictures of a video its phash was made of."""
    md5: str | None = None
    duration: float | None = None
    """Seconds, rounded to 2 decimals as Stash does it."""
    width: int | None = None
    height: int | None = None
    codec: str | None = None
    """Of a video its codec, of a picture its format."""
    seconds: float | None = None
    """How long the worker took."""
    error: str | None = None
    """Why nothing more is said: a sentence that begins with the name of the reason."""


def line_of_video(path: PurePath, oshash: Oshash, examination: Examination) -> Line:
    """Return what is said of a video."""
    facts = examination.facts
    return Line(
        path=path_to_text(path),
        kind="video",
        oshash=str(oshash),
        phash=_text(examination.phash),
        phash_missing=examination.phash_missing,
        grid=examination.grid_version,
        md5=_text(examination.md5),
        duration=facts.duration_s,
        width=facts.width,
        height=facts.height,
        codec=facts.video_codec,
        seconds=round(examination.took_s, 3),
    )


def line_of_picture(path: PurePath, oshash: Oshash, examination: PictureExamination) -> Line:
    """Return what is said of a picture."""
    return Line(
        path=path_to_text(path),
        kind="picture",
        oshash=str(oshash),
        phash=_text(examination.phash),
        phash_missing=examination.phash_missing,
        md5=str(examination.md5),
        width=examination.width,
        height=examination.height,
        codec=examination.kind.value,
        seconds=round(examination.took_s, 3),
    )


def line_of_error(path: PurePath, oshash: Oshash | None, error: DoormanError) -> Line:
    """Return what is said of a file that cannot be examined."""
    return Line(
        path=path_to_text(path), oshash=_text(oshash), error=f"{type(error).__name__}: {error}"
    )


def to_json(line: Line) -> str:
    """Return one line of ASCII; whatever is not known is null."""
    return json.dumps(asdict(line))


def head(*, with_md5: bool = False) -> str:
    """Return what stands above the rows."""
    md5 = _MD5.format("md5") if with_md5 else ""
    return _ROW.format("oshash", "phash", md5, "duration", "size", "seconds", "file")


def to_row(line: Line, name: str, *, with_md5: bool = False) -> str:
    """Return a row; where there is no phash, the name of the reason stands for it."""
    reason = (line.error or line.phash_missing or _NOTHING).partition(":")[0]
    return _ROW.format(
        line.oshash or _NOTHING,
        line.phash or reason,
        _MD5.format(line.md5 or _NOTHING) if with_md5 else "",
        _NOTHING if line.duration is None else f"{line.duration:.2f}",
        _NOTHING if line.width is None else f"{line.width}x{line.height}",
        _NOTHING if line.seconds is None else f"{line.seconds:.2f}",
        visible(name),
    )


def _text(value: object | None) -> str | None:
    return None if value is None else str(value)
