"""A file's name as plain words with dashes between its parts, before any meaning is read in it."""

from __future__ import annotations

import re
import unicodedata

from rules.release_words import CONTAINERS, NAMELESS, mend_noise
from rules.wordfold import fold_words

LONGEST_NAME = 255
"""Characters that are read, as many bytes as a name can have on Linux."""

DASH = " - "
"""What stands between the parts of a name."""

# Names without any sign of a person's hand: hashes, ids, numbers, tokens.
_HEXADECIMAL = re.compile(r"(?=[a-f-]*\d)[0-9a-f-]{12,}|[a-f]{20,}", re.IGNORECASE)
_TURNS = re.compile(r"[a-z]\d|\d[a-z]", re.IGNORECASE)
_CASE_TURNS = re.compile(r"[a-z][A-Z]")
_MOST_TURNS = 3
"""Changes between letters and digits in one word; a code such as `ABC123` has one or two."""
_MOST_CASE_TURNS = 4
"""Changes from small to capital letters without a space; studios have up to three."""
_LONG_TOKEN = 10
_CAMERA = re.compile(
    r"(?:img|vid|mov|mvi|dsc[nf]?|pxl|gopr|g[hx]\d{2}|dji|vts|mah|sam|wp|cam|screen ?recording|"
    r"(?:signal|whatsapp video|video|rec|record|snapchat|telegram|trim|obs|dvr|capture)(?=[ -]*\d))"
    r"[ \d.-]*(?:at[ \d.-]+|wa\d+|hdr|mp)?",
    re.IGNORECASE,
)
_SITE = re.compile(r"^(?:[\w-]+\.)+[a-z]{2,4}@|\bwww\.[\w.-]+\.[a-z]{2,4}\b", re.IGNORECASE)
_COPY = re.compile(
    r"(?:\s*[-_ ]\s*copy(?:\s*\d+)?|\s*\(\d{1,2}\)|\s*\(copy(?:\s*\d+)?\))+\s*$", re.IGNORECASE
)
_LONG_DASHES = re.compile(r"\s*[\u2012-\u2015]\s*|\s+-{1,3}\s+|--+")
_LEAST_HYPHENS = 2
_NUMBERED = re.compile(r"(?:[a-z]{2,6}|fc2-ppv|\d{6})-\d{2,7}", re.IGNORECASE)


def plain_name(name: str) -> str:
    """Return a file's name in words: without container, copy number, site, separators, controls.

    Whatever a name holds, the outcome can be kept and sent as text.
    """
    text = "".join(sign if _is_text(sign) else " " for sign in name[:LONGEST_NAME])
    text = unicodedata.normalize("NFKC", text)
    text = _SITE.sub(" ", _without_container(text).replace("%20", " "))
    text = _COPY.sub("", " ".join(text.split()))
    return " ".join(_separated(text).split())


def says_nothing(plain: str) -> bool:
    """Tell whether a plain name is a number, a hash, a camera's or a tool's: nobody's words."""
    solid = plain.replace(" ", "")
    if not any(sign.isalpha() for sign in solid) or _HEXADECIMAL.fullmatch(solid):
        return True

    if _CAMERA.fullmatch(plain) or (" " not in plain and _is_token(plain)):
        return True

    words = fold_words(plain)
    return all(word in NAMELESS or word.isdigit() for word in words)


def is_dotted(name: str) -> bool:
    """Tell whether dots or underscores stand where people write spaces, as releases have it."""
    stem = _without_container(name)
    return _signs_between(stem) > stem.count(" ")


def _is_text(sign: str) -> bool:
    return unicodedata.category(sign) not in {"Cc", "Cf", "Cs", "Co", "Cn"}


def _without_container(name: str) -> str:
    stem, dot, extension = name.rpartition(".")
    return stem if dot and extension.strip().casefold() in CONTAINERS else name


def _separated(text: str) -> str:
    """Return the text with spaces between words and ` - ` between parts."""
    is_release = _signs_between(text) > text.count(" ")
    text = mend_noise(text.replace("_", " ").replace("+", " "))
    if is_release:
        text = text.replace(".", " ")
    if _is_hyphenated(text.strip()):
        text = text.replace("-", " ")
    return _LONG_DASHES.sub(DASH, text)


def _is_hyphenated(text: str) -> bool:
    """Tell whether hyphens stand where people write spaces; one in a number does not."""
    is_one_word = " " not in text and _NUMBERED.match(text) is None
    return is_one_word and text.count("-") >= _LEAST_HYPHENS


def _signs_between(text: str) -> int:
    return text.count(".") + text.count("_") + text.count("+")


def _is_token(word: str) -> bool:
    turns = len(_TURNS.findall(word))
    capitals = len(_CASE_TURNS.findall(word))
    has_digits = any(sign.isdigit() for sign in word)
    return len(word) >= _LONG_TOKEN and (
        turns > _MOST_TURNS or (has_digits and capitals > _MOST_CASE_TURNS)
    )
