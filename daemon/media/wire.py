"""What the pool and its workers write to each other: lines of text, never pickles.

A worker handles strangers' files; should one of them take it over, it can say nothing to the
daemon but an answer of these kinds.
"""

from __future__ import annotations

import os
from dataclasses import dataclass
from pathlib import Path, PurePath
from typing import Annotated, Literal

from pydantic import Field, TypeAdapter

from daemon.media.errors import (
    FileRefused,
    FileUnreadable,
    FileVanished,
    NotAVideoContainer,
    NoVideoStream,
    OutOfMemory,
    TooSmallForOshash,
)
from daemon.media.examination import Examination
from rules.fingerprint import Oshash

READY = b"ready\n"
"""What a worker writes first, when it can take a request."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hashed:
    """The answer to an oshash request."""

    kind: Literal["hashed"] = "hashed"
    oshash: Oshash


@dataclass(frozen=True, slots=True, kw_only=True)
class Examined:
    """The answer to an examine request."""

    kind: Literal["examined"] = "examined"
    examination: Examination


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The answer when the file cannot be examined."""

    kind: Literal["refused"] = "refused"
    reason: str
    """Name of a class below `FileRefused`."""
    detail: str


Answer = Hashed | Examined | Refused

_REFUSALS: dict[str, type[FileRefused]] = {
    refusal.__name__: refusal
    for refusal in (
        FileVanished,
        FileUnreadable,
        TooSmallForOshash,
        NotAVideoContainer,
        NoVideoStream,
        OutOfMemory,
    )
}


class Answers:
    """Writes and reads answers, one line of JSON each."""

    def __init__(self) -> None:
        """Prepare the checks; they are costly to prepare and cheap to use."""
        self._adapter: TypeAdapter[Answer] = TypeAdapter(
            Annotated[Answer, Field(discriminator="kind")]
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


def to_request(task: str, path: Path) -> bytes:
    """Return the line that asks for a task on a path, whatever bytes its name has."""
    return f"{task} {os.fsencode(path.absolute()).hex()}\n".encode()


def from_request(line: bytes) -> tuple[str, Path]:
    """Return the task and the absolute path of a line that `to_request` made."""
    task, path = line.decode().split()
    return task, Path(os.fsdecode(bytes.fromhex(path)))


def to_refusal(error: FileRefused) -> Refused:
    """Return the answer that stands for an error."""
    return Refused(reason=type(error).__name__, detail=error.detail)


def to_error(refused: Refused, path: PurePath) -> FileRefused:
    """Return the error that an answer stands for."""
    refusal = _REFUSALS.get(refused.reason, FileRefused)
    return refusal(path, refused.detail)
