"""How often somebody may try the password: a few times at once, then slower and slower.

Counted for each address, and for all of them together, since a stranger may have many. Whoever
asks from this machine itself is counted apart, so that no stranger can lock the owner out.
"""

from __future__ import annotations

from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass
from ipaddress import IPv6Address

from daemon.web.gate.ip import read_ip

FREE = 5
"""Wrong tries of one address before it has to wait."""
FREE_IN_ALL = 50
LONGEST_WAIT_S = 300.0
LONGEST_WAIT_IN_ALL_S = 30.0
"""Short: it holds up the owner, too, when away from home."""
FORGOTTEN_AFTER_S = 3600.0
MOST_ADDRESSES = 1000
_NETWORK_BITS = 64
"""Of an IPv6 address: whoever has one has all of its network."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Whose tries are counted together."""

    address: str
    is_here: bool
    """Whether it is this machine itself, and no proxy on it."""


def caller_at(address: str, *, is_here: bool) -> Caller:
    """Return who asks from an address."""
    ip = read_ip(address)
    if isinstance(ip, IPv6Address):
        return Caller(address=f"{int(ip) >> _NETWORK_BITS:x}/{_NETWORK_BITS}", is_here=is_here)

    return Caller(address=str(ip or ""), is_here=is_here)


@dataclass(slots=True)
class _Count:
    """Wrong tries, and those under way."""

    tries: int = 0
    last_s: float = 0.0

    def wait_s(self, free: int, longest_s: float, at_s: float) -> float:
        """Return how long the next try has to wait."""
        if self.tries < free:
            return 0.0

        doublings = min(self.tries - free, 30)
        return max(self.last_s + min(2.0**doublings, longest_s) - at_s, 0.0)

    def add(self, at_s: float) -> None:
        """Count one more, and begin anew when the last is long ago."""
        is_forgotten = at_s - self.last_s > FORGOTTEN_AFTER_S
        self.tries = 1 if is_forgotten else self.tries + 1
        self.last_s = at_s


class Attempts:
    """Counts tries in memory; how much that is, nobody can drive up."""

    def __init__(self, now: Callable[[], float]) -> None:
        """Take a clock that never goes back."""
        self._now = now
        self._by_caller: OrderedDict[Caller, _Count] = OrderedDict()
        self._in_all = _Count()

    def wait_s(self, caller: Caller) -> float:
        """Return how long this caller has to wait before the next try; 0 for not at all."""
        at_s = self._now()
        own = self._by_caller.get(caller, _Count()).wait_s(FREE, LONGEST_WAIT_S, at_s)
        if caller.is_here:
            return own

        return max(own, self._in_all.wait_s(FREE_IN_ALL, LONGEST_WAIT_IN_ALL_S, at_s))

    def begin(self, caller: Caller) -> None:
        """Count a try that begins: many at the same time are many."""
        at_s = self._now()
        self._by_caller.setdefault(caller, _Count()).add(at_s)
        self._by_caller.move_to_end(caller)
        if len(self._by_caller) > MOST_ADDRESSES:
            self._by_caller.popitem(last=False)
        if not caller.is_here:
            self._in_all.add(at_s)

    def succeed(self, caller: Caller) -> None:
        """Forget the tries of a caller who knew the password."""
        self._by_caller.pop(caller, None)
        if not caller.is_here:
            self._in_all.tries = max(self._in_all.tries - 1, 0)
