"""A condition as alternatives, each a constraint on every fact that it speaks of.

So two conditions can be compared: one implies another when each of its alternatives is stricter
than one of the other's. What the form does not understand, it keeps as an opaque word that is
true or false, and what grows too large is left undecided: it may miss an implication, and never
claims a wrong one.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from itertools import product

from rule_engine import ast  # type: ignore[import-untyped]  # it ships no py.typed

from rules.constraint import Among, Constraint, Span, is_within, meet

MOST_ALTERNATIVES = 64
"""More are not compared: they double with each `or` that is joined by `and`."""

Alternative = Mapping[str, Constraint]
"""Constraints by what they are about; all hold together."""
Alternatives = tuple[Alternative, ...]
"""One of them holds; none at all is a contradiction."""

ALWAYS: Alternatives = ({},)
NEVER: Alternatives = ()

_FLIPPED = {"lt": "gt", "gt": "lt", "le": "ge", "ge": "le", "eq": "eq", "ne": "ne"}
_SIGNS = {
    "lt": frozenset({"<"}),
    "le": frozenset({"<", "="}),
    "eq": frozenset({"="}),
    "ge": frozenset({">", "="}),
    "gt": frozenset({">"}),
    "ne": frozenset({"<", ">"}),
}


class TooManyAlternatives(Exception):
    """A condition is too entangled to be compared with others."""


@dataclass(frozen=True, slots=True)
class _Told:
    """Both what holds when a part of a condition is true and when it is false."""

    true: Alternatives
    false: Alternatives


def alternatives_of(expression: object) -> Alternatives:
    """Return the alternatives of a sound condition's parsed tree.

    Raises:
        TooManyAlternatives: when they are too many.

    """
    return _told(expression).true


def join(one: Alternatives, other: Alternatives) -> Alternatives:
    """Return the alternatives in which both hold; contradictory ones are left out.

    Raises:
        TooManyAlternatives: when they are too many.

    """
    if len(one) * len(other) > MOST_ALTERNATIVES**2:
        raise TooManyAlternatives

    return _few(_joined(one, other))


def implies(one: Alternatives, other: Alternatives) -> bool:
    """Tell whether `one` is seen to hold only where `other` does."""
    return all(any(_is_stricter(each, wider) for wider in other) for each in one)


def _is_stricter(one: Alternative, other: Alternative) -> bool:
    return all(
        about in one and is_within(one[about], constraint) for about, constraint in other.items()
    )


def _joined(one: Alternatives, other: Alternatives) -> Iterator[Alternative]:
    for left, right in product(one, other):
        both = dict(left)
        for about, constraint in right.items():
            common = meet(both[about], constraint) if about in both else constraint
            if common is None:
                break
            both[about] = common
        else:
            yield both


def _few(found: Iterable[Alternative]) -> Alternatives:
    kept: list[Alternative] = []
    for each in found:
        if each not in kept:
            kept.append(each)
        if len(kept) > MOST_ALTERNATIVES:
            raise TooManyAlternatives

    return tuple(kept)


def _told(node: object) -> _Told:
    if isinstance(node, ast.BooleanExpression):
        return _Told(ALWAYS, NEVER) if node.value else _Told(NEVER, ALWAYS)
    if isinstance(node, ast.UnaryExpression) and node.type == "not":
        inner = _told(node.right)
        return _Told(inner.false, inner.true)
    if isinstance(node, ast.LogicExpression):
        return _logic(node)
    if isinstance(node, ast.SymbolExpression):
        return _either(node.name, true=frozenset({True}), false=frozenset({False}))
    return _compared(node)


def _logic(node: ast.LogicExpression) -> _Told:
    left, right = _told(node.left), _told(node.right)
    if node.type == "and":
        return _Told(join(left.true, right.true), _few((*left.false, *right.false)))

    return _Told(_few((*left.true, *right.true)), join(left.false, right.false))


def _compared(node: object) -> _Told:
    if isinstance(node, ast.ContainsExpression):
        return _listed(node) or _opaque(node)
    if isinstance(node, ast.FuzzyComparisonExpression):
        return _opaque(node)
    if isinstance(node, ast.ComparisonExpression):
        return _plainly_compared(node)
    raise TypeError(f"a condition holds no {type(node).__name__}")


def _plainly_compared(node: ast.ComparisonExpression) -> _Told:
    left, right, sign = node.left, node.right, node.type
    if isinstance(right, ast.SymbolExpression) and not isinstance(left, ast.SymbolExpression):
        left, right, sign = right, left, _FLIPPED[sign]
    if not isinstance(left, ast.SymbolExpression):
        return _related(left, right, sign)
    if isinstance(right, ast.FloatExpression):
        return _number(left.name, sign, float(right.value))
    if isinstance(right, (ast.StringExpression, ast.BooleanExpression)):
        told = _among(left.name, frozenset({right.value}))
        return told if sign == "eq" else _Told(told.false, told.true)
    return _related(left, right, sign)


def _number(name: str, sign: str, value: float) -> _Told:
    below, above = Span(high=value, is_high_open=True), Span(low=value, is_low_open=True)
    up_to, from_on = Span(high=value), Span(low=value)
    exactly, other = (Span(low=value, high=value),), (below, above)
    holds, fails = {
        "lt": ((below,), (from_on,)),
        "le": ((up_to,), (above,)),
        "eq": (exactly, other),
        "ne": (other, exactly),
        "ge": ((from_on,), (below,)),
        "gt": ((above,), (up_to,)),
    }[sign]
    return _Told(tuple({name: each} for each in holds), tuple({name: each} for each in fails))


def _among(name: str, values: frozenset[str | bool]) -> _Told:
    if values <= {True, False}:
        return _either(name, true=values, false=frozenset({True, False}) - values)

    return _Told(
        ({name: Among(values=values)},), ({name: Among(values=values, is_excluding=True)},)
    )


def _either(about: str, *, true: frozenset[str | bool], false: frozenset[str | bool]) -> _Told:
    holds: Alternatives = ({about: Among(values=true)},) if true else NEVER
    fails: Alternatives = ({about: Among(values=false)},) if false else NEVER
    return _Told(holds, fails)


def _listed(node: ast.ContainsExpression) -> _Told | None:
    member, container = node.member, node.container
    is_plain = isinstance(member, ast.SymbolExpression)
    if not (is_plain and isinstance(container, ast.ArrayExpression)):
        return None

    parts = container.value
    if all(isinstance(part, (ast.StringExpression, ast.BooleanExpression)) for part in parts):
        return _among(member.name, frozenset(part.value for part in parts))

    told = _Told(NEVER, ALWAYS)
    for part in parts:
        one = _number(member.name, "eq", float(part.value))
        told = _Told(_few((*told.true, *one.true)), join(told.false, one.false))
    return told


def _related(left: object, right: object, sign: str) -> _Told:
    """Return what a comparison of two sums says: they are only compared with themselves."""
    one, other = _text(left), _text(right)
    if other < one:
        one, other, sign = other, one, _FLIPPED[sign]
    signs: frozenset[str | bool] = frozenset(_SIGNS[sign])
    return _either(f"{one} ? {other}", true=signs, false=frozenset({"<", "=", ">"}) - signs)


def _opaque(node: object) -> _Told:
    sign = getattr(node, "type", None)
    if isinstance(node, ast.FuzzyComparisonExpression) and str(sign).startswith("ne"):
        positive = _text(node).replace(str(sign), f"eq{str(sign)[2:]}")
        return _either(positive, true=frozenset({False}), false=frozenset({True}))

    return _either(_text(node), true=frozenset({True}), false=frozenset({False}))


def _text(node: object) -> str:
    """Return a text that is the same for the same part of a condition."""
    if isinstance(node, ast.SymbolExpression):
        return str(node.name)
    if isinstance(node, ast.ContainsExpression):
        return f"({_text(node.member)} in {_text(node.container)})"
    if isinstance(node, ast.BinaryExpressionBase):
        return f"({_text(node.left)} {node.type} {_text(node.right)})"
    if isinstance(node, ast.UnaryExpression):
        return f"({node.type} {_text(node.right)})"
    if isinstance(node, ast.ArrayExpression):
        return f"[{', '.join(_text(part) for part in node.value)}]"
    if isinstance(node, ast.LiteralExpressionBase):
        return repr(node.value)
    raise TypeError(f"a condition holds no {type(node).__name__}")
