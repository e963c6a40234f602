"""The owner's rules and the shipped ones, put together and tried out.

The rule engine takes half a second to import, more than all else of a command that only wants
to know where the socket is; so it is imported where rules are really at hand.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.settings.document import Entry
from daemon.settings.finder import Finder
from daemon.settings.problems import Problem
from daemon.settings.sections import RuleSettings

if TYPE_CHECKING:  # what the module's docstring says
    from rules.condition import ConditionError
    from rules.ruleset import RuleSet, RuleText


@dataclass(frozen=True, slots=True, kw_only=True)
class Names:
    """What the configuration names, switched off or not."""

    libraries: frozenset[str]
    sources: frozenset[str]


def rule_texts(rules: Iterable[RuleSettings], *, default_rules: bool) -> tuple[RuleText, ...]:
    """Return the rules in the order they are tried: the owner's, then the shipped ones."""
    from rules.defaults import DEFAULT_RULES  # noqa: PLC0415 - see the module's docstring
    from rules.ruleset import RuleText, Then  # noqa: PLC0415

    own = (
        RuleText(name=rule.name, when=rule.when, then=Then(rule.then), reason=rule.reason or "")
        for rule in rules
    )
    return (*own, *(DEFAULT_RULES if default_rules else ()))


def compiled(texts: Sequence[RuleText]) -> RuleSet:
    """Return the rules, ready to be asked."""
    from rules.ruleset import compile_rules  # noqa: PLC0415 - see the module's docstring

    return compile_rules(texts)


def shipped_names() -> frozenset[str]:
    """Return the names that the shipped rules have."""
    from rules.defaults import DEFAULT_RULES  # noqa: PLC0415 - see the module's docstring

    return frozenset(rule.name for rule in DEFAULT_RULES)


def condition_problems(
    rules: Iterable[Entry],
    finder: Finder,
    *,
    names: Names | None,
) -> Iterator[Problem]:
    """Yield the conditions that do not compile, each for itself so that all are found.

    With `names`, a condition may speak only of libraries and sources that there are.
    """
    from rules.condition import ConditionError, read_condition  # noqa: PLC0415  # as said above
    from rules.mentions import KnownNames  # noqa: PLC0415

    known = KnownNames(libraries=names.libraries, sources=names.sources) if names else None
    for rule in rules:
        when = rule.texts.get("when", "")
        if not when.strip():
            continue
        name = rule.texts.get("name") or f"rule {rule.index + 1}"
        try:
            read_condition(when, rule=name, known=known)
        except ConditionError as error:
            yield _condition_problem(rule, error, finder)


def _condition_problem(rule: Entry, error: ConditionError, finder: Finder) -> Problem:
    """Return where in the file the condition is wrong; or else where in the condition."""
    place = None
    if error.line is not None and error.column is not None:
        place = (error.line, error.column)
    location = rule.location("when")
    message = f'rule "{error.rule}": {error.fault}'
    return finder.problem_in(location, message, place) or finder.problem_at(location, str(error))
