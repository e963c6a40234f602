"""How everything stands, put together from the store and the daemon around it."""

from __future__ import annotations

import os
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from daemon.desk.announce_views import AnnounceLine
from daemon.desk.counsel import Counsel
from daemon.desk.health_views import HealthView
from daemon.desk.pace import examining
from daemon.desk.submission_lines import counts
from daemon.desk.views import LibraryLine, PageView, SourceLine, StatusView
from daemon.journey.artwork_foresight import ArtworkTerms
from daemon.journey.name_foresight import NameTerms
from daemon.journey.nfo_foresight import NfoTerms
from daemon.journey.sidecar_reading import SidecarReader
from rules.candidate import Answer, NotAsked
from rules.discretion import Discretion
from rules.identify_options import SourceOptions
from rules.journey import IN_PROGRESS, FileState
from rules.lookup import Lookup
from rules.media import path_to_text
from rules.premises import Premises
from rules.submission import Terms
from store import announcing, decisions, files, kept_sidecars, outbox, regeneration
from store.database import Connection
from store.regeneration import Complete
from store.source_records import SourceRecord, by_source

MOST_KEPT = 5
"""Sidecars of somebody else that status names."""
SOON_S = 10.0
"""What is owed within this time is waited for: a message that others may yet join, above all."""

_HEALTHY, _FAILING = "healthy", "failing"
_FAILURES = frozenset({"failed", "refused"})

LibraryLines = Callable[[Mapping[str, tuple[int, int]]], tuple[LibraryLine, ...]]
"""Present and missing files of each library → how each library stands."""


SearchAt = Callable[[str, Lookup], Awaitable[Answer]]
"""The name of a source and what is to be looked for there → what it says."""


async def _search_nowhere(source: str, _: Lookup) -> Answer:
    return NotAsked(source=source, reason="no source can be asked here")


async def _leave_it() -> None:
    """Do nothing: a stage of the daemon does it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the desk tells of the daemon around it."""

    version: str
    is_running: bool
    started_at_s: float | None
    store_path: str
    sources: tuple[SourceLine, ...]
    """As configured, not yet asked."""
    healths: Callable[[], Mapping[str, HealthView]] = dict
    """How each source is just now, by name; nothing where no daemon runs."""
    library_lines: LibraryLines
    request_round: Callable[[str, bool], None]
    """Of a library's name, and whether a person confirmed it."""
    library_names: frozenset[str]
    complete: Complete
    """What an examination gives today, as configured."""
    has_sheets: bool
    """Whether contact sheets are kept."""
    counsel: Counsel = field(default_factory=Counsel)
    """For questions about rules."""
    discretion: Discretion = field(default_factory=Discretion)
    """Which sources are told nothing of which libraries, and tell them nothing."""
    options: SourceOptions = field(default_factory=SourceOptions)
    """What accepting a candidate of each source may do."""
    terms: Terms = field(default_factory=Terms)
    """Which sources are told of fingerprints."""
    premises: Premises = field(default_factory=Premises)
    """All that is configured of libraries and sources that a candidate is weighed by."""
    search: SearchAt = _search_nowhere
    """Looks for a work at one source, as a person asks."""
    nfo_reader: SidecarReader | None = None
    """Reads what lies beside files when a person says so; None: nothing can be read."""
    nfo: NfoTerms = field(default_factory=NfoTerms)
    """How NFOs are written, as configured."""
    artwork: ArtworkTerms = field(default_factory=ArtworkTerms)
    """How pictures are."""
    names: NameTerms = field(default_factory=NameTerms)
    """How files are called."""
    submit_now: Callable[[], Awaitable[None]] = _leave_it
    """Sends what sources are owed where no daemon does that by itself."""
    announces: tuple[AnnounceLine, ...] = ()
    """Other programs that hear of what was done, as configured."""
    page: Callable[[], PageView | None] = lambda: None
    """Where the page is served just now."""


