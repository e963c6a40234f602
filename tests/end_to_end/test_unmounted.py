"""A library that is not there is offline; its files are not gone."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from daemon.desk.views import StatusView
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of
from tests.end_to_end.running import Daemon

DONE = FileState.DONE
OFFLINE, BACK = "Library films is offline", "Library films is back"


def titles(home: Home) -> list[str]:
    return [push.title for push in home.phone.pushes]


def until_line(daemon: Daemon, *states: str) -> StatusView:
    """Return the status once the first library is in one of these states."""

    def question() -> StatusView | None:
        status = daemon.status()
        return status if status.libraries[0].state in states else None

    return daemon.until(question, f"the library is {' or '.join(states)}")


def take_away(library: Path, *, leaves_folder: bool) -> Path:
    aside = library.rename(library.with_name("aside"))
    if leaves_folder:
        library.mkdir()
    return aside


def bring_back(library: Path, aside: Path) -> None:
    if library.exists():
        library.rmdir()
    aside.rename(library)


@pytest.mark.parametrize("leaves_folder", [False, True], ids=["moved away", "empty folder"])
def test_a_library_that_vanishes_while_watched_is_offline_until_it_is_back(
    home: Home, films: Sequence[Film], *, leaves_folder: bool
) -> None:
    home.set("library", settle="2s")
    for film in films[:2]:
        home.knows(film)
    with home.run() as daemon:
        video = home.drop(films[0])
        before = daemon.until_state(films[0].name, DONE)
        home.drop(films[1])
        daemon.until_state(films[1].name, FileState.SEEN)
        aside = take_away(home.library, leaves_folder=leaves_folder)
        offline = until_line(daemon, "offline")
        daemon.until(lambda: titles(home) == [OFFLINE], "the push has come")
        meanwhile = daemon.status()
        bring_back(home.library, aside)
        until_line(daemon, "watching", "polling")
        daemon.until(lambda: titles(home) == [OFFLINE, BACK], "the push has come")
        after = daemon.until_state(films[0].name, DONE)
        daemon.until_state(films[1].name, DONE)

    assert offline.libraries[0].reason
    assert (meanwhile.missing, meanwhile.libraries[0].missing) == (0, 0)
    assert after == before
    assert nfo_of(video).exists()
    assert titles(home) == [OFFLINE, BACK]


@pytest.mark.parametrize("leaves_folder", [False, True], ids=["moved away", "empty folder"])
def test_a_library_that_vanished_while_no_daemon_ran_is_offline(
    home: Home, film: Film, *, leaves_folder: bool
) -> None:
    home.knows(film)
    with home.run() as daemon:
        home.drop(film)
        before = daemon.until_state(film.name, DONE)
    aside = take_away(home.library, leaves_folder=leaves_folder)
    with home.run() as daemon:
        offline = until_line(daemon, "offline")
        daemon.until(lambda: home.phone.pushes, "the push has come")
        daemon.until_idle()
        without = daemon.file(film.name)
        missing = daemon.status().missing
    bring_back(home.library, aside)
    with home.run() as daemon:
        daemon.until(lambda: titles(home) == [OFFLINE, BACK], "the push has come")
        after = daemon.until_state(film.name, DONE)

    assert offline.libraries[0].reason
    assert missing == 0
    assert after == before == without
    assert home.asked_about(film) == 1


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
