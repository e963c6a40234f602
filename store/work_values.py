"""What the fields of a work hold that name performers, studios and tags: these by their numbers."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.plan import Field
from store.rows import from_json, to_json

_NUMBER = TypeAdapter(int | None)
_NUMBERS = TypeAdapter(tuple[int, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class _Credit:
    """A performer in a work, as the table holds it."""

    performer_id: int
    credited_as: str | None


_CREDITS = TypeAdapter(tuple[_Credit, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Mention:
    """One studio, performer or tag that a field names."""

    number: int
    credited_as: str | None = None
    """Of performers: the name used there, where it differs."""


def mentions_in(field: Field, value: str) -> tuple[Mention, ...]:
    """Return whom or what a field names, in its order."""
    if field is Field.PERFORMERS:
        found = from_json(_CREDITS, value)
        return tuple(
            Mention(number=each.performer_id, credited_as=each.credited_as) for each in found
        )

    if field is Field.STUDIO:
        number = from_json(_NUMBER, value)
        return () if number is None else (Mention(number=number),)

    return tuple(Mention(number=number) for number in from_json(_NUMBERS, value))


def mentioned(field: Field, mentions: Sequence[Mention]) -> str:
    """Return the value of a field that names these, each of them once.

    A field that names nobody is one that a person emptied.
    """
    first = {each.number: each for each in reversed(mentions)}
    ordered = [first[number] for number in dict.fromkeys(each.number for each in mentions)]
    if field is Field.PERFORMERS:
        credited = tuple(
            _Credit(performer_id=each.number, credited_as=each.credited_as) for each in ordered
        )
        return to_json(_CREDITS, credited)

    numbers = tuple(each.number for each in ordered)
    if field is Field.STUDIO:
        return to_json(_NUMBER, numbers[0] if numbers else None)

    return to_json(_NUMBERS, numbers)
