from __future__ import annotations

import pytest

from daemon.desk.history_views import HISTORY
from daemon.desk.statistics_views import STATISTICS
from rules.candidate import Answer, Failed, Known, Unknown
from rules.journey import FileState
from store import answers
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import NOW_S, Shelf, offer

BELL = "Bell\x07 [bold]at[/] Dawn.mkv"


@pytest.fixture
def accepted(home: Home) -> int:
    """Put a file that a rule accepted, and one that a person dismissed."""

    async def put(shelf: Shelf) -> int:
        number = await shelf.put_accepted(offer("a"), name=BELL)
        await shelf.desk.dismiss(str(await shelf.put("Two.mkv")))
        return number

    return home.fill(put)


def test_history_tells_who_decided_what_and_why(home: Home, accepted: int) -> None:
    ran = home.run("history")

    assert (ran.code, ran.err) == (0, "")
    assert 'accepted "Harbour A" from first by rule "exact"' in ran.out
    assert "- the oshash is the same" in ran.out
    assert "dismissed by you" in ran.out
    assert "doorman undo NUMBER" in ran.out
    assert f"{accepted}  {home.films}/Bell" in ran.out


@pytest.mark.usefixtures("accepted")
def test_names_cannot_command_the_terminal(home: Home) -> None:
    ran = home.run("history")

    assert "\x07" not in ran.out
    assert "[bold]at[/] Dawn.mkv" in ran.out


@pytest.mark.usefixtures("accepted")
def test_undone_decisions_say_so(home: Home, accepted: int) -> None:
    home.run("undo", str(accepted))

    ran = home.run("history", "--state", "undone")

    assert ", undone 20" in ran.out
    assert "doorman undo NUMBER" not in ran.out


@pytest.mark.parametrize(
    ("options", "found"),
    [
        ((), 2),
        (("--outcome", "accepted"), 1),
        (("--by", "person"), 1),
        (("--rule", "exact"), 1),
        (("--state", "undone"), 0),
        (("-l", "films"), 2),
        (("--text", "two.mkv"), 1),
        (("--since", "2026-01-01"), 0),
        (("--until", "1970-01-01"), 2),
        (("--limit", "1"), 1),
        (("--before", "2"), 1),
    ],
)
@pytest.mark.usefixtures("accepted")
def test_history_is_filtered(home: Home, options: tuple[str, ...], found: int) -> None:
    page = HISTORY.validate_json(home.run("history", *options, "--json").out)

    assert len(page.lines) == found


@pytest.mark.usefixtures("accepted")
def test_way_to_older_decisions_is_told(home: Home) -> None:
    assert "Older ones: --before 2" in home.run("history", "--limit", "1").out
    assert "No decision fits." in home.run("history", "--text", "nothing").out


def test_wrong_filter_is_a_wrong_use(home: Home) -> None:
    ran = home.run("history", "--outcome", "perhaps")

    assert ran.code == 2
    assert "outcome is 'perhaps'" in ran.err


def test_statistics_of_nothing_say_so(home: Home) -> None:
    ran = home.run("stats")

    assert ran.code == 0
    for said in ("No file is known.", "Nothing was decided.", "No source was asked."):
        assert said in ran.out
    assert "Nothing stands accepted or rejected." in ran.out
    assert "No file was done." in ran.out


def test_statistics_are_sums(home: Home) -> None:
    async def put(shelf: Shelf) -> None:
        number = await shelf.put_accepted(offer("a"), offer("b"), name="One.mkv")
        content_id = (await shelf.file(number)).content_id or 0
        told: list[Answer] = [
            Known(source="first", candidates=(offer("a"),)),
            Failed(source="second", reason="away"),
            Unknown(source="third"),
        ]
        await shelf.change(lambda c: answers.save(c, content_id, told, at_s=NOW_S))
        distance = """UPDATE candidate SET evidence = '{"phash_distance_bits": 3}'"""
        await shelf.change(lambda c: c.execute(distance))
        await shelf.desk.dismiss(str(await shelf.put("Two.mkv", FileState.REVIEW)))

    home.fill(put)
    out = home.run("stats", "--days", "0").out
    lines = [" ".join(line.split()) for line in out.splitlines()]

    for line in (
        "done 1 1",
        "dismissed 1 1",
        "exact 1 1 accepted",
        "you 1 1 dismissed",
        "first 2 2 0 0",
        "second 1 0 0 1",
        "third 1 0 1 0",
        f"3 bits 1 0 {'+' * 30}",
        "less than a minute 1 0",
    ):
        assert line in lines, (line, lines)


def test_statistics_for_programs_are_json(home: Home, accepted: int) -> None:
    found = STATISTICS.validate_json(home.run("stats", "--days", "0", "--json").out)

    assert accepted
    assert sum(steps[-1] for steps in found.files.values()) == 2
