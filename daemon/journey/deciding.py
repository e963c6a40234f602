"""Decide about files whose sources were asked: the stage after `answered`.

The decision is a pure function of what the store holds. Reading that, the decision, the plan it
leads to and the errands it leaves are one transaction, which several files share; a file that
breaks it costs only itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from daemon.journey.batch import Batch, apart
from daemon.journey.bell import Bell
from daemon.journey.putting_off import OF_ONE_FILE
from daemon.journey.resolving import LONGEST_DEFERRAL_S, Resolved, Resolving, Schedule
from rules.decision import Verdict
from rules.journey import FileState
from rules.media import path_to_text
from rules.premises import Premises
from rules.ruleset import RuleSet
from rules.schedule import deferred_wait_s
from rules.submission import Terms
from store import files, owing
from store.database import Connection, Database
from store.files import FileRecord

TAKEN = (FileState.ANSWERED,)
AT_ONCE = 50
"""Files that share a transaction; others who write wait for it, so it is short."""


class Log(Protocol):
    """What deciding needs of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record what became of a file."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that a file cannot be decided about."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Deciding:
    """The stage's work, with everything it needs from outside."""

    database: Database
    rules: RuleSet
    sources: frozenset[str]
    """Names of the sources configured now; what others once said does not count."""
    schedule: Schedule
    now: Callable[[], float]
    jitter: Callable[[], float]
    apply_bell: Bell
    tell_bell: Bell
    identify_bell: Bell
    """Rung for whoever keeps the time of files that are asked about again."""
    log: Log
    terms: Terms = field(default_factory=Terms)
    """Which sources are told of fingerprints."""
    submit_bell: Bell = field(default_factory=Bell)
    premises: Premises = field(default_factory=Premises)
    """The libraries as configured: which sources do not count for which, and where they lie."""
    tells_accepted: bool = False
    """Whether somebody wants to be told of what rules accept."""

    async def take(self, in_hand: frozenset[int]) -> list[Batch]:
        """Return files whose sources have answered, in batches of strangers."""
        found = await self.database.read(
            partial(
                files.ready_for,
                states=TAKEN,
                now_s=self.now(),
                limit=AT_ONCE,
                without=in_hand,
            )
        )
        return apart(found)

    async def next_due_in_s(self) -> float | None:
        """Return None: an answered file is due at once."""
        return None

    async def work(self, batch: Batch) -> None:
        """Decide about files and commit all that follows from it."""
        for resolved in await self._resolve(batch.files):
            self._log_finished(resolved)
        self.apply_bell.ring()
        self.tell_bell.ring()
        self.identify_bell.ring()
        self.submit_bell.ring()

    async def _resolve(self, batch: Sequence[FileRecord]) -> list[Resolved]:
        try:
            return await self._commit(batch)
        except OF_ONE_FILE:  # whose fault it is shows when each is decided about alone
            return [each for file in batch for each in await self._resolve_alone(file)]

    async def _resolve_alone(self, file: FileRecord) -> list[Resolved]:
        try:
            return await self._commit([file])
        except OF_ONE_FILE as error:
            await self._put_off(file, error)
            return []

    async def _commit(self, batch: Sequence[FileRecord]) -> list[Resolved]:
        resolving = Resolving(
            rules=self.rules,
            sources=self.sources,
            schedule=self.schedule,
            jitter=self.jitter,
            premises=self.premises,
            tells_accepted=self.tells_accepted,
        )
        change = partial(self._commit_all, resolving=resolving, batch=batch, at_s=self.now())
        return await self.database.write(change)

    def _commit_all(
        self,
        connection: Connection,
        *,
        resolving: Resolving,
        batch: Sequence[FileRecord],
        at_s: float,
    ) -> list[Resolved]:
        resolved = resolving.resolve(connection, batch=batch, at_s=at_s)
        accepted = (each.file for each in resolved if each.made.verdict is Verdict.ACCEPTED)
        owing.settle_all(connection, accepted, self.terms, at_s=at_s)
        return resolved

    async def _put_off(self, file: FileRecord, error: Exception) -> None:
        """Ask about a file again later, as sources may say something better then."""
        reason = f"what the store holds about it cannot be decided from ({error!r})"
        await self.database.write(partial(self._defer, file=file, reason=reason))
        self.log.warning("decision.failed", file=path_to_text(file.path), reason=reason)

    def _defer(self, connection: Connection, *, file: FileRecord, reason: str) -> None:
        failures, at_s = file.failures + 1, self.now()
        wait_s = deferred_wait_s(
            failures,
            first_s=self.schedule.first_deferral_s,
            cap_s=LONGEST_DEFERRAL_S,
            retry_after_s=None,
            jitter=self.jitter(),
        )
        files.set_tries(connection, file.id, attempts=file.attempts, failures=failures)
        files.set_state(
            connection,
            file,
            FileState.DEFERRED,
            at_s=at_s,
            reason=reason,
            due_at_s=at_s + wait_s,
        )

    def _log_finished(self, resolved: Resolved) -> None:
        """Write the one line that says what became of a file."""
        file, made = resolved.file, resolved.made
        best = made.ranked[0] if made.ranked else None
        self.log.info(
            "file.finished",
            file=path_to_text(file.path),
            number=file.id,
            verdict=made.verdict.value,
            rule=made.rule,
            source=best.candidate.source if best else None,
            oshash=best.evidence.oshash_agrees if best else None,
            distance_bits=best.evidence.phash_distance_bits if best else None,
            took_s=round(self.now() - file.first_seen_at_s, 1),
        )
