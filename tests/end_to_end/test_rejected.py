"""What a person rejected for a content never comes back for it."""

from __future__ import annotations

import os

from daemon.desk.views import FileView
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home
from tests.end_to_end.running import Daemon

NO_MATCH = FileState.NO_MATCH


def assert_rejected(view: FileView) -> None:
    assert view.candidates == ()
    assert view.work is None
    assert {each.outcome for each in view.decisions} <= {
        "accepted",
        "rejected",
        "no match",
    }
    assert [each.outcome for each in view.decisions].count("accepted") == 1


def asked_again(home: Home, daemon: Daemon, film: Film, name: str) -> FileView:
    daemon.until_idle()  # what is being asked by itself would answer the person, too
    count = home.asked_about(film)
    daemon.identify(name)
    daemon.until(lambda: home.asked_about(film) > count, "it is asked about again")
    return daemon.until_state(name, NO_MATCH, FileState.REVIEW, FileState.DONE)


def test_no_restart_question_rename_touch_or_copy_brings_a_rejected_work_back(
    home: Home, film: Film
) -> None:
    home.knows(film)
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, FileState.DONE)
        daemon.reject(film.name)
        assert_rejected(daemon.until_state(film.name, NO_MATCH))
        assert_rejected(asked_again(home, daemon, film, film.name))

    with home.run() as daemon:
        assert_rejected(asked_again(home, daemon, film, film.name))
        video = video.rename(home.library / "Another name.mp4")
        daemon.until_state(video.name, NO_MATCH)
        assert_rejected(asked_again(home, daemon, film, video.name))
        settled = len(events(daemon, video.name, "settled"))
        os.utime(video)
        daemon.until(
            lambda: len(events(daemon, video.name, "settled")) > settled, "the touch was seen"
        )
        touched = daemon.until_state(video.name, NO_MATCH)
        assert_rejected(asked_again(home, daemon, film, video.name))
        film.copy_to(home.library / "A copy.mp4")
        copy = daemon.until_state("A copy.mp4", NO_MATCH, FileState.REVIEW, FileState.DONE)

    assert touched.due_at_s is not None
    assert copy.line.state is NO_MATCH
    assert copy.candidates == ()
    assert list(home.library.glob("*.nfo")) == []


def events(daemon: Daemon, name: str, kind: str) -> list[str]:
    view = daemon.file(name)
    return [each.event for each in view.events if each.event == kind] if view else []
