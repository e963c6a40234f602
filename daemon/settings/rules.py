"""The owner's rules and the shipped ones, put together and tried out."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from daemon.settings.document import Entry
from daemon.settings.keys import ProblemAt
from daemon.settings.problems import Problem
from daemon.settings.sections import RuleSettings
from rules.defaults import DEFAULT_RULES
from rules.errors import RuleError
from rules.ruleset import RuleText, Then, compile_rules


def rule_texts(rules: Iterable[RuleSettings], *, default_rules: bool) -> tuple[RuleText, ...]:
    """Return the rules in the order they are tried: the owner's, then the shipped ones."""
    own = (
        RuleText(name=rule.name, when=rule.when, then=Then(rule.then), reason=rule.reason or "")
        for rule in rules
    )
    return (*own, *(DEFAULT_RULES if default_rules else ()))


def shipped_names() -> frozenset[str]:
    """Return the names that the shipped rules have."""
    return frozenset(rule.name for rule in DEFAULT_RULES)


def condition_problems(rules: Iterable[Entry], problem_at: ProblemAt) -> Iterator[Problem]:
    """Yield the conditions that do not compile, each for itself so that all are found."""
    for rule in rules:
        when = rule.texts.get("when", "")
        if not when.strip():
            continue
        name = rule.texts.get("name") or f"rule {rule.index + 1}"
        try:
            compile_rules([RuleText(name=name, when=when, then=Then.REVIEW)])
        except RuleError as error:
            yield problem_at(rule.location("when"), str(error))
