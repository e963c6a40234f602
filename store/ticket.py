"""One change that waits for its commit."""

from __future__ import annotations

from collections.abc import Callable
from typing import Generic, TypeVar

import anyio
import duckdb

Result = TypeVar("Result")


class Ticket(Generic[Result]):
    """A change, the patience of who asked for it, and what came of it.

    Run by the writer's thread; settled, and looked at, by the event loop.
    """

    def __init__(self, change: Callable[[duckdb.DuckDBPyConnection], Result]) -> None:
        """Wait for `change` to be run."""
        self.patience = anyio.CancelScope()
        """Around the wait of who asked; shielded from when the change is taken in hand."""
        self._change = change
        self._results: list[Result] = []
        self._error: BaseException | None = None
        self._settled = anyio.Event()

    @property
    def is_settled(self) -> bool:
        """Tell whether what came of the change is final."""
        return self._settled.is_set()

    def run(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Make the change and keep its result, which counts once it is committed."""
        self._results = [self._change(connection)]

    def fail(self, error: BaseException) -> None:
        """Keep why the change did not come to be."""
        self._error = error

    def settle(self) -> None:
        """Say that what came of it is final."""
        self._settled.set()

    async def settled(self) -> None:
        """Wait until what came of it is final."""
        await self._settled.wait()

    def outcome(self) -> Result:
        """Return the change's result, or raise why there is none."""
        if self._error is not None:
            raise self._error

        return self._results[0]
