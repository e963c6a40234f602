from __future__ import annotations

import pytest

from daemon.desk.views import ExaminingView
from daemon.desk.wording import about, counted, describe_examining


@pytest.mark.parametrize(
    ("view", "words"),
    [
        (ExaminingView(), None),
        (ExaminingView(given_up=3, given_up_reason="it is no video"), None),
        (ExaminingView(new=1), "1 file left"),
        (
            ExaminingView(new=1240, per_minute=38.2, left_s=1958),
            "1 240 files left, 38 a minute, about 33 min",
        ),
        (
            ExaminingView(again=2, per_minute=2.25, left_s=53),
            "2 known files left, 2.2 a minute, about a minute",
        ),
        (
            ExaminingView(new=1, again=1, per_minute=0.5, left_s=240),
            "1 new file and 1 known file left, 30 an hour, about 4 min",
        ),
    ],
)
def test_what_is_left_fits_into_a_line(view: ExaminingView, words: str | None) -> None:
    assert describe_examining(view) == words


@pytest.mark.parametrize(
    ("seconds", "words"),
    [
        (0, "less than a minute"),
        (29, "less than a minute"),
        (30, "about a minute"),
        (119, "about a minute"),
        (120, "about 2 min"),
        (7199, "about 120 min"),
        (7200, "about 2 h"),
        (2 * 86400 - 1, "about 48 h"),
        (9.4 * 86400, "about 9 d"),
    ],
)
def test_time_left_is_as_people_say_it(seconds: float, words: str) -> None:
    assert about(seconds) == words


def test_thousands_are_set_apart() -> None:
    assert counted(1_234_567, "file") == "1 234 567 files"
