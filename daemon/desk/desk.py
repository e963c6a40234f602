"""The desk itself: every question and every answer of a person, over one store."""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import TypeVar

import anyio.to_thread

from daemon.desk import answering, generating, reading, undoing
from daemon.desk.finding import find
from daemon.desk.generating import NO_SHEETS, WithoutSheet
from daemon.desk.overview import Household, overview
from daemon.desk.past import read_past
from daemon.desk.refusals import LibraryUnknown, NoSheetsKept, NothingConfirmed
from daemon.desk.repeating import is_accepted_as
from daemon.desk.sheet import NoSheet, pictured
from daemon.desk.views import MOST_LISTED, Answered, FileLine, FileView, Requested, StatusView
from daemon.disk.sheets import Sheets
from daemon.journey.bell import Bell
from rules.journey import FileState
from rules.ticks import ticks_of
from store import files, owing, regeneration
from store.database import Connection, Database
from store.files import FileRecord

Result = TypeVar("Result")


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
    submitting: Bell = field(default_factory=Bell)
    announcing: Bell = field(default_factory=Bell)

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
            self.submitting,
            self.announcing,
        ):
            bell.ring()


@dataclass(frozen=True, slots=True, kw_only=True)
class Desk:
    """What a person can ask and decide."""

    database: Database
    household: Household
    bells: Bells
    sheets: Sheets
    now: Callable[[], float]

    async def status(self) -> StatusView:
        """Return how everything stands."""
        question = partial(
            overview,
            household=self.household,
            healths=self.household.healths(),
            now_s=self.now(),
        )
        return await self.database.read(question)

    async def list_files(
        self, states: Collection[FileState], *, limit: int = MOST_LISTED
    ) -> tuple[FileLine, ...]:
        """Return files in any of these states, whoever waits longest first."""
        question = partial(
            reading.list_files, states=states, discretion=self.household.discretion, limit=limit
        )
        return await self.database.read(question)

    async def show(self, reference: str) -> FileView:
        """Return everything about one file."""

        def question(connection: Connection) -> FileView:
            file = find(connection, reference)
            past = read_past(connection, file)
            return reading.file_view(connection, file, past, self.sheets, self.household.discretion)

        return await self.database.read(question)

    async def sheet(self, reference: str) -> bytes:
        """Return the contact sheet of a file, a WebP; it counts as looked at.

        Raises:
            NoSheet: there is none.

        """
        file = await self.database.read(partial(pictured, reference=reference))
        if file.key is None:
            raise NoSheet(file.path)

        sheet = await anyio.to_thread.run_sync(self.sheets.read, *file.key)
        if sheet is None:
            raise NoSheet(file.path)

        return sheet

    async def accept(
        self,
        reference: str,
        *,
        number: int | None = None,
        revision: int | None = None,
        fields: Collection[str] | None = None,
    ) -> Answered:
        """Accept a candidate of a file; with `fields` just these of its work are set.

        Raises:
            PartUnknown: there is no such field.

        """
        ticks = None if fields is None else ticks_of(fields)

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            if not is_accepted_as(connection, file, number, self.household.discretion):
                answering.check_revision(file, revision)
            answered = answering.accept(
                connection,
                file=file,
                number=number,
                discretion=self.household.discretion,
                options=self.household.options,
                ticks=ticks,
                at_s=self.now(),
            )
            self._owe_sources(connection, file)
            return answered

        return await self._write(change)

    async def reject(
        self, reference: str, *, number: int | None = None, revision: int | None = None
    ) -> Answered:
        """Reject a candidate of a file for good."""

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            answering.check_revision(file, revision)
            answered = answering.reject(
                connection,
                file=file,
                number=number,
                discretion=self.household.discretion,
                at_s=self.now(),
            )
            self._owe_sources(connection, file)
            return answered

        return await self._write(change)

    async def dismiss(self, reference: str, *, revision: int | None = None) -> Answered:
        """Leave a file alone."""

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            if file.state is not FileState.DISMISSED:
                answering.check_revision(file, revision)
            return answering.dismiss(connection, file=file, at_s=self.now())

        return await self._write(change)

    async def undo(
        self, reference: str, *, revision: int | None = None, is_forced: bool = False
    ) -> Answered:
        """Take back what a person wrote into a file's work last, else the latest decision.

        With `is_forced` also what somebody changed since is put back.
        """

        def change(connection: Connection) -> Answered:
            file = find(connection, reference)
            answering.check_revision(file, revision)
            answered = undoing.undo_latest(
                connection, file=file, is_forced=is_forced, at_s=self.now()
            )
            self._owe_sources(connection, file)
            return answered

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

        chosen = self._chosen(libraries)
        for name in chosen:
            self.household.request_round(name, is_confirmed)
        return chosen

    async def generate(
        self, libraries: Sequence[str], *, is_all: bool = False, with_sheets: bool = False
    ) -> Requested:
        """Have what these libraries lack of fingerprints computed; of all when none is named.

        With `is_all` everything in them is examined again, whatever is known; `with_sheets` also
        what lacks only its contact sheet, the most recently changed files first and no more than
        fit into the budget of the sheets.

        Raises:
            LibraryUnknown: there is none of that name.
            NoSheetsKept: sheets are asked for and none are kept.

        """
        chosen = self._chosen(libraries)
        request = partial(
            generating.request,
            libraries=chosen,
            complete=self.household.complete,
            is_all=is_all,
            without_sheet=await self._without_sheet(chosen) if with_sheets else NO_SHEETS,
            at_s=self.now(),
        )
        return await self._write(request)

    async def _without_sheet(self, libraries: Sequence[str]) -> WithoutSheet:
        if not self.household.has_sheets:
            raise NoSheetsKept

        found = await self.database.read(partial(regeneration.pictured, libraries=libraries))
        lacking = await anyio.to_thread.run_sync(self.sheets.lacking, found)
        return WithoutSheet(
            wanted=[found[key] for key in lacking.fitting],
            left_out=[found[key] for key in lacking.left_out],
        )

    def _chosen(self, libraries: Sequence[str]) -> tuple[str, ...]:
        """Return these libraries, all that there are when none is named.

        Raises:
            LibraryUnknown: there is none of that name.

        """
        known = self.household.library_names
        for name in libraries:
            if name not in known:
                raise LibraryUnknown(name, known)

        return tuple(libraries) or tuple(sorted(known))

    def _owe_sources(self, connection: Connection, file: FileRecord) -> None:
        """Owe sources what follows from the decisions about a content that stand now."""
        if file.content_id is not None:
            owing.settle(connection, file.content_id, self.household.terms, at_s=self.now())

    async def _write(self, change: Callable[[Connection], Result]) -> Result:
        result = await self.database.write(change)
        self.bells.ring_all()
        return result
