"""The sandbox as a whole: a world behind a server, with faults to set and requests to look at."""

from __future__ import annotations

import secrets
import time

from providers.sandbox.engine import Engine
from providers.sandbox.mode import Mode
from providers.sandbox.protocol import Protocol
from providers.sandbox.service import Service
from providers.sandbox.world import World


class Sandbox(Service):
    """Run a stash-box on loopback for as long as the context lasts."""

    def __init__(
        self,
        *,
        mode: str = "0.10",
        port: int = 0,
        introspection: bool = True,
        requests_per_minute: int | None = None,
    ) -> None:
        """Make the world with two users; the port is bound at once, 0 takes any that is free.

        Args:
            mode: a version of stash-box from 0.2 on, or `look-alike`.
            port: where to listen on loopback.
            introspection: whether the schema can be asked for.
            requests_per_minute: more than that are answered with 429; None is no limit.

        """
        chosen = Mode(mode)
        self.world = World(mode=chosen, secret=secrets.token_bytes(32))
        self.key = self.world.add_user("reader").key
        """A valid key of somebody with the role READ."""
        self.editor_key = self.world.add_user("editor", ("READ", "VOTE", "EDIT")).key
        """A valid key of somebody who may edit."""
        protocol = Protocol(
            world=self.world,
            engine=Engine(chosen, introspection=introspection),
            requests_per_minute=requests_per_minute,
            now_s=time.monotonic,
        )
        super().__init__(port, protocol)

    @property
    def url(self) -> str:
        """The endpoint."""
        return f"{self.base_url}/graphql"
