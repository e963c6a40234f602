"""A library with nsfw = false: no request ever tells an adult source of what lies in it."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home

KEPT_NAME = "Summer at Grandmother's - 2021-07-04.mkv"
WORDS = ("summer", "grandmother", "2021-07-04")


@pytest.fixture
def home(home: Home) -> Home:
    """Return a home with a second library, which is kept from adult sources."""
    home.add_library("family")
    home.set("library family", nsfw=False)
    return home


def log_of(home: Home) -> str:
    """Return all that was ever sent to the source, in lower case."""
    return "\n".join(
        f"{each.path} {each.query} {each.variables}" for each in home.box.requests.all()
    ).lower()


def test_nothing_of_a_kept_library_is_ever_sent(home: Home, films: Sequence[Film]) -> None:
    kept, other = films[0], films[1]
    home.knows(kept)
    home.knows(other)
    with home.run() as daemon:
        kept.copy_to(home.folder / "family" / KEPT_NAME)
        home.drop(other)
        waiting = daemon.until_state(KEPT_NAME, FileState.DEFERRED)
        daemon.until_state(other.name, FileState.DONE)
        decided = len(waiting.decisions)
        daemon.identify(KEPT_NAME)
        waiting = daemon.until_state(KEPT_NAME, FileState.DEFERRED)

    log = log_of(home)
    assert str(other.oshash) in log
    assert str(kept.oshash) not in log
    assert not any(word in log for word in WORDS)
    assert "nsfw = false" in str(waiting.answers)
    assert "nsfw = false" in str(waiting.line.reason) + str(waiting.decisions[-1].reasons)
    assert len(waiting.decisions) == decided


def test_copy_elsewhere_is_asked_about_by_its_own_name_alone(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        film.copy_to(home.folder / "family" / KEPT_NAME)
        daemon.until_state(KEPT_NAME, FileState.DEFERRED)
        home.drop(film)
        daemon.until_state(film.name, FileState.DONE)
        daemon.identify(KEPT_NAME)
        kept = daemon.until_state(KEPT_NAME, FileState.DEFERRED)
        other = daemon.file(film.name)

    log = log_of(home)
    assert str(film.oshash) in log
    assert not any(word in log for word in WORDS)
    assert kept.work is None
    assert other is not None
    assert other.line.state is FileState.DONE


def test_source_that_is_not_adult_is_asked_about_everything(home: Home, film: Film) -> None:
    home.set("source", nsfw=False)
    home.knows(film)
    with home.run() as daemon:
        film.copy_to(home.folder / "family" / KEPT_NAME)
        done = daemon.until_state(KEPT_NAME, FileState.DONE)

    assert done.work is not None
