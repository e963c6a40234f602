"""Look at a work's pictures, as far as they must be, and choose one for each role."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass, field

import anyio

from daemon.journey.artwork_notes import PictureSubject
from daemon.journey.picture_supply import PictureSupply
from providers.errors import TimedOut, Transient
from providers.pictures import place_of
from rules.artwork import Sized, choose, sized
from rules.sidecar import PictureRole
from store.found_pictures import Found, FoundPicture, NoUse

PATIENCE_S = 45.0
"""So long an NFO waits for its pictures, and then comes first; they follow when they can be had."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """What each role is served by."""

    chosen: Mapping[PictureRole, FoundPicture]
    contents: Mapping[str, bytes]
    """By SHA-256, of what was fetched."""
    left_out: tuple[str, ...]
    """Which pictures are of no use, and why; each once."""
    lacking: str | None
    """Why some could not be had, which may be better; None when none is lacking."""


@dataclass(slots=True, kw_only=True)
class Choosing:
    """Chooses for one file; fetches only what it must see, or what is chosen."""

    subject: PictureSubject
    supply: PictureSupply
    source_url: str | None
    """Where the source is that told of the pictures."""
    at_hand: Collection[str]
    """SHA-256 of what need not be fetched, for it lies beside the video or where that was."""
    ensure_room: Callable[[], Awaitable[None]]
    """Raises a LibraryError where what is fetched could not be written."""
    patience_s: float = PATIENCE_S
    _known: dict[str, Found] = field(default_factory=dict)
    _contents: dict[str, bytes] = field(default_factory=dict)
    _left_out: list[str] = field(default_factory=list)
    _lacking: dict[str, str] = field(default_factory=dict)

    async def choice(self) -> Choice:
        """Return the best that can be had now.

        Raises:
            LibraryError: something must be fetched, and could not be written.

        """
        self._known.update(self.subject.known)
        if self._next_address() is not None:
            await self.ensure_room()
        with anyio.move_on_after(self.patience_s) as scope:
            while (address := self._next_address()) is not None:
                await self._look(address)
        address = self._next_address() if scope.cancelled_caught else None
        if address is not None:
            self._lacking[address] = str(TimedOut(place_of(address), self.patience_s))
        return self._choice()

    def _choice(self) -> Choice:
        chosen = {role: self._known.get(each.address) for role, each in self._chosen().items()}
        had = {role: each for role, each in chosen.items() if isinstance(each, FoundPicture)}
        return Choice(
            chosen={role: each for role, each in had.items() if self._is_at_hand(each)},
            contents=self._contents,
            left_out=tuple(self._left_out),
            lacking=next(iter(self._lacking.values()), None),
        )

    def _next_address(self) -> str | None:
        """Return what must be looked at next, None when all is known that is needed."""
        for picture in self.subject.pictures:
            if self._is_open(picture.url) and sized(picture) is None:
                return picture.url

        for each in self._chosen().values():
            found = self._known.get(each.address)
            if found is None or (isinstance(found, FoundPicture) and not self._is_at_hand(found)):
                return each.address

        return None

    def _chosen(self) -> Mapping[PictureRole, Sized]:
        """Return the choice by the real sizes, and by what sources tell of those unseen."""
        pictures = (self._sized(index) for index in range(len(self.subject.pictures)))
        return choose([each for each in pictures if each is not None])

    def _sized(self, index: int) -> Sized | None:
        picture = self.subject.pictures[index]
        if picture.url in self._lacking:
            return None

        match self._known.get(picture.url):
            case FoundPicture() as found:
                return Sized(address=picture.url, width=found.width, height=found.height)
            case NoUse():
                return None
            case None:
                return sized(picture)

    def _is_open(self, address: str) -> bool:
        return address not in self._known and address not in self._lacking

    def _is_at_hand(self, found: FoundPicture) -> bool:
        return found.sha256 in self._contents or found.sha256 in self.at_hand

    async def _look(self, address: str) -> None:
        try:
            had = await self.supply.have(address, source_url=self.source_url)
        except Transient as error:
            self._lacking[address] = str(error)
            return

        self._known[address] = had.found
        match had.found:
            case FoundPicture(sha256=sha256):
                self._contents[sha256] = had.content or b""
            case NoUse(trouble=trouble):
                self._left_out.append(f"{place_of(address)}: {trouble}")
