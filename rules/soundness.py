"""Whether a parsed condition has a meaning and can never fail while it is evaluated.

rule-engine 5.1 checks types only where it must: it lets `source == 4` be false for ever, takes
any value for yes or no, folds constants away, and leaves division by zero and arithmetic on
infinity to fail when a file comes along. So its tree is walked once more, when it is read.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from rule_engine import ast  # type: ignore[import-untyped]  # it ships no py.typed

from rules.facts import FACTS, FactKind
from rules.wording import Misworded, Token, TokenKind

DEEPEST = 100
"""Levels of nesting; evaluation takes three Python frames for each."""

_MOST_REPEATS = 3
"""In a pattern: what it costs grows by the length of a name with each."""

_FACTS_BY_NAME = {fact.name: fact for fact in FACTS}


@dataclass(frozen=True, slots=True, kw_only=True)
class _Value:
    """What is known of a part of a condition before it is evaluated."""

    kind: FactKind
    can_be_unknown: bool = False


_TRUTH = _Value(kind=FactKind.TRUTH)
_NUMBER = _Value(kind=FactKind.NUMBER)
_TEXT = _Value(kind=FactKind.TEXT)


def refuse_unsound(expression: object, tokens: tuple[Token, ...]) -> None:
    """Refuse a parsed condition that could fail when evaluated or means nothing.

    `tokens` are the words that `expression` was parsed from; they lend it their places.

    Raises:
        Misworded: with the place where it is known.

    """
    _refuse_deep(expression)
    walk = _Walk(tokens)
    walk.refuse_folded(expression)
    value = walk.value_of(expression)
    if value.kind is not FactKind.TRUTH:
        raise Misworded(
            f"it is a {value.kind}, not a yes or no", "compare it with something", offset=0
        )


def _parts(node: object) -> tuple[object, ...]:
    """Return what the node consists of, in the order in which it is written."""
    if isinstance(node, ast.ContainsExpression):
        return (node.member, node.container)
    if isinstance(node, ast.BinaryExpressionBase):
        return (node.left, node.right)
    if isinstance(node, ast.UnaryExpression):
        return (node.right,)
    if isinstance(node, ast.ArrayExpression):
        return tuple(node.value)
    return ()


def _nodes(expression: object) -> Iterator[tuple[int, object]]:
    """Yield each node with its depth; without recursion, as the depth isn't known yet."""
    waiting = [(1, expression)]
    while waiting:
        depth, node = waiting.pop()
        yield depth, node
        waiting.extend((depth + 1, part) for part in _parts(node))


def _refuse_deep(expression: object) -> None:
    if max(depth for depth, _ in _nodes(expression)) > DEEPEST:
        raise Misworded(
            f"it joins or nests more than {DEEPEST} parts", "make several rules of it", offset=None
        )


