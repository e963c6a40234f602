"""Why a watcher ends, and what the owner can do about it.

watchfiles says most of it in words only: no errno, no class of its own (`platform.md` §1.2).
"""

from __future__ import annotations

import errno
from dataclasses import dataclass
from enum import StrEnum


class TroubleKind(StrEnum):
    """The ways in which a watcher ends."""

    WATCH_LIMIT = "watch limit"
    INSTANCE_LIMIT = "instance limit"
    UNDECODABLE = "undecodable"
    FORBIDDEN = "forbidden"
    ROOT_LOST = "root lost"
    """The library's folder was removed, renamed or replaced."""
    SILENT = "silent"
    ENDED = "ended"
    """It was killed, or it is a mistake of ours."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Trouble:
    """Why one watcher ended."""

    kind: TroubleKind
    details: str = ""

    @property
    def is_lasting(self) -> bool:
        """Tell whether another try is in vain until somebody changes something."""
        return self.kind in _LASTING

    @property
    def reason(self) -> str:
        """Return what happened, as a sentence part."""
        words = _REASONS[self.kind]
        return f"{words} ({self.details})" if self.details else words

    @property
    def remedy(self) -> str:
        """Return what the owner can do."""
        return _REMEDIES[self.kind]


_LASTING = frozenset({TroubleKind.WATCH_LIMIT, TroubleKind.INSTANCE_LIMIT, TroubleKind.FORBIDDEN})
_REASONS = {
    TroubleKind.WATCH_LIMIT: "the system's limit of watched folders is reached",
    TroubleKind.INSTANCE_LIMIT: "the system's limit of watchers is reached",
    TroubleKind.UNDECODABLE: "the watcher stumbled over a name that is no UTF-8",
    TroubleKind.FORBIDDEN: "the watcher may not read a folder",
    TroubleKind.ROOT_LOST: "the folder was moved or removed",
    TroubleKind.SILENT: "the watcher does not answer",
    TroubleKind.ENDED: "the watcher ended unexpectedly",
}
_AGAIN = "none needed: the watcher is started again, and the library looked over until then"
_REMEDIES = {
    TroubleKind.WATCH_LIMIT: "set sysctl fs.inotify.max_user_watches=1048576",
    TroubleKind.INSTANCE_LIMIT: (
        "set sysctl fs.inotify.max_user_instances=1024 (or raise the limit of open files)"
    ),
    TroubleKind.UNDECODABLE: 'rename what has such a name, or set watch = "poll"',
    TroubleKind.FORBIDDEN: 'give doorman\'s user access, or set watch = "poll"',
    TroubleKind.ROOT_LOST: _AGAIN,
    TroubleKind.SILENT: "see whether the library's disk or share is alive",
    TroubleKind.ENDED: _AGAIN,
}


def diagnose(error: Exception) -> Trouble:
    """Return what an error of watchfiles or of the disk means."""
    return Trouble(kind=_kind_of(error), details=str(error))


def _kind_of(error: Exception) -> TroubleKind:
    words = str(error)
    code = error.errno if isinstance(error, OSError) else None
    if "MaxFilesWatch" in words or code == errno.ENOSPC:
        return TroubleKind.WATCH_LIMIT

    if "os error 24" in words or code in {errno.EMFILE, errno.ENFILE}:
        return TroubleKind.INSTANCE_LIMIT

    if "Unable to decode path" in words or isinstance(error, UnicodeError):
        return TroubleKind.UNDECODABLE

    if isinstance(error, PermissionError):
        return TroubleKind.FORBIDDEN

    is_lost = isinstance(error, FileNotFoundError | NotADirectoryError)
    return TroubleKind.ROOT_LOST if is_lost else TroubleKind.ENDED
