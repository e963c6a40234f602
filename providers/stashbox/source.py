"""A stash-box as a source: questions in batches, an answer for each, whatever happens.

Fingerprints of 40 files go into one request. What they do not find is asked about one by one: by
id, then by address, then by name, and each only while nothing was found.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Final

import anyio
from pydantic import JsonValue, ValidationError

from providers.errors import (
    AnswerMalformed,
    AnswerTooLarge,
    KeyProblem,
    KeyRefused,
    QueryRejected,
    TooManyScenes,
    Transient,
)
from providers.stashbox.answers import UserAnswer, VersionAnswer
from providers.stashbox.documents import ME, VERSION
from providers.stashbox.exchange import Exchange
from providers.stashbox.mapping import SceneMapping
from providers.stashbox.question import NOTHING_TO_SEND, chunks, is_scene_id, is_worth_asking
from providers.stashbox.scenes import Scenes
from providers.stashbox.schema import Schema
from providers.stashbox.terms import is_telling
from providers.stashbox.voting import Voting
from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Query, Refused, Unknown, Way
from rules.errors import ProviderError
from rules.filename import NameClues
from rules.lookup import Lookup
from rules.submission import Outcome, Submission

MOST_URLS: Final = 3
"""A work's page at its studio comes first; what follows are mirrors and shops."""
AT_ONCE: Final = 4
"""So many single questions are under way together: turns come 4 a second, answers take longer."""
MOST_FAILURES: Final = 3
"""After so many failures in one asking the source is taken to be down: each took three attempts."""
_NO_ID: Final = (
    "an id there looks like 0190a7c2-1b3d-7e4f-8a5b-6c7d8e9f0a1b; copy all of it from the address"
    " of the work's page, or search by that"
)


@dataclass(slots=True)
class _Asking:
    """One call of `ask`: what failed so far."""

    failures: int = 0
    last: ProviderError | None = None

    @property
    def is_over(self) -> bool:
        """Tell whether asking on would only cost time."""
        return isinstance(self.last, KeyRefused) or self.failures >= MOST_FAILURES

    def note(self, error: ProviderError) -> None:
        """Count a failure that may be the source's rather than the question's."""
        if isinstance(error, Transient | KeyRefused):
            self.failures += 1
            self.last = error


