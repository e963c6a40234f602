"""What can be wrong with a media file.

MediaError                   (rules.errors)
 ├─ FileRefused              the file cannot be examined
 │   ├─ FileVanished
 │   ├─ FileUnreadable
 │   ├─ TooSmallForOshash
 │   ├─ NotAVideoContainer
 │   ├─ NoVideoStream
 │   └─ OutOfMemory
 ├─ WorkerError              the process that examined it had to be given up
 │   ├─ TookTooLong
 │   ├─ WorkerDied
 │   └─ WorkerMissing
 └─ PhashImpossible          all is well with the file, but the reference has no phash for it
     ├─ VideoEndsEarly
     ├─ TooManyDecodeErrors
     ├─ DecoderMissing
     ├─ FallbackFailed
     └─ PictureKindUnread

The classes below `FileRefused` are built from a path and one detail each, because they travel
from the worker by name (`daemon.media.wire`).  `PhashImpossible` never leaves `examine`: it
becomes the sentence in `Examination.phash_missing`.
"""

from __future__ import annotations

import signal
from pathlib import PurePath
from typing import ClassVar

from rules.errors import MediaError


class FileRefused(MediaError):
    """A file that cannot be examined; examining it again unchanged gives the same answer."""

    condition: ClassVar[str] = "cannot be examined"
    """What is wrong, as the predicate of a sentence about the file."""
    advice: ClassVar[str] = "look at the file"
    """What the reader can do."""

    def __init__(self, path: PurePath, detail: str = "") -> None:
        """Build the message from the file and what was found there."""
        because = f" ({detail})" if detail else ""
        super().__init__(f"{str(path)!r} {self.condition}{because}; {self.advice}")
        self.path = path
        self.detail = detail


class FileVanished(FileRefused):
    """The file is no longer there."""

    condition = "has vanished"
    advice = "see whether it was moved, or is a link that leads nowhere"


class FileUnreadable(FileRefused):
    """The file is there, but reading it fails."""

    condition = "cannot be read"
    advice = "check its permissions, the disk and the network share"


class TooSmallForOshash(FileRefused):
    """The file has 8 bytes or fewer: the reference refuses to hash it (`stash.md` §2.2)."""

    condition = "is too small to be recognised"
    advice = "replace it by a complete copy, or delete it"


class NotAVideoContainer(FileRefused):
    """The content is in none of the plain video containers (`daemon.media.demux.FORMATS`)."""

    condition = "is no video file"
    advice = "replace it by a complete copy, or leave it out"


class NoVideoStream(FileRefused):
    """A container without moving pictures: sound, or sound with a cover."""

    condition = "holds no video"
    advice = "keep it apart from videos, or leave it out"


class OutOfMemory(FileRefused):
    """Examining the file needs more memory than a worker may have."""

    condition = "needs too much memory"
    advice = "raise the workers' memory limit, or leave the file out"


class WorkerError(MediaError):
    """The worker process that had the file was given up; the file may be innocent."""


class TookTooLong(WorkerError):
    """Examining the file was not done at its deadline."""

    def __init__(self, path: PurePath, timeout_s: float) -> None:
        """Build the message from the file and the deadline."""
        super().__init__(
            f"{str(path)!r} was not examined within {timeout_s:g} s; "
            "check its disk or network share, or raise the deadline"
        )
        self.path = path
        self.timeout_s = timeout_s


class WorkerDied(WorkerError):
    """The worker process ended while it examined the file."""

    def __init__(self, path: PurePath, exit_status: int | None) -> None:
        """Build the message from the file and the status: negative is a signal's number."""
        super().__init__(
            f"the worker examining {str(path)!r} {_ending(exit_status)}; "
            "its last words are in the journal; if this repeats, exclude the file and report it"
        )
        self.path = path
        self.exit_status = exit_status


class WorkerMissing(WorkerError):
    """No worker process could be started for the file."""

    def __init__(self, path: PurePath, error: OSError) -> None:
        """Build the message from the file and what the system said."""
        super().__init__(
            f"{str(path)!r} was not examined, for no process could be started ({error.strerror}); "
            "raise the limits on processes, open files or memory, or lower [fingerprint] workers"
        )
        self.path = path


def _ending(exit_status: int | None) -> str:
    if exit_status is None:
        return "stopped answering"

    if exit_status >= 0:
        return f"ended with status {exit_status}"

    return f"was ended by {signal.Signals(-exit_status).name}"


class PhashImpossible(MediaError):
    """The reference computes no phash for this content; oshash, facts and duration stand."""


class VideoEndsEarly(PhashImpossible):
    """No picture at a target: the reference's ffmpeg then writes nothing (`stash.md` §1.11)."""

    def __init__(self, target_us: int, duration_s: float, last_position_bytes: int) -> None:
        """Build the message from the target and the duration that the container states."""
        super().__init__(
            f"there is no picture at {target_us / 1_000_000:.3f} s "
            f"though the file claims to last {duration_s:.2f} s; "
            "only its oshash and its name can tell what it is"
        )
        self.target_us = target_us
        self.duration_s = duration_s
        self.last_position_bytes = last_position_bytes
        """Where in the file the last packet stood, 0 when unknown."""


class TooManyDecodeErrors(PhashImpossible):
    """More than two thirds of the packets could not be decoded: ffmpeg then fails."""

    def __init__(self, errors: int, pictures: int) -> None:
        """Build the message from what failed and what succeeded."""
        super().__init__(
            f"{errors} decoding errors for {pictures} pictures; the file is damaged, "
            "replace it by a complete copy"
        )
        self.errors = errors
        self.pictures = pictures


class DecoderMissing(PhashImpossible):
    """The video's codec is one that nobody here can decode."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "no decoder knows the video's codec; name an ffmpeg that does in [fingerprint] ffmpeg, "
            "or let its oshash and its name tell what it is"
        )


class FallbackFailed(PhashImpossible):
    """The video's codec is one that nobody here can decode, nor can the ffmpeg that was named."""

    def __init__(self, ffmpeg: PurePath, reason: str) -> None:
        """Build the message from the program and what it said, or what the system said of it."""
        super().__init__(
            f"no decoder knows the video's codec, and {ffmpeg} failed ({reason}); "
            "try the file with that program, or name another one in [fingerprint] ffmpeg"
        )
        self.ffmpeg = ffmpeg
        self.reason = reason


class PictureKindUnread(PhashImpossible):
    """The pictures are of a kind that the reference's picture reader refuses."""

    def __init__(self, pixel_format: str) -> None:
        """Build the message from ffmpeg's name of the pixel format."""
        super().__init__(
            f"the reference cannot read pictures of kind {pixel_format!r}; "
            "only the file's oshash and its name can tell what it is"
        )
        self.pixel_format = pixel_format


def named(error: MediaError) -> str:
    """Return the error as a sentence that begins with its name."""
    return f"{type(error).__name__}: {error}"
