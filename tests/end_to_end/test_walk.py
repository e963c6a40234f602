"""A walk through questions at a terminal, while the daemon runs and the source is asked."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.search_views import SEARCH
from rules.journey import FileState
from tests.daemon.cli.review.terminal import PROMPT, at_terminal
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of
from tests.end_to_end.running import environment_of

DONE, REVIEW = FileState.DONE, FileState.REVIEW


def test_questions_of_a_running_daemon_are_answered_by_keys(home: Home, film: Film) -> None:
    home.doubts(film, "Harbour at Dawn", "Harbour at Dusk")
    with home.run() as daemon:
        video = home.drop(film)
        number = daemon.until_state(film.name, REVIEW).line.number
        arguments = ["review", str(number), "--config", str(home.config)]
        with at_terminal(arguments, environment_of(home.folder)) as terminal:
            terminal.until(PROMPT)
            terminal.press("2")
            proposed = terminal.until(PROMPT)
            terminal.press("a")
            said = terminal.until("quit")
            accepted = daemon.until_state(film.name, DONE)
            had_sidecar = nfo_of(video).exists()
            terminal.press("u")
            terminal.until(PROMPT)
            undone = daemon.until_state(film.name, REVIEW)
            terminal.press("q")
            code = terminal.ended()

    assert code == 0
    assert "Accepting 2 would set" in proposed
    assert "accepted as" in said
    assert had_sidecar
    assert accepted.work is not None
    assert undone.work is None
    assert not nfo_of(video).exists()


def test_work_that_nobody_offered_is_searched_for_and_accepted(
    home: Home, films: Sequence[Film]
) -> None:
    unknown, other = films[0], films[1]
    remote_id = home.knows(other)
    with home.run() as daemon:
        home.drop(unknown)
        daemon.until_state(unknown.name, FileState.NO_MATCH)
        found = SEARCH.validate_json(
            home.do("search", unknown.name, "--id", remote_id, "--json").out
        )
        number = str(found.candidates[0].number)
        home.do("accept", unknown.name, number)
        accepted = daemon.until_state(unknown.name, DONE)

    assert [each.remote_id for each in found.candidates] == [remote_id]
    assert accepted.work is not None
