"""Plots as plain shapes: columns and rows in bands, laid out in units that a phone shows as pixels.

A plot is 320 units wide, as a phone is inside of a card, and its letters are 12 units high, so that
they can be read there; on a wide screen the whole grows. The same numbers stand in a table below
each plot, for whoever does not see it.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

WIDTH = 320.0
_LEFT, _RIGHT = 40.0, 4.0
"""Room for the numbers beside the columns, and for half of a name at the end."""
_TOP, _HEIGHT, _FOOT = 8.0, 150.0, 22.0
_GAP_SHARE = 0.12
"""Of a column's place that is left free; bands then look like columns, not like a wall."""
_MOST_GAP = 4.0
_MOST_LINES = 4
_MOST_NAMES = 4
_ROW_HEIGHT, _BAR_TOP, _BAR_HEIGHT = 44.0, 20.0, 16.0
_STEPS = (1, 2, 5, 10)


@dataclass(frozen=True, slots=True, kw_only=True)
class Band:
    """Numbers that belong together, one for each column or row."""

    name: str
    colour: str
    """Of the classes in the stylesheet: named, asked, open, alone, busy, bad."""
    values: tuple[int, ...]

    @property
    def total(self) -> int:
        """Return the sum of all."""
        return sum(self.values)


@dataclass(frozen=True, slots=True, kw_only=True)
class Box:
    """A rectangle of a band."""

    x: str
    y: str
    width: str
    height: str
    colour: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Stack:
    """The boxes of one column or row, with what they say."""

    said: str
    boxes: tuple[Box, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Letters:
    """Text at a place; `anchor` is start, middle or end."""

    x: str
    y: str
    text: str
    anchor: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Plot:
    """A plot, laid out, and its numbers as a table."""

    name: str
    """Unique on its page."""
    title: str
    description: str
    """What is seen, in one sentence."""
    height: str
    stacks: tuple[Stack, ...]
    lines: tuple[str, ...]
    """Heights of the lines behind the columns."""
    letters: tuple[Letters, ...]
    legend: tuple[Band, ...]
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]

    @property
    def is_empty(self) -> bool:
        """Tell whether there is nothing to be seen."""
        return not any(band.total for band in self.legend)


def columns(
    name: str,
    title: str,
    description: str,
    *,
    over: str,
    names: Sequence[str],
    bands: Sequence[Band],
) -> Plot:
    """Return a plot of columns, the bands upon each other; `over` says what `names` are."""
    top = _round_top(max(_totals(names, bands), default=0))
    place = (WIDTH - _LEFT - _RIGHT) / max(len(names), 1)
    return Plot(
        name=name,
        title=title,
        description=description,
        height=_text(_TOP + _HEIGHT + _FOOT),
        stacks=tuple(_column(index, place, top, names, bands) for index in range(len(names))),
        lines=tuple(_text(_y(value, top)) for value in _marks(top)),
        letters=(*_numbers(top), *_names_below(names, place)),
        legend=tuple(bands),
        head=(over, *(band.name for band in bands)),
        rows=_rows(names, bands),
    )


def rows(
    name: str,
    title: str,
    description: str,
    *,
    over: str,
    names: Sequence[str],
    bands: Sequence[Band],
) -> Plot:
    """Return a plot of rows, the bands beside each other, each row as wide as its share of all."""
    longest = max(_totals(names, bands), default=0)
    stacks = tuple(_row(index, longest, names, bands) for index in range(len(names)))
    return Plot(
        name=name,
        title=title,
        description=description,
        height=_text(max(_ROW_HEIGHT * len(names), 1)),
        stacks=stacks,
        lines=(),
        letters=tuple(_names_above(names, bands)),
        legend=tuple(bands),
        head=(over, *(band.name for band in bands)),
        rows=_rows(names, bands),
    )


def _totals(names: Sequence[str], bands: Sequence[Band]) -> list[int]:
    return [sum(band.values[index] for band in bands) for index in range(len(names))]


