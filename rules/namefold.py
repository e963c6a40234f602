"""Names compared as a careful librarian does: without case, width and spacing, and nothing more.

`rules.wordfold` is generous, since it compares a title with a file name and a person reads the
result. Here equal means "the same person", by itself, so what people use to tell names apart
stays: accents (Renée is not Renee), the words' order, a hyphen or a full stop. What only tells
keyboards apart goes: which apostrophe, which hyphen, signs that nobody can see.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Sequence

_TURKISH = str.maketrans({"\N{LATIN SMALL LETTER DOTLESS I}": "i"})
"""A dotless i has the capital of a dotted one: without case, the two cannot be told apart."""
_DOTTED = "i\N{COMBINING DOT ABOVE}"
"""What becomes of a dotted capital I without case."""

_KEYBOARD = str.maketrans(
    dict.fromkeys(
        (
            "\N{RIGHT SINGLE QUOTATION MARK}",
            "\N{LEFT SINGLE QUOTATION MARK}",
            "\N{MODIFIER LETTER APOSTROPHE}",
            "\N{ACUTE ACCENT}",
            "`",
        ),
        "'",
    )
    | dict.fromkeys(
        (
            "\N{HYPHEN}",
            "\N{NON-BREAKING HYPHEN}",
            "\N{FIGURE DASH}",
            "\N{EN DASH}",
            "\N{EM DASH}",
            "\N{MINUS SIGN}",
        ),
        "-",
    )
)
_INVISIBLE = "Cf"
"""Unicode's class of signs that only direct others: marks of direction, joiners, a soft hyphen."""
_SELECTORS = frozenset(chr(code) for code in range(0xFE00, 0xFE10))
"""They choose between pictures of one sign, and are of no class of their own."""


def fold_name(name: str) -> str:
    """Return the form in which names are equal; empty if there is nothing to read in it.

    It is Unicode's compatibility caseless match (The Unicode Standard 15, §3.13, D146), composed
    first so that signs for the keyboard are found, and without what nobody sees. Folding what is
    folded changes nothing.
    """
    if name.isascii():  # nearly all are, and hardly anything below would change them
        return " ".join(name.lower().replace("`", "'").split())

    typed = unicodedata.normalize("NFC", name).translate(_KEYBOARD)
    plain = unicodedata.normalize("NFKC", _caseless(typed))
    folded = unicodedata.normalize("NFKC", _caseless(plain).translate(_KEYBOARD))
    return " ".join(folded.split())


def more_names(name: str, aliases: Sequence[str], told: Iterable[str]) -> tuple[str, ...]:
    """Return `aliases` and those of `told` that are new to somebody of this name, as spelt."""
    known = {"", fold_name(name), *(fold_name(alias) for alias in aliases)}
    added: dict[str, str] = {}
    for each in told:
        folded = fold_name(each)
        if folded not in known:
            added.setdefault(folded, each)
    return (*aliases, *added.values())


def _caseless(text: str) -> str:
    decomposed = unicodedata.normalize("NFD", text).casefold()
    seen = "".join(sign for sign in decomposed if not _is_invisible(sign))
    return seen.translate(_TURKISH).replace(_DOTTED, "i")


def _is_invisible(sign: str) -> bool:
    return unicodedata.category(sign) == _INVISIBLE or sign in _SELECTORS
