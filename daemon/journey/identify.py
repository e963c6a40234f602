"""Ask the sources about fingerprinted files: the stage between `ready` and `answered`.

All sources are asked together, each about the whole batch, and what each says is kept as it comes.
A file whose sources failed is asked again only where no answer stands, so an outage of one source
costs the others nothing; and neither does being killed while one of them takes its time.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import replace
from functools import partial

import anyio

from daemon.journey.batch import Batch
from daemon.journey.bell import Bell
from daemon.journey.hearing import Heard, keep_answers, lead_on
from daemon.journey.putting_off import OF_ONE_FILE, put_off
from daemon.journey.questions import Case, case_of
from daemon.journey.sidecar_reading import Seen, SidecarReader
from providers.base import Source
from rules.candidate import Answer, Query
from rules.discretion import Discretion
from rules.journey import FileState
from rules.premises import Premises
from store import asking, contents, files, hearing, sidecars
from store.database import Connection, Database
from store.files import FileRecord
from store.sidecars import SidecarRecord

TAKEN = (FileState.READY, FileState.NO_MATCH, FileState.DEFERRED)
NEW, ASKED = TAKEN[:1], TAKEN[1:]
"""Whoever is new goes first: thousands that nobody knew may be due together."""
UPSTREAM = (FileState.SETTLED,)
"""Where files come from that may be worth waiting for, to fill a batch."""

BATCH_FILES = 40
"""What a stash-box takes in one request (`stash-box.md` §0.2)."""


class Identify:
    """The stage's work, with everything it needs from outside."""

    def __init__(
        self,
        *,
        database: Database,
        sources: Sequence[Source],
        now: Callable[[], float],
        gather_s: float,
        onward: Bell,
        waits: int = 1,
        premises: Premises | None = None,
        sidecars: SidecarReader | None = None,
    ) -> None:
        """Prepare the stage.

        Args:
            database: The store.
            sources: Whom to ask.
            now: Seconds since the epoch.
            gather_s: How long a small batch waits for files that are being fingerprinted.
            onward: Rung for files whose sources have answered.
            waits: How many waits there are for files without a match; after all of them their
                names are sent again.
            premises: The libraries as configured; None: all sources are told of all files.
            sidecars: Reads the NFOs that lie beside files; None: nothing there is looked at.

        """
        self._database = database
        self._sources = sources
        self._now = now
        self._gather_s = gather_s
        self._onward = onward
        self._waits = waits
        self._premises = premises or Premises()
        self._sidecars = sidecars
        self._knows_new_sources = False
        self._has_forgotten = False
        self._gathering_since_s: float | None = None

    async def take(self, in_hand: frozenset[int]) -> list[Batch]:
        """Return one batch of files to ask about, or nothing while one is still gathering."""
        await self._let_new_sources_be_asked()
        await self._forget_what_is_not_read()
        found = await self._database.read(partial(_due, now_s=self._now(), without=in_hand))
        if found and await self._is_gathering(len(found)):
            return []

        self._gathering_since_s = None
        return [Batch(tuple(found))] if found else []

    async def next_due_in_s(self) -> float | None:
        """Return how long until the gathering batch is sent, or the next file is due."""
        if self._gathering_since_s is not None:
            return self._gathering_since_s + self._gather_s - self._now()

        due_at_s = await self._database.read(partial(files.next_due_s, states=TAKEN))
        return None if due_at_s is None else due_at_s - self._now()

    async def work(self, batch: Batch) -> None:
        """Ask every source about the batch, commit what each answers, and lead the batch on."""
        await self._read_sidecars(batch)
        cases = await self._cases(batch)
        async with anyio.create_task_group() as tasks:
            for source in self._sources:
                tasks.start_soon(self._hear, source, cases)
        await self._database.write(partial(lead_on, batch=batch, cases=cases, at_s=self._now()))
        self._onward.ring()

    async def beside(self, some: Sequence[FileRecord]) -> dict[int, SidecarRecord]:
        """Return the NFOs that lie beside files now, by their numbers; nothing of it is kept."""
        numbers = [file.id for file in some]
        known = await self._database.read(partial(sidecars.of_files, file_ids=numbers))
        present = {**known, **await self._news(some)}
        return {number: record for number, record in present.items() if record is not None}

    async def _read_sidecars(self, batch: Batch) -> None:
        """Remember what lies beside the batch now."""
        seen = await self._news(batch.files)
        if seen:
            await self._database.write(partial(sidecars.save, seen=seen, at_s=self._now()))

    async def _news(self, some: Sequence[FileRecord]) -> Seen:
        return await self._sidecars.news(self._database, some) if self._sidecars else {}

    async def ask(self, cases: Sequence[Case]) -> dict[int, list[Answer]]:
        """Return what every source says, by the file's number; nothing of it is kept."""
        collected: dict[int, list[Answer]] = {case.file.id: [] for case in cases}

        async def collect(source: Source) -> None:
            for case, answer in await self._ask(source, cases):
                collected[case.file.id].append(answer)

        async with anyio.create_task_group() as tasks:
            for source in self._sources:
                tasks.start_soon(collect, source)
        return collected

    async def _cases(self, batch: Batch) -> list[Case]:
        """Return what to ask about a batch; a file that cannot be asked about is put off."""
        try:
            return await self._read_cases(batch)
        except OF_ONE_FILE:  # whose fault it is shows when each is read alone
            return [each for file in batch.files for each in await self._case_alone(file)]

    async def _case_alone(self, file: FileRecord) -> list[Case]:
        try:
            return await self._read_cases(Batch((file,)))
        except OF_ONE_FILE as error:
            await self._put_off(file, error)
            return []

    async def _read_cases(self, batch: Batch) -> list[Case]:
        read = partial(_cases, batch=batch, premises=self._premises, waits=self._waits)
        return await self._database.read(read)

    async def _hear(self, source: Source, cases: Sequence[Case]) -> None:
        """Ask one source, and commit what it says without waiting for any other.

        A file whose answer cannot be kept is put off: it is not decided about without it.
        """
        given = await self._ask(source, cases)
        if not given:
            return

        try:
            await self._keep(source, given)
        except OF_ONE_FILE:  # whose fault it is shows when each is kept alone
            for each in given:
                await self._keep_alone(source, each)

    async def _keep_alone(self, source: Source, heard: tuple[Case, Answer]) -> None:
        try:
            await self._keep(source, [heard])
        except OF_ONE_FILE as error:
            await self._put_off(heard[0].file, error)

    async def _keep(self, source: Source, given: Heard) -> None:
        at_s = self._now()
        await self._database.write(
            partial(keep_answers, source=source.name, given=given, at_s=at_s)
        )

    async def _put_off(self, file: FileRecord, error: Exception) -> None:
        reason = f"what the store holds about it cannot be asked with ({error!r})"
        at_s = self._now()
        await self._database.write(partial(put_off, file=file, reason=reason, at_s=at_s))

    async def _ask(self, source: Source, cases: Sequence[Case]) -> Heard:
        asked = [case for case in cases if source.name not in case.standing]
        if not asked:
            return ()

        discretion = self._premises.discretion
        given = await source.ask([_told(case, source.name, discretion) for case in asked])
        return list(zip(asked, given, strict=True))

    async def _let_new_sources_be_asked(self) -> None:
        """Once in its life, let files be due that a source was never asked about."""
        if self._knows_new_sources or not self._sources:
            return

        names = [source.name for source in self._sources]
        await self._database.write(
            partial(asking.set_due_where_unasked, sources=names, at_s=self._now())
        )
        self._knows_new_sources = True

    async def _forget_what_is_not_read(self) -> None:
        """Once in its life, forget what was read beside files, if that is not wanted any more."""
        if self._sidecars is None and not self._has_forgotten:
            await self._database.write(sidecars.forget_all)
            self._has_forgotten = True

    async def _is_gathering(self, found: int) -> bool:
        if found >= BATCH_FILES or self._gather_s <= 0:
            return False

        coming = await self._database.read(partial(files.in_state, states=UPSTREAM, limit=1))
        if not coming:
            return False

        if self._gathering_since_s is None:
            self._gathering_since_s = self._now()
        return self._now() - self._gathering_since_s < self._gather_s