class StashBox:
    """Ask one stash-box endpoint."""

    def __init__(self, exchange: Exchange, mapping: SceneMapping, *, search: bool = True) -> None:
        """Ask through `exchange`; `mapping` knows the source's name.

        Without `search` nothing of a file's name is ever sent.
        """
        self._exchange = exchange
        self._mapping = mapping
        self._search = search
        self._voting = Voting(exchange)
        self._scenes = Scenes(Schema(exchange), mapping, exchange.place)

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._mapping.source

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        """Return one answer for each query, in the same order; failures are answers too."""
        answers = await self._by_fingerprints(queries)
        asking = _Asking()
        gate = anyio.CapacityLimiter(AT_ONCE)

        async def ask_on(index: int) -> None:
            async with gate:
                answers[index] = await self._further(queries[index], answers[index], asking)

        async with anyio.create_task_group() as tasks:
            for index, answer in enumerate(answers):
                if self._has_further(queries[index], answer):
                    tasks.start_soon(ask_on, index)

        return answers

    async def search(self, lookup: Lookup) -> Answer:
        """Return what the server offers for what a person looks for; failures are answers too."""
        if lookup.way is Way.ID and not is_scene_id(lookup.text):
            return NotAsked(source=self.name, reason=_NO_ID)

        try:
            match lookup.way:
                case Way.ID:
                    return self._known(await self._scenes.by_id(lookup.text))
                case Way.URL:
                    return self._known(await self._scenes.by_url(lookup.text))
                case _:
                    return self._known(await self._scenes.by_words(lookup.text))
        except ProviderError as error:
            return self._failure(error)

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Return what became of each vote, in the same order; failures are outcomes too."""
        return await self._voting.submit(submissions)

    async def check(self) -> str:
        """Return "authenticated as NAME at HOST (stash-box VERSION)", and what it cannot do.

        Raises:
            ProviderError: saying what is wrong and what to do about it.

        """
        ways = await self._scenes.ways()
        me = await self._exchange.run(ME)
        user = self._user(me.get("me"))
        version = await self._version()
        line = f"authenticated as {user.name} at {self._exchange.place} ({version})"
        return line + _left_out(frozenset(Way) - ways)

    def _user(self, value: JsonValue) -> UserAnswer:
        if value is None:
            has_key = self._exchange.has_key
            problem = KeyProblem.NOT_ALLOWED if has_key else KeyProblem.MISSING
            raise KeyRefused(self._exchange.place, problem)

        try:
            return UserAnswer.model_validate(value)
        except ValidationError as error:
            raise AnswerMalformed(self._exchange.place, "a user of another shape") from error

    async def _version(self) -> str:
        """Return what the server says it is; asking this needs READ, as every lookup does."""
        try:
            data = await self._exchange.run(VERSION)
            version = VersionAnswer.model_validate(data.get("version")).version
        except (QueryRejected, ValidationError):
            return "a server that does not tell its version"

        return f"stash-box {version.removeprefix('v')}"

    async def _by_fingerprints(self, queries: Sequence[Query]) -> list[Answer]:
        answers: list[Answer] = [
            NotAsked(source=self.name, reason=NOTHING_TO_SEND) for _ in queries
        ]
        asked = [index for index, query in enumerate(queries) if is_worth_asking(query)]
        for chunk in chunks(asked):
            found = await self._answers([queries[index] for index in chunk])
            for index, answer in zip(chunk, found, strict=True):
                answers[index] = answer

        return answers

    async def _answers(self, queries: Sequence[Query]) -> list[Answer]:
        """Return the answers of one chunk; its failure is the answer to each of its queries."""
        try:
            groups = await self._scenes.groups(queries)
        except (AnswerTooLarge, TooManyScenes) as error:
            if len(queries) > 1:
                return await self._answers_by_halves(queries)
            return [self._failure(error)]
        except ProviderError as error:
            return [self._failure(error) for _ in queries]

        return [self._answer(group) for group in groups]

    async def _answers_by_halves(self, queries: Sequence[Query]) -> list[Answer]:
        """Ask less at once: otherwise the same chunk would be too large again, for ever."""
        middle = len(queries) // 2
        first = await self._answers(queries[:middle])
        return first + await self._answers(queries[middle:])

    def _answer(self, group: JsonValue) -> Answer:
        """Return the answer that one group is."""
        try:
            return self._known(self._scenes.candidates(group, Way.FINGERPRINT))
        except ProviderError as error:
            return self._failure(error)

    def _has_further(self, query: Query, answer: Answer) -> bool:
        """Tell whether a single question could add to the answer of the batch."""
        if isinstance(answer, Failed | Refused):
            return False

        if isinstance(answer, Known):
            return bool(self._own_ids(query))

        return bool(self._own_ids(query) or query.urls or self._searched(query))

    async def _further(self, query: Query, answer: Answer, asking: _Asking) -> Answer:
        """Return the answer after the costlier ways; one that fails leaves no answer."""
        if asking.is_over and asking.last is not None:
            return self._failure(asking.last)

        offered = answer.candidates if isinstance(answer, Known) else ()
        try:
            found = await self._by_ids(query, offered)
            found = found or await self._by_urls(query) or await self._by_text(query)
        except ProviderError as error:
            asking.note(error)
            return self._failure(error)

        return self._known(found)

    async def _by_ids(self, query: Query, offered: tuple[Candidate, ...]) -> tuple[Candidate, ...]:
        """Return what is offered and what the ids name; nothing is fetched twice."""
        by_id = {candidate.remote_id: candidate for candidate in offered}
        own = self._own_ids(query)
        for remote_id in own:
            if remote_id not in by_id:
                fetched = await self._scenes.by_id(remote_id)
                named = {each.remote_id: each for each in fetched}
                by_id = named | {each: by_id[each] for each in by_id if each not in named}

        return tuple(
            replace(candidate, found_by=Way.ID) if candidate.remote_id in own else candidate
            for candidate in by_id.values()
        )

    async def _by_urls(self, query: Query) -> tuple[Candidate, ...]:
        for url in query.urls[:MOST_URLS]:
            found = await self._scenes.by_url(url)
            if found:
                return found

        return ()

    async def _by_text(self, query: Query) -> tuple[Candidate, ...]:
        for clues in self._searched(query):
            found = await self._scenes.by_text(clues)
            if found:
                return found

        return ()

    def _searched(self, query: Query) -> tuple[NameClues, ...]:
        """Return what is searched for in turn, until something is found."""
        return tuple(filter(is_telling, query.texts)) if self._search else ()

    def _own_ids(self, query: Query) -> tuple[str, ...]:
        own = (known.remote_id for known in query.ids if known.source == self.name)
        return tuple(dict.fromkeys(each for each in own if is_scene_id(each)))

    def _known(self, candidates: Iterable[Candidate]) -> Answer:
        found = tuple(candidates)
        return Known(source=self.name, candidates=found) if found else Unknown(source=self.name)

    def _failure(self, error: ProviderError) -> Answer:
        if isinstance(error, KeyRefused):
            return Refused(source=self.name, reason=str(error))

        retry_after_s = error.retry_after_s if isinstance(error, Transient) else None
        return Failed(source=self.name, reason=str(error), retry_after_s=retry_after_s)


def _left_out(ways: frozenset[Way]) -> str:
    """Return what a server cannot be asked by; nothing is said when it can all."""
    named = {Way.ID: "id", Way.URL: "address", Way.TEXT: "name"}
    missing = [word for way, word in named.items() if way in ways]
    return f"; it cannot be asked by {' or '.join(missing)}" if missing else ""
