"""Files with contents of a test's own making, before a desk: what duplicates are found among."""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath

from rules.fingerprint import Oshash, Phash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import AudioTrack, FileStamp, VideoFacts
from store import contents, files, sightings
from store.contents import Finding
from store.database import Connection
from tests.daemon.desk.shelf import Shelf

PHASH = 0x0F0F_3355_AA99_C3F0
NEAR_PHASH = PHASH ^ 0b1_1000
"""2 bits away, and as little degenerate."""
FACTS = VideoFacts(
    container="matroska",
    duration_s=1800.5,
    video_codec="h264",
    width=1920,
    height=1080,
    bit_rate=8_000_000,
    audio=(AudioTrack(codec="aac", language=None, channels=2),),
)
SMALL = replace(FACTS, width=1280, height=720, bit_rate=2_000_000)


@dataclass(frozen=True, slots=True, kw_only=True)
class Twin:
    """A file that is to be compared."""

    name: str
    content: int
    """Its oshash; files of one are copies."""
    phash: int | None = PHASH
    facts: VideoFacts = FACTS
    state: FileState = FileState.DONE
    library: str = "films"
    size_bytes: int = 1 << 30
    is_named: bool = False
    inode: int | None = None
    """None: one of its own."""


async def put_twins(shelf: Shelf, *twins: Twin) -> list[int]:
    """Put these files before the desk; return their numbers."""
    return [await shelf.change(partial(_put, root=shelf.root, twin=twin)) for twin in twins]


def _put(connection: Connection, *, root: PurePath, twin: Twin) -> int:
    path = root / twin.name
    inode = twin.inode or sum(str(path).encode(errors="replace"))
    stamp = FileStamp(size_bytes=twin.size_bytes, mtime_ns=7, inode=inode)
    sighting = Sighting(path=path, stamp=stamp, device=1)
    sightings.add_seen(connection, twin.library, [sighting], at_s=1.0)
    file = files.at_path(connection, path)
    assert file is not None
    content = contents.ensure(connection, Oshash(twin.content), twin.size_bytes)
    finding = Finding(
        facts=twin.facts,
        phash=None if twin.phash is None else Phash(twin.phash),
        phash_missing=None,
        grid="5x5",
    )
    contents.save_finding(connection, content, finding, at_s=1.0)
    files.set_content(connection, file.id, content.id)
    files.set_state(connection, file, twin.state, at_s=1.0)
    if twin.is_named:
        files.set_work(connection, file.id, twin.content)
    return file.id