def _told(case: Case, source: str, discretion: Discretion) -> Query:
    """Return what a source is told; its guard keeps what is safe for work from it."""
    is_sfw = discretion.is_sfw(case.file.library)
    return replace(case.query_for(source), is_sfw=is_sfw)


def _due(connection: Connection, *, now_s: float, without: Collection[int]) -> list[FileRecord]:
    """Return a batch of files that are due, new ones before those that were asked about."""
    found: list[FileRecord] = []
    for states in (NEW, ASKED):
        limit = BATCH_FILES - len(found)
        found += files.ready_for(connection, states, now_s=now_s, limit=limit, without=without)
    return found


def _cases(connection: Connection, *, batch: Batch, premises: Premises, waits: int) -> list[Case]:
    beside = sidecars.of_files(connection, [file.id for file in batch.files])
    heard = hearing.heard(connection, batch.files)
    content_ids = [file.content_id for file in batch.files if file.content_id is not None]
    known = contents.get_many(connection, content_ids)
    cases = [
        case_of(
            connection,
            file,
            known[file.content_id],
            premises,
            waits=waits,
            beside=beside.get(file.id),
        )
        for file in batch.files
        if file.content_id is not None and file.content_id in known
    ]
    return [replace(case, standing=case.standing | heard[case.file.id]) for case in cases]
