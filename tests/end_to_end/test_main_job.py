"""The main job: a dropped file is named when that is certain, and asked about when not."""

from __future__ import annotations

from daemon.desk.views import ANSWERED, FILE_LINES, FileView
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, movie_of, nfo_of

DONE, REVIEW, NO_MATCH = FileState.DONE, FileState.REVIEW, FileState.NO_MATCH


def titles(view: FileView) -> list[str]:
    return [candidate.label.split('"')[1] for candidate in view.candidates]


def test_a_certain_file_is_accepted_by_itself_and_gets_its_nfo(installed: Home, film: Film) -> None:
    home = installed
    scene_id = home.knows(film)
    with home.run() as daemon:
        video = home.drop(film)
        view = daemon.until_state(film.name, DONE)

    movie = movie_of(video)
    assert movie.tag == "movie"
    assert movie.findtext("title") == film.title
    assert movie.findtext("studio") == "Northlight Pictures"
    assert movie.findtext("premiered") == "2024-05-17"
    assert [actor.findtext("name") for actor in movie.iter("actor")] == ["Ada Winter"]
    assert [tag.text for tag in movie.iter("tag")] == ["Sea", "Morning"]
    assert scene_id in [element.text for element in movie.iter("uniqueid")]
    assert [decision.rule for decision in view.decisions] == ["known or exact"]
    assert home.asked_about(film) == 1
    assert home.phone.pushes == ()


def test_a_question_reaches_the_phone_once_and_the_answer_writes_the_nfo(
    home: Home, film: Film
) -> None:
    home.doubts(film, "Harbour at Dawn", "Harbour at Dusk")
    with home.run() as daemon:
        video = home.drop(film)
        page = daemon.until_state(film.name, REVIEW).candidates[0].page_url
        (push,) = daemon.until(lambda: home.phone.pushes, "the push has come")
        (line,) = FILE_LINES.validate_json(home.do("review", "--json").out)
        assert not nfo_of(video).exists()
        answered = ANSWERED.validate_json(home.do("accept", str(line.number), "2", "--json").out)
        daemon.until_state(film.name, DONE)
        daemon.until_idle()

    assert push.title == f"Review {line.number}: {film.name}"
    assert 'Best candidate: "Harbour at Dawn" (Northlight Pictures, 2024-05-17)' in push.body
    assert "rivals is 1" in push.body
    assert f"doorman accept {line.number}" in push.body
    assert page is not None
    assert page in push.body
    assert "Harbour at Dusk" in answered.message
    assert movie_of(video).findtext("title") == "Harbour at Dusk"
    assert home.phone.pushes == (push,)


def test_rejecting_leads_to_the_next_best_and_then_to_no_match(home: Home, film: Film) -> None:
    home.doubts(film, "Harbour at Dawn", "Harbour at Dusk", "Harbour by Night")
    with home.run() as daemon:
        video = home.drop(film)
        first = daemon.until_state(film.name, REVIEW)
        daemon.reject(film.name, 1)
        second = daemon.until_state(film.name, REVIEW)
        daemon.reject(film.name, 3)  # by its number of before: they do not move up
        third = daemon.until_state(film.name, REVIEW)  # one alone, but no better than the others
        daemon.accept(film.name)
        accepted = daemon.until_state(film.name, DONE)
        daemon.reject(film.name)
        last = daemon.until_state(film.name, NO_MATCH)
        daemon.until(lambda: not nfo_of(video).exists(), "the NFO is gone")

    assert titles(first) == ["Harbour at Dawn", "Harbour at Dusk", "Harbour by Night"]
    assert titles(second) == ["Harbour at Dusk", "Harbour by Night"]
    assert titles(third) == ["Harbour at Dusk"]
    assert accepted.work is not None
    assert accepted.work.startswith("Harbour at Dusk")
    assert last.candidates == ()
    assert last.work is None


def test_dismissing_leaves_the_file_alone_until_undone(home: Home, film: Film) -> None:
    home.doubts(film, "Harbour at Dawn", "Harbour at Dusk")
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, REVIEW)
        daemon.dismiss(film.name)
        dismissed = daemon.until_state(film.name, FileState.DISMISSED)
        daemon.undo(film.name)
        undone = daemon.until_state(film.name, REVIEW)

    assert dismissed.line.reason == "a person said to leave it alone"
    assert titles(undone) == ["Harbour at Dawn", "Harbour at Dusk"]
    assert not nfo_of(video).exists()
    assert home.asked_about(film) == 1


def test_undoing_an_accept_takes_nfo_and_work_back_and_it_never_comes_by_itself_again(
    home: Home, film: Film
) -> None:
    home.knows(film)
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, DONE)
        daemon.undo(film.name)
        daemon.until(lambda: not nfo_of(video).exists(), "the NFO is gone")
        undone = daemon.until_state(film.name, REVIEW)
        daemon.identify(film.name)
        daemon.until(lambda: home.asked_about(film) == 2, "it is asked about again")
        again = daemon.until_state(film.name, REVIEW, DONE)
        daemon.accept(film.name)
        daemon.until_state(film.name, DONE)

    assert undone.work is None
    assert again.line.state is REVIEW
    assert nfo_of(video).exists()
