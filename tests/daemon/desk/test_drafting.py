from __future__ import annotations

import tomllib
from dataclasses import replace
from itertools import count

import pytest

from daemon.desk.counsel import Counsel
from daemon.desk.desk import Desk
from daemon.desk.drafting import FILES_LISTED, Drafting
from daemon.desk.judging import Judging
from daemon.desk.refusals import LibraryUnknown
from daemon.settings.problems import ConfigurationInvalid
from daemon.settings.rules import Names
from rules.defaults import DEFAULT_RULES
from rules.journey import FileState
from tests.daemon.desk.judged import put_judged
from tests.daemon.desk.shelf import Shelf

pytestmark = pytest.mark.anyio
ALWAYS = (
    '[identify]\ndefault_rules = false\n[[rule]]\nname = "all"\nwhen = "true"\nthen = "review"\n'
)


@pytest.fixture
def desk(shelf: Shelf) -> Desk:
    counsel = Counsel(
        rule_texts=lambda: DEFAULT_RULES,
        names=lambda: Names(libraries=frozenset({"films"}), sources=frozenset({"first"})),
    )
    household = replace(shelf.desk.household, counsel=counsel)
    return replace(shelf.desk, household=household)


@pytest.fixture
def drafting(desk: Desk) -> Drafting:
    return Drafting(desk, Judging(desk))


async def test_draft_is_what_is_in_force(drafting: Drafting) -> None:
    draft = await drafting.draft()

    assert (await drafting.read(draft)).texts == DEFAULT_RULES
    assert tomllib.loads(draft)["identify"] == {"default_rules": False}


@pytest.mark.parametrize(
    ("text", "line", "column", "said"),
    [
        ('[[rule]]\nname = "a"\nwhen = "oshas"\nthen = "accept"\n', 3, 9, "oshash"),
        ('[[rule]]\nname = "a"\nwhen = "source == \'frist\'"\nthen = "accept"\n', 3, 19, "first"),
        ("[[rule]]\nname = \n", 2, 8, "value"),
        ('[[rule]]\nname = "a"\nwhen = "oshash"\nthen = "acept"\n', 4, None, "accept"),
    ],
    ids=["fact", "source", "no TOML", "verdict"],
)
async def test_what_is_wrong_is_told_with_its_place(
    drafting: Drafting, text: str, line: int, column: int | None, said: str
) -> None:
    with pytest.raises(ConfigurationInvalid) as raised:
        await drafting.read(text)

    (problem,) = raised.value.problems
    assert (problem.line, problem.column) == (line, column)
    assert said in problem.message


async def test_rules_in_force_change_nothing(shelf: Shelf, drafting: Drafting) -> None:
    await put_judged(shelf, 2)
    rules = await drafting.read(await drafting.draft())

    tried = await drafting.go_on(rules)

    assert (tried.found.changed, tried.found.unchanged, tried.next_after) == (0, 2, None)


async def test_other_rules_change_what_they_would_decide(shelf: Shelf, drafting: Drafting) -> None:
    numbers = await put_judged(shelf, 2)

    tried = await drafting.go_on(await drafting.read(ALWAYS))

    (change,) = tried.found.changes
    assert (change.before, change.after, change.count) == ("accepted", "review", 2)
    assert [line.number for line in change.files] == numbers
    states = {(await shelf.file(number)).state for number in numbers}
    assert states == {FileState.DONE}


@pytest.mark.parametrize("step_s", [0.0, 2.0, 60.0])
async def test_trial_goes_on_where_it_ended(shelf: Shelf, desk: Desk, step_s: float) -> None:
    await put_judged(shelf, 5)
    drafting = Drafting(desk, Judging(desk, tried_at_once=2))
    rules = await drafting.read(ALWAYS)
    times = count(step=step_s)
    tried = await drafting.go_on(rules, now_s=lambda: next(times))
    pages = 1
    while tried.next_after is not None:
        tried = await drafting.go_on(
            rules, so_far=tried.found, after=tried.next_after, now_s=lambda: next(times)
        )
        pages += 1

    assert tried.found.changed == tried.found.changes[0].count == 5
    assert pages == {0.0: 1, 2.0: 2, 60.0: 3}[step_s]


async def test_trial_keeps_to_a_library(shelf: Shelf, drafting: Drafting) -> None:
    await put_judged(shelf, 1)
    rules = await drafting.read(ALWAYS)

    assert (await drafting.go_on(rules, library="series")).found.changed == 0
    with pytest.raises(LibraryUnknown):
        await drafting.go_on(rules, library="attic")


async def test_trial_lists_few_files_and_counts_all(shelf: Shelf, drafting: Drafting) -> None:
    await put_judged(shelf, FILES_LISTED + 3)

    (change,) = (await drafting.go_on(await drafting.read(ALWAYS))).found.changes

    assert (change.count, len(change.files)) == (FILES_LISTED + 3, FILES_LISTED)
