"""ThePornDB as a source: files asked about a few at a time, an answer for each of them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from typing import Final

import anyio

from providers.errors import (
    AnswerMalformed,
    AnswerTooLarge,
    KeyRefused,
    QueryRejected,
    Transient,
)
from providers.stashbox.terms import is_telling
from providers.theporndb.cascade import Cascade
from providers.theporndb.exchange import Exchange
from providers.theporndb.mapping import SceneMapping
from providers.theporndb.question import NOTHING_TO_SEND, is_worth_asking
from rules.candidate import Answer, Failed, Known, NotAsked, Query, Refused, Unknown
from rules.errors import ProviderError
from rules.filename import NameClues
from rules.lookup import Lookup

_AT_ONCE: Final = 4
"""Files under way together; the limiter spaces their requests, this hides the server's latency."""
_FAILURES_IN_A_ROW: Final = 3
"""So many files failed one after the other, each with all its retries: the server is down."""
_ABOUT_ONE_FILE: Final = (AnswerMalformed, AnswerTooLarge, QueryRejected)
"""Failures that say nothing about how the next file would fare."""


class ThePornDB:
    """Ask one server of ThePornDB's REST API."""

    def __init__(self, exchange: Exchange, mapping: SceneMapping, *, search: bool = True) -> None:
        """Ask through `exchange`; `mapping` knows the source's name.

        Without `search` nothing of a file's name is ever sent.
        """
        self._exchange = exchange
        self._search = search
        self._source = mapping.source
        self._cascade = Cascade(exchange=exchange, mapping=mapping)

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._source

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        """Return one answer for each query, in the same order; failures are answers too.

        Once the server is seen to be down, or to refuse the key, the rest of the queries get the
        same failure without being sent.
        """
        batch = _Batch(self._cascade, [self._sendable(query) for query in queries])
        async with anyio.create_task_group() as tasks:
            for _ in range(min(_AT_ONCE, len(queries))):
                tasks.start_soon(batch.work)

        return [batch.answers[position] for position in range(len(queries))]

    async def search(self, lookup: Lookup) -> Answer:
        """Return what the server offers for what a person looks for; failures are answers too."""
        try:
            found = await self._cascade.found(lookup)
        except ProviderError as error:
            return failure(self._source, error)

        if not found:
            return Unknown(source=self._source)

        return Known(source=self._source, candidates=found)

    async def check(self) -> str:
        """Return "authenticated as NAME at HOST (ThePornDB)".

        Raises:
            ProviderError: saying what is wrong and what to do about it.

        """
        user = await self._exchange.user()
        name = user.name or f"user {user.id}"
        return f"authenticated as {name} at {self._exchange.place} (ThePornDB)"

    def _sendable(self, query: Query) -> Query:
        """Return the query without a name that may not be sent, or is nobody's release."""
        if not self._search:
            return query.without_texts()

        return replace(
            query, clues=_if_telling(query.clues), sidecar_clues=_if_telling(query.sidecar_clues)
        )


def _if_telling(clues: NameClues | None) -> NameClues | None:
    return clues if clues is not None and is_telling(clues) else None


class _Batch:
    """The queries of one call, taken in order by several tasks."""

    def __init__(self, cascade: Cascade, queries: Sequence[Query]) -> None:
        """Take queries as they come."""
        self.answers: dict[int, Answer] = {}
        self._cascade = cascade
        self._source = cascade.mapping.source
        self._left: Iterator[tuple[int, Query]] = iter(enumerate(queries))
        self._failures_in_a_row = 0
        self._given_up: Answer | None = None

    async def work(self) -> None:
        """Answer queries until none is left."""
        for position, query in self._left:
            self.answers[position] = await self._answer(query)

    async def _answer(self, query: Query) -> Answer:
        if not is_worth_asking(query, self._source):
            return NotAsked(source=self._source, reason=NOTHING_TO_SEND)

        if self._given_up is not None:
            return self._given_up

        try:
            candidates = await self._cascade.candidates(query)
        except ProviderError as error:
            return self._failed(error)

        self._failures_in_a_row = 0
        if not candidates:
            return Unknown(source=self._source)

        return Known(source=self._source, candidates=candidates)

    def _failed(self, error: ProviderError) -> Answer:
        answer = failure(self._source, error)
        if isinstance(error, _ABOUT_ONE_FILE):
            return answer

        self._failures_in_a_row += 1
        if isinstance(error, KeyRefused) or self._failures_in_a_row >= _FAILURES_IN_A_ROW:
            self._given_up = answer

        return answer


def failure(source: str, error: ProviderError) -> Answer:
    """Return what went wrong, as the answer that it is."""
    if isinstance(error, KeyRefused):
        return Refused(source=source, reason=str(error))

    retry_after_s = error.retry_after_s if isinstance(error, Transient) else None
    return Failed(source=source, reason=str(error), retry_after_s=retry_after_s)
