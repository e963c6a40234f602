"""A store with invented files in every state, decided by the shipped rules, and their sheets."""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from functools import partial
from io import BytesIO
from pathlib import PurePath
from random import Random

import numpy as np
from PIL import Image

from daemon.demo.pictures import film
from daemon.desk.desk import Bells
from daemon.disk.sheets import Sheets
from daemon.house import House
from daemon.media.contact_sheet import contact_sheet
from daemon.media.montage import montage
from daemon.opening import pictures_of
from daemon.settings import Settings
from daemon.stages import make_deciding
from rules.fingerprint import Oshash, Phash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import AudioTrack, FileStamp, VideoFacts
from store import answers, contents, files, outbox, sightings
from store.contents import Finding
from store.database import Connection, Database
from store.outbox import Errand
from tests.pages.works import Entry

DAY_S = 86400.0
GRID = "5x5"
_SIZE_BYTES = 1_400_000_000
_HALF = 32
_SHEET_TILE = (160, 90)


@dataclass(kw_only=True)
class Clock:
    """What the seeding takes for now."""

    at_s: float

    def __call__(self) -> float:
        """Return it."""
        return self.at_s


def likely_phash(seed: str) -> Phash:
    """Return a phash as real ones are: half of its bits are set."""
    places = Random(seed).sample(range(64), _HALF)  # noqa: S311  # no secret
    return Phash(sum(1 << place for place in places))


def likely_oshash(seed: str) -> Oshash:
    """Return an oshash, another for each seed."""
    return Oshash(int(hashlib.sha256(seed.encode()).hexdigest()[:16], 16))


async def seed(
    house: House, entries: Sequence[Entry], *, now_s: float, is_lively: bool = False
) -> dict[str, int]:
    """Put these files into the store, in their order; return their numbers by name.

    Args:
        house: Has the store, the libraries and the rules.
        entries: The oldest first.
        now_s: When the last ones came.
        is_lively: Whether each came at its own time and has a sheet; else all come at once, which
            is quicker.

    """
    numbers: dict[str, int] = {}
    for group in [(each,) for each in entries] if is_lively else [tuple(entries)]:
        numbers |= await _seed_group(house, group, now_s - group[-1].age_days * DAY_S)
    for entry in entries:
        if is_lively and entry.unexamined is None:
            keep_sheet(house.desk.sheets, entry.name)
            keep_covers(house.settings, entry)
    return numbers


async def _seed_group(house: House, entries: Sequence[Entry], at_s: float) -> dict[str, int]:
    database = house.means.database
    put = partial(_put_all, house=house, entries=entries, at_s=at_s)
    numbers = await database.write(put)
    await decide_all(house.settings, database, Clock(at_s=at_s + 5))
    desk = replace(house.desk, now=Clock(at_s=at_s + 3600))
    for entry in entries:
        if entry.ask is not None:
            answer = {"accept": desk.accept, "dismiss": desk.dismiss}[entry.ask]
            await answer(str(numbers[entry.name]))
    await database.write(partial(_finish, at_s=at_s + 3700))
    return numbers


def _put_all(
    connection: Connection, *, house: House, entries: Sequence[Entry], at_s: float
) -> dict[str, int]:
    roots = {each.name: PurePath(each.path) for each in house.libraries}
    return {
        each.name: _put(connection, each, roots[each.library] / each.name, at_s) for each in entries
    }


async def decide_all(settings: Settings, database: Database, clock: Callable[[], float]) -> None:
    """Decide about everything that is answered, as the daemon would."""
    made = make_deciding(settings, database, Bells())
    deciding = replace(made, now=clock, jitter=lambda: 0.5)
    while batches := await deciding.take(frozenset()):
        for batch in batches:
            await deciding.work(batch)


def keep_sheet(sheets: Sheets, name: str) -> None:
    """Keep a contact sheet of generated pictures for the content of that name."""
    sheets.keep(likely_oshash(name), size_of(name), sheet_of(name))


