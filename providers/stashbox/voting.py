"""Votes on hashes sent to a stash-box: many in one call where it takes that, else one by one.

What a server takes is found out once: it says so, or its 422 does (`stash-box.md` §1, §4). A batch
holds only VALID votes; its answer may be shorter than what was sent and is matched by work and
hash, and what it does not name is sent alone: servers count a vote once. A single call answers
`true` also for what it ignores, which cannot be told from here.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

import anyio
from pydantic import JsonValue, ValidationError

from providers.errors import FieldsUnknown, KeyRefused, QueryRejected, Transient, quoted
from providers.stashbox.answers import SchemaInput, SchemaType, VoteAnswer
from providers.stashbox.documents import SUBMIT, SUBMIT_MANY, SUBMITTING
from providers.stashbox.exchange import Exchange
from providers.stashbox.question import is_scene_id
from rules.errors import ProviderError
from rules.fingerprint import HashMalformed, parse_hash
from rules.submission import (
    Barred,
    Declined,
    Missed,
    Outcome,
    Submission,
    Taken,
    Vote,
    Withheld,
)

NO_ID: Final = "its id there is none of a stash-box's, which are UUIDs; nothing was sent"
NO_VOTES: Final = "the server is too old to be told that; it can from stash-box 0.6 on"
NO_SUBMITTING: Final = "the server takes no fingerprints"

_Key = tuple[str, int]
"""A work's id and a hash, as the answer names them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ways:
    """What a server takes."""

    has_single: bool = True
    has_many: bool = True
    has_vote: bool = True
    has_unmatch: bool = True
    """The older way to take a vote back."""


class Voting:
    """Tell one endpoint what hashes are of which works, and which are not."""

    def __init__(self, exchange: Exchange) -> None:
        """Send through `exchange`."""
        self._exchange = exchange
        self._ways: Ways | None = None
        self._probing = anyio.Lock()

    async def submit(self, submissions: Sequence[Submission]) -> list[Outcome]:
        """Return what became of each, in the same order; failures are outcomes too.

        After one that got no answer the rest is not tried: it would take as long for each.
        """
        outcomes: dict[int, Outcome] = {
            index: Withheld(reason=NO_ID)
            for index, each in enumerate(submissions)
            if not is_scene_id(each.subject.remote_id)
        }
        try:
            ways = await self._known_ways()
            outcomes |= await self._many(submissions, _left(submissions, outcomes), ways)
            for index in _left(submissions, outcomes):
                outcomes[index] = await self._one(submissions[index])
        except ProviderError as error:
            lost = _lost(error)
            outcomes |= dict.fromkeys(_left(submissions, outcomes), lost)

        return [outcomes[index] for index in range(len(submissions))]

    async def _many(
        self, submissions: Sequence[Submission], waiting: Sequence[int], ways: Ways
    ) -> dict[int, Outcome]:
        """Return what became of those that go into one call; nothing where it takes none.

        Raises:
            ProviderError: it is not known what became of them, or nothing did.

        """
        batch = [index for index in waiting if submissions[index].vote is Vote.VALID]
        if not ways.has_many or len(batch) < 2:  # noqa: PLR2004  # one is no batch
            return {}

        try:
            data = await self._exchange.run(
                SUBMIT_MANY, input=[_flat(submissions[index]) for index in batch]
            )
        except FieldsUnknown:
            self._ways = replace(self._ways or ways, has_many=False)
            return {}
        except QueryRejected:
            return {}  # one of them spoils it; alone each gets an answer of its own

        told = dict(self._answers(data.get("submitFingerprints")))
        named = {index: told.get(_key(submissions[index])) for index in batch}
        return {index: outcome for index, outcome in named.items() if outcome is not None}

    def _answers(self, value: JsonValue) -> Iterator[tuple[_Key, Outcome]]:
        """Yield what the answer to a batch says; what cannot be read says nothing."""
        for item in value if isinstance(value, list) else ():
            try:
                answer = VoteAnswer.model_validate(item)
                key = (answer.scene_id.lower(), parse_hash(answer.hash))
            except (ValidationError, HashMalformed):
                continue

            yield key, Taken() if answer.error is None else self._declined(answer.error)

    async def _one(self, submission: Submission) -> Outcome:
        """Return what became of one call.

        Raises:
            ProviderError: the server did not answer, or lets us say nothing.

        """
        while True:
            ways = self._ways or Ways()
            if not ways.has_single:
                return Withheld(reason=NO_SUBMITTING)

            vote = _vote_input(submission.vote, ways)
            if vote is None:
                return Withheld(reason=NO_VOTES)

            try:
                await self._exchange.run(SUBMIT, input={**_nested(submission), **vote})
            except FieldsUnknown as error:
                less = _without(ways, vote, error)
                if less == ways:
                    return self._declined(error.message)
                self._ways = less
            except QueryRejected as error:
                return self._declined(error.message)
            else:
                return Taken()

    def _declined(self, text: str) -> Declined:
        return Declined(reason=f"it says {quoted(self._exchange.without_key(text))}")

    async def _known_ways(self) -> Ways:
        """Return what the server takes; it is asked once.

        Raises:
            ProviderError: it could not be asked; the next call tries again.

        """
        async with self._probing:
            if self._ways is None:
                self._ways = await self._ask_ways()

            return self._ways

    async def _ask_ways(self) -> Ways:
        try:
            data = await self._exchange.run(SUBMITTING)
        except QueryRejected:
            return Ways()  # it hides its schema; its 422 will say what it lacks

        mutations = _names(data.get("Mutation"), SchemaType)
        inputs = _names(data.get("FingerprintSubmission"), SchemaInput)
        return Ways(
            has_single=not mutations or "submitFingerprint" in mutations,
            has_many=not mutations or "submitFingerprints" in mutations,
            has_vote=not inputs or "vote" in inputs,
            has_unmatch=not inputs or "unmatch" in inputs,
        )


