"""What the desk shows of files that wait, as values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.badges import Badge
from rules.journey import FileState
from rules.trays import Tray


@dataclass(frozen=True, slots=True, kw_only=True)
class Choice:
    """A candidate, as briefly as a list has room for."""

    number: int
    label: str
    source: str
    """Of its best witness, as are badges and page."""
    badges: tuple[Badge, ...]
    page_url: str | None
    has_cover: bool = False
    """Whether its source shows a picture of it."""
    sources: tuple[str, ...] = ()
    """All who tell of it, the best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLine:
    """A file that waits."""

    number: int
    revision: int
    """Hand it back with an answer, to be refused if the file changed meanwhile."""
    name: str
    folder: str
    library: str
    state: FileState
    since_s: float
    """When it came to wait here."""
    due_at_s: float | None
    """When doorman goes on by itself; None: not by itself."""
    why: tuple[str, ...]
    """Why it waits, in sentences, the most telling first."""
    has_sheet: bool
    choices: tuple[Choice, ...]
    """Best first."""
    works: int
    """How many those are; each is one work, however many sources offer it."""

    @property
    def rivals(self) -> int:
        """Return how many other works are offered beside the best candidate's."""
        return max(self.works - 1, 0)

    @property
    def is_choosable(self) -> bool:
        """Tell whether a candidate may be accepted or rejected now."""
        return bool(self.choices) and self.state is not FileState.FAILED


@dataclass(frozen=True, slots=True, kw_only=True)
class Facet:
    """One value to sift by, and how many files it leaves beside the other values chosen."""

    value: str
    label: str
    files: int


@dataclass(frozen=True, slots=True, kw_only=True)
class QueuePage:
    """A page of a tray."""

    tray: Tray
    files: int
    """How many fit, on all pages."""
    lines: tuple[QueueLine, ...]
    """Who came last first."""
    next_after: str | None
    """Hand it back for the next page; None when this was the last."""
    trays: dict[Tray, int]
    """How many files lie in each, whatever else is chosen."""
    libraries: tuple[Facet, ...]
    sources: tuple[Facet, ...]
    """Of the best candidates."""
    causes: tuple[Facet, ...]
    """Why they wait: which rule asked, or what happened."""


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueSince:
    """What is otherwise than when a page was shown."""

    files: int
    """How many fit now."""
    lines: tuple[QueueLine, ...]
    """Those that came, and those that changed."""
    gone: tuple[int, ...]
    """Numbers of files that wait here no longer."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LastAnswer:
    """What a person said last about a file, while it can be taken back."""

    number: int
    name: str
    message: str
    decision: int
    """Hand it back to take back just this; 0 where no decision tells of it."""


QUEUE_PAGE = TypeAdapter(QueuePage)
LAST_ANSWER = TypeAdapter(LastAnswer | None)
