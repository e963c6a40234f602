"""What is told to write instead has to be allowed."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic_core import PydanticCustomError

from daemon.settings.measures import Measure, duration, size

TIMEOUT = duration("1s", "6h")
MEMORY = size("512MiB", "64GiB")
LONG = duration("1m", "1d")


def told(measure: Measure, value: object) -> str:
    with pytest.raises(PydanticCustomError) as refused:
        measure.read(value)
    return refused.value.message()


@pytest.mark.parametrize(
    ("measure", "value", "message"),
    [
        (TIMEOUT, "5", '"5" needs its unit (ms, s, m, h or d): write "5s"'),
        (TIMEOUT, "0", 'needs its unit, and must be between "1s" and "6h", not "0"'),
        (MEMORY, "1", 'needs its unit, and must be between "512MiB" and "64GiB", not "1"'),
        (MEMORY, "600", '"600" needs its unit (KiB, MiB, GiB …): write "600MiB"'),
        (MEMORY, "1MiB", 'must be between "512MiB" and "64GiB", not "1MiB"'),
        (MEMORY, 1, 'a size needs its unit, in quotes: write "512MiB"'),
        (LONG, 5, 'a time needs its unit, in quotes: write "1m"'),
        (LONG, 120, 'a time needs its unit, in quotes: write "120s"'),
    ],
)
def test_no_remedy_is_refused_when_it_is_followed(
    measure: Measure, value: object, message: str
) -> None:
    assert told(measure, value) == message


@given(
    measure=st.sampled_from([TIMEOUT, MEMORY, LONG]),
    value=st.integers(-5, 10**7) | st.floats(-1, 1e7) | st.from_regex(r"[0-9]{1,6} ?[a-zA-Z]?"),
)
def test_whatever_is_advised_can_be_read(measure: Measure, value: float | str) -> None:
    try:
        measure.read(value)
    except PydanticCustomError as refused:
        advised = re.search(r'write "([^"]+)"$', refused.message())
        if advised:
            assert measure.read(advised[1]) > 0
