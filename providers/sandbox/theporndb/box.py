"""The sandbox as a whole: a world behind a REST server, with faults to set and requests to see."""

from __future__ import annotations

import secrets
import time

from providers.sandbox.mode import Mode
from providers.sandbox.service import Service
from providers.sandbox.theporndb.collection import Collection
from providers.sandbox.theporndb.protocol import Protocol
from providers.sandbox.world import World

MODES = ("plain", "quirks")
"""`quirks` sends numbers as text and empty maps as lists, as the real server was seen to."""


class RestSandbox(Service):
    """Run a ThePornDB on loopback for as long as the context lasts."""

    def __init__(
        self,
        *,
        mode: str = "plain",
        world: World | None = None,
        port: int = 0,
        requests_per_minute: int | None = None,
        retry_after: str | None = None,
        has_shelves: bool = True,
    ) -> None:
        """Make a user and, unless one is given, a world; 0 takes any port that is free.

        Args:
            mode: one of `MODES`.
            world: what it knows; another sandbox may know the same.
            port: where to listen on loopback.
            requests_per_minute: more than that are answered with 429; None is no limit.
            retry_after: the header of those answers; None leaves it out, as the real one may.
            has_shelves: whether there are movies and JAV at all.

        Raises:
            ValueError: there is no such mode.

        """
        if mode not in MODES:
            raise ValueError(f"there is no mode {mode!r}; use one of: {', '.join(MODES)}")

        self.world = world or World(mode=Mode("0.10"), secret=secrets.token_bytes(32))
        self.movies = self._beside()
        """The movies that it knows, and so `jav`; ids are made as those of the scenes are."""
        self.jav = self._beside()
        self.collection = Collection()
        self.key = self.world.add_user("reader").key
        """A valid token."""
        protocol = Protocol(
            world=self.world,
            others={"movie": self.movies, "jav": self.jav} if has_shelves else {},
            collection=self.collection,
            has_quirks=mode == "quirks",
            requests_per_minute=requests_per_minute,
            retry_after=retry_after,
            now_s=time.monotonic,
        )
        super().__init__(port, protocol)

    def _beside(self) -> World:
        return World(mode=self.world.mode, secret=secrets.token_bytes(32))

    @property
    def url(self) -> str:
        """The base of the API."""
        return self.base_url
