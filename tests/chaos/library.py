"""A library of small films for which everything can be said beforehand."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path, PurePath

from daemon.looking.folder import sighting_of
from rules.candidate import Candidate
from rules.listing import Sighting
from rules.work import Appearance, ExternalId, Performer, Picture, Studio, Tag, Work
from tests.daemon.journey.pictures import SECOND, UPRIGHT, WIDE

VIDEO = ".mkv"
TEMPLATE = "Named {studio}/{code}"
"""Every other film has a code and is renamed; the others keep their names."""
_RENAMED = re.compile(r"Named .*/Pier (?P<number>\d+)(?P<end>.*)")
_FOLDER_OF = 10
"""Films that share a folder."""
_OLD_NS = 1_600_000_000_000_000_000
_THEIRS = b"<movie><title>What somebody wrote %d</title><watched>true</watched></movie>\n"
_THEIR_PICTURE = b"\x89PNG\r\n\x1a\n somebody's own %d"


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A file as it lies there."""

    content: bytes
    mode: int
    owner: tuple[int, int]
    mtime_ns: int
    inode: int | None
    """Of videos only: what is written beside them anew is another file."""


Sight = Mapping[str, Seen]
"""Everything in the library, by its path there."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Library:
    """The films, and what lies beside some of them."""

    root: Path
    films: int

    def make(self) -> None:
        """Write the films; every third has somebody's NFO, every seventh somebody's poster."""
        for number in range(self.films):
            video = self.root / self.name(number)
            video.parent.mkdir(parents=True, exist_ok=True)
            _put(video, b"film %d" % number, mode=0o640, place=number)
            if number % 3 == 0:
                _put(video.with_suffix(".nfo"), _THEIRS % number, mode=0o600, place=number)
            if number % 7 == 0:
                poster = video.with_name(f"{video.stem}-poster.png")
                _put(poster, _THEIR_PICTURE % number, mode=0o604, place=number)

    def name(self, number: int) -> str:
        """Return where a film lies in the library."""
        return f"Shelf {number // _FOLDER_OF}/Film {number:02}{VIDEO}"

    def former_name(self, name: str) -> str:
        """Return what a renamed file, or one beside it, was called before."""
        if not (found := _RENAMED.fullmatch(name)):
            return name

        video = PurePath(self.name(int(found["number"])))
        return str(video.with_name(f"{video.stem}{found['end']}"))

    def sighting(self, number: int) -> Sighting:
        """Return a film as it lies there."""
        path = self.root / self.name(number)
        return sighting_of(str(path), path.lstat())

    def is_of(self, name: str, video: str) -> bool:
        """Tell whether a path in the library is of that video, by its name."""
        path, of = PurePath(name), PurePath(video)
        return path.parent == of.parent and path.stem.removesuffix("-poster").startswith(of.stem)

    def look(self) -> Sight:
        """Return everything that lies there."""
        return {
            str(path.relative_to(self.root)): _seen(path)
            for path in sorted(self.root.rglob("*"))
            if not path.is_dir()
        }


def offer(number: int) -> Candidate:
    """Return what a source tells of a film; works share people, studios, tags and pictures."""
    cast = tuple(
        Appearance(performer=Performer(name=name, ids=(_id(f"p-{name}"),)))
        for name in (f"Player {number % 5}", f"Player {number % 7 + 5}")
    )
    work = Work(
        title=f"Harbour {number}",
        code=f"Pier {number:02}" if number % 2 else None,
        details=f"A quiet morning. {'More of it. ' * (number % 20 * 40)}",
        date="2024-05-17",
        studio=Studio(name=f"Studio {number % 4}", parent=Studio(name="Coast Group")),
        appearances=cast,
        tags=(Tag(name=f"Tag {number % 6}"), Tag(name="Dawn")),
        pictures=tuple(Picture(url=url) for url in ((WIDE, UPRIGHT), (SECOND,))[number % 2]),
    )
    return Candidate(source="first", remote_id=f"w-{number}", work=work)


def _id(remote_id: str) -> ExternalId:
    return ExternalId(source="first", remote_id=remote_id)


def _put(path: Path, content: bytes, *, mode: int, place: int) -> None:
    path.write_bytes(content)
    path.chmod(mode)
    written_ns = _OLD_NS + place * 1_000_000_007
    os.utime(path, ns=(written_ns, written_ns))


def _seen(path: Path) -> Seen:
    status = path.lstat()
    return Seen(
        content=path.read_bytes(),
        mode=status.st_mode,
        owner=(status.st_uid, status.st_gid),
        mtime_ns=status.st_mtime_ns,
        inode=status.st_ino if path.suffix == VIDEO else None,
    )
