"""What the pool and its workers write to each other: lines of text, never pickles.

A worker handles strangers' files; should one of them take it over, it can say nothing to the
daemon but an answer of these kinds.
"""

from __future__ import annotations

import json
import os
from dataclasses import asdict, dataclass, field
from pathlib import Path, PurePath
from typing import Annotated, Literal

from pydantic import AfterValidator, ConfigDict, Field, TypeAdapter

from daemon.media.errors import (
    FileRefused,
    FileUnreadable,
    FileVanished,
    NotAVideoContainer,
    NoVideoStream,
    OutOfMemory,
    TooSmallForOshash,
)
from daemon.media.examination import Examination, Still, Wanted, check_64_bits
from daemon.media.picture_errors import NotAPicture, PictureTooLarge
from daemon.media.picture_examination import PictureExamination
from rules.fingerprint import Oshash

READY = b"ready\n"
"""What a worker writes first, when it can take a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Request:
    """What a worker is asked to do."""

    task: str
    path: Path
    """Absolute."""
    wanted: Wanted = field(default_factory=Wanted)


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """The answer to an oshash request."""

    kind: Literal["hashed"] = "hashed"
    oshash: Annotated[Oshash, AfterValidator(check_64_bits)]


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The answer to an examine request."""

    kind: Literal["examined"] = "examined"
    examination: Examination


@dataclass(frozen=True, slots=True, kw_only=True)
class Stamped:
    """The answer to a stamp request: what a look at the file, or folder, shows."""

    kind: Literal["stamped"] = "stamped"
    size_bytes: int
    mtime_ns: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """The answer to a picture request."""

    kind: Literal["pictured"] = "pictured"
    examination: PictureExamination


@dataclass(frozen=True, slots=True, kw_only=True)
class Decoded:
    """The answer to a decode request."""

    kind: Literal["decoded"] = "decoded"
    damage: str | None
    """Why the picture cannot be shown whole; None when it can."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Stilled:
    """The answer to a still request."""

    kind: Literal["stilled"] = "stilled"
    still: Still


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The answer when the file cannot be examined."""

    kind: Literal["refused"] = "refused"
    reason: str
    """Name of a class below `FileRefused`."""
    detail: str


Answer = Hashed | Examined | Pictured | Decoded | Stamped | Stilled | Refused

_REFUSALS: dict[str, type[FileRefused]] = {
    refusal.__name__: refusal
    for refusal in (
        FileVanished,
        FileUnreadable,
        TooSmallForOshash,
        NotAVideoContainer,
        NoVideoStream,
        OutOfMemory,
        NotAPicture,
        PictureTooLarge,
    )
}


class Answers:
    """Writes and reads answers, one line of JSON each."""

    def __init__(self) -> None:
        """Prepare the checks; they are costly to prepare and cheap to use."""
        self._adapter: TypeAdapter[Answer] = TypeAdapter(
            Annotated[Answer, Field(discriminator="kind")],
            config=ConfigDict(allow_inf_nan=False),  # the store could not read them again
        )

    def to_line(self, answer: Answer) -> bytes:
        """Return the answer as a line."""
        return self._adapter.dump_json(answer) + b"\n"

    def from_line(self, line: bytes) -> Answer:
        """Return the answer of a line.

        Raises:
            pydantic.ValidationError: when the line is no answer.

        """
        return self._adapter.validate_json(line)


def request_to_line(request: Request) -> bytes:
    """Return a request as a line, whatever bytes the name of its file has."""
    words = {
        "task": request.task,
        "path": os.fsencode(request.path.absolute()).hex(),
        "wanted": asdict(request.wanted),
    }
    return json.dumps(words).encode() + b"\n"


def request_from_line(line: bytes) -> Request:
    """Return the request of a line that `request_to_line` made."""
    words = json.loads(line)
    path = Path(os.fsdecode(bytes.fromhex(words["path"])))
    return Request(task=words["task"], path=path, wanted=Wanted(**words["wanted"]))


def to_refusal(error: FileRefused) -> Refused:
    """Return the answer that stands for an error."""
    return Refused(reason=type(error).__name__, detail=error.detail)


def to_error(refused: Refused, path: PurePath) -> FileRefused:
    """Return the error that an answer stands for."""
    refusal = _REFUSALS.get(refused.reason, FileRefused)
    return refusal(path, refused.detail)