def overview(
    connection: Connection,
    *,
    household: Household,
    healths: Mapping[str, HealthView],
    now_s: float,
) -> StatusView:
    """Return how everything stands; `healths` are the sources', by name."""
    states = files.counts(connection)
    owed = outbox.state(connection)
    lines = household.library_lines(files.counts_by_library(connection))
    is_caught_up = _is_caught_up(connection, states, lines, now_s=now_s)
    again = regeneration.standing(connection)
    submitting = counts(connection, household.terms, now_s=now_s)
    has_time = again.due_at_s is None or again.due_at_s > now_s
    return StatusView(
        version=household.version,
        is_running=household.is_running,
        pid=os.getpid() if household.is_running else None,
        started_at_s=household.started_at_s,
        store=household.store_path,
        libraries=lines,
        sources=_sources(connection, household.sources, healths),
        states=states,
        missing=files.missing_count(connection),
        owed=owed.due,
        owed_error=owed.last_error,
        kept=kept_sidecars.count(connection),
        kept_lately=tuple(
            f"{path_to_text(each.path.parent)}: {each.reason}"
            for each in kept_sidecars.lately(connection, most=MOST_KEPT)
        ),
        rules=decisions.counts_by_rule(connection),
        is_idle=is_caught_up and has_time and not submitting.is_sending,
        is_caught_up=is_caught_up,
        examining=examining(connection, again, complete=household.complete, now_s=now_s),
        submitting=submitting,
        page=household.page(),
        announces=_announces(connection, household.announces),
    )


def _announces(
    connection: Connection, configured: Sequence[AnnounceLine]
) -> tuple[AnnounceLine, ...]:
    found = announcing.standing(connection) if configured else {}
    return tuple(
        replace(
            line,
            due=found[line.name].due,
            given_up=found[line.name].given_up,
            last_error=found[line.name].last_error,
            told_at_s=found[line.name].told_at_s,
        )
        if line.name in found
        else line
        for line in configured
    )


def _is_caught_up(
    connection: Connection,
    states: Mapping[FileState, int],
    lines: Sequence[LibraryLine],
    *,
    now_s: float,
) -> bool:
    # An accepted file waits for its sidecar only, which is owed and has its own time below.
    busy = IN_PROGRESS - {FileState.ACCEPTED}
    if any(states[state] for state in busy) or any(line.is_listing for line in lines):
        return False

    waiting = (FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED)
    due_at_s = files.next_due_s(connection, waiting)
    owed_at_s = outbox.next_due_s(connection, tuple(outbox.Errand))
    has_time = due_at_s is None or due_at_s > now_s
    return has_time and (owed_at_s is None or owed_at_s > now_s + SOON_S)


def _sources(
    connection: Connection, configured: Sequence[SourceLine], healths: Mapping[str, HealthView]
) -> tuple[SourceLine, ...]:
    records = {record.source: record for record in by_source(connection)}
    lines = (_with_record(line, records.get(line.name)) for line in configured)
    return tuple(replace(line, health=_health(line, healths.get(line.name))) for line in lines)


def _health(line: SourceLine, health: HealthView | None) -> HealthView | None:
    """Return how a source is; none is healthy whose last word was a failure.

    One or two are too few to let it rest, and what is kept of them outlives the daemon.
    """
    if health is None or health.state != _HEALTHY or line.last_outcome not in _FAILURES:
        return health

    has_answered_since = health.last_error is None and health.requests.get("answered", 0) > 0
    return health if has_answered_since else replace(health, state=_FAILING)


def _with_record(line: SourceLine, record: SourceRecord | None) -> SourceLine:
    if record is None:
        return line

    return replace(
        line,
        asked=record.asked,
        known=record.known,
        failed=record.failed,
        last_asked_at_s=record.last_asked_at_s,
        last_outcome=record.last_outcome,
        last_reason=record.last_reason,
    )
