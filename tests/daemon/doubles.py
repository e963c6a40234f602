"""Hand-written doubles of what every stage is given: a clock, a logger, a pulse."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field


@dataclass(slots=True)
class Clock:
    """Says the time it was told."""

    at_s: float = 1000.0

    def __call__(self) -> float:
        return self.at_s

    def pass_s(self, seconds: float) -> None:
        self.at_s += seconds


@dataclass(slots=True)
class Lines:
    """A logger that remembers."""

    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    warning = info

    @property
    def events(self) -> list[str]:
        return [event for event, _ in self.lines]


@dataclass(slots=True)
class Beats:
    """Remembers who is at work and who rests."""

    at_work: list[str] = field(default_factory=list)
    rests: list[tuple[str, float]] = field(default_factory=list)
    on_rest: Callable[[], object] = lambda: None

    def beat(self, name: str) -> None:
        self.at_work.append(name)

    def rest(self, name: str, *, until_s: float) -> None:
        self.rests.append((name, until_s))
        self.on_rest()
