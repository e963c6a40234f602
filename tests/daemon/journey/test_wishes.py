from __future__ import annotations

from functools import partial

import pytest

from daemon.journey.wishes import FRESH_S, Wish, Wishes
from rules.journey import FileState
from store import regeneration
from store.files import FileRecord
from tests.daemon.ground import Ground
from tests.daemon.journey.test_room import Shelves

pytestmark = pytest.mark.anyio

EACH = 3
"""So many are found at once of each file system."""


def wishes_of(ground: Ground, *, hands: int = 4, each: int = EACH) -> Wishes:
    return Wishes(ground.database, storage=Shelves(), hands=hands, each=each)


async def want(ground: Ground, devices: list[int]) -> list[int]:
    """Want contents examined again, each on a file system of that number; return theirs."""
    return [await want_one(ground, device) for device in devices]


async def want_one(ground: Ground, device: int) -> int:
    number = len(await ground.present()) + 1
    file = await ground.add_known(f"Reel {number}.mkv", FileState.DONE, oshash=number)
    await ground.set_device(file, device)
    ask = partial(regeneration.ask, content_ids=[content_of(file)], at_s=ground.clock())
    await ground.database.write(ask)
    return content_of(file)


def content_of(file: FileRecord) -> int:
    assert file.content_id is not None
    return file.content_id


async def taken(ground: Ground, wishes: Wishes, *in_hand: int) -> list[int]:
    found = await wishes.take(frozenset(in_hand), now_s=ground.clock())
    return [wish.content_id for wish in found]


@pytest.mark.parametrize(
    ("devices", "hands", "expected"),
    [
        ([1, 1, 1, 1], 4, [0]),
        ([1, 1, 1, 1, 1, 2, 4, 4], 4, [0, 5, 6, 7]),
        ([1, 3, 2], 4, [0, 2]),
        ([5, 5, 5, 1], 4, [0, 1, 3]),
        ([4, 4, 4], 2, [0, 1]),
        ([], 2, []),
    ],
)
async def test_queue_for_one_disk_holds_up_no_other(
    ground: Ground, devices: list[int], hands: int, expected: list[int]
) -> None:
    wanted = await want(ground, devices)

    found = await taken(ground, wishes_of(ground, hands=hands))

    assert found == [wanted[index] for index in expected]


async def test_disk_is_read_from_again_when_its_last_is_done(ground: Ground) -> None:
    first, second, third, other = await want(ground, [1, 1, 1, 2])
    wishes = wishes_of(ground)

    assert await taken(ground, wishes) == [first, other]
    assert await taken(ground, wishes, first, other) == []
    assert await taken(ground, wishes, first) == []
    assert await taken(ground, wishes) == [second]
    assert await taken(ground, wishes) == [third]


async def test_one_is_taken_where_no_hand_is_free(ground: Ground) -> None:
    first, second, _ = await want(ground, [4, 4, 4])
    wishes = wishes_of(ground, hands=1)

    assert await taken(ground, wishes) == [first]
    assert await taken(ground, wishes, first) == [second]


async def test_every_wish_is_taken_once_however_many_there_are(ground: Ground) -> None:
    wanted = await want(ground, [1, 4, 4, 1, 2, 4, 4, 4, 1, 1, 2, 4])
    wishes = wishes_of(ground)

    found: list[int] = []
    while some := await taken(ground, wishes):
        found += some
        for each in some:
            done = partial(regeneration.mark_done, content_id=each, at_s=ground.clock())
            await ground.database.write(done)

    assert sorted(found) == wanted


async def test_new_wish_is_seen_when_the_last_look_is_no_longer_fresh(ground: Ground) -> None:
    first, _ = await want(ground, [1, 1])
    wishes = wishes_of(ground)
    assert await taken(ground, wishes) == [first]
    other = await want_one(ground, 2)

    before = await taken(ground, wishes, first)
    ground.clock.pass_s(FRESH_S + 1)

    assert (before, await taken(ground, wishes, first)) == ([], [other])


async def test_clock_that_is_set_back_hides_no_wish(ground: Ground) -> None:
    first, _ = await want(ground, [1, 1])
    wishes = wishes_of(ground)
    await taken(ground, wishes)
    other = await want_one(ground, 2)
    ground.clock.pass_s(-1)
    await ground.database.write(partial(regeneration.ask, content_ids=[other], at_s=ground.clock()))

    assert await taken(ground, wishes, first) == [other]


def test_wish_is_known_by_its_content(ground: Ground) -> None:
    assert Wish(7, ground.root, None).keys == frozenset({7})
