"""Choose contents to be examined again: a queue for one slow disk holds up no other disk.

Finding what is due takes a look at all files. So the first few of each file system are found at
once, and given out one by one as disks have room for them; what is in hand is looked at again
before it is done.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from functools import partial
from itertools import islice
from pathlib import PurePath

from daemon.journey.room import Room
from daemon.media.storage import Storage
from store import regeneration
from store.database import Database

OF_EACH_FILE_SYSTEM = 50
"""Found at once: with a million files a look takes as long as examining one or two of them."""
FRESH_S = 15.0
"""So long a look holds; what became due meanwhile on another disk is not overlooked for longer."""


@dataclass(frozen=True, slots=True)
class Wish:
    """A content to be examined again, and the file whose turn it is."""

    content_id: int
    path: PurePath
    device: int | None

    @property
    def keys(self) -> frozenset[int]:
        """Return the content's number."""
        return frozenset({self.content_id})


class Wishes:
    """What is due, as it was when last looked at."""

    def __init__(
        self,
        database: Database,
        *,
        storage: Storage,
        hands: int,
        each: int = OF_EACH_FILE_SYSTEM,
    ) -> None:
        """Say where wishes and files lie, and how many contents are examined at once."""
        self._database = database
        self._storage = storage
        self._hands = hands
        self._each = each
        self._due: list[Wish] = []
        self._held: dict[int, Wish] = {}
        self._cut_short: frozenset[int | None] = frozenset()
        """File systems of which there was more than was asked for."""
        self._looked_at_s = 0.0

    async def take(self, in_hand: frozenset[int], *, now_s: float) -> list[Wish]:
        """Return wishes for the free hands that every disk has room for, longest due first.

        One where no hand is free: it waits at the door. Any more would have been chosen before it
        was known which disk is free next.
        """
        if self._is_worn(now_s):
            await self._look_again(in_hand, now_s)

        self._held = {key: wish for key, wish in self._held.items() if key in in_hand}
        room = Room(self._storage, self._held.values())
        admitted = (
            wish
            for wish in self._due
            if wish.content_id not in in_hand
            and wish.device not in room.full_devices
            and room.admit(wish)
        )
        chosen = list(islice(admitted, max(self._hands - len(in_hand), 1)))
        self._held |= {wish.content_id: wish for wish in chosen}
        self._due = [wish for wish in self._due if wish not in chosen]
        return chosen

    def _is_worn(self, now_s: float) -> bool:
        """Tell whether something may be due that the last look did not show."""
        if not 0 <= now_s - self._looked_at_s <= FRESH_S:
            return True

        left = {wish.device for wish in self._due}
        return not left or not self._cut_short <= left

    async def _look_again(self, in_hand: frozenset[int], now_s: float) -> None:
        found = await self._database.read(
            partial(regeneration.due, now_s=now_s, limit=self._each, without=in_hand)
        )
        self._due = [Wish(each.content_id, each.path, each.device) for each in found]
        counted = Counter(wish.device for wish in self._due)
        self._cut_short = frozenset(
            device for device, count in counted.items() if count >= self._each
        )
        self._looked_at_s = now_s
