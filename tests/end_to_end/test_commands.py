"""The command line, with a daemon and without; one doorman at a time."""

from __future__ import annotations

import json
from collections.abc import Sequence

import pytest

from daemon.desk.views import ANSWERED, FILE, FILE_LINES, STATUS
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of

DONE, REVIEW = FileState.DONE, FileState.REVIEW


def test_a_second_daemon_says_who_holds_the_store_and_harms_nothing(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        second = home.do("run", code=1)
        home.drop(film)
        daemon.until_state(film.name, DONE)
        status = STATUS.validate_json(home.do("status", "--json").out)

        assert str(daemon.process.pid) in second.err
        assert len(second.err.splitlines()) == 1
        assert status.pid == daemon.process.pid
        assert status.is_running


def test_everything_can_be_done_without_a_daemon(home: Home, films: Sequence[Film]) -> None:
    certain, doubtful = films[0], films[1]
    home.knows(certain)
    home.doubts(doubtful, "Lantern Street", "Lantern Lane")
    videos = [home.drop(film) for film in (certain, doubtful)]
    scanned = STATUS.validate_json(home.do("scan", "--json").out)
    pushes = home.phone.pushes
    (line,) = FILE_LINES.validate_json(home.do("review", "--json").out)
    answered = ANSWERED.validate_json(home.do("accept", doubtful.name, "2", "--json").out)
    view = FILE.validate_json(home.do("why", doubtful.name, "--json").out)
    undone = ANSWERED.validate_json(home.do("undo", certain.name, "--json").out)
    (asked,) = FILE_LINES.validate_json(home.do("identify", certain.name, "--json").out)
    status = STATUS.validate_json(home.do("status", "--json").out)

    assert (scanned.states[DONE], scanned.states[REVIEW]) == (1, 1)
    assert len(pushes) == 1
    assert line.path == str(videos[1])
    assert "Lantern Lane" in answered.message
    assert view.line.state is DONE
    assert nfo_of(videos[1]).exists()
    assert undone.state is REVIEW
    assert not nfo_of(videos[0]).exists()
    assert asked.state is REVIEW
    assert home.asked_about(certain) == 2
    assert not status.is_running
    assert status.pid is None


def test_what_the_commands_print_for_people_says_what_to_do_next(home: Home, film: Film) -> None:
    home.doubts(film, "Harbour at Dawn", "Harbour at Dusk")
    with home.run() as daemon:
        home.drop(film)
        number = daemon.until_state(film.name, REVIEW).line.number
        shown = {
            command: home.do(*command.split()).out
            for command in ("status", "review", f"review {number}", f"why {number}")
        }

    assert "1 wait for you: doorman review" in shown["status"]
    assert "Look at one with: doorman review NUMBER" in shown["review"]
    assert f"doorman accept {number} CANDIDATE" in shown[f"review {number}"]
    assert "Harbour at Dusk" in shown[f"review {number}"]
    assert "rivals" in shown[f"why {number}"] or "other work" in shown[f"why {number}"]


def test_scan_and_identify_of_a_running_daemon_wait_until_it_is_idle(
    home: Home, film: Film
) -> None:
    with home.run() as daemon:
        home.drop(film)
        daemon.until_state(film.name, FileState.NO_MATCH)
        home.knows(film)
        status = STATUS.validate_json(home.do("identify", "--json").out)
        again = STATUS.validate_json(home.do("scan", "--json").out)

    assert status.states[DONE] == 1
    assert again.states[DONE] == 1
    assert again.pid == daemon.process.pid


def test_wrong_configuration_is_refused_with_file_and_line(home: Home) -> None:
    home.write_config()
    text = home.config.read_text().replace('settle = "400ms"', 'settel = "400ms"')
    home.config.write_text(text)
    number = text.splitlines().index('settel = "400ms"') + 1

    for command in ("run", "status"):
        ran = home.do(command, code=78)
        assert f"{home.config}:{number}" in ran.err
        assert "settle" in ran.err
        assert "Traceback" not in ran.err


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (["accept"], "FILE"),
        (["accept", "nothing like it"], "doorman review"),
        (["accept", "Harbour", "7"], "doorman review"),
        (["accept", "Harbour"], "doorman accept"),
        (["why", "9999"], "number"),
        (["scan", "no such library"], "films"),
        (["run", "--hold", "nowhere"], "settled"),
        (["no-such-command"], "no-such-command"),
    ],
)
def test_wrong_usage_ends_with_2_and_a_remedy(
    asked: Home, arguments: list[str], remedy: str
) -> None:
    ran = asked.do(*arguments, code=2)

    assert remedy in ran.err
    assert "Traceback" not in ran.err
    assert ran.out == ""


@pytest.fixture(scope="module")
def asked(home_of_module: Home, films: Sequence[Film]) -> Home:
    """Return a home with one open question and no daemon."""
    home_of_module.doubts(films[0], "Harbour at Dawn", "Harbour at Dusk")
    home_of_module.drop(films[0])
    home_of_module.do("scan", "--json")
    return home_of_module


def test_json_of_a_refusal_is_no_json_but_words(asked: Home) -> None:
    ran = asked.do("accept", "Harbour", "--json", code=2)

    with pytest.raises(json.JSONDecodeError):
        json.loads(ran.out)
    assert "2 candidates" in ran.err
