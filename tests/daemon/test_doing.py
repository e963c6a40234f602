"""What the service manager is told, in words."""

from __future__ import annotations

from dataclasses import replace

import pytest
from anyio.lowlevel import checkpoint

from daemon.desk.views import ExaminingView, LibraryLine, StatusView
from daemon.doing import Outlook, describe
from daemon.service.health import Stopped
from rules.journey import FileState
from tests.daemon.cli.test_show import STATUS

FILMS = LibraryLine(name="films", root="/films", state="watching")


def status_of(states: dict[FileState, int], *libraries: LibraryLine) -> StatusView:
    return replace(STATUS, states=dict.fromkeys(FileState, 0) | states, libraries=libraries)


@pytest.mark.parametrize(
    ("states", "libraries", "line"),
    [
        ({}, [FILMS], "nothing to do, 0 files done"),
        (
            {FileState.DONE: 1200, FileState.REVIEW: 1},
            [FILMS],
            "nothing to do, 1 200 files done; 1 file waits for you",
        ),
        (
            {FileState.SEEN: 1, FileState.READY: 40, FileState.ANSWERED: 2, FileState.ACCEPTED: 3},
            [FILMS],
            (
                "waiting for 1 file to be whole; asking sources about 40 files; "
                "deciding about 2 files; writing beside 3 files"
            ),
        ),
        (
            {FileState.REVIEW: 2},
            [replace(FILMS, is_listing=True, entries=12000)],
            "looking through films (12 000 names so far); 2 files wait for you",
        ),
        ({}, [replace(FILMS, is_listing=True)], "looking through films"),
        (
            {FileState.DONE: 3},
            [replace(FILMS, state="offline", is_listing=True), replace(FILMS, state="degraded")],
            "nothing to do, 3 files done; films is offline; films is degraded",
        ),
    ],
    ids=["new", "done", "at work", "looking", "beginning", "amiss"],
)
def test_status_says_what_is_done_what_waits_and_what_is_amiss(
    states: dict[FileState, int], libraries: list[LibraryLine], line: str
) -> None:
    assert describe(status_of(states, *libraries)) == line


def test_status_says_how_long_fingerprinting_takes() -> None:
    examining = ExaminingView(new=1240, per_minute=38.2, left_s=1958)

    told = describe(replace(status_of({}), examining=examining))

    assert told == "fingerprinting: 1 240 files left, 38 a minute, about 33 min"


def test_status_names_stages_that_are_not_heard_of() -> None:
    told = describe(status_of({}), [Stopped(stage="hashing", silent_s=130.4)])

    assert told == "nothing to do, 0 files done; hashing has been silent for 130 s too long"


async def test_store_is_asked_only_when_something_happened() -> None:
    happened, asked = [0], []

    async def ask() -> StatusView:
        await checkpoint()
        asked.append(happened[0])
        happened[0] += happened[0] == 2  # while it is asked: the next look must not miss it
        return replace(STATUS, missing=len(asked))

    outlook = Outlook(ask, lambda: happened[0])
    seen = [(await outlook.status()).missing for _ in range(2)]
    happened[0] = 2
    seen += [(await outlook.status()).missing for _ in range(3)]

    assert seen == [1, 1, 2, 3, 3]
    assert asked == [0, 2, 3]
