"""Another content at the same place is another film; the same content with a new time is not."""

from __future__ import annotations

import os
from collections.abc import Sequence
from functools import partial

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, movie_of, nfo_of
from tests.end_to_end.running import Daemon

DONE, NO_MATCH = FileState.DONE, FileState.NO_MATCH


def settled(daemon: Daemon, name: str) -> int:
    view = daemon.file(name)
    return [event.event for event in view.events].count("settled") if view else 0


def has_settled_again(daemon: Daemon, name: str) -> bool:
    return settled(daemon, name) == 2


def test_another_content_is_decided_anew_and_has_no_part_of_the_old_work(
    home: Home, films: Sequence[Film]
) -> None:
    old, new = films[0], films[1]
    home.knows(old)
    home.knows(new)
    with home.run() as daemon:
        video = home.drop(old)
        first = daemon.until_state(old.name, DONE)
        new.copy_to(video)
        daemon.until(partial(has_settled_again, daemon, old.name), "the change was seen")
        second = daemon.until_state(old.name, DONE)

    assert second.line.number == first.line.number
    assert first.work is not None
    assert second.work is not None
    assert second.work.startswith(new.title)
    assert movie_of(video).findtext("title") == new.title


def test_an_unknown_content_does_not_wear_the_name_tag_of_what_was_there(
    home: Home, films: Sequence[Film]
) -> None:
    old, unknown = films[0], films[1]
    home.knows(old)
    with home.run() as daemon:
        video = home.drop(old)
        daemon.until_state(old.name, DONE)
        unknown.copy_to(video)
        view = daemon.until_state(old.name, NO_MATCH)
        daemon.until(lambda: not nfo_of(video).exists(), "the NFO of the old work is gone")
        daemon.until_idle()

    assert view.work is None
    assert view.candidates == ()


def test_an_edited_nfo_stays_even_then(home: Home, films: Sequence[Film]) -> None:
    old, unknown = films[0], films[1]
    home.knows(old)
    with home.run() as daemon:
        video = home.drop(old)
        daemon.until_state(old.name, DONE)
        edited = nfo_of(video).read_bytes() + b"<!-- mine -->\n"
        nfo_of(video).write_bytes(edited)
        unknown.copy_to(video)
        daemon.until_state(old.name, FileState.REVIEW)  # the NFO is a person's, and names a work
        daemon.until_idle()

    assert nfo_of(video).read_bytes() == edited


def test_a_touch_asks_nobody_anything(home: Home, films: Sequence[Film]) -> None:
    certain, doubtful, unknown = films[:3]
    home.knows(certain)
    home.doubts(doubtful, "Lantern Street", "Lantern Lane")
    expected = {certain.name: DONE, doubtful.name: FileState.REVIEW, unknown.name: NO_MATCH}
    with home.run() as daemon:
        for film in films[:3]:
            home.drop(film)
        before = {name: daemon.until_state(name, state) for name, state in expected.items()}
        daemon.until(lambda: home.phone.pushes, "the push has come")
        for name in expected:
            os.utime(home.library / name)
            daemon.until(partial(has_settled_again, daemon, name), f"{name} was looked at")
        after = {name: daemon.until_state(name, state) for name, state in expected.items()}
        daemon.until_idle()

    assert len(home.phone.pushes) == 1
    assert home.asked_about(certain) == home.asked_about(doubtful) == 1
    for film in films[:3]:
        assert after[film.name].decisions == before[film.name].decisions
        assert after[film.name].candidates == before[film.name].candidates
    assert before[unknown.name].due_at_s is not None
    assert after[unknown.name].due_at_s is not None
