import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.identify_options import FieldOption, IdentifyOptions, OptionField, Strategy
from rules.plan import (
    OF_ENTITIES,
    Field,
    FieldChange,
    Held,
    IdPlan,
    Origin,
    Plan,
    become,
    plan_accept,
    plan_field,
    plan_ids,
)
from rules.work import Appearance, ExternalId, Performer, Picture, Rating, Studio, Tag, Work

FULL = Work(
    title="Harbour at Dawn",
    code="HD-1",
    details="Boats leave.",
    director="Ada Example",
    date="2024-05-01",
    duration_s=600.0,
    studio=Studio(name="Northlight"),
    appearances=(Appearance(performer=Performer(name="Ben Sample")),),
    tags=(Tag(name="sea"),),
    urls=("https://northlight.example/1",),
    pictures=(Picture(url="https://northlight.example/1.jpg"),),
    groups=("Four Harbours",),
    trailer="https://northlight.example/1.mp4",
    ratings=(Rating(source="first", value=7),),
)
OTHER = Work(
    title="Harbour at Dusk",
    code="HD-2",
    details="Boats return.",
    director="Cleo Example",
    date="2024",
    duration_s=601.0,
    studio=Studio(name="Southlight"),
    appearances=(Appearance(performer=Performer(name="Dan Sample")),),
    tags=(Tag(name="night"),),
    urls=("https://southlight.example/2",),
    pictures=(Picture(url="https://southlight.example/2.jpg"),),
    groups=("Five Seas",),
    trailer="https://southlight.example/2.mp4",
    ratings=(Rating(source="second", value=8, votes=3),),
)


def remote(remote_id: str, source: str = "first") -> ExternalId:
    return ExternalId(source=source, remote_id=remote_id)


PLAIN = [field for field in Field if field not in OF_ENTITIES]
NUMBERS = st.lists(st.integers(0, 6), max_size=5, unique=True).map(tuple)
FIRST = ExternalId(source="first", remote_id="h-1")
IDS = st.lists(
    st.builds(
        ExternalId, source=st.sampled_from(["first", "second"]), remote_id=st.sampled_from("abc")
    ),
    max_size=4,
    unique=True,
)


def by(strategy: Strategy, *, set_cover_image: bool = True) -> IdentifyOptions:
    """Return options by which every field goes by one strategy."""
    return IdentifyOptions(
        set_cover_image=set_cover_image,
        fields={each: FieldOption(strategy=strategy) for each in OptionField},
    )


def same(value: int) -> int:
    return value


def test_an_empty_work_takes_all_that_is_offered() -> None:
    plan = plan_accept(Work(), {}, FULL)

    assert {change.field for change in plan.changes} == set(PLAIN)
    assert plan.kept == ()


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("field", PLAIN)
def test_a_field_that_a_person_set_stays(field: Field, strategy: Strategy) -> None:
    plan = plan_accept(FULL, {field: Origin.PERSON}, OTHER, by(strategy))

    assert field not in {change.field for change in plan.changes}
    if strategy is Strategy.OVERWRITE:
        assert plan.kept == (field,)


@pytest.mark.parametrize("origin", [Origin.SOURCE, Origin.SIDECAR, Origin.FILE_NAME])
def test_what_no_person_set_is_overwritten(origin: Origin) -> None:
    plan = plan_accept(FULL, {Field.TITLE: origin}, Work(title="Harbour"))

    expected = FieldChange(field=Field.TITLE, before="Harbour at Dawn", after="Harbour")
    assert plan == Plan(changes=(expected,), kept=())


@pytest.mark.parametrize("origin", [Origin.SOURCE, Origin.SIDECAR, Origin.FILE_NAME])
def test_to_merging_a_value_is_a_value_whoever_said_it(origin: Origin) -> None:
    plan = plan_accept(
        Work(code="HD-1"), {Field.CODE: origin}, Work(code="HD-2"), by(Strategy.MERGE)
    )

    assert plan == Plan(changes=(), kept=())


@pytest.mark.parametrize("silent", [Work(), Work(title="", tags=())])
@pytest.mark.parametrize("strategy", Strategy)
def test_what_is_not_said_erases_nothing(silent: Work, strategy: Strategy) -> None:
    assert plan_accept(FULL, {}, silent, by(strategy)) == Plan(changes=(), kept=())


def test_what_is_the_same_is_no_change_even_of_a_persons_value() -> None:
    everywhere = dict.fromkeys(Field, Origin.PERSON)

    assert plan_accept(FULL, everywhere, FULL) == Plan(changes=(), kept=())


def test_trap_5_5_a_date_keeps_its_precision_and_what_is_none_is_ignored() -> None:
    def date_after(text: str) -> str | None:
        plan = plan_accept(Work(), {}, Work(date=text))
        return next((str(change.after) for change in plan.changes), None)

    assert [date_after(text) for text in ("2024", "2024-05", "2024-05-17 10:00:00", "soon")] == [
        *("2024", "2024-05", "2024-05-17"),
        None,
    ]


