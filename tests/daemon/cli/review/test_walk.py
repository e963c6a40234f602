"""The walk without a terminal: keys from a list, and a desk over a real store."""

from __future__ import annotations

import io
from collections.abc import AsyncIterator, Iterable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from rich.console import Console

from daemon.cli.review.asking import Asking, Wanted
from daemon.cli.review.walk import Walk
from daemon.remote import DaemonError, Remote, over_app
from daemon.web.api import build_api
from rules.journey import FileState
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf, offer, standing

A, B = offer("a"), offer("b")
REVIEW = FileState.REVIEW


@dataclass(slots=True)
class Fingers:
    """Somebody who presses these keys, and answers questions with these lines."""

    keys: Iterator[str]
    lines: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    async def key(self) -> str | None:
        return next(self.keys, None)

    async def line(self, question: str) -> str | None:
        self.asked.append(question)
        return self.lines.pop(0) if self.lines else None

    def forget(self) -> None:
        """Nothing is pressed ahead of time here."""


@pytest.fixture
def shelf(database: Database) -> Shelf:
    return make_shelf(database)


@pytest.fixture
async def remote(shelf: Shelf, tmp_path: Path) -> AsyncIterator[Remote]:
    async with over_app(build_api(shelf.desk), tmp_path) as opened:
        yield opened


async def walk(
    remote: Remote,
    keys: Iterable[str],
    *,
    first: int | None = None,
    wanted: Wanted | None = None,
    lines: Iterable[str] = (),
) -> tuple[int, str]:
    """Walk with these keys; return how many questions were answered, and what was shown."""
    shown = io.StringIO()
    out = Console(file=shown, width=200, highlight=False)
    led = Walk(
        asking=Asking(remote),
        keys=Fingers(iter(keys), list(lines)),
        out=out,
        wanted=wanted or Wanted(),
    )
    answered = await led.run(first)
    return answered, shown.getvalue()


async def test_newest_question_comes_first_and_each_once(shelf: Shelf, remote: Remote) -> None:
    for place, name in enumerate(("One.mkv", "Two.mkv", "Three.mkv")):
        await shelf.put(name, offers=(A,), at_s=float(place))

    answered, shown = await walk(remote, "sjs")

    assert answered == 0
    places = [shown.index(name) for name in ("Three.mkv", "Two.mkv", "One.mkv")]
    assert places == sorted(places)
    assert shown.count("\nquestion ") == 3
    assert "No other question waits" in shown


async def test_back_leads_to_the_one_before_and_no_further(shelf: Shelf, remote: Remote) -> None:
    await shelf.put("One.mkv", offers=(A,), at_s=1.0)
    await shelf.put("Two.mkv", offers=(A,), at_s=2.0)

    _, shown = await walk(remote, "skk")

    assert shown.count("Two.mkv") == 2
    assert "That is the first one." in shown


async def test_only_candidate_is_chosen_by_itself_and_of_several_none(
    shelf: Shelf, remote: Remote
) -> None:
    one = await shelf.put("One.mkv", offers=(A,), at_s=2.0)
    several = await shelf.put("Several.mkv", offers=(A, B), at_s=1.0)

    answered, shown = await walk(remote, "aar")

    assert answered == 1
    assert standing(await shelf.show(one)) == ["accepted"]
    assert standing(await shelf.show(several)) == []
    assert shown.count("Press its number first: 1, 2") == 2


async def test_chosen_candidate_is_accepted_or_rejected(shelf: Shelf, remote: Remote) -> None:
    first = await shelf.put("One.mkv", offers=(A, B), at_s=2.0)
    second = await shelf.put("Two.mkv", offers=(A, B), at_s=1.0)

    answered, shown = await walk(remote, ["2", "a", "9", "1", "r"])

    assert answered == 2
    assert "There is no candidate 9 here." in shown
    accepted = [each.number for each in (await shelf.show(first)).candidates if each.is_accepted]
    assert accepted == [2]
    assert [each.number for each in (await shelf.show(second)).candidates] == [2]


