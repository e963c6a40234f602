from pathlib import PurePath

import pytest

from rules.listing import Listing, NoListing, Sighting, Skipped
from rules.selection import Skip
from tests.daemon.ground import FILMS, NAME, Ground

pytestmark = pytest.mark.anyio


async def test_file_is_seen_as_a_walk_sees_it(ground: Ground) -> None:
    path = ground.put()

    seen = await ground.eyes.look(FILMS, PurePath(path))
    listing = await ground.eyes.list_all(FILMS)

    assert isinstance(seen, Sighting)
    assert isinstance(listing, Listing)
    assert listing.sightings == (seen,)


@pytest.mark.parametrize(
    ("library", "name", "why"),
    [
        (FILMS, "nothing.mkv", Skip.GONE),
        (FILMS, "notes.txt", Skip.EXTENSION),
        (FILMS, "../elsewhere.mkv", Skip.OUTSIDE),
        ("nowhere", NAME, Skip.OUTSIDE),
    ],
)
async def test_what_is_passed_over_says_why(
    ground: Ground, library: str, name: str, why: Skip
) -> None:
    ground.put()
    ground.put("notes.txt")
    path = PurePath(ground.root / name)

    assert await ground.eyes.look(library, path) == Skipped(path=path, why=why)


async def test_library_that_is_not_there_cannot_be_listed(ground: Ground) -> None:
    ground.root.rmdir()

    assert isinstance(await ground.eyes.list_all(FILMS), NoListing)


async def test_inode_that_does_not_last_is_left_out_of_every_look(ground: Ground) -> None:
    ground.add_library("share", has_stable_inodes=False)
    path = ground.put("../share/Harbour at Dawn.mkv")

    seen = await ground.eyes.look("share", PurePath(ground.folder / "share" / NAME))
    gone = await ground.eyes.look("share", PurePath(ground.folder / "share" / "nothing.mkv"))
    listing = await ground.eyes.list_all("share")

    assert isinstance(seen, Sighting)
    assert isinstance(gone, Skipped)
    assert isinstance(listing, Listing)
    assert seen.stamp.inode == 0
    assert seen.stamp.size_bytes == path.stat().st_size
    assert listing.sightings == (seen,)
    assert not listing.has_stable_inodes


async def test_listing_counts_while_it_goes(ground: Ground) -> None:
    ground.put()
    counted: list[int] = []

    await ground.eyes.list_all(FILMS, on_progress=counted.append)

    assert all(count > 0 for count in counted)  # a short walk is over before it is asked
