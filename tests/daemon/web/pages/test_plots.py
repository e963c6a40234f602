from __future__ import annotations

from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.web.pages.plots import WIDTH, Band, Plot, columns, rows, short

COUNTS = st.integers(0, 10**7)


@st.composite
def plots(draw: st.DrawFn) -> Plot:
    size = draw(st.integers(0, 40))
    series = draw(st.lists(st.lists(COUNTS, min_size=size, max_size=size), max_size=4))
    bands = [
        Band(name=f"band {n}", colour="named", values=tuple(each)) for n, each in enumerate(series)
    ]
    names = [f"step {n}" for n in range(size)]
    make = draw(st.sampled_from([columns, rows]))
    return make("id", "Title", "Said.", over="step", names=names, bands=bands)


@given(plot=plots())
def test_all_is_inside_of_the_plot(plot: Plot) -> None:
    height = float(plot.height)

    for stack in plot.stacks:
        for box in stack.boxes:
            assert 0 <= float(box.x) <= float(box.x) + float(box.width) <= WIDTH + 0.02
            assert 0 <= float(box.y) <= float(box.y) + float(box.height) <= height + 0.02
    for each in plot.letters:
        assert 0 <= float(each.x) <= WIDTH
        assert 0 <= float(each.y) <= height
    assert all(0 <= float(y) <= height for y in plot.lines)


@given(plot=plots())
def test_table_tells_every_number(plot: Plot) -> None:
    told = [tuple(int(each) for each in row[1:]) for row in plot.rows]

    assert told == [
        tuple(band.values[index] for band in plot.legend) for index in range(len(plot.rows))
    ]
    assert plot.is_empty == (not any(number for row in told for number in row))


@given(values=st.lists(st.integers(0, 10**6), min_size=1, max_size=31).filter(any))
def test_columns_are_as_high_as_their_numbers(values: list[int]) -> None:
    band = Band(name="all", colour="named", values=tuple(values))

    plot = columns("id", "T", "S.", over="x", names=list(map(str, values)), bands=[band])

    tallest = max(values)
    heights = [sum(float(box.height) for box in stack.boxes) for stack in plot.stacks]
    for value, height in zip(values, heights, strict=True):
        assert height == pytest.approx(max(heights) * value / tallest, abs=0.03)


def test_bands_stand_upon_each_other() -> None:
    bands = [
        Band(name="lower", colour="named", values=(1, 0)),
        Band(name="middle", colour="asked", values=(2, 2)),
        Band(name="upper", colour="bad", values=(3, 1)),
    ]

    plot = columns("id", "T", "S.", over="x", names=["a", "b"], bands=bands)

    for stack in plot.stacks:
        for below, above in pairwise(stack.boxes):
            assert float(above.y) + float(above.height) == pytest.approx(float(below.y))
    assert [stack.said for stack in plot.stacks] == [
        "a: 1 lower, 2 middle, 3 upper",
        "b: 2 middle, 1 upper",
    ]


@given(series=st.lists(st.lists(COUNTS, min_size=3, max_size=3), min_size=1, max_size=5))
def test_bands_of_a_row_follow_each_other(series: list[list[int]]) -> None:
    bands = [Band(name="b", colour="bad", values=tuple(each)) for each in series]

    plot = rows("id", "T", "S.", over="x", names=["a", "b", "c"], bands=bands)

    for stack in plot.stacks:
        for left, right in pairwise(stack.boxes):
            assert float(left.x) + float(left.width) == pytest.approx(float(right.x), abs=0.02)


def test_rows_are_as_wide_as_their_share_of_the_longest() -> None:
    bands = [
        Band(name="known", colour="named", values=(3, 1)),
        Band(name="failed", colour="bad", values=(1, 0)),
    ]

    plot = rows("id", "T", "S.", over="x", names=["a", "b" * 50], bands=bands)

    widths = [[float(box.width) for box in stack.boxes] for stack in plot.stacks]
    assert widths == [[240, 80], [80]]
    assert [each.text for each in plot.letters] == ["a", "4", "b" * 35 + "…", "1"]


def test_few_names_stand_below_many_columns() -> None:
    names = [str(n) for n in range(31)]
    band = Band(name="all", colour="named", values=tuple(range(31)))

    plot = columns("id", "T", "S.", over="x", names=names, bands=[band])

    below = [each.text for each in plot.letters if each.anchor == "middle"]
    assert below == ["0", "8", "16", "24"]


@pytest.mark.parametrize(
    ("most", "numbers"),
    [
        (0, ["0", "1"]),
        (1, ["0", "1"]),
        (4, ["0", "1", "2", "3", "4"]),
        (9, ["0", "5", "10"]),
        (37, ["0", "10", "20", "30", "40"]),
        (999, ["0", "500", "1k"]),
        (12_345, ["0", "5k", "10k", "15k"]),
    ],
)
def test_lines_are_few_and_round(most: int, numbers: list[str]) -> None:
    band = Band(name="all", colour="named", values=(most,))

    plot = columns("id", "T", "S.", over="x", names=["a"], bands=[band])

    assert [each.text for each in plot.letters if each.anchor == "end"] == numbers
    assert len(plot.lines) == len(numbers)


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (999, "999"), (1000, "1k"), (1234, "1.2k"), (35_400, "35k"), (1_500_000, "1.5M")],
)
def test_large_numbers_are_short(value: int, text: str) -> None:
    assert short(value) == text
