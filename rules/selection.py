"""Which names in a library are of interest, and why the others are not.

Names only: whoever lists the disk asks here about each folder on the way down, then about the
file. Patterns have gitignore's syntax and meaning: the nearest list that says anything about a
path decides, within a list the last line that matches does, and nothing below an excluded folder
comes back. Stash reads `.stashignore` in the same way (`stash.md` §3.2).
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import StrEnum

from pathspec import GitIgnoreSpec

IGNORE_FILE = ".stashignore"
"""The file with patterns for its folder and all below."""

OUR_PREFIX = ".doorman-"
"""How our own temporary names begin."""

VIDEO_EXTENSIONS = frozenset(
    "m4v mp4 mov wmv avi mpg mpeg rmvb rm flv asf mkv webm f4v".split()  # noqa: SIM905 - a list of words reads better
)
"""Stash's video extensions (`stash.md` §3.1)."""


class Skip(StrEnum):
    """Why a path is passed over; the value completes the sentence "passed over: it …"."""

    GONE = "is not there"
    UNREADABLE = "cannot be read"
    OUTSIDE = "is outside the library"
    LINK = "is reached by a link that leaves the library, to a folder, or to nothing"
    KIND = "is not a regular file"
    EMPTY = "has no bytes yet"
    EXTENSION = "has an extension that the library does not list"
    TEMPORARY = "has a temporary name, or lies beside the mark of an unfinished download"
    SYSTEM = "has a name that systems keep for themselves"
    EXCLUDED = "is excluded by the library's patterns or a .stashignore"


