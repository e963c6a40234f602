"""A condition's text as tokens, before the rule engine sees it.

Only a part of rule-engine's language (5.1) is let through: names of facts, numbers, texts, lists,
comparisons, sums and the words and, or, not, in. The rest has no use over plain facts, and much
of it fails only when evaluated, or never ends. What is refused here is refused with its place,
which the engine's own parsed tree does not keep.
"""

from __future__ import annotations

import difflib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from enum import Enum, auto
from itertools import pairwise

from rules.errors import RuleError
from rules.facts import FACTS

LONGEST_CONDITION = 2000
"""Characters; bounds nesting and the numbers that multiplication can reach."""


class Misworded(RuleError):
    """A condition says what it can't say."""

    def __init__(self, problem: str, remedy: str, *, offset: int | None) -> None:
        """Build the message; `offset` counts characters from the condition's first, if known."""
        super().__init__(f"{problem}; {remedy}")
        self.offset = offset


class TokenKind(Enum):
    """What sort of word a token is."""

    NAME = auto()
    NUMBER = auto()
    TEXT = auto()
    COMPARISON = auto()
    """Including `in`."""
    ARITHMETIC = auto()
    LOGIC = auto()
    """and, or, not."""
    TRUTH = auto()
    """true, false."""
    OPENING = auto()
    CLOSING = auto()
    COMMA = auto()


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """One word of a condition."""

    kind: TokenKind
    text: str
    offset: int
    """Characters before it."""


_SCANNER = re.compile(
    r"""
      (?P<space>[ \t\n]+)
    | (?P<text>[a-zA-Z]?(?P<quote>["'])(?:[^\\\n]|\\.)*?(?P=quote))
    | (?P<number>\.?[0-9][0-9a-zA-Z_.]*)
    | (?P<name>[a-zA-Z_][a-zA-Z0-9_]*)
    | (?P<comparison>=~~?|!~~?|==|!=|<=(?!=)|>=(?!=)|<(?![<=])|>(?![>=]))
    | (?P<arithmetic>[-+]|\*(?!\*)|/(?!/))
    | (?P<opening>[(\[])
    | (?P<closing>[)\]])
    | (?P<comma>,)
    """,
    re.VERBOSE,
)
_NUMBER = re.compile(r"(?:0|[1-9][0-9]{0,14})(?:\.[0-9]{1,15})?")
_WORDS = {
    "and": TokenKind.LOGIC,
    "or": TokenKind.LOGIC,
    "not": TokenKind.LOGIC,
    "in": TokenKind.COMPARISON,
    "true": TokenKind.TRUTH,
    "false": TokenKind.TRUTH,
}
_UNAVAILABLE = {
    "null": "unknown numbers are infinite and unknown texts are empty, so nothing is ever null",
    "inf": "an unknown distance fails every <= by itself",
    "nan": "no fact is ever nan",
    "for": "use in with a list",
    "if": "use and, or and not",
    "else": "use and, or and not",
    "elif": "use and, or and not",
    "while": "use and, or and not",
}
_ADVICE = (
    ("&&", "write and"),
    ("||", "write or"),
    ("**", "write the multiplication out"),
    ("//", "use / with a number"),
    ("<<", "use <"),
    (">>", "use >"),
    ("=", "write == to compare"),
    ("!", "write not, or != to compare"),
    (".", "facts have no parts and no functions"),
    ("$", "only doorman's facts can be named"),
    ("#", "put the comment outside the condition"),
    ("{", "write a list in [ ]"),
    ("\N{LEFT DOUBLE QUOTATION MARK}", 'use straight quotes, "'),
    ("\N{RIGHT DOUBLE QUOTATION MARK}", 'use straight quotes, "'),
    ('"', "end the text with the quote that begins it, on the same line"),
    ("'", "end the text with the quote that begins it, on the same line"),
)
_ENDS_A_VALUE = frozenset(
    {TokenKind.NAME, TokenKind.NUMBER, TokenKind.TEXT, TokenKind.TRUTH, TokenKind.CLOSING}
)


_UNGUESSED = f"a text needs quotes; the facts are {', '.join(fact.name for fact in FACTS)}"


def tokenize(text: str) -> tuple[Token, ...]:
    """Return the words of a condition.

    Raises:
        Misworded: at the first that is unknown or that conditions do not have.

    """
    if len(text) > LONGEST_CONDITION:
        raise Misworded(
            f"it is longer than {LONGEST_CONDITION} characters",
            "make several rules of it",
            offset=LONGEST_CONDITION,
        )

    tokens = tuple(_scan(text))
    for token in tokens:
        _refuse_unusable(token)
    for before, token in pairwise(tokens):
        _refuse_access(before, token)
    return tokens


def nearest(word: str, known: Iterable[str]) -> str | None:
    """Return the known word that was probably meant, if any."""
    close = difflib.get_close_matches(word.casefold(), list(known), n=1, cutoff=0.6)
    return close[0] if close else None


def _scan(text: str) -> Iterator[Token]:
    offset = 0
    while offset < len(text):
        match = _SCANNER.match(text, offset)
        if match is None:
            raise _illegal(text, offset)
        if match.lastgroup != "space":
            yield _token(match)
        offset = match.end()


def _token(match: re.Match[str]) -> Token:
    word = match.group()
    kind = _WORDS.get(word) or TokenKind[str(match.lastgroup).upper()]
    return Token(kind=kind, text=word, offset=match.start())


def _illegal(text: str, offset: int) -> Misworded:
    for sign, remedy in _ADVICE:
        if text.startswith(sign, offset):
            return Misworded(f"{sign} has no meaning here", remedy, offset=offset)

    return Misworded(
        f"{text[offset]} has no meaning here",
        "conditions know == != < <= > >= =~ !~ =~~ !~~ in and or not + - * / ( ) [ ]",
        offset=offset,
    )


def _refuse_unusable(token: Token) -> None:
    if token.kind is TokenKind.NAME:
        _refuse_unknown_name(token)
    elif token.kind is TokenKind.NUMBER and not _NUMBER.fullmatch(token.text):
        raise Misworded(
            f"{token.text} is no number here",
            "write it with up to 15 digits before and after the point, as 12 or 0.5",
            offset=token.offset,
        )
    elif token.kind is TokenKind.TEXT:
        _refuse_unusable_text(token)


def _refuse_unknown_name(token: Token) -> None:
    names = tuple(fact.name for fact in FACTS)
    if token.text in names:
        return

    if token.text in _UNAVAILABLE:
        raise Misworded(
            f"{token.text} has no meaning here", _UNAVAILABLE[token.text], offset=token.offset
        )

    guess = nearest(token.text, (*names, *_WORDS))
    remedy = f'did you mean "{guess}"?' if guess else _UNGUESSED
    raise Misworded(f'there is no fact "{token.text}"', remedy, offset=token.offset)


def _refuse_unusable_text(token: Token) -> None:
    if token.text.startswith("r"):
        return

    if token.text[0] not in "\"'":
        raise Misworded(
            f"a text can't begin with {token.text[0]}",
            'write "…", or r"…" for a pattern',
            offset=token.offset,
        )
    if "\\" in token.text:
        raise Misworded(
            "a text can't hold a backslash", 'write r"…" for a pattern', offset=token.offset
        )


def _refuse_access(before: Token, token: Token) -> None:
    if token.kind is not TokenKind.OPENING or before.kind not in _ENDS_A_VALUE:
        return

    raise Misworded(
        f"{token.text} can't follow {before.text}",
        "facts have no parts and no functions",
        offset=token.offset,
    )
