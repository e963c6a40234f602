"""A source that fails is no source that does not know: nothing is decided from an outage."""

from __future__ import annotations

from collections.abc import Sequence

from providers.sandbox.faults import Drop, Fault, server_error, too_many, web_page
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home

OUTAGES: Sequence[Fault] = (server_error(503), web_page(), too_many("1"), Drop())


def test_no_outage_is_taken_for_an_answer_and_all_end_by_themselves(
    home: Home, films: Sequence[Film]
) -> None:
    with home.run() as daemon:
        for film, outage in zip(films, OUTAGES, strict=False):
            home.knows(film)
            home.box.faults.always(outage)
            home.drop(film)
            deferred = daemon.until_state(film.name, FileState.DEFERRED, FileState.NO_MATCH)
            home.box.faults.clear()
            done = daemon.until_state(film.name, FileState.DONE)

            assert deferred.line.state is FileState.DEFERRED, outage
            assert "failed" in str(deferred.line.reason)
            assert [each.outcome for each in done.decisions] == ["deferred", "accepted"], outage

    assert home.phone.pushes == ()


def test_a_refused_key_is_said_once_and_the_file_waits(home: Home, film: Film) -> None:
    home.knows(film)
    home.set("source", key="a-key-that-opens-nothing")
    with home.run() as daemon:
        home.drop(film)
        waiting = daemon.until_state(film.name, FileState.DEFERRED, FileState.NO_MATCH)
        daemon.until(lambda: home.phone.pushes, "the push has come")
        asked = len(home.box.requests.all())
        answered = daemon.status().sources[0].asked
        daemon.until(lambda: daemon.status().sources[0].asked > answered, "it was due again")
        daemon.until_state(film.name, FileState.DEFERRED)
        (source,) = daemon.status().sources
        told = home.do("status").out
    asked_in_vain = len(home.box.requests.all()) - asked
    home.set("source", key=home.box.key)
    with home.run() as daemon:
        daemon.identify(film.name)
        daemon.until_state(film.name, FileState.DONE)

    assert waiting.line.state is FileState.DEFERRED
    assert source.last_outcome == "refused"
    assert asked_in_vain == 0
    assert source.health is not None
    assert source.health.state == "refused"
    assert source.health.requests["refused"] >= 1
    assert source.health.resting_until_s is not None
    assert "refused for" in told
    assert [push.title for push in home.phone.pushes] == ["box refuses the key"]


def test_what_nobody_knows_is_asked_again_on_its_schedule(home: Home, film: Film) -> None:
    home.set("identify", retry=["1s", "1s", "1h"])
    with home.run() as daemon:
        home.drop(film)
        unknown = daemon.until_state(film.name, FileState.NO_MATCH)
        daemon.until(lambda: home.asked_about(film) == 2, "it is asked again")
        home.knows(film)
        done = daemon.until_state(film.name, FileState.DONE)

    assert unknown.due_at_s is not None
    assert [each.outcome for each in done.decisions] == ["no match", "accepted"]
