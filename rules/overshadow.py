"""Rules that can never decide, because an earlier one always does before them.

Told only where it can be seen from the conditions; see `rules.normal_form`. A file to which works
were offered and one to which none was are looked at apart, as `rules.decide` does: an accept needs
an offer, and what makes a file silent must hold for all offers.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

from rules.case import Case, FileFacts
from rules.constraint import Among, Constraint, Span
from rules.facts import FACTS, FactKind, FactValue
from rules.normal_form import (
    NEVER,
    Alternatives,
    TooManyAlternatives,
    alternatives_of,
    implies,
    join,
)
from rules.ruleset import Rule, RuleSet, Then

_ANY = frozenset({Then.ACCEPT, Then.REVIEW})
"""Rules that need one candidate for which they hold; the others must hold for all."""

_OFFERED: Alternatives = (
    {
        "candidates": Span(low=1),
        **{
            name: Span(low=0)
            for name in (
                *("oshash_submissions", "oshash_reports", "phash_submissions", "phash_reports"),
                *("phash_distance", "duration_difference", "fingerprint_duration_difference"),
                *("work_duration_difference", "rivals", "file_size", "file_duration"),
                *("name_performers", "name_performers_named"),
            )
        },
        "phash_share": Span(low=0, high=1),
        "name_title_share": Span(low=0, high=1),
    },
)
"""What holds of every candidate that was ever offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Idle:
    """A rule that never decides."""

    rule: str
    because_of: str | None
    """The rule that always decides before it; None when its own condition contradicts itself."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Form:
    """A rule as it is compared with others; its alternatives are None when they are too many."""

    rule: Rule
    when_offered: Alternatives | None
    when_nothing: Alternatives | None

    @property
    def is_impossible(self) -> bool:
        return self.when_offered == NEVER and self.when_nothing == NEVER

    @property
    def is_any(self) -> bool:
        return self.rule.then in _ANY


def idle_rules(rules: RuleSet) -> tuple[Idle, ...]:
    """Return the rules that are seen never to decide, in their order."""
    return tuple(_idle(tuple(_form(rule) for rule in rules)))


def _idle(forms: tuple[_Form, ...]) -> Iterator[Idle]:
    for position, form in enumerate(forms):
        if form.is_impossible:
            yield Idle(rule=form.rule.name, because_of=None)
            continue

        earlier = [each for each in forms[:position] if not each.is_impossible]
        offered = _first(earlier, form, _decides_offered, form.when_offered)
        nothing = _first(earlier, form, _decides_nothing, form.when_nothing)
        if offered is not None and nothing is not None:
            yield Idle(rule=form.rule.name, because_of=(offered or nothing) or None)


def _first(
    earlier: Sequence[_Form],
    form: _Form,
    decides: Callable[[_Form, _Form], bool],
    when: Alternatives | None,
) -> str | None:
    """Return who always decides before `form`; "" when it never holds; None when nobody does."""
    if when == NEVER:
        return ""

    return next((each.rule.name for each in earlier if decides(each, form)), None)


def _decides_offered(earlier: _Form, form: _Form) -> bool:
    if earlier.when_offered is None or form.when_offered is None:
        return False
    if implies(_OFFERED, earlier.when_offered):
        return True

    is_for_all = earlier.is_any or not form.is_any or earlier.rule.condition.is_about_file
    return is_for_all and implies(form.when_offered, earlier.when_offered)


def _decides_nothing(earlier: _Form, form: _Form) -> bool:
    if earlier.when_nothing is None or form.when_nothing is None:
        return False

    return implies(form.when_nothing, earlier.when_nothing)


def _form(rule: Rule) -> _Form:
    try:
        alternatives = alternatives_of(rule.condition.expression)
        offered = join(_OFFERED, alternatives)
        nothing = NEVER if rule.then is Then.ACCEPT else join(_nothing_offered(), alternatives)
    except TooManyAlternatives:
        return _Form(rule=rule, when_offered=None, when_nothing=None)

    return _Form(rule=rule, when_offered=offered, when_nothing=nothing)


def _nothing_offered() -> Alternatives:
    """Return what holds of a file to which nothing was offered."""
    file = FileFacts(name="", library="", size_bytes=0, duration_s=0)
    nothing = Case(file=file, works=0)
    told = {
        fact.name: _exactly(fact.kind, fact.value(nothing))
        for fact in FACTS
        if not fact.is_about_file
    }
    return (told,)


def _exactly(kind: FactKind, value: FactValue) -> Constraint:
    if kind is FactKind.NUMBER:
        return Span(low=float(value), high=float(value))

    return Among(values=frozenset({bool(value) if kind is FactKind.TRUTH else str(value)}))
