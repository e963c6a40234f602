"""Tell sources which hashes are of which works: the votes that decisions led to.

Each is a row, made in the transaction of its decision (`store.owing`). That it leaves is noted
before it does, and what came of it afterwards; a vote that was on its way when doorman ended is
sent again, which servers count once. What a source has no answer for is tried again, later each
time and in smaller parcels, so that one vote it stumbles over holds up no others for long.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from typing import Protocol, assert_never

from daemon.journey.bell import Bell
from providers.base import Submitter
from rules.schedule import deferred_wait_s
from rules.submission import (
    Barred,
    Declined,
    Missed,
    Outcome,
    Submission,
    Taken,
    Terms,
    Withheld,
)
from store import files, news, sending
from store.database import Connection, Database
from store.news import News, NewsKind
from store.submissions import SubmissionRecord, SubmissionState

AT_ONCE = 50
"""Votes in one call; as many as Stash's own client sends (`stash.md` §4.6)."""
FIRST_RETRY_S = 60.0
LONGEST_RETRY_S = 6 * 3600.0
SAY_AGAIN_S = 24 * 3600.0
"""A source that does not let us say anything is news once a day."""
_GONE = "its source is not opened; start doorman again"


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """Votes that are sent to one source together."""

    records: tuple[SubmissionRecord, ...]

    @property
    def keys(self) -> frozenset[int]:
        """Return their numbers."""
        return frozenset(record.id for record in self.records)


class Log(Protocol):
    """What submitting needs of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record what a source took."""

    def warning(self, event: str, **facts: object) -> object:
        """Record that it did not."""


