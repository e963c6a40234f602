"""The rules as a person orders them: the first whose condition holds decides."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.condition import Condition, read_condition
from rules.errors import RuleError
from rules.mentions import KnownNames


class Then(StrEnum):
    """What a rule does when its condition holds."""

    ACCEPT = "accept"
    REVIEW = "review"
    IGNORE = "ignore"
    NO_MATCH = "no match"


class RuleNameTaken(RuleError):
    """Two rules have one name, so that no decision could say which of them made it."""

    def __init__(self, name: str) -> None:
        """Build the message from the name."""
        super().__init__(f'two rules are named "{name}"; give one of them another name')
        self.name = name


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """A rule as it is written."""

    name: str
    when: str
    then: Then
    reason: str | None = None
    """Why it exists, for the person who reads a decision."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """A rule that can be asked."""

    name: str
    condition: Condition
    then: Then
    reason: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleSet:
    """Rules in their order."""

    rules: tuple[Rule, ...]
    digest: str
    """The same for the same names, conditions, outcomes and order; stored with each decision."""

    def __iter__(self) -> Iterator[Rule]:
        """Yield the rules, first first."""
        return iter(self.rules)


def compile_rules(texts: Sequence[RuleText], *, known: KnownNames | None = None) -> RuleSet:
    """Return the rules, ready to be asked, in the order given.

    With `known`, a condition may only speak of sources and libraries that exist.

    Raises:
        ConditionError: at the first condition that cannot be used.
        RuleNameTaken: when a name stands twice.

    """
    names: set[str] = set()
    for text in texts:
        if text.name in names:
            raise RuleNameTaken(text.name)
        names.add(text.name)

    return RuleSet(rules=tuple(_compile(text, known) for text in texts), digest=_digest(texts))


def _compile(text: RuleText, known: KnownNames | None) -> Rule:
    return Rule(
        name=text.name,
        condition=read_condition(text.when, rule=text.name, known=known),
        then=Then(text.then),
        reason=text.reason,
    )


def _digest(texts: Sequence[RuleText]) -> str:
    facts = [[text.name, text.when, text.then] for text in texts]
    return hashlib.sha256(json.dumps(facts).encode()).hexdigest()[:16]
