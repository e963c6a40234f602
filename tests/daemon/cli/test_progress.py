from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.cli.progress import Bar, describe, done_of_all
from daemon.desk.views import ExaminingView, LibraryLine
from rules.journey import FileState
from tests.daemon.cli.test_show import STATUS

NOTHING = dict.fromkeys(FileState, 0)
LISTING = LibraryLine(name="films", root="/films", state="starting", is_listing=True, entries=42)


@pytest.mark.parametrize(
    ("libraries", "states", "words"),
    [
        ((LISTING,), NOTHING, "looking through films: 42 names"),
        ((), NOTHING | {FileState.SEEN: 1, FileState.READY: 1}, "waiting until files are whole"),
        ((), NOTHING | {FileState.SETTLED: 1}, "fingerprinting"),
        ((), NOTHING | {FileState.READY: 1}, "identifying"),
    ],
)
def test_bar_says_what_is_done_and_how_far_it_is(
    capsys: pytest.CaptureFixture[str],
    libraries: tuple[LibraryLine, ...],
    states: dict[FileState, int],
    words: str,
) -> None:
    status = replace(STATUS, libraries=libraries, states=states | {FileState.DONE: 3})

    with Bar(is_shown=True) as bar:
        bar.show(status)

    assert bar.last == status
    assert describe(status) == words
    assert done_of_all(status) == (3, sum(states.values()) + 3)
    said = capsys.readouterr()
    assert (said.out, said.err) == ("", "")  # nobody looks at a pipe


def test_bar_says_how_long_fingerprinting_takes() -> None:
    examining = ExaminingView(new=1240, per_minute=38.2, left_s=1958)
    states = NOTHING | {FileState.SETTLED: 1240}
    status = replace(STATUS, libraries=(), states=states, examining=examining)

    assert describe(status) == "fingerprinting: 1 240 files left, 38 a minute, about 33 min"
    assert done_of_all(status) == (0, 1240)


def test_examining_again_is_told_when_nothing_else_is_left() -> None:
    states = NOTHING | {FileState.DONE: 9}
    status = replace(
        STATUS, libraries=(), states=states, is_caught_up=True, examining=ExaminingView(again=3)
    )

    assert describe(status) == "fingerprinting again: 3 known files left"
    assert done_of_all(status, most_again=5) == (2, 5)
    assert done_of_all(replace(status, is_caught_up=False), most_again=5) == (9, 9)


def test_nothing_known_yet_has_no_length() -> None:
    with Bar(is_shown=False) as bar:
        assert bar.last is None
        bar.show(replace(STATUS, states=NOTHING))

    assert bar.last is not None
    assert done_of_all(bar.last) == (0, 0)
