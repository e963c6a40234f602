from __future__ import annotations

import pytest

from daemon.cli.show_examining import show_examining, show_requested
from daemon.desk.views import ExaminingView, Requested
from tests.daemon.cli.test_show import Screen


@pytest.mark.parametrize(
    ("view", "lines"),
    [
        (ExaminingView(), []),
        (
            ExaminingView(new=1240, per_minute=38.2, left_s=1958),
            ["fingerprinting: 1 240 files left, 38 a minute, about 33 min"],
        ),
        (
            ExaminingView(again=1, given_up=2, given_up_reason="'[a]\x1b.mkv' is no video"),
            [
                "fingerprinting: 1 known file left",
                "2 known files could not be examined again: '[a]\\x1b.mkv' is no video",
            ],
        ),
        (ExaminingView(given_up=1), ["1 known file could not be examined again"]),
    ],
)
def test_what_is_to_be_examined_is_told(view: ExaminingView, lines: list[str]) -> None:
    screen = Screen()

    show_examining(view, screen.out)

    assert screen.lines == lines


@pytest.mark.parametrize(
    ("requested", "is_in_background", "lines"),
    [
        (
            Requested(contents=0, failed=0, waiting=0, left_s=60.0),
            True,
            ["No fingerprint is missing or outdated; doorman generate --all makes all anew."],
        ),
        (
            Requested(contents=1240, failed=2, waiting=1300, left_s=1958),
            True,
            [
                "2 files that failed will be tried once more",
                "1 240 known files will be examined again",
                "With all that waits that takes about 33 min.",
                "The daemon does it in the background; see how far it is: doorman status",
            ],
        ),
        (
            Requested(contents=0, failed=1, waiting=1, left_s=None),
            False,
            ["1 file that failed will be tried once more"],
        ),
        (
            Requested(contents=5, failed=0, waiting=5, left_s=None, sheets_left_out=7),
            False,
            [
                "5 known files will be examined again",
                "7 missing contact sheets would not fit; raise [fingerprint] contact_sheet_budget",
            ],
        ),
    ],
)
def test_what_was_asked_for_is_told(
    requested: Requested,
    is_in_background: bool,  # noqa: FBT001  # pytest hands parameters on by name
    lines: list[str],
) -> None:
    screen = Screen()

    show_requested(requested, screen.out, is_in_background=is_in_background)

    assert screen.lines == lines
