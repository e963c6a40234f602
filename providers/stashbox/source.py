"""A stash-box as a source: questions in batches, an answer for each, whatever happens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

import anyio
from pydantic import JsonValue, ValidationError

from providers.errors import (
    AnswerMalformed,
    AnswerTooLarge,
    FieldsUnknown,
    KeyProblem,
    KeyRefused,
    QueryRejected,
    TooManyScenes,
    Transient,
    WrongPlace,
)
from providers.stashbox.answers import SceneAnswer, SchemaType, UserAnswer, VersionAnswer
from providers.stashbox.documents import ME, SCHEMA, VERSION, lookup
from providers.stashbox.exchange import Exchange
from providers.stashbox.fields import (
    ASSUMED_MISSING,
    ESSENTIAL,
    LOOKUP,
    Field,
    droppable,
    missing_fields,
)
from providers.stashbox.mapping import SceneMapping
from providers.stashbox.question import NOTHING_TO_SEND, chunks, is_worth_asking, wire_fingerprints
from rules.candidate import Answer, Failed, Known, NotAsked, Query, Refused, Unknown
from rules.errors import ProviderError

_ROOT: Final = LOOKUP[1]
_GROUP_OF_ANOTHER_SHAPE: Final = "a group of scenes of another shape"


class StashBox:
    """Ask one stash-box endpoint."""

    def __init__(self, exchange: Exchange, mapping: SceneMapping) -> None:
        """Ask through `exchange`; `mapping` knows the source's name."""
        self._exchange = exchange
        self._mapping = mapping
        self._missing: frozenset[Field] | None = None
        self._probing = anyio.Lock()

    @property
    def name(self) -> str:
        """The name in the configuration."""
        return self._mapping.source

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        """Return one answer for each query, in the same order; failures are answers too."""
        answers: list[Answer] = [
            NotAsked(source=self.name, reason=NOTHING_TO_SEND) for _ in queries
        ]
        asked = [index for index, query in enumerate(queries) if is_worth_asking(query)]
        for chunk in chunks(asked):
            found = await self._answers([queries[index] for index in chunk])
            for index, answer in zip(chunk, found, strict=True):
                answers[index] = answer

        return answers

    async def check(self) -> str:
        """Return "authenticated as NAME at HOST (stash-box VERSION)".

        Raises:
            ProviderError: saying what is wrong and what to do about it.

        """
        await self._probe()
        me = await self._exchange.run(ME)
        user = self._user(me.get("me"))
        return f"authenticated as {user.name} at {self._exchange.place} ({await self._version()})"

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

    async def _answers(self, queries: Sequence[Query]) -> list[Answer]:
        """Return the answers of one chunk; its failure is the answer to each of its queries."""
        try:
            groups = await self._groups(queries)
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

    async def _groups(self, queries: Sequence[Query]) -> list[JsonValue]:
        """Return one group of scenes for each query, still as they came."""
        fingerprints: list[JsonValue] = [wire_fingerprints(query.fingerprints) for query in queries]
        data = await self._lookup(fingerprints)
        groups = data.get(_ROOT)
        if not isinstance(groups, list) or len(groups) != len(queries):
            found = len(groups) if isinstance(groups, list) else "no"
            raise AnswerMalformed(
                self._exchange.place, f"{found} groups of scenes for {len(queries)} queries"
            )

        return groups

    async def _lookup(self, fingerprints: list[JsonValue]) -> dict[str, JsonValue]:
        """Send the lookup; a field that the server turns out to lack is asked for no more."""
        missing = await self._probe()
        while True:
            try:
                data = await self._exchange.run(lookup(missing), fingerprints=fingerprints)
            except FieldsUnknown as error:
                less = missing | droppable(error.fields)
                if less == missing or error.fields & ESSENTIAL:
                    raise
                missing = less
            else:
                self._missing = missing
                return data

    async def _probe(self) -> frozenset[Field]:
        """Return the fields that this server lacks; it is asked once.

        Raises:
            WrongPlace: when it is a GraphQL server without the one query we need.
            ProviderError: when it could not be asked; the next call tries again.

        """
        async with self._probing:
            if self._missing is None:
                self._missing = await self._ask_schema()

            return self._missing

    async def _ask_schema(self) -> frozenset[Field]:
        try:
            data = await self._exchange.run(SCHEMA)
        except QueryRejected:
            return ASSUMED_MISSING

        missing = missing_fields(_known_fields(data))
        if missing & ESSENTIAL:
            raise WrongPlace(
                self._exchange.place, f"a GraphQL server without {_ROOT} (stash-box 0.2 has it)"
            )

        return missing

    def _answer(self, group: JsonValue) -> Answer:
        """Return the answer that one group is.

        A group with one scene that cannot be read fails as a whole: without that scene the others
        would look as if they had no rival.
        """
        if not isinstance(group, list):
            return self._malformed()

        try:
            scenes = [SceneAnswer.model_validate(scene) for scene in group if scene is not None]
        except ValidationError:
            return self._malformed()

        by_id = {scene.id: scene for scene in scenes if not scene.deleted}
        candidates = tuple(self._mapping.candidate(scene) for scene in by_id.values())
        if not candidates:
            return Unknown(source=self.name)

        return Known(source=self.name, candidates=candidates)

    def _malformed(self) -> Failed:
        error = AnswerMalformed(self._exchange.place, _GROUP_OF_ANOTHER_SHAPE)
        return Failed(source=self.name, reason=str(error))

    def _failure(self, error: ProviderError) -> Answer:
        if isinstance(error, KeyRefused):
            return Refused(source=self.name, reason=str(error))

        retry_after_s = error.retry_after_s if isinstance(error, Transient) else None
        return Failed(source=self.name, reason=str(error), retry_after_s=retry_after_s)


def _known_fields(data: dict[str, JsonValue]) -> dict[str, frozenset[str]]:
    """Return type to fields; types that the server does not have, or hides, are left out."""
    known: dict[str, frozenset[str]] = {}
    for name, value in data.items():
        try:
            fields = SchemaType.model_validate(value).fields_
        except ValidationError:
            continue

        if fields:
            known[name] = frozenset(field.name for field in fields)

    return known
