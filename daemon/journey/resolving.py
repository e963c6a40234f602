"""What one transaction does about answered files: decide, keep why, and move them on.

What decisions rest on is read for all files together, and what follows is written for all
together: a statement costs the database about the same for one row as for fifty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from daemon.journey.decided_news import accepted_news, review_news, why_decided
from daemon.journey.gathering import gather_all
from rules.candidate import Candidate
from rules.decide import decide
from rules.decision import Decision, DecisionInput, Verdict
from rules.explain import summarize
from rules.journey import FileState
from rules.premises import Premises
from rules.ruleset import RuleSet
from rules.samework import own_id, with_ids_of_all
from rules.schedule import deferred_wait_s, no_match_wait_s
from rules.work import ExternalId
from store import acceptance, choices, decisions, files, moves, news, ranking
from store.database import Connection
from store.decisions import About, Decider, NewDecision, Outcome
from store.files import FileRecord
from store.moves import Move

LONGEST_DEFERRAL_S = 3600.0
_SILENT = {Outcome.DEFERRED, Outcome.NO_MATCH}
"""Outcomes that are kept once, however often they come again for the same reasons."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """When files that found no answer are asked about again."""

    no_match_s: Sequence[float]
    """After the first, second, … time; the last repeats."""
    first_deferral_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolved:
    """A file, as it was taken in hand, and what was decided about it."""

    file: FileRecord
    made: Decision


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolving:
    """What decisions depend on besides the store."""

    rules: RuleSet
    sources: frozenset[str]
    schedule: Schedule
    jitter: Callable[[], float]
    premises: Premises = field(default_factory=Premises)
    tells_accepted: bool = False
    """Whether somebody wants to be told of what rules accept."""

    def resolve(
        self, connection: Connection, *, batch: Sequence[FileRecord], at_s: float
    ) -> list[Resolved]:
        """Decide from what the store holds now, so that no answer of a person is missed.

        No two files may be copies of one content or work: the first decision would change what
        the second rests on. Files to which a person, or the disk, was quicker are left out of
        what is returned, and so are those that have no fingerprints.
        """
        present = moves.unchanged(connection, batch)
        _send_back(connection, [file for file in present if file.content_id is None], at_s=at_s)
        ready = {file.id: file for file in present if file.content_id is not None}
        if not ready:
            return []

        given = gather_all(
            connection, files=list(ready.values()), sources=self.sources, premises=self.premises
        )
        resolved = [
            Resolved(file=file, made=decide(given[file.id], self.rules)) for file in ready.values()
        ]
        _rank(connection, resolved)
        numbers = _keep(connection, resolved, given, at_s=at_s)
        self._follow(connection, resolved, numbers, at_s=at_s)
        return resolved

    def _follow(
        self,
        connection: Connection,
        resolved: Sequence[Resolved],
        numbers: Mapping[int, int],
        *,
        at_s: float,
    ) -> None:
        """Move files on, with what their new states owe."""
        others: list[Resolved] = []
        for each in resolved:
            candidate = _accepted(each.made)
            if candidate is None:
                others.append(each)
            else:
                decision_id = numbers[each.file.id]
                acceptance.apply_accept(
                    connection,
                    each.file,
                    decision_id,
                    candidate,
                    options=self.premises.options.of(candidate.source),
                    at_s=at_s,
                )
        moves.move_all(connection, [self._move(each, at_s=at_s) for each in others], at_s=at_s)
        for each in others:
            tags = self._tags(each.made)
            acceptance.tag(connection, each.file, numbers[each.file.id], tags, at_s=at_s)
        questions = {
            each.file.id: review_news(each.file, each.made)
            for each in others
            if each.made.verdict is Verdict.REVIEW
        }
        news.add_for(connection, questions, at_s=at_s)
        if self.tells_accepted:
            accepted = (each for each in resolved if each.made.verdict is Verdict.ACCEPTED)
            told = {
                each.file.id: accepted_news(each.file, each.made, _accepted(each.made))
                for each in accepted
            }
            news.add_for(connection, told, at_s=at_s)

    def _tags(self, made: Decision) -> list[str]:
        """Return what a file with a question wears because sources offer several works for it."""
        if made.verdict is not Verdict.REVIEW:
            return []

        tags = (
            self.premises.options.of(each.source).skip_multiple_match_tag for each in made.several
        )
        return list(dict.fromkeys(tag for tag in tags if tag is not None))

    def _move(self, resolved: Resolved, *, at_s: float) -> Move:
        file, made = resolved.file, resolved.made
        attempts, failures = _tries(file, made.verdict)
        return Move(
            file=file,
            state=FileState(made.verdict),
            reason=summarize(made),
            due_at_s=self._due_at_s(made, attempts=attempts, failures=failures, at_s=at_s),
            attempts=attempts,
            failures=failures,
        )

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


def _send_back(connection: Connection, unread: Sequence[FileRecord], *, at_s: float) -> None:
    reason = "it has no fingerprints to decide by"
    for file in unread:
        files.set_state(connection, file, FileState.SETTLED, at_s=at_s, reason=reason)


def _rank(connection: Connection, resolved: Sequence[Resolved]) -> None:
    rankings = {
        _content_id(each.file): [(ranked.candidate, ranked.evidence) for ranked in each.made.ranked]
        for each in resolved
    }
    with choices.watched(connection, *rankings):
        ranking.rank(connection, rankings)


def _keep(
    connection: Connection,
    resolved: Sequence[Resolved],
    given: Mapping[int, DecisionInput],
    *,
    at_s: float,
) -> dict[int, int]:
    """Keep decisions, unless they are the standing ones over again; return numbers by file."""
    standing = decisions.standing_of(connection, [each.file.id for each in resolved])
    again = {
        each.file.id: standing[each.file.id].id
        for each in resolved
        if each.file.id in standing and _is_again(standing[each.file.id], each.made)
    }
    kept = [
        About(
            file=each.file,
            content_id=_content_id(each.file),
            decision=_decision(each.made, given[each.file.id]),
        )
        for each in resolved
        if each.file.id not in again
    ]
    numbers = decisions.add_many(connection, kept, at_s=at_s)
    return again | {about.file.id: number for about, number in zip(kept, numbers, strict=True)}


def _is_again(standing: decisions.DecisionRecord, made: Decision) -> bool:
    outcome = Outcome(made.verdict)
    is_same = standing.outcome is outcome and standing.reasons == made.reasons
    return is_same and outcome in _SILENT


def _decision(made: Decision, given: DecisionInput) -> NewDecision:
    return NewDecision(
        outcome=Outcome(made.verdict),
        decided_by=Decider.RULE,
        rule=made.rule,
        rules_digest=made.rules_digest,
        reasons=why_decided(made),
        chosen=made.chosen,
        given=given,
    )


def _content_id(file: FileRecord) -> int:
    if file.content_id is None:
        raise KeyError(f"file {file.id} has no fingerprints to decide by")

    return file.content_id


def _accepted(made: Decision) -> Candidate | None:
    """Return the candidate that was accepted, with the ids of all who offered the work."""
    if made.verdict is not Verdict.ACCEPTED or made.chosen is None:
        return None

    offered = [each.candidate for each in made.ranked]
    return with_ids_of_all(_chosen(offered, made.chosen), offered)


def _chosen(offered: Sequence[Candidate], chosen: ExternalId) -> Candidate:
    return next(candidate for candidate in offered if own_id(candidate) == chosen)


def _tries(file: FileRecord, verdict: Verdict) -> tuple[int, int]:
    """Return attempts and failures after this verdict; a failing source uses up no attempt."""
    match verdict:
        case Verdict.NO_MATCH:
            return file.attempts + 1, 0
        case Verdict.DEFERRED:
            return file.attempts, file.failures + 1
        case _:
            return 0, 0
