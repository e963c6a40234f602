from __future__ import annotations

import os

import pytest

from daemon.desk.views import ANSWERED, FILE, FILE_LINES, STATUS
from rules.journey import FileState
from tests.daemon.cli.home import Home, spawn
from tests.daemon.desk.shelf import Shelf, offer

A, B = offer("a"), offer("b")


def put_question(home: Home) -> int:
    return home.fill(lambda shelf: shelf.put(offers=(A, B)))


def test_status_tells_how_everything_stands(home: Home) -> None:
    put_question(home)

    ran = home.run("status")

    assert (ran.code, ran.err) == (0, "")
    assert ran.out.startswith("doorman 0.1.0, not running\n")
    assert "1 wait for you: doorman review" in ran.out


def test_status_for_programs_is_json(home: Home) -> None:
    put_question(home)

    status = STATUS.validate_json(home.run("status", "--json").out)

    assert status.states[FileState.REVIEW] == 1
    assert (status.is_running, status.pid, status.store) == (False, None, str(home.store))
    (films,) = status.libraries
    assert (films.name, films.root, films.state, films.files) == (
        "films",
        str(home.films),
        "not watched",
        1,
    )


def test_review_lists_the_questions(home: Home) -> None:
    number = put_question(home)

    ran = home.run("review")

    assert f"{number}       Harbour at Dawn.mkv" in ran.out
    (line,) = FILE_LINES.validate_json(home.run("review", "--json").out)
    assert (line.number, line.candidates) == (number, 2)


def test_review_lists_what_cannot_be_examined_when_asked(home: Home) -> None:
    put_question(home)

    assert home.run("review", "--failed").out == "Every file could be examined.\n"
    assert FILE_LINES.validate_json(home.run("review", "--failed", "--json").out) == ()


@pytest.mark.parametrize("command", ["review", "why"])
@pytest.mark.parametrize("named", ["{number}", "dawn.mkv", "{films}/Harbour at Dawn.mkv"])
def test_file_is_named_by_number_name_or_path(home: Home, command: str, named: str) -> None:
    number = put_question(home)
    name = named.format(number=number, films=home.films)

    shown = home.run(command, name)
    view = FILE.validate_json(home.run(command, name, "--json").out)

    assert f"{number}  {home.films}/Harbour at Dawn.mkv" in shown.out
    assert view.line.number == number


def test_path_is_looked_for_from_here(home: Home) -> None:
    number = put_question(home)
    here = os.path.relpath(home.films / "Harbour at Dawn.mkv")

    assert FILE.validate_json(home.run("why", here, "--json").out).line.number == number


def test_accept_writes_what_belongs_beside_the_file_without_a_daemon(home: Home) -> None:
    number = put_question(home)
    (home.films / "Harbour at Dawn.mkv").touch()

    ran = home.run("accept", str(number), "2")

    accepted = 'accepted as "Harbour B" (Northlight, 2024-05-17)'
    assert (ran.code, ran.err) == (0, "")
    assert ran.out == f"{number} Harbour at Dawn.mkv: {accepted}\n"
    assert "<title>Harbour B</title>" in (home.films / "Harbour at Dawn.nfo").read_text()
    view = FILE.validate_json(home.run("why", str(number), "--json").out)
    assert view.line.state is FileState.DONE


def test_undo_takes_it_away_again(home: Home) -> None:
    number = put_question(home)
    (home.films / "Harbour at Dawn.mkv").touch()
    home.run("accept", str(number), "1")

    ran = home.run("undo", str(number))

    assert "no longer accepted; it waits for your answer" in ran.out
    assert not (home.films / "Harbour at Dawn.nfo").exists()


def test_reject_has_the_rules_look_at_the_rest_without_a_daemon(home: Home) -> None:
    number = put_question(home)

    answered = ANSWERED.validate_json(home.run("reject", str(number), "1", "--json").out)

    assert answered.state is FileState.ANSWERED
    view = FILE.validate_json(home.run("review", str(number), "--json").out)
    assert view.line.state is FileState.REVIEW
    assert [each.remote_id for each in view.candidates] == ["b"]


