from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.demo.cast import CAST
from daemon.demo.clips import ClipRecipe
from daemon.demo.role import Ending, Role
from daemon.demo.verdict import Found, Nfo, expected_nfo, judge
from rules.journey import FileState

CLIP = ClipRecipe(seed=0)
DONE = Role(
    name="Boats.mp4",
    special="",
    clip=CLIP,
    renamed_to="Regatta/Boats.mp4",
    ending=Ending(
        state=FileState.DONE,
        rule="exact",
        candidates=1,
        title="Paper Boats",
        passed=FileState.DEFERRED,
    ),
)
AS_DONE = Found(
    state=FileState.DONE,
    number=7,
    former_number=7,
    rule="exact",
    work="Paper Boats (Northlight Pictures)",
    candidates=1,
    accepts=1,
    passed=("seen", "settled", "deferred", "done"),
    settled_at_s=20.0,
    whole_at_s=19.0,
    nfo=Nfo.WRITTEN,
)
ASKED = Role(
    name="Bridges.mp4",
    special="",
    clip=CLIP,
    ending=Ending(state=FileState.REVIEW, rule="offered", candidates=2),
)
AS_ASKED = Found(
    state=FileState.REVIEW, number=1, rule="offered", candidates=2, is_told=True, passed=("seen",)
)


@pytest.mark.parametrize(("role", "found"), [(DONE, AS_DONE), (ASKED, AS_ASKED)])
def test_file_that_ended_as_it_must_differs_in_nothing(role: Role, found: Found) -> None:
    verdict = judge(role, found)

    assert verdict.differences == ()
    assert verdict.is_as_expected


@pytest.mark.parametrize(
    ("found", "difference"),
    [
        (Found(state=None), "was never noticed"),
        (replace(AS_DONE, state=FileState.ACCEPTED), "is accepted, not done"),
        (replace(AS_DONE, rule="near"), 'was decided by rule "near", not by rule "exact"'),
        (replace(AS_DONE, rule=None), 'was decided by no rule, not by rule "exact"'),
        (replace(AS_DONE, candidates=2), "has 2 candidates, not 1"),
        (
            replace(AS_DONE, work="Stone Boats"),
            "is a copy of Stone Boats, not of Paper Boats",
        ),
        (replace(AS_DONE, work=None), "is a copy of nothing, not of Paper Boats"),
        (replace(AS_DONE, accepts=2), "was accepted 2 times"),
        (replace(AS_DONE, passed=("seen", "done")), "was never deferred"),
        (
            replace(AS_DONE, passed=("no match", "deferred")),
            "was taken for no match on the way",
        ),
        (
            replace(AS_DONE, settled_at_s=18.0),
            "was taken for whole while it was still being copied",
        ),
        (replace(AS_DONE, number=8), "lost its number: it is 8, and was 7"),
        (replace(AS_DONE, former_number=None), "lost its number: it is 7, and was None"),
        (
            replace(AS_DONE, nfo=Nfo.ABSENT),
            "has no NFO, not an NFO about the right work",
        ),
        (replace(AS_DONE, has_left_nfo=True), "left an NFO at its former place"),
        (replace(AS_DONE, is_intact=False), "has other bytes than it came with"),
        (replace(AS_DONE, is_told=True), "a message told of it"),
    ],
)
def test_every_difference_of_an_accepted_file_is_named(found: Found, difference: str) -> None:
    assert judge(DONE, found).differences == (difference,)


@pytest.mark.parametrize(
    ("found", "difference"),
    [
        (replace(AS_ASKED, is_told=False), "no message told of it"),
        (replace(AS_ASKED, work="Two Bridges"), "was made a copy of Two Bridges"),
        (
            replace(AS_ASKED, nfo=Nfo.WRONG),
            "has an NFO that says something else, not no NFO",
        ),
    ],
)
def test_every_difference_of_a_question_is_named(found: Found, difference: str) -> None:
    assert judge(ASKED, found).differences == (difference,)


def test_wrong_match_differs_in_all_that_follows_from_it() -> None:
    found = replace(AS_DONE, number=1, former_number=None)

    assert judge(ASKED, found).differences == (
        "is done, not review",
        'was decided by rule "exact", not by rule "offered"',
        "has 1 candidates, not 2",
        "was made a copy of Paper Boats (Northlight Pictures)",
        "has an NFO about the right work, not no NFO",
        "no message told of it",
    )


def test_file_that_is_to_find_no_match_may_pass_no_match() -> None:
    role = replace(ASKED, ending=Ending(state=FileState.NO_MATCH, rule="nothing"))
    found = Found(state=FileState.NO_MATCH, rule="nothing", passed=("seen", "no match"))

    assert judge(role, found).is_as_expected


def test_clocks_of_two_processes_may_differ_by_a_moment() -> None:
    assert judge(DONE, replace(AS_DONE, settled_at_s=18.98)).is_as_expected


def test_sidecar_follows_from_the_role() -> None:
    by_hand = replace(DONE, own_nfo="<movie/>")

    assert [expected_nfo(role) for role in (DONE, by_hand, ASKED)] == [
        Nfo.WRITTEN,
        Nfo.UNTOUCHED,
        Nfo.ABSENT,
    ]


def test_no_role_can_be_mistaken_for_another() -> None:
    names = [role.name for role in CAST]
    stems = [name.rpartition(".")[0] for name in names]
    titles = [offer.title for role in CAST for offer in role.offers]

    assert len(set(stems)) == len(names)
    assert len(set(titles)) == len(titles)
    assert not [one for one in names for other in names if one != other and one in other]
