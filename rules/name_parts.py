"""Who and what the parts of a file's name may be: people, a studio, a studio's number, noise.

All of it is a guess from form alone: capital letters, the number of words, what stands between.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from rules.name_text import DASH
from rules.release_words import STOP_WORDS, is_noise, is_perhaps_noise

_LIST_SIGNS = re.compile(r"\s*[,;&]\s*(?:and\s+)?|\s+and\s+", re.IGNORECASE)
_UNWORDED = re.compile(r"[,;&]")
"""Signs that join names; an `and` by itself joins words of a title just as often."""
_FEATURING = re.compile(r"\s+\(?(?:feat|ft|featuring|starring)\b\.?\s+", re.IGNORECASE)
_MOST_WORDS_OF_A_NAME = 3
_WORDS_OF_A_NAME = 2
"""What a name has where nothing else shows its end."""
_MOST_LED = 6
"""Words before the `and` of a list without other signs: three names."""
_CODE = (
    r"(?:(?P<letters>FC2-PPV|[A-Z]{2,6})-(?P<number>\d{3,7}[EZ]?)(?:-?(?:U?C|[A-Z]))?|"
    r"(?P<numbers>\d{6}[- ]\d{2,3}))(?!\w)"
)
"""Behind the number may stand a letter for subtitles, or for one of several files."""
_CODE_ANYWHERE = re.compile(rf"(?<![\w-]){_CODE}")
_CODE_FIRST = re.compile(_CODE, re.IGNORECASE)
_NO_CODE = re.compile(r"(?:web|mp4|mkv|aac|dts|hevc|xvid|vol|part|ep|no)-", re.IGNORECASE)
_CAMEL = re.compile(r"(?<=[a-z]{2})(?=[A-Z])|(?<=[a-z]{2})(?=\d)|(?<=[A-Z])(?=[A-Z][a-z])")
_DOMAIN = re.compile(r"\.(?:com|net|org|tv|xxx|io|co|me)$| com$", re.IGNORECASE)
_PIECE = re.compile(r"^(?:cd|pt|dis[ck]|dvd)\.? ?\d{1,2}$", re.IGNORECASE)
_NUMBERED = re.compile(r"^(?:cd|pt|dis[ck]|dvd)\.?$", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CodeFound:
    """A studio's number and what is left of the text without it."""

    code: str
    rest: str


def without_noise(text: str, *, is_release: bool) -> str:
    """Return the text without words that speak of the file.

    In a release's name everything behind the first of them goes too: there stands the group.
    """
    words = text.split()
    noisy = _noisy(words)
    first = next((at for at, is_bad in enumerate(noisy) if is_bad and not all(noisy[:at])), None)
    if is_release and first is not None:
        words, noisy = words[:first], noisy[:first]
    kept = [word for word, is_bad in zip(words, noisy, strict=True) if not is_bad]
    return _without_piece(kept)


def segments(text: str) -> tuple[str, ...]:
    """Return what stands between the dashes of a plain name; no empty ones."""
    parts = (part.strip(" -.,") for part in re.split(r"(?:^|\s)-(?=\s|$)", text))
    return tuple(part for part in parts if part)


def find_code(text: str) -> CodeFound | None:
    """Return the first `ABC-123` of a text, or at its beginning `abc-123` or `051723-001`."""
    anywhere = (match for match in _CODE_ANYWHERE.finditer(text) if match["letters"])
    match = next(anywhere, None) or _CODE_FIRST.match(text)
    if match is None or _NO_CODE.match(match[0]) or _is_mixed(match["letters"]):
        return None

    code = match["numbers"] or f"{match['letters']}-{match['number']}"
    rest = f"{text[: match.start()]} {text[match.end() :]}".strip(" -.,")
    rest = rest if " " in rest else rest.replace("-", " ")
    return CodeFound(code=code.upper().replace(" ", "-"), rest=rest)


def as_studio(text: str) -> str | None:
    """Return a studio's name in words: `HarbourFilms` and `harbourfilms.com` are names, too."""
    bare = _DOMAIN.sub("", text.strip(" -.,"))
    words = _CAMEL.sub(" ", bare) if " " not in bare else bare
    return words if any(sign.isalpha() for sign in words) else None


