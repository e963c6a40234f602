"""The desk itself: every question and every answer of a person, over one store."""

from __future__ import annotations

import os
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

from daemon.desk import answering, reading, undoing
from daemon.desk.finding import find
from daemon.desk.views import (
    MOST_LISTED,
    Answered,
    FileLine,
    FileView,
    LibraryLine,
    SourceLine,
    StatusView,
)
from daemon.journey.bell import Bell
from rules.errors import NotFound, UsageError
from rules.journey import IN_PROGRESS, FileState
from store import decisions, files, outbox
from store.database import Connection, Database
from store.source_records import by_source

Result = TypeVar("Result")
LibraryLines = Callable[[Mapping[str, tuple[int, int]]], tuple[LibraryLine, ...]]
"""Present and missing files of each library → how each library stands."""


class LibraryUnknown(NotFound):
    """No library has that name."""

    def __init__(self, name: str, known: Collection[str]) -> None:
        """Build the message from the name and those that exist."""
        listed = f"there is {', '.join(sorted(known))}" if known else "none is enabled"
        super().__init__(f"there is no library {name!r}; {listed}")


class NothingConfirmed(UsageError):
    """A confirmation that names no library."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("name the library that is as it should be: doorman scan --confirm NAME")


@dataclass(frozen=True, slots=True, kw_only=True)
class Bells:
    """Who is to be woken after a person's answer."""

    door: Bell = field(default_factory=Bell)
    hashing: Bell = field(default_factory=Bell)
    regenerating: Bell = field(default_factory=Bell)
    identify: Bell = field(default_factory=Bell)
    deciding: Bell = field(default_factory=Bell)
    apply: Bell = field(default_factory=Bell)
    tell: Bell = field(default_factory=Bell)

    def ring_all(self) -> None:
        """Wake every stage."""
        for bell in (
            self.door,
            self.hashing,
            self.regenerating,
            self.identify,
            self.deciding,
            self.apply,
            self.tell,
        ):
            bell.ring()


@dataclass(frozen=True, slots=True, kw_only=True)
class Household:
    """What the desk tells of the daemon around it."""

    version: str
    is_running: bool
    started_at_s: float | None
    store_path: str
    sources: tuple[SourceLine, ...]
    """As configured, not yet asked."""
    library_lines: LibraryLines
    request_round: Callable[[str, bool], None]
    """Of a library's name, and whether a person confirmed it."""
    library_names: frozenset[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a person can ask and decide."""

    database: Database
    household: Household
    bells: Bells
    now: Callable[[], float]

    async def status(self) -> StatusView:
        """Return how everything stands."""
        return await self.database.read(self._status)

    async def list_files(
        self, states: Collection[FileState], *, limit: int = MOST_LISTED
    ) -> tuple[FileLine, ...]:
        """Return files in any of these states, whoever waits longest first."""
        return await self.database.read(partial(reading.list_files, states=states, limit=limit))

    async def show(self, reference: str) -> FileView:
        """Return everything about one file."""

        def question(connection: Connection) -> FileView:
            return reading.file_view(connection, find(connection, reference))

        return await self.database.read(question)

    async def accept(
        self, reference: str, *, number: int | None = None, revision: int | None = None
    ) -> Answered:
        """Accept a candidate of a file."""

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            answering.check_revision(file, revision)
            return answering.accept(connection, file=file, number=number, at_s=self.now())

        return await self._write(change)

    async def reject(
        self, reference: str, *, number: int | None = None, revision: int | None = None
    ) -> Answered:
        """Reject a candidate of a file for good."""

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            answering.check_revision(file, revision)
            return answering.reject(connection, file=file, number=number, at_s=self.now())

        return await self._write(change)

    async def dismiss(self, reference: str, *, revision: int | None = None) -> Answered:
        """Leave a file alone."""

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            answering.check_revision(file, revision)
            return answering.dismiss(connection, file=file, at_s=self.now())

        return await self._write(change)

    async def undo(self, reference: str, *, revision: int | None = None) -> Answered:
        """Take back the latest decision about a file."""

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            answering.check_revision(file, revision)
            return undoing.undo(connection, file=file, at_s=self.now())

        return await self._write(change)

    async def identify(self, references: Sequence[str]) -> tuple[Answered, ...]:
        """Ask again about these files; about all that wait for an answer when none is named."""

        def change(connection: Connection) -> tuple[Answered, ...]:
            waiting = (FileState.NO_MATCH, FileState.DEFERRED)
            found = (
                [find(connection, reference) for reference in references]
                if references
                else files.in_state(connection, waiting)
            )
            return tuple(
                answering.ask_again(connection, file=file, at_s=self.now()) for file in found
            )

        return await self._write(change)

    async def scan(
        self, libraries: Sequence[str], *, is_confirmed: bool = False
    ) -> tuple[str, ...]:
        """Ask for a look through these libraries, all when none is named; return their names.

        With `is_confirmed` a person says that what lies there now is all there is: what is not
        found counts as missing, however much it is.

        Raises:
            LibraryUnknown: there is none of that name.
            NothingConfirmed: a confirmation without a name.

        """
        if is_confirmed and not libraries:
            raise NothingConfirmed

        known = self.household.library_names
        for name in libraries:
            if name not in known:
                raise LibraryUnknown(name, known)

        chosen = tuple(libraries) or tuple(sorted(known))
        for name in chosen:
            self.household.request_round(name, is_confirmed)
        return chosen

    async def _write(self, change: Callable[[Connection], Result]) -> Result:
        result = await self.database.write(change)
        self.bells.ring_all()
        return result

    def _status(self, connection: Connection) -> StatusView:
        household = self.household
        states = files.counts(connection)
        owed = outbox.state(connection)
        lines = household.library_lines(files.counts_by_library(connection))
        return StatusView(
            version=household.version,
            is_running=household.is_running,
            pid=os.getpid() if household.is_running else None,
            started_at_s=household.started_at_s,
            store=household.store_path,
            libraries=lines,
            sources=_sources(connection, household.sources),
            states=states,
            missing=files.missing_count(connection),
            owed=owed.due,
            owed_error=owed.last_error,
            rules=decisions.counts_by_rule(connection),
            is_idle=self._is_idle(connection, states, lines),
        )

    def _is_idle(
        self,
        connection: Connection,
        states: Mapping[FileState, int],
        lines: Sequence[LibraryLine],
    ) -> bool:
        # An accepted file waits for its sidecar only, which is owed and has its own time below.
        busy = IN_PROGRESS - {FileState.ACCEPTED}
        if any(states[state] for state in busy) or any(line.is_listing for line in lines):
            return False

        waiting = (FileState.NO_MATCH, FileState.DEFERRED, FileState.FAILED)
        due_at_s = files.next_due_s(connection, waiting)
        owed_at_s = outbox.next_due_s(connection, tuple(outbox.Errand))
        now_s = self.now()
        return all(each is None or each > now_s for each in (due_at_s, owed_at_s))


def _sources(connection: Connection, configured: Sequence[SourceLine]) -> tuple[SourceLine, ...]:
    records = {record.source: record for record in by_source(connection)}
    return tuple(
        SourceLine(
            name=line.name,
            url=line.url,
            asked=record.asked,
            known=record.known,
            failed=record.failed,
            last_asked_at_s=record.last_asked_at_s,
            last_outcome=record.last_outcome,
            last_reason=record.last_reason,
        )
        if (record := records.get(line.name))
        else line
        for line in configured
    )