def _column(
    index: int, place: float, top: int, names: Sequence[str], bands: Sequence[Band]
) -> Stack:
    gap = min(place * _GAP_SHARE, _MOST_GAP)
    boxes: list[Box] = []
    below = 0
    for band in bands:
        value = band.values[index]
        if value:
            high, low = _y(below + value, top), _y(below, top)
            boxes.append(
                Box(
                    x=_text(_LEFT + index * place + gap / 2),
                    y=_text(high),
                    width=_text(place - gap),
                    height=_text(low - high),
                    colour=band.colour,
                )
            )
        below += value
    return Stack(said=_said(names[index], index, bands), boxes=tuple(boxes))


def _row(index: int, longest: int, names: Sequence[str], bands: Sequence[Band]) -> Stack:
    boxes: list[Box] = []
    before = 0
    for band in bands:
        value = band.values[index]
        if value:
            boxes.append(
                Box(
                    x=_text(WIDTH * before / longest),
                    y=_text(index * _ROW_HEIGHT + _BAR_TOP),
                    width=_text(WIDTH * value / longest),
                    height=_text(_BAR_HEIGHT),
                    colour=band.colour,
                )
            )
        before += value
    return Stack(said=_said(names[index], index, bands), boxes=tuple(boxes))


def _said(name: str, index: int, bands: Sequence[Band]) -> str:
    parts = [f"{band.values[index]} {band.name}" for band in bands if band.values[index]]
    return f"{name}: {', '.join(parts) or 'nothing'}"


def _y(value: int, top: int) -> float:
    return _TOP + _HEIGHT * (1 - value / top)


def _round_top(most: int) -> int:
    """Return the smallest multiple of a round step that holds all in few lines."""
    step = _step(most)
    return max(math.ceil(most / step) * step, step)


def _step(most: int) -> int:
    """Return the smallest round step of which few hold all."""
    power = 1
    while most > _STEPS[-1] * power * _MOST_LINES:
        power *= 10
    return next(each * power for each in _STEPS if most <= each * power * _MOST_LINES)


def _marks(top: int) -> range:
    return range(0, top + 1, _step(top))


def _numbers(top: int) -> Iterator[Letters]:
    """Yield the numbers beside the lines."""
    for value in _marks(top):
        yield Letters(
            x=_text(_LEFT - 4), y=_text(_y(value, top) + 4), text=short(value), anchor="end"
        )


def _names_below(names: Sequence[str], place: float) -> Iterator[Letters]:
    """Yield as many names as there is room for, the first among them."""
    every = max(math.ceil(len(names) / _MOST_NAMES), 1)
    for index in range(0, len(names), every):
        x = _LEFT + (index + 0.5) * place
        yield Letters(x=_text(x), y=_text(_TOP + _HEIGHT + 16), text=names[index], anchor="middle")


def _names_above(names: Sequence[str], bands: Sequence[Band]) -> Iterator[Letters]:
    for index, (name, total) in enumerate(zip(names, _totals(names, bands), strict=True)):
        y = _text(index * _ROW_HEIGHT + _BAR_TOP - 6)
        yield Letters(x="0", y=y, text=_cut(name), anchor="start")
        yield Letters(x=_text(WIDTH), y=y, text=short(total), anchor="end")


_MOST_LETTERS = 36


def _cut(name: str) -> str:
    """Return as much of a name as there is room for; the table tells all of it."""
    return name if len(name) <= _MOST_LETTERS else f"{name[: _MOST_LETTERS - 1]}…"


def short(value: int) -> str:
    """Return a number in few letters: `950`, `1.2k`, `35k`, `1.4M`."""
    for unit, letter in ((1_000_000, "M"), (1000, "k")):
        if value >= unit:
            digits = 1 if value < 10 * unit and value % unit else 0
            return f"{value / unit:.{digits}f}{letter}"

    return str(value)


def _rows(names: Sequence[str], bands: Sequence[Band]) -> tuple[tuple[str, ...], ...]:
    return tuple(
        (name, *(str(band.values[index]) for band in bands)) for index, name in enumerate(names)
    )


def _text(number: float) -> str:
    return f"{number:.2f}".rstrip("0").rstrip(".")