async def test_answers_are_taken_back_the_latest_first(shelf: Shelf, remote: Remote) -> None:
    numbers = [await shelf.put(f"{at}.mkv", offers=(A,), at_s=float(at)) for at in (3, 2, 1)]

    answered, shown = await walk(remote, "daduu")

    assert answered == 1
    states = [(await shelf.file(number)).state for number in numbers]
    assert states == [FileState.DISMISSED, REVIEW, REVIEW]
    assert "No other question waits" in shown


async def test_nothing_answered_is_nothing_to_take_back(shelf: Shelf, remote: Remote) -> None:
    await shelf.put(offers=(A,))

    answered, shown = await walk(remote, "u")

    assert answered == 0
    assert "Nothing was answered in this walk; see doorman undo." in shown


async def test_question_that_changed_meanwhile_is_not_answered(
    shelf: Shelf, remote: Remote
) -> None:
    number = await shelf.put(offers=(A, B))

    asking = Asking(remote)
    seen = await asking.show(number)
    await shelf.desk.reject(str(number), number=2)
    with pytest.raises(DaemonError, match="changed since you looked"):
        await asking.answer("accept", seen, 1)

    assert standing(await shelf.show(number)) == ["rejected"]


async def test_keys_that_mean_nothing_show_the_help_and_do_nothing(
    shelf: Shelf, remote: Remote
) -> None:
    number = await shelf.put(offers=(A,))

    answered, shown = await walk(remote, "xA?\n")

    assert answered == 0
    assert shown.count("look for other works at a source") == 3
    assert shown.count("Harbour at Dawn.mkv") == 2
    assert (await shelf.file(number)).state is REVIEW


async def test_walk_begins_with_the_file_that_is_named(shelf: Shelf, remote: Remote) -> None:
    named = await shelf.put("Old.mkv", offers=(A,), at_s=1.0)
    await shelf.put("New.mkv", offers=(A,), at_s=2.0)

    _, shown = await walk(remote, "ss", first=named)

    assert shown.index("Old.mkv") < shown.index("New.mkv")
    assert shown.count("Old.mkv") == 1


async def test_walk_leads_only_through_what_is_wanted(shelf: Shelf, remote: Remote) -> None:
    await shelf.put("Harbour.mkv", offers=(A,))
    await shelf.put("Lantern.mkv", offers=(A,))

    _, shown = await walk(remote, "s", wanted=Wanted(text="lantern"))

    assert "Lantern.mkv" in shown
    assert "Harbour.mkv" not in shown


async def test_what_came_meanwhile_is_come_to_at_the_end(shelf: Shelf, remote: Remote) -> None:
    await shelf.put("One.mkv", offers=(A,))
    led = Walk(asking=Asking(remote), keys=Fingers(iter(())), out=Console(file=io.StringIO()))
    await led.run()
    late = await shelf.put("Late.mkv", offers=(A,))

    await led._go(1)

    assert led._numbers[-1] == late


async def test_nothing_at_all_is_said(remote: Remote) -> None:
    assert await walk(remote, "") == (0, "Nothing waits for you.\n")


@pytest.mark.parametrize("keys", ["a", "d", "e", "r", "1", "\n", "s", "?"])
async def test_behind_the_last_question_no_key_does_harm(
    shelf: Shelf, remote: Remote, keys: str
) -> None:
    number = await shelf.put(offers=(A,))

    answered, _ = await walk(remote, "s" + keys)

    assert answered == 0
    assert (await shelf.file(number)).state is REVIEW


async def test_search_without_an_answer_looks_for_nothing(shelf: Shelf, remote: Remote) -> None:
    await shelf.put(offers=(A,))

    _, shown = await walk(remote, "e")

    assert "Nothing was looked for." in shown