def test_dismiss_and_what_was_so_already(home: Home) -> None:
    number = put_question(home)

    first = home.run("dismiss", str(number))
    second = ANSWERED.validate_json(home.run("dismiss", str(number), "--json").out)

    assert first.out == f"{number} Harbour at Dawn.mkv: dismissed: doorman leaves it alone\n"
    assert (second.has_changed, second.message) == (False, "it was dismissed already")


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (("accept", "1"), 2, "has 2 candidates: 1"),
        (("reject", "1", "3"), 2, "no candidate 3, only 1, 2"),
        (("undo", "1"), 2, "has no decision that could be undone"),
        (("why", "2"), 2, "doorman knows no file '2'"),
        (("why", ""), 2, "doorman knows no file ''"),
    ],
)
def test_refusal_says_what_to_do(
    home: Home, arguments: tuple[str, ...], code: int, said: str
) -> None:
    assert put_question(home) == 1

    ran = home.run(*arguments)

    assert (ran.code, ran.out) == (code, "")
    assert ran.err.startswith("doorman: ")
    assert said in ran.err
    assert ran.err.count("\n") == 1


def test_conflict_is_exit_code_1(home: Home) -> None:
    number = home.fill(lambda shelf: shelf.put(state=FileState.SEEN, is_examined=False))

    ran = home.run("accept", str(number))

    assert ran.code == 1
    assert ran.err.endswith("wait until its sources were asked\n")


def test_name_that_is_no_text_reaches_the_file(home: Home) -> None:
    number = home.fill(lambda shelf: shelf.put("caf\udce9.mkv", offers=(A,)))
    environment = home.environment(DOORMAN_CONFIG=str(home.config))

    by_name = spawn([b"why", b"caf\xe9", b"--json"], environment)
    by_path = spawn([b"dismiss", os.fsencode(home.films) + b"/caf\xe9.mkv"], environment)

    assert FILE.validate_json(by_name.out).line.number == number
    assert (by_path.code, by_path.err) == (0, "")


def test_store_that_another_process_holds_is_left_to_it(home: Home) -> None:
    async def ask_meanwhile(_: Shelf) -> object:
        return spawn(["status"], home.environment(DOORMAN_CONFIG=str(home.config)))

    ran = home.fill(ask_meanwhile)

    assert getattr(ran, "code", None) == 1
    assert f"{home.store} is held by process {os.getpid()}" in getattr(ran, "err", "")


@pytest.mark.parametrize(
    ("options", "names"),
    [
        ((), ["Lantern.mkv", "Harbour.mkv"]),
        (("--text", "lant"), ["Lantern.mkv"]),
        (("--source", "second"), ["Lantern.mkv"]),
        (("--library", "films"), ["Lantern.mkv", "Harbour.mkv"]),
        (("--library", "nowhere"), []),
        (("--tray", "no match"), ["Quay.mkv"]),
    ],
    ids=["all", "text", "source", "library", "unknown library", "tray"],
)
def test_review_lists_what_is_wanted(
    home: Home, options: tuple[str, ...], names: list[str]
) -> None:
    async def put(shelf: Shelf) -> None:
        await shelf.put("Harbour.mkv", offers=(A,), at_s=1.0)
        await shelf.put("Lantern.mkv", offers=(offer("l", source="second", title="L"),), at_s=2.0)
        await shelf.put("Quay.mkv", FileState.NO_MATCH)
        await shelf.put("Broken.mkv", FileState.FAILED)

    home.fill(put)

    lines = FILE_LINES.validate_json(home.run("review", "--json", *options).out)

    assert [line.path.removeprefix(f"{home.films}/") for line in lines] == names


def test_accept_sets_only_what_it_is_told_to(home: Home) -> None:
    number = str(put_question(home))

    wrong = home.run("accept", number, "1", "--only", "titel")
    done = home.run("accept", number, "1", "--only", "title")

    assert (wrong.code, wrong.out) == (2, "")
    assert done.code == 0