def keep_covers(settings: Settings, entry: Entry) -> None:
    """Keep generated covers, as if they had been fetched from the sources."""
    kept = pictures_of(settings)
    for address in (each.url for offer in entry.offers for each in offer.work.pictures):
        kept.keep(address, picture_of(address))


def sheet_of(name: str) -> bytes:
    """Return it: 25 pictures as one WebP."""
    width, height = _SHEET_TILE
    tiles = [_tile(picture, width, height) for picture in _pictures(name, 25)]
    made = contact_sheet(montage(tiles), width=800, aspect=16 / 9)
    if made is None:
        raise AssertionError("25 pictures of 160 x 90 fit into a sheet")

    return made


def picture_of(name: str) -> bytes:
    """Return a generated JPEG, as a source has it for a cover."""
    (picture,) = _pictures(name, 1)
    buffer = BytesIO()
    Image.fromarray(_tile(picture, *_SHEET_TILE)).resize((640, 360)).save(buffer, "JPEG")
    return buffer.getvalue()


def size_of(name: str) -> int:
    """Return how large a file is, in bytes; each content has a size of its own."""
    return _SIZE_BYTES + likely_oshash(name).value % 999_999_999


def _pictures(name: str, count: int) -> list[np.ndarray[tuple[int, ...], np.dtype[np.uint8]]]:
    width, height = _SHEET_TILE
    return list(film(likely_oshash(name).value % 2**32, width=width, height=height, count=count))


def _tile(
    picture: np.ndarray[tuple[int, ...], np.dtype[np.uint8]], width: int, height: int
) -> np.ndarray[tuple[int, ...], np.dtype[np.uint8]]:
    planes = [picture[:height]]
    chroma = picture[height:].reshape(2, height // 2, width // 2)
    planes += [each.repeat(2, axis=0).repeat(2, axis=1) for each in chroma]
    return np.asarray(Image.fromarray(np.stack(planes, axis=2), "YCbCr").convert("RGB"))


def _put(connection: Connection, entry: Entry, path: PurePath, at_s: float) -> int:
    size_bytes, oshash, phash = (
        size_of(entry.name),
        likely_oshash(entry.name),
        likely_phash(path.name),
    )
    stamp = FileStamp(size_bytes=size_bytes, mtime_ns=int(at_s * 1e9), inode=oshash.value % 2**40)
    seen = Sighting(path=path, stamp=stamp, device=1)
    sightings.add_seen(connection, entry.library, [seen], at_s=at_s)
    file = files.at_path(connection, path)
    if file is None:
        raise AssertionError(path)

    if entry.unexamined is not None:
        files.set_state(connection, file, FileState.FAILED, at_s=at_s, reason=entry.unexamined)
        return file.id

    content = contents.ensure(connection, oshash, size_bytes)
    finding = Finding(facts=_facts(entry), phash=phash, phash_missing=None, grid=GRID)
    contents.save_finding(connection, content, finding, at_s=at_s)
    files.set_content(connection, file.id, content.id)
    answers.save(connection, content.id, entry.answers(oshash, phash), at_s=at_s)
    files.set_state(connection, file, FileState.ANSWERED, at_s=at_s)
    return file.id


def _facts(entry: Entry) -> VideoFacts:
    return VideoFacts(
        container="matroska",
        duration_s=entry.duration_s,
        video_codec="h264",
        width=1920,
        height=1080,
        frame_rate=25.0,
        bit_rate=6_200_000,
        audio=(AudioTrack(codec="aac", language="eng", channels=2),),
    )


def _finish(connection: Connection, *, at_s: float) -> None:
    """Take sidecars for written, and messages for sent: there are no files and no phones here."""
    for owed in outbox.due(connection, (Errand.SIDECAR, Errand.MESSAGE), now_s=at_s + DAY_S):
        outbox.mark_done(connection, owed.id, at_s=at_s)
    for file in files.in_state(connection, (FileState.ACCEPTED,)):
        files.set_state(connection, file, FileState.DONE, at_s=at_s)
