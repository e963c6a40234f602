"""Wake a stage: there may be work for it in the store."""

from __future__ import annotations

import anyio


class Bell:
    """A bell that one stage listens to.

    A ring while nobody listens is heard at the next listening, so none is lost between looking
    into the store and going to sleep; several rings are heard as one.
    """

    def __init__(self) -> None:
        """Start silent."""
        self._event = anyio.Event()

    def ring(self) -> None:
        """Wake the stage, now or when it listens next."""
        self._event.set()

    async def heard(self, *, timeout_s: float) -> bool:
        """Return whether it rang within `timeout_s` seconds, or since the last listening."""
        with anyio.move_on_after(timeout_s):
            await self._event.wait()
        has_rung = self._event.is_set()  # even in the very moment when the time was over
        self._event = anyio.Event()
        return has_rung