def is_camel(word: str) -> bool:
    """Tell whether a word is several, written without spaces."""
    return len(_CAMEL.split(word)) > 1 and word.isalpha()


def as_performers(text: str) -> tuple[str, ...]:
    """Return the people that a part of a name lists; none where it may be something else."""
    names = tuple(part for part in _LIST_SIGNS.split(text) if part)
    whole = sum(len(name.split()) > 1 for name in names)
    needed = len(names) if len(names) == 1 or not _UNWORDED.search(text) else 1
    if whole < needed or not all(
        _may_be_name(name) or (len(names) > 1 and _is_pair(name)) for name in names
    ):
        return ()

    return names


def is_list(text: str) -> bool:
    """Tell whether signs of a list stand between what may be names."""
    return len(as_performers(text)) > 1


def leading_performers(text: str) -> tuple[tuple[str, ...], str]:
    """Return the people at the beginning of `Ada Quill And Bo Lark Dawn …`, and the rest.

    Without an `and` nothing shows where the last name ends; then there are none.
    """
    words = text.split()
    joint = _last_joint(words)
    if joint is None:
        return (), text

    end = joint + 1 + _WORDS_OF_A_NAME
    listed = [word for word in words[:end] if not _joins(word)]
    names = tuple(" ".join(listed[at : at + 2]) for at in range(0, len(listed), 2))
    is_name = _is_pair if text.islower() else _may_be_name
    if end > len(words) or not all(map(is_name, names)):
        return (), text

    return names, " ".join(words[end:])


def split_featured(text: str) -> tuple[str, tuple[str, ...]]:
    """Return the text before `feat.`, and the people behind it."""
    before, *behind = _FEATURING.split(text, maxsplit=1)
    names = tuple(name.strip(" )") for name in _LIST_SIGNS.split(behind[0])) if behind else ()
    return (before, names) if names and all(map(_may_be_name, names)) else (text, ())


def _noisy(words: Sequence[str]) -> list[bool]:
    noisy = [_is_strong(word) for word in words]
    weak = [is_perhaps_noise(word.partition("-")[0]) for word in words]
    for at in range(1, len(words)):
        noisy[at] |= weak[at] and noisy[at - 1]
    for at in range(len(words) - 2, -1, -1):
        noisy[at] |= weak[at] and noisy[at + 1]
    return noisy


def _is_strong(word: str) -> bool:
    """Tell whether a word is noise, with or without a group's name behind a hyphen."""
    bare = word.strip("()[]{},.")
    return is_noise(bare) or ("-" in bare and is_noise(bare.partition("-")[0]))


def _without_piece(words: Sequence[str]) -> str:
    """Leave out `cd1` and `pt 2` at the end, which number the files of one work."""
    if len(words) > 1 and _PIECE.match(words[-1]):
        words = words[:-1]
    elif len(words) > _WORDS_OF_A_NAME and _NUMBERED.match(words[-2]) and words[-1].isdigit():
        words = words[:-2]
    return " ".join(words).removesuffix(DASH.rstrip())


def _is_mixed(letters: str | None) -> bool:
    return letters is not None and not (letters.isupper() or letters.islower())


def _last_joint(words: Sequence[str]) -> int | None:
    """Return where the `and` before the last of the leading names stands."""
    at = next((at for at, word in enumerate(words) if _joins(word)), 0)
    if not at or at % _WORDS_OF_A_NAME or at > _MOST_LED:
        return None

    stride = _WORDS_OF_A_NAME + 1
    while at + stride < len(words) and _joins(words[at + stride]):
        at += stride
    return at


def _joins(word: str) -> bool:
    return word.casefold() in {"and", "&"}


def _is_pair(name: str) -> bool:
    """Tell whether it is two words that may be a name in small letters."""
    words = name.split()
    return len(words) == _WORDS_OF_A_NAME and all(_is_name_word(word) for word in words)


def _may_be_name(name: str) -> bool:
    words = name.split()
    return 0 < len(words) <= _MOST_WORDS_OF_A_NAME and all(
        _is_name_word(word) and not word[0].islower() for word in words
    )


def _is_name_word(word: str) -> bool:
    letters = word.replace("-", "").replace("'", "").replace("\u2019", "").replace(".", "")
    return letters.isalpha() and word.casefold() not in STOP_WORDS
