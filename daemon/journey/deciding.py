"""Decide about files whose sources were asked: the stage after `answered`.

The decision is a pure function of what the store holds. Reading that, the decision, the plan it
leads to and the errands it leaves are one transaction.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Protocol

from daemon.journey.batch import Batch, singles
from daemon.journey.bell import Bell
from daemon.journey.gathering import gather
from daemon.journey.noticing import is_as_it_was
from rules.candidate import Candidate
from rules.decide import decide
from rules.decision import Decision, DecisionInput, Verdict
from rules.explain import label_work, summarize
from rules.journey import FileState
from rules.media import path_to_text
from rules.premises import Premises
from rules.ruleset import RuleSet
from rules.samework import own_id, with_ids_of_all
from rules.schedule import deferred_wait_s, no_match_wait_s
from rules.work import ExternalId
from store import acceptance, answers, choices, decisions, files, news, outbox
from store.database import Connection, Database
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.news import News, NewsKind
from store.outbox import Errand

TAKEN = (FileState.ANSWERED,)
AT_ONCE = 100
LONGEST_DEFERRAL_S = 3600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When files that found no answer are asked about again."""

    no_match_s: Sequence[float]
    """After the first, second, … time; the last repeats."""
    first_deferral_s: float


class Log(Protocol):
    """What deciding needs of a logger."""

    def info(self, event: str, **facts: object) -> object:
        """Record what became of a file."""


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
    premises: Premises = field(default_factory=Premises)
    """The libraries as configured: which sources do not count for which, and where they lie."""

    async def take(self, in_hand: frozenset[int]) -> list[Batch]:
        """Return files whose sources have answered."""
        return singles(
            await self.database.read(
                partial(
                    files.ready_for,
                    states=TAKEN,
                    now_s=self.now(),
                    limit=AT_ONCE,
                    without=in_hand,
                )
            )
        )

    async def next_due_in_s(self) -> float | None:
        """Return None: an answered file is due at once."""
        return None

    async def work(self, batch: Batch) -> None:
        """Decide about one file and commit all that follows from it."""
        for file in batch.files:
            made = await self.database.write(partial(self._decide, file=file))
            if made is not None:
                self._log_finished(file, made)
        self.apply_bell.ring()
        self.tell_bell.ring()
        self.identify_bell.ring()

    def _log_finished(self, file: FileRecord, made: Decision) -> None:
        """Write the one line that says what became of a file."""
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

    def _decide(self, connection: Connection, *, file: FileRecord) -> Decision | None:
        """Decide from what the store holds now, so that no answer of a person is missed.

        Return None when there is nothing to decide: a person, or the disk, was quicker.
        """
        if not is_as_it_was(connection, file):
            return None

        at_s = self.now()
        if file.content_id is None:
            reason = "it has no fingerprints to decide by"
            files.set_state(connection, file, FileState.SETTLED, at_s=at_s, reason=reason)
            return None

        given = gather(connection, file=file, sources=self.sources, premises=self.premises)
        made = decide(given, self.rules)
        ranked = ((each.candidate, each.evidence) for each in made.ranked)
        with choices.watched(connection, file.content_id):
            answers.rank(connection, file.content_id, ranked)
        decision_id = _keep(connection, file, file.content_id, given, made, at_s=at_s)
        self._follow(connection, file, made, decision_id=decision_id, at_s=at_s)
        return made

    def _follow(
        self,
        connection: Connection,
        file: FileRecord,
        made: Decision,
        *,
        decision_id: int,
        at_s: float,
    ) -> None:
        """Move the file on, with what its new state owes."""
        if made.verdict is Verdict.ACCEPTED and made.chosen is not None:
            offered = [each.candidate for each in made.ranked]
            candidate = with_ids_of_all(_chosen(made, made.chosen), offered)
            acceptance.apply_accept(connection, file, decision_id, candidate, at_s=at_s)
            return

        attempts, failures = _tries(file, made.verdict)
        files.set_tries(connection, file.id, attempts=attempts, failures=failures)
        files.set_state(
            connection,
            file,
            FileState(made.verdict),
            at_s=at_s,
            reason=summarize(made),
            due_at_s=self._due_at_s(made, attempts=attempts, failures=failures, at_s=at_s),
        )
        if made.verdict is Verdict.REVIEW:
            outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)  # of an earlier question
            news.add(connection, _review_news(file, made), file_id=file.id, at_s=at_s)

    def _due_at_s(
        self, made: Decision, *, attempts: int, failures: int, at_s: float
    ) -> float | None:
        if made.verdict is Verdict.NO_MATCH:
            return at_s + no_match_wait_s(attempts, self.schedule.no_match_s, self.jitter())

        if made.verdict is Verdict.DEFERRED:
            return at_s + deferred_wait_s(
                failures,
                first_s=self.schedule.first_deferral_s,
                cap_s=LONGEST_DEFERRAL_S,
                retry_after_s=made.retry_after_s,
                jitter=self.jitter(),
            )

        return None


def _keep(
    connection: Connection,
    file: FileRecord,
    content_id: int,
    given: DecisionInput,
    made: Decision,
    *,
    at_s: float,
) -> int:
    """Keep the decision, unless it is the standing one over again; return its number."""
    outcome = Outcome(made.verdict)
    standing = decisions.standing(connection, file.id)
    if (
        standing is not None
        and standing.outcome is outcome
        and standing.reasons == made.reasons
        and outcome in {Outcome.DEFERRED, Outcome.NO_MATCH}
    ):
        return standing.id

    kept = NewDecision(
        outcome=outcome,
        decided_by=Decider.RULE,
        rule=made.rule,
        rules_digest=made.rules_digest,
        reasons=why_decided(made),
        chosen=made.chosen,
        given=given,
    )
    return decisions.add(connection, file, content_id, kept, at_s=at_s)


def _chosen(made: Decision, chosen: ExternalId) -> Candidate:
    return next(each.candidate for each in made.ranked if own_id(each.candidate) == chosen)


def _tries(file: FileRecord, verdict: Verdict) -> tuple[int, int]:
    """Return attempts and failures after this verdict; a failing source uses up no attempt."""
    match verdict:
        case Verdict.NO_MATCH:
            return file.attempts + 1, 0
        case Verdict.DEFERRED:
            return file.attempts, file.failures + 1
        case _:
            return 0, 0


def why_decided(made: Decision) -> Sequence[str]:
    """Return why it was decided so.

    Of a question, that is the rule that asked, and what kept the others from accepting the best
    candidate; what speaks for and against each candidate is kept with the candidate.
    """
    if made.verdict is not Verdict.REVIEW or not made.ranked:
        return made.reasons

    return (made.reasons[0], *made.ranked[0].objections)


def _review_news(file: FileRecord, made: Decision) -> News:
    best = made.ranked[0].candidate if made.ranked else None
    return News(
        kind=NewsKind.REVIEW,
        subject=path_to_text(file.path),
        detail="\n".join(why_decided(made)),
        candidate=f"{label_work(best)} from {best.source}" if best else None,
        link=best.page_url if best else None,
        candidates=len(made.ranked),
    )
