from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.identify_options import FieldOption, IdentifyOptions, OptionField, Strategy
from rules.plan import NEWEST_WORD, OF_ENTITIES, Field, Origin, plan_accept, value_of
from rules.ticks import (
    EVERYTHING,
    IDS,
    PARTS,
    PartUnknown,
    Ticks,
    attempts,
    id_options,
    plan_ticked,
    ticks_of,
    with_strategy,
)
from rules.work import Picture, Work

HELD = Work(
    title="Harbour",
    details="A boat.",
    date="2024",
    duration_s=60.0,
    urls=("https://a.example/1",),
    pictures=(Picture(url="https://a.example/1.jpg"),),
)
OFFERED = Work(
    title="Night Ferry",
    details="Another boat.",
    date="2025",
    duration_s=61.0,
    urls=("https://a.example/2",),
    pictures=(Picture(url="https://a.example/2.jpg"),),
)
TOLD = frozenset(field for field in Field if value_of(OFFERED, field))


def by(strategy: Strategy, *, has_cover: bool = True) -> IdentifyOptions:
    fields = {each: FieldOption(strategy=strategy) for each in OptionField}
    return IdentifyOptions(set_cover_image=has_cover, fields=fields)


def test_names_of_parts_are_ticks() -> None:
    assert ticks_of(PARTS) == EVERYTHING
    assert ticks_of(["title", IDS]) == Ticks(fields=frozenset({Field.TITLE}), has_ids=True)
    assert ticks_of([]) == Ticks(fields=frozenset(), has_ids=False)


def test_a_part_that_no_work_has_is_refused() -> None:
    with pytest.raises(PartUnknown, match="a work has no field 'cover'; it has title, code, "):
        ticks_of(["title", "cover"])


@given(
    strategy=st.sampled_from(Strategy),
    has_cover=st.booleans(),
    mine=st.frozensets(st.sampled_from(Field)),
    ticked=st.frozensets(st.sampled_from(Field)),
)
def test_a_tick_sets_its_field_whatever_stands_against_it(
    *, strategy: Strategy, has_cover: bool, mine: frozenset[Field], ticked: frozenset[Field]
) -> None:
    options = by(strategy, has_cover=has_cover)
    origins = dict.fromkeys(mine, Origin.PERSON)
    ticks = Ticks(fields=ticked, has_ids=False)

    plan = plan_ticked(HELD, origins, OFFERED, options, ticks)

    by_itself = {each.field for each in plan_accept(HELD, origins, OFFERED, options).changes}
    assert {each.field for each in plan.changes} == ticked & TOLD
    assert plan.forced == (ticked & TOLD) - by_itself
    assert plan.kept == ()


def test_a_persons_word_is_kept_where_nothing_was_ticked() -> None:
    origins = {Field.TITLE: Origin.PERSON}

    plan = plan_ticked(HELD, origins, OFFERED, by(Strategy.OVERWRITE), None)

    assert Field.TITLE not in {each.field for each in plan.changes}
    assert plan.forced == frozenset()


@given(strategy=st.sampled_from(Strategy), mine=st.frozensets(st.sampled_from(Field)))
def test_without_ticks_the_options_decide(strategy: Strategy, mine: frozenset[Field]) -> None:
    origins = dict.fromkeys(mine, Origin.PERSON)
    plan, ticked = (
        plan_accept(HELD, origins, OFFERED, by(strategy)),
        plan_ticked(HELD, origins, OFFERED, by(strategy), None),
    )

    assert (ticked.changes, ticked.kept, ticked.forced) == (plan.changes, plan.kept, frozenset())


def test_a_tick_adds_before_it_replaces() -> None:
    ticks = ticks_of(["urls"])
    mine = {Field.URLS: Origin.PERSON}

    (change,) = plan_ticked(HELD, mine, OFFERED, by(Strategy.IGNORE), ticks).changes

    assert change.after == (*HELD.urls, *OFFERED.urls)


def test_what_is_the_same_is_not_set_by_a_tick() -> None:
    assert plan_ticked(HELD, {}, HELD, by(Strategy.OVERWRITE), EVERYTHING).changes == ()


def test_what_is_not_ticked_is_not_tried() -> None:
    ticks = ticks_of(["title"])

    assert list(attempts(Field.TAGS, by(Strategy.MERGE), ticks)) == []
    assert len(list(attempts(Field.TAGS, by(Strategy.MERGE), None))) == 1
    assert [each.is_forced for each in attempts(Field.TITLE, by(Strategy.MERGE), ticks)] == [
        False,
        True,
        True,
        True,
    ]


@pytest.mark.parametrize("field", sorted(set(Field) - NEWEST_WORD - {Field.PICTURES}))
def test_a_forced_strategy_creates_no_more_than_before(field: Field) -> None:
    options = by(Strategy.IGNORE)
    changed = with_strategy(field, options, Strategy.OVERWRITE)

    assert changed != options
    assert not any(each.create_missing for each in changed.fields.values())
    assert replace(changed, fields=options.fields) == options
    assert field in OF_ENTITIES or changed.set_cover_image


@pytest.mark.parametrize(
    ("strategy", "names", "then"),
    [
        (Strategy.MERGE, None, Strategy.MERGE),
        (Strategy.IGNORE, None, Strategy.IGNORE),
        (Strategy.OVERWRITE, ["title"], Strategy.IGNORE),
        (Strategy.OVERWRITE, [IDS], Strategy.OVERWRITE),
        (Strategy.IGNORE, [IDS], Strategy.MERGE),
    ],
)
def test_ids_are_given_as_they_are_ticked(
    strategy: Strategy, names: list[str] | None, then: Strategy
) -> None:
    ticks = None if names is None else ticks_of(names)

    assert id_options(by(strategy), ticks).fields[OptionField.STASH_IDS].strategy is then
