"""Who is asked again, when, and by what; and what a person said stays said."""

from __future__ import annotations

import os
from collections.abc import Sequence

from providers.sandbox import Sandbox
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, movie_of
from tests.end_to_end.running import Daemon

DISMISSED, DONE, NO_MATCH = FileState.DISMISSED, FileState.DONE, FileState.NO_MATCH
REVIEW = FileState.REVIEW


def count(daemon: Daemon, name: str, event: str) -> int:
    """Return how often something happened to a file."""
    view = daemon.file(name)
    return [each.event for each in view.events].count(event) if view else 0


def test_a_new_source_is_asked_at_once_by_what_is_known_already(home: Home, film: Film) -> None:
    """The next question was an hour away, and nothing is opened for it again."""
    with home.run() as daemon:
        video = home.drop(film)
        unknown = daemon.until_state(film.name, NO_MATCH)
    with Sandbox() as other:
        other.world.add_scene(film.scene("Harbour by Noon"))
        home.more_sources.append({"name": "other", "url": other.url, "key": other.key})
        with home.run() as daemon:
            daemon.until_state(film.name, DONE)
            examined = count(daemon, film.name, "ready")

    assert unknown.due_at_s is not None
    assert examined == 1
    assert movie_of(video).findtext("title") == "Harbour by Noon"


def test_a_dismissed_file_stays_so_until_it_holds_something_else(
    home: Home, films: Sequence[Film]
) -> None:
    film, other = films[0], films[1]
    home.doubts(film, "Quiet Orchard", "Loud Orchard")
    home.knows(other)
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, REVIEW)
        daemon.dismiss(film.name)
    asked = home.asked_about(film)

    with home.run() as daemon:
        daemon.scan()
        restarted = daemon.until_state(film.name, DISMISSED)
        video = video.rename(home.library / "Another name.mp4")
        renamed = daemon.until_state(video.name, DISMISSED)
        settled = count(daemon, video.name, "settled")
        os.utime(video)
        daemon.until(lambda: count(daemon, video.name, "settled") > settled, "the touch was seen")
        daemon.until_state(video.name, DISMISSED)
        daemon.scan()
        daemon.until_idle()
        touched = daemon.until_state(video.name, DISMISSED)
        other.copy_to(video)
        reopened = daemon.until_state(video.name, DONE)

    assert restarted.line.number == renamed.line.number == touched.line.number
    assert [each.outcome for each in touched.decisions] == ["review", "dismissed"]
    assert home.asked_about(film) == asked
    assert reopened.line.number == touched.line.number
    assert movie_of(video).findtext("title") == other.title


def test_a_rejection_says_nothing_of_another_content(home: Home, films: Sequence[Film]) -> None:
    """The work that was rejected is the right one for what comes to lie there later."""
    film, other = films[0], films[1]
    scene = film.scene(scene_id="0190d0c5-0000-7000-8000-000000000001")
    more = other.scene().fingerprints
    home.box.world.add_scene(
        scene.model_copy(update={"fingerprints": (*scene.fingerprints, *more)})
    )
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, DONE, REVIEW)
        daemon.reject(film.name)
        rejected = daemon.until_state(film.name, NO_MATCH)
        settled = count(daemon, film.name, "settled")
        other.copy_to(video)
        daemon.until(lambda: count(daemon, film.name, "settled") > settled, "it was seen")
        reopened = daemon.until_state(film.name, DONE, REVIEW)

    assert rejected.candidates == ()
    assert [each.remote_id for each in reopened.candidates] == [scene.id]
