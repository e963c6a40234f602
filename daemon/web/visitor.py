"""Who asks: what the gate found out about a request, and what pages need of it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from starlette.requests import Request


class Way(StrEnum):
    """How somebody came in."""

    SOCKET = "socket"
    """Over the Unix socket, let in by the permissions of the file."""
    LOOPBACK = "loopback"
    """From this machine, while no password is set."""
    SESSION = "session"
    """With the password."""
    TOKEN = "token"  # noqa: S105  # the name of a way
    """A program with a token of its own."""
    STRANGER = "stranger"
    """Not let in yet; sees the door and nothing else."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Visitor:
    """Somebody who was let in, or stands at the door."""

    way: Way
    csrf: str
    """What each change that a page asks for must carry; another site cannot know it."""

    @property
    def is_browser(self) -> bool:
        """Tell whether a browser sends along by itself what lets this visitor in."""
        return self.way in {Way.LOOPBACK, Way.SESSION}


def let_in(request: Request, visitor: Visitor) -> None:
    """Note who asks."""
    request.state.visitor = visitor


def visitor_of(request: Request) -> Visitor:
    """Return who asks.

    Raises:
        RuntimeError: the request did not come through the gate.

    """
    visitor = getattr(request.state, "visitor", None)
    if not isinstance(visitor, Visitor):
        raise RuntimeError("the request did not come through the gate")  # noqa: TRY004  # a bug

    return visitor
