"""One rule's `when`: an expression over facts, checked when it is read, that can't fail later.

The language is rule-engine's (5.1), narrowed by `rules.wording` and `rules.soundness`; the facts
are those of `rules.facts`. Patterns are Python's: `=~` matches from the beginning of the text,
`=~~` anywhere in it, and case counts unless the pattern begins with `(?i)`.
"""

from __future__ import annotations

import decimal
from collections.abc import Callable, Iterator
from dataclasses import dataclass

from rule_engine import (  # type: ignore[import-untyped]  # it ships no py.typed
    Context,
    DataType,
    EngineError,
    Rule,
    RuleSyntaxError,
    errors,
)

from rules.case import Case
from rules.errors import RuleError
from rules.facts import FACTS, Fact, FactKind, FactValue
from rules.mentions import KnownNames, refuse_unknown_names, refuse_unknown_ways
from rules.soundness import DEEPEST, refuse_unsound
from rules.wording import Misworded, Token, TokenKind, tokenize

_FACTS_BY_NAME = {fact.name: fact for fact in FACTS}


class ConditionError(RuleError):
    """A rule's condition cannot be used."""

    def __init__(self, rule: str, when: str, fault: Misworded) -> None:
        """Build the message from the rule's name, its condition and what is wrong with that."""
        self.rule = rule
        self.fault = str(fault)
        """What is wrong and how to mend it, without the place."""
        self.line: int | None = None
        """Counted from 1 within the condition, as is `column`; None when it has no one place."""
        self.column: int | None = None
        place = ""
        if fault.offset is not None:
            before = when[: fault.offset]
            self.line = before.count("\n") + 1
            self.column = fault.offset - before.rfind("\n")
            place = f", line {self.line}, column {self.column}"
        super().__init__(f'rule "{rule}"{place}: {fault}')


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmet:
    """A part of a condition that does not hold, and why."""

    part: str
    """As it is written in the rule."""
    values: tuple[tuple[str, FactValue], ...]
    """The facts in it and their values."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Part:
    """What stands between two `and` of a condition; or the whole."""

    text: str
    facts: tuple[Fact, ...]
    holds: Callable[[Case], bool]


@dataclass(frozen=True, slots=True, kw_only=True)
class Condition:
    """A sound condition: evaluating it always gives an answer."""

    when: str
    facts: tuple[Fact, ...]
    """Those it names, each once."""
    whole: _Part
    parts: tuple[_Part, ...]
    """All must hold for the whole to hold."""
    expression: object
    """The engine's parsed tree, for whoever compares conditions (`rules.normal_form`)."""

    @property
    def is_about_file(self) -> bool:
        """Tell whether it can be answered before any source is asked."""
        return all(fact.is_about_file for fact in self.facts)

    def holds(self, case: Case) -> bool:
        """Tell whether the condition is true of a file and one of its candidates."""
        return self.whole.holds(case)

    def unmet(self, case: Case) -> tuple[Unmet, ...]:
        """Return the parts that do not hold; none when the condition does."""
        return tuple(
            Unmet(
                part=part.text,
                values=tuple((fact.name, fact.value(case)) for fact in part.facts),
            )
            for part in self.parts
            if not part.holds(case)
        )


def read_condition(when: str, *, rule: str, known: KnownNames | None = None) -> Condition:
    """Return the condition that `when` states; `rule` names it in errors.

    Without `known`, names of sources and libraries are taken as they are: an old rule may speak
    of a source that is no longer configured.

    Raises:
        ConditionError: when it could fail or means nothing, with the place and the remedy.

    """
    try:
        tokens = tokenize(when)
        expression = _parse(when, Context(default_timezone="utc")).statement.expression
        refuse_unsound(expression, tokens)
        whole = _part(when, tokens)
        refuse_unknown_ways(tokens)
        if known is not None:
            refuse_unknown_names(tokens, known)
    except Misworded as fault:
        raise ConditionError(rule, when, fault) from fault

    return Condition(
        when=when,
        facts=whole.facts,
        whole=whole,
        parts=tuple(_conjuncts(when, tokens)),
        expression=expression,
    )


def _part(text: str, tokens: tuple[Token, ...]) -> _Part:
    # The engine's own type check runs a second time here, now knowing the facts.
    types = {fact.name: _engine_type(fact.kind) for fact in FACTS}
    context = Context(
        resolver=_value,
        type_resolver=types,
        default_timezone="utc",
        decimal_context=decimal.Context(prec=28),
    )
    names = dict.fromkeys(token.text for token in tokens if token.kind is TokenKind.NAME)
    return _Part(
        text=text,
        facts=tuple(_FACTS_BY_NAME[name] for name in names),
        holds=_parse(text, context).matches,
    )


def _engine_type(kind: FactKind) -> object:
    return {
        FactKind.TRUTH: DataType.BOOLEAN,
        FactKind.NUMBER: DataType.FLOAT,
        FactKind.TEXT: DataType.STRING,
    }[kind]


def _value(case: Case, name: str) -> FactValue:
    return _FACTS_BY_NAME[name].value(case)


def _parse(text: str, context: Context) -> Rule:
    """Map everything that the engine says of a text to one error."""
    try:
        return Rule(text, context)
    except RuleSyntaxError as error:
        raise _misplaced(text, error.token) from error
    except errors.RegexSyntaxError as error:
        problem = f"{error.value} is no pattern: {error.error}"
        raise Misworded(
            problem, r"a sign that means itself needs a \ before it", offset=None
        ) from error
    except EngineError as error:
        remedy = "compare facts with constants of their own kind"
        raise Misworded(f"the rule engine says {error.message}", remedy, offset=None) from error
    except RecursionError as error:
        problem = f"it joins or nests more than {DEEPEST} parts"
        raise Misworded(problem, "make several rules of it", offset=None) from error


def _misplaced(text: str, token: object) -> Misworded:
    offset: int | None = getattr(token, "lexpos", None)
    if offset is not None:
        word = tokenize(text[offset:])[0].text
        return Misworded(f"{word} can't stand here", "see what stands before it", offset=offset)

    if not text.strip():
        return Misworded("it is empty", 'write "true" for always', offset=0)

    return Misworded("it ends too early", "write what is missing", offset=len(text))


def _conjuncts(text: str, tokens: tuple[Token, ...]) -> Iterator[_Part]:
    """Yield the parts that `and` joins outside of brackets; with `or` there, the whole."""
    outside = tuple(_outside_brackets(tokens))
    joints = [token for token in outside if token.text == "and"]
    if any(token.text == "or" for token in outside):
        joints = []

    begin = 0
    for end, following in (
        *((token.offset, token.offset + len(token.text)) for token in joints),
        (len(text), len(text)),
    ):
        inside = tuple(token for token in tokens if begin <= token.offset < end)
        yield _part(" ".join(text[begin:end].split("\n")).strip(), inside)
        begin = following


def _outside_brackets(tokens: tuple[Token, ...]) -> Iterator[Token]:
    depth = 0
    for token in tokens:
        if token.kind is TokenKind.CLOSING:
            depth -= 1
        if not depth:
            yield token
        if token.kind is TokenKind.OPENING:
            depth += 1
