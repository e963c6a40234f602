"""What the desk shows, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass, field

from pydantic import TypeAdapter

from daemon.desk.announce_views import AnnounceLine
from daemon.desk.beside_views import BesideView
from daemon.desk.candidate_views import CandidateView
from daemon.desk.health_views import HealthView
from daemon.desk.submission_views import SubmissionLine, SubmittingView
from rules.fingerprint import Algorithm
from rules.journey import FileState

MOST_LISTED = 500
"""Files in one list, unless more or fewer are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LibraryLine:
    """A library and how it is watched."""

    name: str
    root: str
    state: str
    """watching, polling, degraded, offline, starting, or "not watched" where no daemon runs."""
    reason: str | None = None
    """Why it is not simply watched, with what to do."""
    files: int = 0
    missing: int = 0
    listed_at_s: float | None = None
    findings: tuple[str, ...] = ()
    is_listing: bool = False
    """Whether it is being looked through now; `entries` names were looked at so far."""
    entries: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceLine:
    """A source and how it has answered."""

    name: str
    url: str
    asked: int = 0
    known: int = 0
    failed: int = 0
    last_asked_at_s: float | None = None
    last_outcome: str | None = None
    last_reason: str | None = None
    health: HealthView | None = None
    """How it is just now; None where no daemon runs."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ExaminingView:
    """How much is to be examined, and how fast that goes."""

    new: int = 0
    """Files that wait for their fingerprints."""
    again: int = 0
    """Contents that a person wants examined again."""
    given_up: int = 0
    """How many of those could not be."""
    given_up_reason: str | None = None
    """Why one of them could not be."""
    per_minute: float | None = None
    """How many were examined a minute lately; None while there is too little to say."""
    left_s: float | None = None
    """How long all that waits will take at that pace."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PageView:
    """Where the page is served."""

    url: str
    trouble: str | None = None
    """Why it is not served just now; None while it is."""


@dataclass(frozen=True, slots=True, kw_only=True)
class StatusView:
    """How everything stands."""

    version: str
    is_running: bool
    """Whether a daemon answered; otherwise the store was read."""
    pid: int | None
    started_at_s: float | None
    store: str
    libraries: tuple[LibraryLine, ...]
    sources: tuple[SourceLine, ...]
    states: dict[FileState, int]
    missing: int
    owed: int
    """Sidecars and messages that are still to be written and sent."""
    owed_error: str | None
    kept: int = 0
    """Beside how many files something of somebody else's stays where doorman would write."""
    kept_lately: tuple[str, ...] = ()
    """The newest of that, with the folder and why, in words."""
    rules: dict[str, int]
    """How many decisions each rule has made."""
    is_idle: bool
    """Whether nothing is left that doorman leads on by itself now."""
    is_caught_up: bool = False
    """Whether nothing is left but examining known contents again and telling sources of them."""
    examining: ExaminingView = field(default_factory=ExaminingView)
    submitting: SubmittingView = field(default_factory=SubmittingView)
    page: PageView | None = None
    """None where no daemon runs, or no page is wanted."""
    announces: tuple[AnnounceLine, ...] = ()
    """Other programs that hear of what was done."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileLine:
    """A file in a list."""

    number: int
    path: str
    library: str
    state: FileState
    reason: str | None
    changed_at_s: float
    is_missing: bool = False
    best: str | None = None
    """The best candidate, in words."""
    candidates: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class FingerprintView:
    """One fingerprint of a file."""

    algorithm: Algorithm
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class DecisionView:
    """One decision about a file."""

    outcome: str
    decided_by: str
    rule: str | None
    reasons: tuple[str, ...]
    chosen: str | None
    decided_at_s: float
    undone_at_s: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class EventView:
    """One thing that happened to a file."""

    event: str
    detail: str | None
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class AskedView:
    """What one source said last, and when."""

    source: str
    outcome: str
    text: str
    at_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class TriedView:
    """A rule in force, and what it says of the file."""

    rule: str
    then: str
    is_tried: bool
    """False when an earlier rule had decided; then `findings` are what it would have said."""
    is_decisive: bool
    findings: tuple[str, ...]
    """Whether it holds and why not, a sentence for each candidate, best first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeView:
    """One thing that was changed."""

    kind: str
    target: str
    """A field's name, or a file's path."""
    state: str
    text: str = ""
    """All of it in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class AppliedView:
    """What was done at one time."""

    at_s: float
    undone_at_s: float | None
    changes: tuple[ChangeView, ...]
    left_out: tuple[str, ...] = ()
    """Studios, performers and tags that were offered and stayed out, and why, in sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FileView:
    """Everything about one file."""

    line: FileLine
    revision: int
    """Hand it back with an answer, to be refused if the file changed meanwhile."""
    size_bytes: int
    duration_s: float | None
    facts: str | None
    """Technical facts in one line."""
    fingerprints: tuple[FingerprintView, ...]
    phash_missing: str | None
    alike: int = 0
    """How many other files have the same oshash and size: one of them all was examined."""
    sheet: str | None = None
    """Where its contact sheet lies; None when there is none."""
    work: str | None
    tags: tuple[str, ...] = ()
    """What the file wears by itself, beside the tags of its work."""
    is_organized: bool = False
    """Whether it counts as finished, so that no rule changes it."""
    left_out: tuple[str, ...] = ()
    """What its accept left out of the work, and why, in sentences."""
    sidecars: tuple[str, ...]
    candidates: tuple[CandidateView, ...]
    answers: tuple[str, ...]
    """What each source said last, in words."""
    decisions: tuple[DecisionView, ...]
    events: tuple[EventView, ...]
    due_at_s: float | None
    owed_error: str | None
    examining_again: str | None = None
    """How examining its content again stands, in words; None when that is not wanted."""
    asked: tuple[AskedView, ...] = ()
    """What each source said last and when; told by why, as are all that follow."""
    beside: BesideView | None = None
    """The NFO beside it; None when there was none."""
    tried: tuple[TriedView, ...] = ()
    """Every rule in force with what it says of the facts that were last decided from."""
    has_other_rules: bool = False
    """Whether other rules were in force when that was decided."""
    applied: tuple[AppliedView, ...] = ()
    """What was changed because of decisions, oldest first."""
    submissions: tuple[SubmissionLine, ...] = ()
    """What sources are or were told of its fingerprints."""
    kept: tuple[str, ...] = ()
    """What of somebody else's lies where doorman would write, and why it stays, in words."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Requested:
    """What is to be examined because a person asked for it."""

    contents: int
    """Known contents that are examined again."""
    failed: int
    """Files that could not be examined so far and are tried once more."""
    waiting: int
    """Everything that is to be examined now, with what was asked for before and new files."""
    left_s: float | None
    """How long that will take, at the pace of the latest examinations; None without one."""
    sheets_left_out: int = 0
    """Contact sheets that are missing and would not fit into their budget."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Answered:
    """What came of a person's answer."""

    number: int
    path: str
    state: FileState
    message: str
    """What was done, in one sentence."""
    has_changed: bool = True
    """False when it was so already."""
    left: tuple[str, ...] = ()
    """What stays as it is although it was meant to change, and why."""


STATUS = TypeAdapter(StatusView)
FILE_LINES = TypeAdapter(tuple[FileLine, ...])
FILE = TypeAdapter(FileView)
REQUESTED = TypeAdapter(Requested)
ANSWERED = TypeAdapter(Answered)
MANY_ANSWERED = TypeAdapter(tuple[Answered, ...])
