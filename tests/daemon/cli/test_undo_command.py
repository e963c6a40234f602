from __future__ import annotations

import pytest

from daemon.desk.taking_back_views import UNDO_PART, UNDO_PREVIEW
from daemon.desk.views import FILE
from rules.journey import FileState
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import Shelf, offer

A, B = offer("a"), offer("b")


@pytest.fixture
def accepted(home: Home) -> list[int]:
    """Put two films that a rule accepted."""

    async def put(shelf: Shelf) -> list[int]:
        return [
            await shelf.put_accepted(each, name=f"Film {each.remote_id}.mkv") for each in (A, B)
        ]

    for name in ("Film a.mkv", "Film b.mkv"):
        (home.films / name).touch()
    return home.fill(put)


def state_of(home: Home, number: int) -> FileState:
    return FILE.validate_json(home.run("why", str(number), "--json").out).line.state


def test_many_are_shown_first_and_undone_with_yes(home: Home, accepted: list[int]) -> None:
    shown = home.run("undo", "--last", "2", "--dry-run")
    asked = home.run("undo", "--rule", "exact")
    done = home.run("undo", "--rule", "exact", "--yes")
    again = home.run("undo", "--rule", "exact", "--yes")

    assert (shown.code, shown.err) == (0, "")
    assert 'accepted as "Harbour B" by rule "exact"' in shown.out
    assert (
        "Undo would take back 2 decisions; put back 8 fields; "
        "remove 2 works, 2 performers, 1 studio that nothing else needs."
    ) in " ".join(shown.out.split())
    assert (asked.code, asked.out) == (1, "")
    assert "nothing was undone" in asked.err
    assert (done.code, done.err) == (0, "")
    assert done.out == "2 files undone; sidecars follow by themselves.\n"
    assert again.out == "No accept that stands fits, so there is nothing to undo.\n"
    assert {state_of(home, number) for number in accepted} == {FileState.REVIEW}


def test_programs_are_told_in_json(home: Home, accepted: list[int]) -> None:
    shown = UNDO_PREVIEW.validate_json(
        home.run("undo", "--since", "1970-01-01", "--dry-run", "--json").out
    )
    done = UNDO_PART.validate_json(home.run("undo", "--last", "1", "--yes", "--json").out)

    assert [line.bound.file for line in shown.lines] == accepted[::-1]
    assert [line.bound.file for line in done.done] == accepted[1:]


def test_one_file_is_previewed_too(home: Home, accepted: list[int]) -> None:
    ran = home.run("undo", str(accepted[0]), "--dry-run")

    assert (ran.code, ran.err) == (0, "")
    assert "Undo would take back 1 decision" in ran.out
    assert state_of(home, accepted[0]) is FileState.DONE


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "say either a file, or any of"),
        (("1", "--last", "2"), 2, "say either a file, or any of"),
        (("--since", "soon"), 2, "is no time in the past"),
        (("--last", "0"), 2, "greater than or equal to 1"),
    ],
    ids=["nothing", "both", "no time", "none"],
)
def test_refusals_say_what_to_do(
    home: Home, arguments: tuple[str, ...], code: int, said: str
) -> None:
    ran = home.run("undo", *arguments)

    assert ran.code == code
    assert said in ran.err
