"""A library that is not there is offline; its files are not gone."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from daemon.desk.views import StatusView
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of
from tests.end_to_end.running import Daemon

DONE = FileState.DONE
MOVED, EMPTIED = "moved away", "emptied"


def titles(home: Home) -> list[str]:
    """Return what was said of libraries, alone or in a message for several."""
    lines = (line for push in home.phone.pushes for line in (push.title, *push.body.split("\n")))
    return sorted(line for line in lines if line.startswith("Library "))


def said(word: str) -> list[str]:
    return [f"Library {name} {word}" for name in (EMPTIED, MOVED)]


def until_all(daemon: Daemon, *states: str) -> StatusView:
    """Return the status once every library is in one of these states."""

    def question() -> StatusView | None:
        status = daemon.status()
        return status if all(line.state in states for line in status.libraries) else None

    return daemon.until(question, f"the libraries are {' or '.join(states)}")


def take_away(home: Home) -> None:
    """Let one library vanish, and leave an empty folder in the other's place."""
    for name in home.libraries:
        (home.folder / name).rename(home.folder / f"{name}, aside")
    (home.folder / EMPTIED).mkdir()


def bring_back(home: Home) -> None:
    (home.folder / EMPTIED).rmdir()
    for name in home.libraries:
        (home.folder / f"{name}, aside").rename(home.folder / name)


@pytest.fixture
def two(home: Home, films: Sequence[Film]) -> Home:
    """Return a home with two libraries, each with a film to come that is known."""
    home.library.rmdir()
    home.libraries.clear()
    for name, film in zip((MOVED, EMPTIED), films, strict=False):
        home.add_library(name)
        home.knows(film)
    return home


def test_libraries_that_vanish_while_watched_are_offline_until_they_are_back(
    two: Home, films: Sequence[Film]
) -> None:
    two.set("library", settle="2s")
    late = "Still being written.mp4"
    with two.run() as daemon:
        videos = [
            film.copy_to(two.folder / name / film.name)
            for name, film in zip(two.libraries, films, strict=False)
        ]
        before = [daemon.until_state(video.name, DONE) for video in videos]
        for name in two.libraries:
            films[2].copy_to(two.folder / name / late)
        daemon.until(lambda: daemon.status().states[FileState.SEEN] == 2, "more have come")
        take_away(two)
        offline = until_all(daemon, "offline")
        daemon.until(lambda: titles(two) == said("is offline"), "the pushes have come")
        meanwhile = daemon.status()
        bring_back(two)
        until_all(daemon, "watching", "polling")
        daemon.until(
            lambda: titles(two) == sorted([*said("is offline"), *said("is back")]),
            "the pushes have come",
        )
        daemon.until_idle()
        after = [daemon.until_state(video.name, DONE) for video in videos]
        states = daemon.status().states

    assert all(line.reason for line in offline.libraries)
    assert meanwhile.missing == 0
    assert after == before
    assert all(nfo_of(video).exists() for video in videos)
    assert states[FileState.NO_MATCH] == 2


def test_libraries_that_vanished_while_no_daemon_ran_are_offline(
    two: Home, films: Sequence[Film]
) -> None:
    names = [film.name for film in films[:2]]
    with two.run() as daemon:
        for name, film in zip(two.libraries, films, strict=False):
            film.copy_to(two.folder / name / film.name)
        before = [daemon.until_state(name, DONE) for name in names]
    take_away(two)
    with two.run() as daemon:
        offline = until_all(daemon, "offline")
        daemon.until(lambda: titles(two) == said("is offline"), "the pushes have come")
        daemon.until_idle()
        without = [daemon.file(name) for name in names]
        missing = daemon.status().missing
    bring_back(two)
    with two.run() as daemon:
        daemon.until(
            lambda: titles(two) == sorted([*said("is offline"), *said("is back")]),
            "the pushes have come",
        )
        after = [daemon.until_state(name, DONE) for name in names]

    assert all(line.reason for line in offline.libraries)
    assert missing == 0
    assert after == before == without
    assert two.asked_about(films[0]) == two.asked_about(films[1]) == 1


def test_one_deleted_file_is_missing_and_comes_back_with_all_that_was_known(
    home: Home, films: Sequence[Film]
) -> None:
    for film in films[:2]:
        home.knows(film)
    with home.run() as daemon:
        for film in films[:2]:
            home.drop(film)
            daemon.until_state(film.name, DONE)
        before = daemon.file(films[0].name)
        (home.library / films[0].name).unlink()
        daemon.until(lambda: daemon.status().missing == 1, "it is missing")
        home.drop(films[0])
        after = daemon.until_state(films[0].name, DONE)
        daemon.until_idle()

    assert before is not None
    assert after.line.number == before.line.number
    assert after.decisions == before.decisions
    assert after.work == before.work
    assert home.asked_about(films[0]) == 1
    assert home.phone.pushes == ()
