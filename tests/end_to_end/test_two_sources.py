"""A stash-box and ThePornDB beside each other: one work, as many witnesses as know it."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from providers.sandbox import faults
from providers.sandbox.theporndb import RestSandbox
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, movie_of

DONE, REVIEW = FileState.DONE, FileState.REVIEW


@pytest.fixture
def rest_box(home: Home) -> Iterator[RestSandbox]:
    """Return a ThePornDB that the home asks too."""
    with RestSandbox(mode="quirks") as sandbox:
        home.more_sources.append(
            {
                "name": "porndb",
                "kind": "theporndb",
                "url": sandbox.url,
                "key": sandbox.key,
                "timeout": "5s",
                "requests_per_minute": 6000,
            }
        )
        yield sandbox


def test_what_only_theporndb_knows_is_accepted_with_its_tags(
    home: Home, film: Film, rest_box: RestSandbox
) -> None:
    scene_id = rest_box.world.add_scene(film.scene())
    with home.run() as daemon:
        video = home.drop(film)
        view = daemon.until_state(film.name, DONE)
        checked = home.do("check").out

    movie = movie_of(video)
    assert [(one.source, one.remote_id) for one in view.candidates] == [("porndb", scene_id)]
    assert movie.findtext("title") == film.title
    assert [actor.findtext("name") for actor in movie.iter("actor")] == ["Ada Winter"]
    assert [tag.text for tag in movie.iter("tag")] == ["Sea", "Morning"]
    assert "(ThePornDB)" in checked
    assert rest_box.collection.all() == frozenset()


def test_two_sources_that_agree_are_one_work_that_keeps_both_ids(
    home: Home, film: Film, rest_box: RestSandbox
) -> None:
    ids = {"box": home.knows(film), "porndb": rest_box.world.add_scene(film.scene())}
    with home.run() as daemon:
        video = home.drop(film)
        view = daemon.until_state(film.name, DONE, REVIEW)

    assert view.line.state is DONE
    assert [decision.rule for decision in view.decisions] == ["known or exact"]
    told = {element.get("type"): element.text for element in movie_of(video).iter("uniqueid")}
    assert {source: told.get(source) for source in ids} == ids


def test_a_work_of_two_sources_is_one_candidate_to_be_accepted_without_a_number(
    home: Home, film: Film, rest_box: RestSandbox
) -> None:
    ids = {"box": home.knows(film), "porndb": rest_box.world.add_scene(film.scene())}
    home.set("identify", default_rules=False)
    with home.run() as daemon:
        video = home.drop(film)
        asked = daemon.until_state(film.name, REVIEW)
        daemon.until(lambda: home.phone.pushes, "the push has come")
        shown = home.do("review", film.name).out
        home.do("reject", film.name)
        rejected = daemon.until_state(film.name, FileState.NO_MATCH)
        home.do("undo", film.name)
        daemon.until_state(film.name, REVIEW)
        home.do("accept", film.name)
        daemon.until_state(film.name, DONE)

    (candidate,) = asked.candidates
    assert {each.source: each.remote_id for each in candidate.witnesses} == ids
    assert "(1 more offered)" not in str(asked.line.reason)
    assert f"doorman accept {asked.line.number} " in shown
    assert "CANDIDATE" not in shown
    assert all(source in home.phone.pushes[0].body for source in ids)
    assert rejected.candidates == ()
    told = {element.get("type"): element.text for element in movie_of(video).iter("uniqueid")}
    assert {source: told.get(source) for source in ids} == ids


def test_two_sources_that_contradict_each_other_are_a_question_though_one_is_down_at_first(
    home: Home, film: Film, rest_box: RestSandbox
) -> None:
    home.knows(film)
    rest_box.world.add_scene(film.scene("Harbour at Dusk"))
    rest_box.faults.always(faults.web_page())
    with home.run() as daemon:
        home.drop(film)
        waiting = daemon.until_state(film.name, DONE, FileState.DEFERRED)
        rest_box.faults.clear()
        view = daemon.until_state(film.name, DONE, REVIEW)

    assert waiting.line.state is FileState.DEFERRED
    assert view.line.state is REVIEW
    assert len(view.candidates) == 2


def test_an_outage_of_one_source_decides_nothing(
    home: Home, film: Film, rest_box: RestSandbox
) -> None:
    rest_box.world.add_scene(film.scene())
    rest_box.faults.always(faults.web_page())
    with home.run() as daemon:
        home.drop(film)
        deferred = daemon.until_state(film.name, FileState.DEFERRED, FileState.NO_MATCH)
        rest_box.faults.clear()
        done = daemon.until_state(film.name, DONE)

    assert deferred.line.state is FileState.DEFERRED
    assert done.work is not None


def test_an_answer_is_kept_over_a_kill_while_another_source_takes_its_time(
    home: Home, film: Film, rest_box: RestSandbox
) -> None:
    home.knows(film)
    rest_box.faults.always(faults.Slow(4.0))
    with home.run() as daemon:
        home.drop(film)
        daemon.until(
            lambda: (view := daemon.file(film.name)) and "box offers 1" in str(view.answers),
            "the first answer is kept",
        )
        between = daemon.until_state(film.name, FileState.READY)
        daemon.kill()

    rest_box.faults.clear()
    with home.run() as daemon:
        done = daemon.until_state(film.name, DONE)

    assert home.asked_about(film) == 1
    assert not between.decisions
    assert len(done.decisions) == 1
    assert "source porndb" in str(done.answers)