@pytest.mark.parametrize("strategy", Strategy)
def test_trap_5_5_the_cover_goes_by_its_own_option_whatever_the_strategy(
    strategy: Strategy,
) -> None:
    def changed(*, set_cover_image: bool) -> set[Field]:
        options = by(strategy, set_cover_image=set_cover_image)
        return {change.field for change in plan_accept(FULL, {}, OTHER, options).changes}

    assert Field.PICTURES in changed(set_cover_image=True)
    assert Field.PICTURES not in changed(set_cover_image=False)


@pytest.mark.parametrize(
    ("held", "offered", "strategy", "after"),
    [
        ((1, 2), (2, 3, 1, 4), Strategy.MERGE, (1, 2, 3, 4)),
        ((1, 2), (3,), Strategy.OVERWRITE, (3,)),
        ((1, 2), (2, 1), Strategy.OVERWRITE, (1, 2)),
        ((1, 2), (), Strategy.OVERWRITE, (1, 2)),
        ((1, 2), (), Strategy.MERGE, (1, 2)),
        ((1, 2), (3, 4), Strategy.IGNORE, (1, 2)),
        ((), (3, 3, 4), Strategy.MERGE, (3, 4)),
        ((), (3, 4), Strategy.IGNORE, ()),
        ((1, 2), (1,), Strategy.OVERWRITE, (1,)),
    ],
)
def test_of_several_values_what_is_missing_is_added_or_all_are_replaced(
    held: tuple[int, ...], offered: tuple[int, ...], strategy: Strategy, after: tuple[int, ...]
) -> None:
    assert become(Field.TAGS, held, offered, strategy, key=same) == after


def test_trap_5_5_urls_are_overwritten_only_if_one_is_new() -> None:
    held = ("https://a.example/1", "https://b.example/1")

    def after(*offered: str) -> tuple[str, ...]:
        return become(Field.URLS, held, offered, Strategy.OVERWRITE, key=str)

    assert after("https://a.example/1") == held
    assert after("https://c.example/1", held[0]) == ("https://c.example/1", held[0])


def test_trap_13_overwriting_performers_or_tags_with_nobody_clears_nothing() -> None:
    for field in (Field.PERFORMERS, Field.TAGS):
        assert become(field, (1, 2), (), Strategy.OVERWRITE, key=same) == (1, 2)


@given(st.sampled_from(Field), NUMBERS, st.sampled_from(Strategy))
def test_absent_never_erases(field: Field, held: tuple[int, ...], strategy: Strategy) -> None:
    assert become(field, held, (), strategy, key=same) == held


@given(NUMBERS, NUMBERS, st.sampled_from(Strategy))
def test_accepting_the_same_twice_changes_no_more(
    held: tuple[int, ...], offered: tuple[int, ...], strategy: Strategy
) -> None:
    for field in Field:
        once = become(field, held, offered, strategy, key=same)
        assert become(field, once, offered, strategy, key=same) == once


@given(NUMBERS, NUMBERS)
def test_merging_several_loses_nothing_and_keeps_the_order(
    held: tuple[int, ...], offered: tuple[int, ...]
) -> None:
    after = become(Field.PERFORMERS, held, offered, Strategy.MERGE, key=same)

    assert after[: len(held)] == held
    assert set(after) == {*held, *offered}
    assert len(set(after)) == len(after)


@given(st.sampled_from(Field), NUMBERS, NUMBERS, st.sampled_from(Strategy))
def test_no_strategy_touches_what_a_person_set(
    field: Field, held: tuple[int, ...], offered: tuple[int, ...], strategy: Strategy
) -> None:
    mine = Held(values=held, origin=Origin.PERSON)

    assert plan_field(field, mine, offered, by(strategy), key=same).after is None


@pytest.mark.parametrize(
    ("held", "strategy", "added", "removed"),
    [
        ([], Strategy.MERGE, [FIRST, remote("b", "second")], []),
        ([], Strategy.IGNORE, [], []),
        ([remote("a")], Strategy.MERGE, [FIRST, remote("b", "second")], [remote("a")]),
        ([remote("z", "third")], Strategy.OVERWRITE, [FIRST, remote("b", "second")], []),
        ([remote("a", "second")], Strategy.MERGE, [FIRST], []),
        (
            [remote("a", "second")],
            Strategy.OVERWRITE,
            [FIRST, remote("b", "second")],
            [remote("a", "second")],
        ),
        ([FIRST, remote("b", "second")], Strategy.OVERWRITE, [], []),
    ],
)
def test_trap_13_no_strategy_drops_the_id_of_a_source_that_names_no_other(
    held: list[ExternalId],
    strategy: Strategy,
    added: list[ExternalId],
    removed: list[ExternalId],
) -> None:
    plan = plan_ids(held, FIRST, [remote("b", "second")], strategy)

    assert plan == IdPlan(added=tuple(added), removed=tuple(removed))


@given(IDS, IDS, st.sampled_from(Strategy))
def test_ids_are_replaced_only_by_others_of_their_source(
    held: list[ExternalId], others: list[ExternalId], strategy: Strategy
) -> None:
    plan = plan_ids(held, FIRST, others, strategy)

    after = [each for each in held if each not in plan.removed] + list(plan.added)
    assert {each.source for each in held} <= {each.source for each in after}
    assert plan_ids(after, FIRST, others, strategy) == IdPlan()