def _left(submissions: Sequence[Submission], outcomes: dict[int, Outcome]) -> list[int]:
    return [index for index in range(len(submissions)) if index not in outcomes]


def _lost(error: ProviderError) -> Outcome:
    """Return what a failure of the whole call means for each vote in it."""
    if isinstance(error, KeyRefused):
        return Barred(reason=str(error))

    retry_after_s = error.retry_after_s if isinstance(error, Transient) else None
    return Missed(reason=str(error), retry_after_s=retry_after_s)


def _names(value: JsonValue, kind: type[SchemaType | SchemaInput]) -> frozenset[str]:
    """Return the names in a type; nothing where the server does not have it, or hides it."""
    try:
        return frozenset(field.name for field in kind.model_validate(value).fields_)
    except ValidationError:
        return frozenset()


def _vote_input(vote: Vote, ways: Ways) -> dict[str, JsonValue] | None:
    """Return how a vote is said to this server; None where it cannot be."""
    if vote is Vote.VALID:
        return {}  # what every server takes it for
    if ways.has_vote:
        return {"vote": vote.value}

    return {"unmatch": True} if vote is Vote.REMOVE and ways.has_unmatch else None


def _without(ways: Ways, vote: dict[str, JsonValue], error: FieldsUnknown) -> Ways:
    """Return what is left to try after a server did not know a call; the same if all of it."""
    if any(name == "submitFingerprint" for _, name in error.fields):
        return replace(ways, has_single=False)
    if "vote" in vote:
        return replace(ways, has_vote=False)

    return replace(ways, has_unmatch=False) if "unmatch" in vote else ways


def _flat(submission: Submission) -> JsonValue:
    subject = submission.subject
    return {
        "scene_id": subject.remote_id,
        "hash": subject.text,
        "algorithm": subject.algorithm.value,
        "duration": submission.duration_s,
    }


def _nested(submission: Submission) -> dict[str, JsonValue]:
    subject = submission.subject
    return {
        "scene_id": subject.remote_id,
        "fingerprint": {
            "hash": subject.text,
            "algorithm": subject.algorithm.value,
            "duration": submission.duration_s,
        },
    }


def _key(submission: Submission) -> _Key:
    return (submission.subject.remote_id.lower(), submission.subject.value)