# Where each comes from: browsers (crdownload, part, download, opdownload, partial), torrent
# clients (!qB, !ut, !bt, bc!, !sync), download managers (aria2, dap, jc!, td, xltd, filepart),
# yt-dlp (part, ytdl, temp), anything (tmp, temp, unfinished, incomplete).
_TEMPORARY_EXTENSIONS = frozenset(
    "part partial crdownload download opdownload filepart aria2 !qb !ut !bt bc! !sync dap jc! td "  # noqa: SIM905 - as above
    "xltd ytdl tmp temp unfinished incomplete".split()
)
_TEMPORARY_NAME = re.compile(
    r"""
      \.doorman-.*                    # ours
    | \..+\.[a-z0-9]{6}               # rsync: .name.XXXXXX
    | [.~]syncthing[.~].*\.tmp        # Syncthing
    | ~\$.* | \.~.*                   # office and Nextcloud locks
    | \.fuse_hidden.*                 # deleted while open, on FUSE
    | \.nfs[0-9a-f]{8,}               # deleted while open, on NFS
    | \.smbdelete.*                   # the same, on SMB
    | \.goutputstream-.*              # GLib
    | .*\.part-frag\d+(\.part)?       # yt-dlp, one fragment
    | .*\.temp\.[a-z0-9]+             # yt-dlp, while it joins
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
# SABnzbd (_UNPACK_, _FAILED_, __ADMIN__), NZBGet (_unpack), rsync (the rest).
_TEMPORARY_FOLDER = re.compile(
    r"_unpack_.*|_failed_.*|_unpack|__admin__|\.rsync-partial|\.rsync-tmp|\.~tmp~",
    re.IGNORECASE | re.DOTALL,
)
# Synology, QNAP, Syncthing, Resilio, Dropbox, desktops, macOS, Windows, ext4, snapshots, Samba.
_SYSTEM_FOLDER = re.compile(
    r"""
      @eadir | \#recycle | \#snapshot | @tmp | @sharebin
    | @recycle | @recently-snapshot | \.@__thumb | \.@upload_cache
    | \.stfolder.* | \.stversions | \.sync | \.dropbox\.cache
    | \.trash.* | \.recycle | \.recycler? | \$recycle\.bin | recycler | system\ volume\ information
    | \.spotlight-v100 | \.fseventsd | \.temporaryitems | \.documentrevisions-v100
    | \.apple(double|db|desktop) | __macosx | \.ds_store
    | lost\+found | \.snapshots? | \.zfs | \.deletedbytmm
    """,
    re.IGNORECASE | re.VERBOSE | re.DOTALL,
)
_COMPANION_SUFFIXES = (".aria2", ".lftp-pget-status", ".st")
# What media servers and people keep beside a film: never a folder, so losing one means nothing.
_COMPANION_EXTENSIONS = frozenset(
    "nfo jpg jpeg png webp gif bif srt vtt ass ssa sub idx txt json xml url log md5 sfv".split()  # noqa: SIM905 - as above
)


@dataclass(frozen=True, slots=True, kw_only=True)
class IgnoreList:
    """The patterns of one `.stashignore`, or those of the configuration."""

    folder: str
    """The folder they speak of, relative to the library; "" is the library itself."""
    spec: GitIgnoreSpec
    invalid: tuple[str, ...] = ()
    """Lines that are no pattern; the others hold all the same."""

    @classmethod
    def parse(cls, lines: Iterable[str], *, folder: str = "") -> IgnoreList:
        """Return the patterns of `lines`; a wrong line costs only itself."""
        valid: list[str] = []
        invalid: list[str] = []
        for line in lines:
            (valid if _is_pattern(line) else invalid).append(line)

        return cls(folder=folder, spec=GitIgnoreSpec.from_lines(valid), invalid=tuple(invalid))

    def verdict(self, relative: str, *, is_folder: bool) -> bool | None:
        """Return True to exclude, False to keep, None for nothing said.

        Args:
            relative: To the library, with slashes; at or below `folder`.
            is_folder: Patterns that end in a slash speak of folders only.

        """
        below = relative[len(self.folder) + 1 :] if self.folder else relative
        return self.spec.check_file(f"{below}/" if is_folder else below).include


NOTHING_IGNORED = IgnoreList.parse(())


@dataclass(frozen=True, slots=True, kw_only=True)
class Selection:
    """What a library takes in."""

    extensions: frozenset[str] = VIDEO_EXTENSIONS
    """Lower case, without the dot."""
    excludes: IgnoreList = NOTHING_IGNORED

    @classmethod
    def of(cls, *, extensions: Iterable[str], excludes: Iterable[str] = ()) -> Selection:
        """Return the selection as an owner writes it: `MP4` and `.mp4` are `mp4`."""
        return cls(
            extensions=frozenset(extension.lower().lstrip(".") for extension in extensions),
            excludes=IgnoreList.parse(excludes),
        )

    def skip_file(self, name: str) -> Skip | None:
        """Return why a file of that name is passed over, None when it is of interest."""
        if name.startswith("._"):
            return Skip.SYSTEM

        if is_temporary(name):
            return Skip.TEMPORARY

        return None if extension_of(name) in self.extensions else Skip.EXTENSION

    def is_listed(self, name: str) -> bool:
        """Tell whether a file has an extension of the library's, of interest otherwise or not."""
        return extension_of(name) in self.extensions and not name.startswith("._")

    def may_be_folder(self, name: str) -> bool:
        """Tell whether something by that name, now gone, may have been a folder of interest."""
        if skip_folder(name) or is_temporary(name) or name.startswith("._"):
            return False

        return extension_of(name) not in self.extensions | _COMPANION_EXTENSIONS


def _is_pattern(line: str) -> bool:
    try:
        GitIgnoreSpec.from_lines([line])
    except ValueError:
        return False

    return True


def extension_of(name: str) -> str:
    """Return the last extension, lower case and without its dot; "" for none."""
    stem, dot, extension = name.rpartition(".")
    return extension.lower() if dot and stem else ""


def is_temporary(name: str) -> bool:
    """Tell whether a file of that name is still being made, however long it rests."""
    return (
        extension_of(name) in _TEMPORARY_EXTENSIONS or _TEMPORARY_NAME.fullmatch(name) is not None
    )


def skip_folder(name: str) -> Skip | None:
    """Return why a folder of that name is not entered, None when it is."""
    if _SYSTEM_FOLDER.fullmatch(name):
        return Skip.SYSTEM

    return Skip.TEMPORARY if _TEMPORARY_FOLDER.fullmatch(name) else None


def companions_of(name: str) -> tuple[str, ...]:
    """Return names that, beside a file of that name, mark it as unfinished (aria2, lftp, axel)."""
    return tuple(name + suffix for suffix in _COMPANION_SUFFIXES)


def companion_target(name: str) -> str | None:
    """Return the file that a name marks as unfinished, None for any other name."""
    for suffix in _COMPANION_SUFFIXES:
        if name.endswith(suffix) and name != suffix:
            return name.removesuffix(suffix)

    return None


def is_excluded(chain: Sequence[IgnoreList], relative: str, *, is_folder: bool) -> bool:
    """Tell whether patterns exclude a path whose parent folders they do not exclude.

    Args:
        chain: The lists that hold there, from the library downwards; the nearest wins.
        relative: To the library, with slashes.
        is_folder: Whether the path is a folder.

    """
    verdicts = (ignore.verdict(relative, is_folder=is_folder) for ignore in reversed(chain))
    return next((verdict for verdict in verdicts if verdict is not None), False)


def parse_ignore_text(text: str, *, folder: str) -> IgnoreList:
    """Return the patterns of a `.stashignore` that lies in `folder`."""
    lines = text.removeprefix("\ufeff").split("\n")
    return IgnoreList.parse((line.removesuffix("\r") for line in lines), folder=folder)
