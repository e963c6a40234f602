"""Documents sent so that the server knows every field in them, as far as it can be found out.

A server says once what it has; one that hides its schema says what it lacks in its 422, once for
each field. Nothing is guessed from a version.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

import anyio
from pydantic import JsonValue, ValidationError

from providers.errors import FieldsUnknown, QueryRejected, WrongPlace
from providers.stashbox.answers import SchemaType
from providers.stashbox.documents import SCHEMA
from providers.stashbox.exchange import Exchange
from providers.stashbox.fields import (
    ASSUMED_MISSING,
    ESSENTIAL,
    LOOKUP,
    ROOTS,
    Field,
    droppable,
    missing_fields,
    recognised,
)

Document = Callable[[frozenset[Field]], str]
"""Writes a document without the fields that are missing."""

_NONE: Final[frozenset[Field]] = frozenset()


class Schema:
    """Know what one server lacks, and ask it for nothing else."""

    def __init__(self, exchange: Exchange) -> None:
        """Send through `exchange`."""
        self._exchange = exchange
        self._missing: frozenset[Field] | None = None
        self._probing = anyio.Lock()

    async def missing(self) -> frozenset[Field]:
        """Return the fields and queries that this server lacks; it is asked once.

        Raises:
            WrongPlace: when it is a GraphQL server without the one query we need.
            ProviderError: when it could not be asked; the next call tries again.

        """
        async with self._probing:
            if self._missing is None:
                self._missing = await self._ask()

            return self._missing

    async def run(self, root: Field, write: Document, **variables: JsonValue) -> list[JsonValue]:
        """Return the one value of the query `root`; nothing when the server has no such query.

        A field that the server turns out to lack is asked for no more.

        Raises:
            ProviderError: the class says why there is no value.

        """
        missing = await self.missing()
        while root not in missing:
            try:
                data = await self._exchange.run(write(missing), **variables)
            except FieldsUnknown as error:
                less = missing | _to_drop(root, missing, error)
                if less == missing:
                    raise
                missing = less
            else:
                self._learn(missing)
                return [data.get(root[1])]

        self._learn(frozenset({root}))
        return []

    def _learn(self, missing: frozenset[Field]) -> None:
        """Remember what is missing, beside what others found out meanwhile."""
        self._missing = (self._missing or _NONE) | missing

    async def _ask(self) -> frozenset[Field]:
        try:
            data = await self._exchange.run(SCHEMA)
        except QueryRejected:
            return ASSUMED_MISSING

        missing = missing_fields(_known_fields(data))
        if missing & ESSENTIAL:
            place = self._exchange.place
            lookup = LOOKUP[1]
            raise WrongPlace(place, f"a GraphQL server without {lookup} (stash-box 0.2 has it)")

        return missing


def _to_drop(root: Field, missing: frozenset[Field], error: FieldsUnknown) -> frozenset[Field]:
    """Return what to leave out after `error`; nothing when nothing would help.

    A query that can be done without goes before any field that the lookup needs is given up: its
    rejection says nothing about theirs, unless it names them.
    """
    if error.fields & ESSENTIAL:
        return _NONE

    if root not in ROOTS:
        return droppable(error.fields)

    named = recognised(error.fields) - missing
    return named or frozenset({root})


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