class _Walk:
    """One walk through a tree in the order of its text, taking each word's place along."""

    def __init__(self, tokens: tuple[Token, ...]) -> None:
        self._comparisons = tuple(token for token in tokens if token.kind is TokenKind.COMPARISON)
        self._unused_comparisons = iter(self._comparisons)
        self._unused_names = iter(tuple(token for token in tokens if token.kind is TokenKind.NAME))
        self._offset: int | None = None

    def refuse_folded(self, expression: object) -> None:
        """Refuse comparisons of constants: the engine has replaced them by their result."""
        compared = sum(
            isinstance(node, (ast.ComparisonExpression, ast.ContainsExpression))
            for _, node in _nodes(expression)
        )
        if compared < len(self._comparisons):
            raise Misworded(
                "it compares two constants, which never changes",
                "compare with a fact",
                offset=None,
            )

    def value_of(self, node: object) -> _Value:
        """Return what the node evaluates to."""
        if isinstance(node, ast.SymbolExpression):
            return self._fact(node.name)
        if isinstance(node, ast.LiteralExpressionBase):
            return self._constant(node)
        if isinstance(node, ast.UnaryExpression):
            return self._demand(_TRUTH if node.type == "not" else _NUMBER, node.right)
        if isinstance(node, ast.LogicExpression):
            return self._joins(_TRUTH, node.left, node.right)
        if isinstance(node, (ast.AddExpression, ast.SubtractExpression, ast.ArithmeticExpression)):
            return self._calculates(node)
        return self._relates(node)

    def _relates(self, node: object) -> _Value:
        if isinstance(node, ast.ContainsExpression):
            return self._contains(node.member, node.container)
        if isinstance(node, ast.FuzzyComparisonExpression):
            return self._matches(node.left, node.right)
        if isinstance(node, ast.ComparisonExpression):
            is_ordered = isinstance(node, ast.ArithmeticComparisonExpression)
            return self._compares(node.left, node.right, is_ordered=is_ordered)
        # Nothing else passes the tokens today; another version of the engine may have more.
        raise self._wrong("this cannot be used here", "compare facts with constants")

    def _joins(self, wanted: _Value, left: object, right: object) -> _Value:
        self._demand(wanted, left)
        return self._demand(wanted, right)

    def _calculates(self, node: ast.BinaryExpressionBase) -> _Value:
        value = self._joins(_NUMBER, node.left, node.right)
        if node.type == "tdiv" and not (
            isinstance(node.right, ast.FloatExpression) and node.right.value
        ):
            raise self._wrong(
                "only a number other than 0 can be divided by", "multiply the other side instead"
            )
        return value

    def _fact(self, name: str) -> _Value:
        self._offset = next(self._unused_names).offset
        fact = _FACTS_BY_NAME[name]
        return _Value(kind=fact.kind, can_be_unknown=fact.can_be_unknown)

    def _constant(self, node: object) -> _Value:
        if isinstance(node, ast.BooleanExpression):
            return _TRUTH
        if isinstance(node, ast.FloatExpression):
            return _NUMBER
        if isinstance(node, ast.StringExpression):
            return _TEXT
        raise self._wrong("a list has no value of its own", "write in before the list")

    def _demand(self, wanted: _Value, node: object) -> _Value:
        """Refuse a part that isn't of the wanted kind, or may be unknown where it mustn't."""
        value = self.value_of(node)
        if value.kind is not wanted.kind:
            raise self._wrong(
                f"a {value.kind} stands where a {wanted.kind} belongs",
                "compare it with something"
                if wanted.kind is FactKind.TRUTH
                else "calculate with numbers only",
            )
        if value.can_be_unknown and not wanted.can_be_unknown:
            raise self._wrong(
                "what can be unknown can't be calculated with",
                "calculate on the other side, as in duration_difference <= 0.01 * file_duration",
            )
        return wanted

    def _compares(self, left: object, right: object, *, is_ordered: bool) -> _Value:
        left_value = self.value_of(left)
        operator = self._next_comparison()
        right_value = self.value_of(right)
        self._offset = operator.offset
        if left_value.kind is not right_value.kind:
            raise self._wrong(
                f"a {left_value.kind} never equals a {right_value.kind}",
                "compare texts with texts in quotes, and numbers with numbers",
            )
        if is_ordered and left_value.kind is not FactKind.NUMBER:
            raise self._wrong(f"{operator.text} compares numbers only", "use == or !=")
        if left_value.can_be_unknown and right_value.can_be_unknown:
            raise self._wrong(
                "both sides can be unknown, and two unknowns would agree",
                "compare each with a constant",
            )
        return _TRUTH

    def _contains(self, member: object, container: object) -> _Value:
        value = self.value_of(member)
        operator = self._next_comparison()
        if not isinstance(container, ast.ArrayExpression):
            return self._is_part(member, value, container, operator)

        kinds = {self._listed(part).kind for part in container.value}
        self._offset = operator.offset
        if kinds != {value.kind}:
            raise self._wrong(
                f"a {value.kind} is never in this list",
                f"list at least one {value.kind}, and nothing else",
            )
        return _TRUTH

    def _listed(self, part: object) -> _Value:
        if isinstance(part, ast.SymbolExpression):
            self._offset = next(self._unused_names).offset
            raise self._wrong("a list holds constants only", "join comparisons with or")
        return self._constant(part)

    def _is_part(self, member: object, value: _Value, container: object, operator: Token) -> _Value:
        whole = self.value_of(container)
        self._offset = operator.offset
        if value.kind is not FactKind.TEXT or whole.kind is not FactKind.TEXT:
            raise self._wrong(
                f"a {value.kind} is never in a {whole.kind}", "write a list in [ ] after in"
            )
        if not isinstance(member, ast.StringExpression) or not member.value:
            raise self._wrong(
                "only a text in quotes, with something in it, can be looked for",
                'write it as "text" in file_name',
            )
        return _TRUTH

    def _matches(self, text: object, pattern: object) -> _Value:
        value = self.value_of(text)
        operator = self._next_comparison()
        if value.kind is not FactKind.TEXT or not isinstance(pattern, ast.StringExpression):
            raise self._wrong(
                f"{operator.text} compares a text with a pattern",
                'write it as file_name =~ r"pattern"',
            )
        if _is_slow(pattern.value):
            raise self._wrong(
                "the pattern could take very long",
                f"repeat no group, and use * + ? {{ at most {_MOST_REPEATS} times",
            )
        return _TRUTH

    def _next_comparison(self) -> Token:
        token = next(self._unused_comparisons)
        self._offset = token.offset
        return token

    def _wrong(self, problem: str, remedy: str) -> Misworded:
        return Misworded(problem, remedy, offset=self._offset)


_ESCAPES_AND_CLASSES = re.compile(r"\\.|\[\^?\]?[^\]]*\]", re.DOTALL)
_REPEATED_GROUP = re.compile(r"\)\s*[*+{]")
_VERBOSE = re.compile(r"\(\?[a-zA-Z]*x")
_REPEAT = re.compile(r"(?:[*+]|\{[^}]*\}|(?<!\()\?)[?+]?")
_GROUP = re.compile(r"\(")


def _is_slow(pattern: str) -> bool:
    """Tell whether a pattern might backtrack for longer than a daemon may wait.

    Errs on the side of yes: Python's matcher has no time limit and cannot be interrupted.
    """
    bare = _ESCAPES_AND_CLASSES.sub("x", pattern)
    return (
        bool(_REPEATED_GROUP.search(bare) or _VERBOSE.search(bare))
        or len(_REPEAT.findall(bare)) > _MOST_REPEATS
        or len(_GROUP.findall(bare)) > _MOST_REPEATS
    )
