"""Names that a condition compares facts with, so that a misspelt one is noticed.

`source == "alhpa"` is sound and never true; only the configuration knows that no source is called
so. What is found are texts that stand in a comparison with the fact, or in its list.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from rules.candidate import Way
from rules.wording import Misworded, Token, TokenKind, nearest

_EQUALITIES = frozenset({"==", "!="})
_WAYS = frozenset({*map(str, Way), ""})
"""With the empty text, which the fact is where nothing is offered."""


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownNames:
    """What is configured, switched off or not."""

    sources: frozenset[str]
    libraries: frozenset[str]


def refuse_unknown_names(tokens: Sequence[Token], known: KnownNames) -> None:
    """Refuse a condition that compares `source` or `library` with a name that nothing has.

    Raises:
        Misworded: with the place of the name and the nearest that exists.

    """
    _refuse(tokens, "source", known.sources, "there is no source")
    _refuse(tokens, "library", known.libraries, "there is no library")


def refuse_unknown_ways(tokens: Sequence[Token]) -> None:
    """Refuse a condition that compares `found_by` with what is no way of finding a work.

    Raises:
        Misworded: with the place of the word and the nearest that exists.

    """
    _refuse(tokens, "found_by", _WAYS, "nothing is found by")


def _refuse(tokens: Sequence[Token], fact: str, names: frozenset[str], problem: str) -> None:
    for token in _mentioned(tokens, fact):
        name = token.text.removeprefix("r")[1:-1]
        if name not in names:
            remedy = _remedy(name, names, "possible" if names is _WAYS else "configured")
            raise Misworded(f'{problem} "{name}"', remedy, offset=token.offset)


def _remedy(name: str, names: frozenset[str], which: str) -> str:
    by_folded = {each.casefold(): each for each in sorted(names)}
    guess = nearest(name, by_folded)
    if guess is not None:
        return f'did you mean "{by_folded[guess]}"?'

    return f"{which} are {', '.join(filter(None, sorted(names))) or 'none'}"


def _mentioned(tokens: Sequence[Token], fact: str) -> Iterator[Token]:
    """Yield the texts that stand beside the fact: `fact == TEXT`, `TEXT == fact`, `fact in […]`."""
    for position, token in enumerate(tokens):
        if token.text != fact or token.kind is not TokenKind.NAME:
            continue
        yield from _beside(tokens[position + 1 : position + 3])
        yield from _beside(tokens[max(position - 2, 0) : position][::-1])
        yield from _listed(tokens[position + 1 :])


def _beside(pair: Sequence[Token]) -> Iterator[Token]:
    if [token.kind for token in pair] == [TokenKind.COMPARISON, TokenKind.TEXT]:
        sign, name = pair
        if sign.text in _EQUALITIES:
            yield name


def _listed(following: Sequence[Token]) -> Iterator[Token]:
    words = [token for token in following if token.text != "not"]
    if [token.text for token in words[:2]] != ["in", "["]:
        return

    listed = takewhile(lambda token: token.kind is not TokenKind.CLOSING, words[2:])
    yield from (token for token in listed if token.kind is TokenKind.TEXT)
