"""What every sandbox is: a server on loopback, faults to set and requests to look at."""

from __future__ import annotations

from types import TracebackType
from typing import Protocol, Self

from providers.sandbox.faults import Fault, Faults
from providers.sandbox.messages import Noted, Notes, Request, Response
from providers.sandbox.server import Server


class Dialect(Protocol):
    """How a sandbox answers."""

    def noted(self, request: Request) -> Noted:
        """Return what there is to note about `request`."""

    def answer(self, request: Request, earlier: tuple[Noted, ...]) -> Response:
        """Return the answer to `request`; `earlier` ones count against the limit."""


class Service:
    """Serve one dialect for as long as the context lasts."""

    def __init__(self, port: int, dialect: Dialect) -> None:
        """Bind the port, 0 for any that is free."""
        self.faults = Faults()
        self.requests = Notes()
        self._dialect = dialect
        self._server = Server(port, self._answer)

    @property
    def base_url(self) -> str:
        """Scheme, host and port."""
        return self._server.address

    def __enter__(self) -> Self:
        """Start to serve."""
        self._server.start()
        return self

    def __exit__(
        self,
        _kind: type[BaseException] | None,
        _error: BaseException | None,
        _traceback: TracebackType | None,
    ) -> None:
        """Stop, and wait for every thread."""
        self._server.stop()

    def _answer(self, request: Request) -> tuple[Response, Fault | None]:
        earlier = self.requests.all()
        self.requests.add(self._dialect.noted(request))
        return (self._dialect.answer(request, earlier), self.faults.take())
