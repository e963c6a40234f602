"""What stands between doorman and every source: the last place before anything is sent.

A query that is safe for work never passes to a source of adult works, and a source that fails is
left alone for a while. `open_sources` hands out no source without its guard.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from functools import partial

from providers.base import Searcher, Source, Submitter
from providers.breaker import Circuit, Phase
from providers.clock import Clock
from providers.health import Health, Standing
from providers.limits import Limiter
from providers.traffic import Traffic
from rules.candidate import Answer, Failed, Known, NotAsked, Query, Refused, Unknown
from rules.discretion import KEPT_SAFE
from rules.lookup import Lookup
from rules.submission import Declined, Missed, Outcome, Submission, Taken, Withheld

_DEAF = 'this kind of source cannot be told of fingerprints; set submit = "never" for it'
_MUTE = "this kind of source cannot be searched; ask another one"


@dataclass(frozen=True, slots=True, kw_only=True)
class Instruments:
    """What a source's health is read from, and its rests are timed by."""

    clock: Clock
    limiter: Limiter
    traffic: Traffic


class GuardedSource:
    """Ask a source only what it may be asked, and only while it answers."""

    def __init__(self, source: Source, *, instruments: Instruments, is_nsfw: bool) -> None:
        """Guard `source`; `is_nsfw` tells whether its works are adult."""
        self._source = source
        self._instruments = instruments
        self._is_nsfw = is_nsfw
        self._circuit = Circuit()
        self._last_error: str | None = None
        self._last_error_at_s: float | None = None

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._source.name

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        """Return one answer for each query, in the same order; failures are answers too."""
        answers: list[Answer] = [NotAsked(source=self.name, reason=KEPT_SAFE) for _ in queries]
        passed = [index for index, query in enumerate(queries) if self._may_see(query)]
        if passed:
            asked = [queries[index] for index in passed]
            given = await self._admitted(partial(self._source.ask, asked), len(asked))
            for index, answer in zip(passed, given, strict=True):
                answers[index] = answer

        return answers

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Return what became of each vote, in the same order; failures are outcomes too.

        A source that rests is told nothing either. Whether it takes our votes says nothing of
        whether it may be asked, so only an outage and an answer count.
        """
        outcomes: list[Outcome] = [Withheld(reason=KEPT_SAFE) for _ in submissions]
        passed = [
            index for index, each in enumerate(submissions) if not (self._is_nsfw and each.is_sfw)
        ]
        if passed:
            told = await self._told([submissions[index] for index in passed])
            for index, outcome in zip(passed, told, strict=True):
                outcomes[index] = outcome

        return outcomes

    async def search(self, lookup: Lookup) -> Answer:
        """Return what the source offers for what a person looks for; failures are answers too."""
        if self._is_nsfw and lookup.is_sfw:
            return NotAsked(source=self.name, reason=KEPT_SAFE)
        if not isinstance(self._source, Searcher):
            return NotAsked(source=self.name, reason=_MUTE)

        (answer,) = await self._admitted(partial(self._searched, self._source, lookup), 1)
        return answer

    async def check(self) -> str:
        """Return what the source says of us, however it fared lately: a person asks.

        Raises:
            ProviderError: saying what is wrong and what to do about it.

        """
        return await self._source.check()

    def health(self) -> Health:
        """Return how the source is now."""
        limiter = self._instruments.limiter
        rests_for_s = max(self._circuit.wait_s(self._instruments.clock.now_s()), limiter.rest_s)
        return Health(
            standing=self._standing(rests_for_s),
            rests_for_s=rests_for_s,
            last_error=self._last_error,
            last_error_at_s=self._last_error_at_s,
            used_last_minute=limiter.used_last_minute,
            allowed_per_minute=limiter.allowed_per_minute,
            share=limiter.share,
            requests=self._instruments.traffic.counts,
        )

    def _standing(self, rests_for_s: float) -> Standing:
        if self._circuit.is_refused:
            return Standing.REFUSED
        if rests_for_s > 0:
            return Standing.RESTING
        if self._circuit.phase is not Phase.CLOSED:
            return Standing.TRYING

        return Standing.HEALTHY if self._instruments.limiter.share == 1 else Standing.SLOWED

    def _may_see(self, query: Query) -> bool:
        return not (self._is_nsfw and query.is_sfw)

    async def _searched(self, source: Searcher, lookup: Lookup) -> list[Answer]:
        return [await source.search(lookup)]

    async def _admitted(
        self, ask: Callable[[], Awaitable[list[Answer]]], count: int
    ) -> list[Answer]:
        if not self._circuit.admits(self._instruments.clock.now_s()):
            return [self._turned_away() for _ in range(count)]

        self._circuit = self._circuit.entered()
        try:
            answers = await ask()
        except BaseException:
            self._circuit = self._circuit.left()
            raise

        self._learn(answers)
        return answers

    async def _told(self, submissions: Sequence[Submission]) -> list[Outcome]:
        if not isinstance(self._source, Submitter):
            return [Withheld(reason=_DEAF) for _ in submissions]

        if not self._circuit.admits(self._instruments.clock.now_s()):
            return [self._put_off() for _ in submissions]

        self._circuit = self._circuit.entered()
        try:
            outcomes = await self._source.submit(submissions)
        except BaseException:
            self._circuit = self._circuit.left()
            raise

        self._learn_of_votes(outcomes)
        return outcomes

    def _put_off(self) -> Outcome:
        """Return that nothing was sent: a source whose key is refused may take it again later."""
        wait_s = self._circuit.wait_s(self._instruments.clock.now_s())
        return Missed(
            reason=f"it rests after failures in a row, the last: {self._last_error or ''}",
            retry_after_s=wait_s or None,
        )

    def _learn_of_votes(self, outcomes: Sequence[Outcome]) -> None:
        clock = self._instruments.clock
        missed = [each for each in outcomes if isinstance(each, Missed)]
        if any(isinstance(each, Taken | Declined) for each in outcomes):
            self._circuit = self._circuit.succeeded()
        elif missed:
            waits_s = (each.retry_after_s or 0.0 for each in missed)
            self._circuit = self._circuit.failed(
                clock.now_s(), chance=clock.chance(), retry_after_s=max(waits_s)
            )
        else:
            self._circuit = self._circuit.left()

    def _turned_away(self) -> Answer:
        reason = self._last_error or ""
        if self._circuit.is_refused:
            return Refused(source=self.name, reason=reason)

        wait_s = self._circuit.wait_s(self._instruments.clock.now_s())
        return Failed(
            source=self.name,
            reason=f"it rests after failures in a row, the last: {reason}",
            retry_after_s=wait_s or None,
        )

    def _learn(self, answers: Sequence[Answer]) -> None:
        """Let the circuit know of a batch; any answer in it proves that the source is there."""
        self._note_error(answers)
        clock = self._instruments.clock
        failures = [answer for answer in answers if isinstance(answer, Failed)]
        if any(isinstance(answer, Known | Unknown) for answer in answers):
            self._circuit = self._circuit.succeeded()
        elif any(isinstance(answer, Refused) for answer in answers):
            self._circuit = self._circuit.refused(clock.now_s(), chance=clock.chance())
        elif failures:
            waits_s = (answer.retry_after_s or 0.0 for answer in failures)
            self._circuit = self._circuit.failed(
                clock.now_s(), chance=clock.chance(), retry_after_s=max(waits_s)
            )
        else:
            self._circuit = self._circuit.left()

    def _note_error(self, answers: Sequence[Answer]) -> None:
        errors = [answer.reason for answer in answers if isinstance(answer, Failed | Refused)]
        if errors:
            self._last_error = errors[-1]
            self._last_error_at_s = self._instruments.clock.wall_s()
