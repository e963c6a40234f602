"""Times and sizes as people write them: "1h30m", "2GiB"."""

from __future__ import annotations

import re

from daemon.settings.writing import quoted

_MILLISECONDS = {"d": 86_400_000, "h": 3_600_000, "m": 60_000, "s": 1_000, "ms": 1}
_BYTES = {
    "TiB": 2**40,
    "GiB": 2**30,
    "MiB": 2**20,
    "KiB": 2**10,
    "TB": 10**12,
    "GB": 10**9,
    "MB": 10**6,
    "kB": 10**3,
    "B": 1,
}
_BINARY_UNITS = ("TiB", "GiB", "MiB", "KiB", "B")

# More digits than any real value has; without a bound, a million of them cost seconds.
_NUMBER = r"[0-9]{1,15}(?:\.[0-9]{1,9})?"
_DURATION_PART = rf"{_NUMBER} ?(?:ms|s|m|h|d)"
DURATION_PATTERN = rf"^{_DURATION_PART}(?: ?{_DURATION_PART})*$"
"""What a time looks like, as a regular expression that editors know too (ECMA 262)."""
SIZE_PATTERN = rf"^{_NUMBER} ?(?:{'|'.join(_BYTES)})$"
"""What a size looks like, as a regular expression that editors know too (ECMA 262)."""

_PART = re.compile(rf"({_NUMBER}) ?(ms|[dhms])")
_NUMBER_AND_WORD = re.compile(rf"({_NUMBER}) *([A-Za-z]*)")
_BEGINNINGS_OF_UNITS = {"ms": "ms", "mil": "ms", "mo": "", "s": "s", "m": "m", "h": "h", "d": "d"}


class UnitMissing(ValueError):
    """A time or a size is not written with its unit; the message shows the right form."""

    def __init__(self, message: str, guess: str = "") -> None:
        """Keep what was probably meant, as it is written; "" when that cannot be told."""
        super().__init__(message)
        self.guess = guess


def parse_duration(text: str) -> float:
    """Return the seconds that `text` says: numbers with their units, the largest first.

    Raises:
        UnitMissing: for anything else.

    """
    parts = _PART.findall(text) if re.fullmatch(DURATION_PATTERN, text) else []
    units = [_MILLISECONDS[unit] for _, unit in parts]
    if not parts or units != sorted(set(units), reverse=True):
        raise _wrong_duration(text)

    return sum(float(number) * _MILLISECONDS[unit] for number, unit in parts) / 1000


def parse_size(text: str) -> int:
    """Return the bytes that `text` says; "GiB" counts by 1024, "GB" by 1000.

    Raises:
        UnitMissing: for anything else.

    """
    match = re.fullmatch(rf"({_NUMBER}) ?([A-Za-z]+)", text)
    if match is None or match[2] not in _BYTES:
        raise _wrong_size(text)

    return round(float(match[1]) * _BYTES[match[2]])


def format_duration(seconds: float) -> str:
    """Return the shortest text that `parse_duration` reads as `seconds`, to the millisecond."""
    rest = round(seconds * 1000)
    parts = []
    for unit, milliseconds in _MILLISECONDS.items():
        count, rest = divmod(rest, milliseconds)
        if count:
            parts.append(f"{count}{unit}")

    return "".join(parts) or "0s"


def format_size(size_bytes: int) -> str:
    """Return a text that `parse_size` reads as exactly `size_bytes`."""
    unit = next(unit for unit in _BINARY_UNITS if size_bytes % _BYTES[unit] == 0)
    return f"{size_bytes // _BYTES[unit]}{unit}"


def _wrong_duration(text: str) -> UnitMissing:
    """Return what is wrong with a time, and the right form where it can be guessed."""
    match = _NUMBER_AND_WORD.fullmatch(text.strip())
    unit = _nearest_duration_unit(match[2]) if match else None
    if match and unit:
        guess = f"{match[1]}{unit}"
        message = f'{quoted(text)} needs its unit (ms, s, m, h or d): write "{guess}"'
        return UnitMissing(message, guess)

    return UnitMissing(
        f"{quoted(text)} is no time; "
        'write it with units (d, h, m, s, ms), largest first, as in "1h30m"'
    )


def _nearest_duration_unit(word: str) -> str:
    """Return the unit that `word` most likely stands for, "" for none."""
    if not word:
        return "s"

    units = _BEGINNINGS_OF_UNITS.items()
    return next((unit for beginning, unit in units if word.lower().startswith(beginning)), "")


def _wrong_size(text: str) -> UnitMissing:
    """Return what is wrong with a size, and the right form where it can be guessed."""
    match = _NUMBER_AND_WORD.fullmatch(text.strip())
    unit = _nearest_size_unit(match[2]) if match else None
    if match and unit:
        guess = f"{match[1]}{unit}"
        message = f'{quoted(text)} needs its unit (KiB, MiB, GiB …): write "{guess}"'
        return UnitMissing(message, guess)

    return UnitMissing(
        f'{quoted(text)} is no size; write a number and its unit (KiB, MiB, GiB …), as in "2GiB"'
    )


def _nearest_size_unit(word: str) -> str:
    """Return the unit that `word` most likely stands for, "" for none."""
    if not word:
        return "MiB"

    same = (unit for unit in _BYTES if unit.lower() == word.lower())
    short = (unit for unit in _BINARY_UNITS if unit.lower().startswith(word.lower()))
    return next(same, next(short, ""))
