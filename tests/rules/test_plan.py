import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.plan import Field, FieldChange, Origin, Plan, plan_accept, value_of
from rules.work import Appearance, Performer, Picture, Studio, Tag, Work

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
)


def test_an_empty_work_takes_all_that_is_offered() -> None:
    plan = plan_accept(Work(), {}, FULL)

    assert {change.field for change in plan.changes} == set(Field)
    assert plan.kept == ()


@pytest.mark.parametrize("field", Field)
def test_a_field_that_a_person_set_stays(field: Field) -> None:
    plan = plan_accept(FULL, {field: Origin.PERSON}, OTHER)

    assert plan.kept == (field,)
    assert field not in {change.field for change in plan.changes}


@pytest.mark.parametrize("origin", [Origin.SOURCE, Origin.SIDECAR, Origin.FILE_NAME])
def test_what_no_person_set_is_renewed(origin: Origin) -> None:
    plan = plan_accept(FULL, {Field.TITLE: origin}, Work(title="Harbour"))

    expected = FieldChange(field=Field.TITLE, before="Harbour at Dawn", after="Harbour")
    assert plan == Plan(changes=(expected,), kept=())


@pytest.mark.parametrize("silent", [Work(), Work(title="", tags=())])
def test_what_is_not_said_erases_nothing(silent: Work) -> None:
    assert plan_accept(FULL, {}, silent) == Plan(changes=(), kept=())


def test_what_is_the_same_is_no_change_even_of_a_persons_value() -> None:
    assert plan_accept(FULL, dict.fromkeys(Field, Origin.PERSON), FULL) == Plan(changes=(), kept=())


def _only(said: set[Field]) -> Work:
    """Return what OTHER says of these fields, and nothing else."""
    return Work(
        title=OTHER.title if Field.TITLE in said else None,
        code=OTHER.code if Field.CODE in said else None,
        details=OTHER.details if Field.DETAILS in said else None,
        director=OTHER.director if Field.DIRECTOR in said else None,
        date=OTHER.date if Field.DATE in said else None,
        duration_s=OTHER.duration_s if Field.DURATION in said else None,
        studio=OTHER.studio if Field.STUDIO in said else None,
        appearances=OTHER.appearances if Field.PERFORMERS in said else (),
        tags=OTHER.tags if Field.TAGS in said else (),
        urls=OTHER.urls if Field.URLS in said else (),
        pictures=OTHER.pictures if Field.PICTURES in said else (),
    )


@given(persons=st.sets(st.sampled_from(Field)), said=st.sets(st.sampled_from(Field)))
def test_every_field_is_changed_kept_or_unsaid(persons: set[Field], said: set[Field]) -> None:
    offered = _only(said)

    plan = plan_accept(FULL, dict.fromkeys(persons, Origin.PERSON), offered)

    changed = {change.field: change.after for change in plan.changes}
    assert set(plan.kept) == persons & said
    assert changed == {field: value_of(OTHER, field) for field in said - persons}