class Submitting:
    """The stage's work, with everything it needs from outside."""

    def __init__(
        self,
        *,
        database: Database,
        submitters: Mapping[str, Submitter],
        terms: Terms,
        now: Callable[[], float],
        jitter: Callable[[], float],
        tell_bell: Bell,
        log: Log,
    ) -> None:
        """Prepare the stage.

        Args:
            database: The store.
            submitters: Whom to tell, by name.
            terms: Who may be told what.
            now: Seconds since the epoch.
            jitter: Draws a number from 0 up to 1.
            tell_bell: Rung when there is news.
            log: Where to.

        """
        self._database = database
        self._submitters = submitters
        self._terms = terms
        self._now = now
        self._jitter = jitter
        self._tell_bell = tell_bell
        self._log = log
        self._has_renewed = False

    async def take(self, in_hand: frozenset[int]) -> list[Parcel]:
        """Return the next parcel for the source that has waited longest."""
        if not self._terms.recipients:
            return []

        await self._let_refused_be_tried()
        found = await self._database.read(
            partial(
                sending.due, terms=self._terms, now_s=self._now(), limit=AT_ONCE, without=in_hand
            )
        )
        return [Parcel(records=_first_parcel(found))] if found else []

    async def next_due_in_s(self) -> float | None:
        """Return how long until something may be sent."""
        if not self._terms.recipients:
            return None

        due_at_s = await self._database.read(partial(sending.next_due_s, terms=self._terms))
        return None if due_at_s is None else due_at_s - self._now()

    async def work(self, parcel: Parcel) -> None:
        """Send a parcel and keep what came of it; what changed meanwhile does not leave."""
        leaving = await self._database.write(partial(self._begin, parcel=parcel))
        if not leaving:
            return

        outcomes = await self._told([each for _, each in leaving])
        records = [record for record, _ in leaving]
        await self._database.write(partial(self._keep, records=records, outcomes=outcomes))
        self._log_told(records, outcomes)
        self._tell_bell.ring()

    def _begin(
        self, connection: Connection, *, parcel: Parcel
    ) -> list[tuple[SubmissionRecord, Submission]]:
        records = sending.begin(connection, parcel.records, at_s=self._now())
        return [(record, self._submission(connection, record)) for record in records]

    def _submission(self, connection: Connection, record: SubmissionRecord) -> Submission:
        file = files.get(connection, record.file_id)
        discretion = self._terms.discretion
        return Submission(
            subject=record.subject,
            vote=record.vote,
            duration_s=record.duration_s,
            is_sfw=file is None or discretion.is_sfw(file.library),
        )

    async def _told(self, leaving: Sequence[Submission]) -> list[Outcome]:
        recipient = self._terms.to(leaving[0].subject.endpoint)
        submitter = self._submitters.get(recipient.source) if recipient else None
        if submitter is None:
            return [Withheld(reason=_GONE) for _ in leaving]

        return await submitter.submit(leaving)

    def _keep(
        self,
        connection: Connection,
        *,
        records: Sequence[SubmissionRecord],
        outcomes: Sequence[Outcome],
    ) -> None:
        for record, outcome in zip(records, outcomes, strict=True):
            self._keep_one(connection, record, outcome)
        barred = next((each for each in outcomes if isinstance(each, Barred)), None)
        if barred is not None:
            self._keep_barred(connection, records[0], barred)

    def _keep_one(self, connection: Connection, record: SubmissionRecord, outcome: Outcome) -> None:
        at_s = self._now()
        mark = partial(sending.mark, connection, record)
        match outcome:
            case Taken():
                sending.mark_taken(connection, record, at_s=at_s)
            case Missed(reason=reason):
                due_at_s = at_s + self._wait_s(record, outcome)
                mark(SubmissionState.DUE, error=reason, due_at_s=due_at_s)
            case Declined(reason=reason) | Withheld(reason=reason):
                mark(SubmissionState.FAILED, error=reason, due_at_s=at_s)
            case Barred(reason=reason):
                mark(SubmissionState.REFUSED, error=reason, due_at_s=at_s)
            case _:  # pragma: no cover  # the type checker proves it
                assert_never(outcome)

    def _keep_barred(
        self, connection: Connection, record: SubmissionRecord, barred: Barred
    ) -> None:
        """Let all that waits for a source that bars us wait for a person, who is told once."""
        endpoint = record.subject.endpoint
        sending.refuse_all(connection, endpoint, error=barred.reason)
        recipient = self._terms.to(endpoint)
        refused = News(
            kind=NewsKind.SOURCE,
            subject=recipient.source if recipient else endpoint,
            detail=f"it takes no fingerprints from us: {barred.reason}",
            about=(recipient.source,) if recipient else (),
        )
        news.add_once(connection, refused, quiet_s=SAY_AGAIN_S, at_s=self._now())

    def _wait_s(self, record: SubmissionRecord, missed: Missed) -> float:
        return deferred_wait_s(
            record.attempts + 1,
            first_s=FIRST_RETRY_S,
            cap_s=LONGEST_RETRY_S,
            retry_after_s=missed.retry_after_s,
            jitter=self._jitter(),
        )

    async def _let_refused_be_tried(self) -> None:
        """Once in its life, let be due what a source refused: its key may have been mended."""
        if not self._has_renewed:
            renew = partial(sending.renew, states=(SubmissionState.REFUSED,), at_s=self._now())
            await self._database.write(renew)
            self._has_renewed = True

    def _log_told(self, records: Sequence[SubmissionRecord], outcomes: Sequence[Outcome]) -> None:
        endpoint = records[0].subject.endpoint
        recipient = self._terms.to(endpoint)
        source = recipient.source if recipient else endpoint
        taken = sum(isinstance(each, Taken) for each in outcomes)
        if taken:
            self._log.info("fingerprints.submitted", source=source, count=taken)
        others = [each for each in outcomes if not isinstance(each, Taken)]
        if others:
            reason = others[0].reason
            self._log.warning("fingerprints.kept", source=source, count=len(others), reason=reason)


def _first_parcel(found: Sequence[SubmissionRecord]) -> tuple[SubmissionRecord, ...]:
    """Return what is sent together: after failures less, in the end each alone."""
    return tuple(found[: max(1, AT_ONCE >> min(found[0].attempts, AT_ONCE))])
