"""The text, as prometheus.io/docs/instrumenting/exposition_formats has it."""

from __future__ import annotations

import math
import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.web.exposition import (
    Family,
    Kind,
    Sample,
    counter,
    exposition,
    gauge,
    histogram_samples,
)

LINE = re.compile(r'(?P<name>[a-z_]+)\{of="(?P<value>(?:[^"\\\n]|\\["\\n])*)"\} (?P<number>\S+)')
ESCAPES = {r"\n": "\n", r"\\": "\\", r"\"": '"'}


def test_family_has_its_meaning_and_kind_before_its_numbers() -> None:
    files = gauge(
        "doorman_files",
        "Files that are there.",
        Sample(value=3, labels=(("state", "no match"), ("of", "x"))),
        Sample(value=0.5),
    )

    assert exposition([files]) == (
        "# HELP doorman_files Files that are there.\n"
        "# TYPE doorman_files gauge\n"
        'doorman_files{state="no match",of="x"} 3\n'
        "doorman_files 0.5\n"
    )


def test_histogram_ends_in_all_with_sum_and_count() -> None:
    samples = histogram_samples((("stage", "tell"),), (0.1, 1.0), (1, 1, 4), 12.5)
    family = Family(name="took_seconds", kind=Kind.HISTOGRAM, help="x", samples=tuple(samples))

    assert exposition([family]).splitlines()[1:] == [
        "# TYPE took_seconds histogram",
        'took_seconds_bucket{stage="tell",le="0.1"} 1',
        'took_seconds_bucket{stage="tell",le="1"} 1',
        'took_seconds_bucket{stage="tell",le="+Inf"} 4',
        'took_seconds_sum{stage="tell"} 12.5',
        'took_seconds_count{stage="tell"} 4',
    ]


def test_family_without_numbers_is_left_out() -> None:
    assert exposition([counter("nothing_total", "x")]) == ""


@pytest.mark.parametrize(
    ("value", "text"),
    [(0, "0"), (True, "1"), (1e20, "100000000000000000000"), (-math.inf, "-Inf"), (1e-9, "1e-09")],
)
def test_numbers_are_written_as_go_reads_them(value: float, text: str) -> None:
    assert exposition([gauge("n", "x", Sample(value=value))]).split()[-1] == text


def test_what_is_no_number_says_so() -> None:
    assert exposition([gauge("n", "x", Sample(value=math.nan))]).split()[-1] == "NaN"


@given(st.text())
def test_any_name_in_a_label_is_read_back(name: str) -> None:
    text = exposition([gauge("n", "x\ny", Sample(value=1, labels=(("of", name),)))])

    _, _, line, end = text.split("\n")
    found = LINE.fullmatch(line)
    assert end == ""
    assert found is not None
    assert re.sub(r"\\.", lambda one: ESCAPES[one[0]], found["value"]) == name
