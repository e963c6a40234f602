from dataclasses import replace

import pytest

from rules.identify_options import IdentifyOptions
from rules.plan import Field
from rules.work import Appearance, ExternalId, Gender, Performer, Studio, Tag, Work
from store import entities, work_values
from store.database import Connection
from store.entity_fields import fill

ALL = IdentifyOptions()
ANNA_ID = ExternalId(source="first", remote_id="p-1")
BELLA_ID = ExternalId(source="first", remote_id="p-2")
ELSEWHERE = ExternalId(source="second", remote_id="77")
ANNA = Performer(name="Anna Star", ids=(ANNA_ID,))
BELLA = Performer(name="Bella Moon", ids=(BELLA_ID,), aliases=("Anna Star",))


def fill_performers(
    connection: Connection, *told: Performer | Appearance, options: IdentifyOptions = ALL
) -> tuple[Appearance, ...]:
    """Return who is in the field after an accept, with the name used there."""
    appearances = tuple(
        each if isinstance(each, Appearance) else Appearance(performer=each) for each in told
    )
    filled = fill(
        connection,
        Field.PERFORMERS,
        Work(appearances=appearances),
        options,
        value=None,
        origin=None,
        at_s=1.0,
    )
    assert filled.value is not None
    mentions = work_values.mentions_in(Field.PERFORMERS, filled.value)
    people = entities.performers(connection, [each.number for each in mentions])
    return tuple(
        Appearance(performer=performer, credited_as=each.credited_as)
        for performer, each in zip(people, mentions, strict=True)
    )


def names(appearances: tuple[Appearance, ...]) -> list[str]:
    return [each.performer.name for each in appearances]


def test_the_same_told_twice_in_one_work_is_one(connection: Connection) -> None:
    told = (Performer(name="Mara Quay"), Performer(name="MARA  quay"), Performer(name="Ivo Storm"))

    assert names(fill_performers(connection, *told)) == ["Mara Quay", "Ivo Storm"]
    assert names(fill_performers(connection, *told)) == ["Mara Quay", "Ivo Storm"]


def test_the_same_told_under_its_former_id_too_is_one(connection: Connection) -> None:
    merged = replace(ANNA, name="Anna S. Star", ids=(ANNA_ID, BELLA_ID))

    assert names(fill_performers(connection, merged, replace(ANNA, ids=(BELLA_ID,)))) == [
        "Anna S. Star"
    ]


@pytest.mark.parametrize("ids", [True, False], ids=["with ids", "without ids"])
@pytest.mark.parametrize("order", [1, -1], ids=["Anna first", "Bella first"])
def test_two_of_one_work_are_two_though_one_has_the_others_name_as_alias(
    connection: Connection, *, ids: bool, order: int
) -> None:
    told = (ANNA, BELLA) if ids else (replace(ANNA, ids=()), replace(BELLA, ids=()))

    found = fill_performers(connection, *told[::order])

    assert found == tuple(Appearance(performer=each) for each in told[::order])
    assert fill_performers(connection, *told[::order]) == found


@pytest.mark.parametrize("order", [1, -1], ids=["Anna first", "Bella first"])
def test_two_of_one_work_are_not_taken_for_one_who_is_known(
    connection: Connection, order: int
) -> None:
    entities.create_performer(connection, Performer(name="Anna Star", ids=(ELSEWHERE,)), at_s=1.0)

    found = fill_performers(connection, *(ANNA, BELLA)[::order])

    known = replace(ANNA, ids=(ANNA_ID, ELSEWHERE))
    assert [each.performer for each in found] == [known, BELLA][::order]


def test_who_stays_out_is_not_mistaken_for_who_comes_in(connection: Connection) -> None:
    entities.create_performer(connection, Performer(name="Anna Star", ids=(ELSEWHERE,)), at_s=1.0)
    no_men = IdentifyOptions(include_male_performers=False)

    found = fill_performers(
        connection, replace(ANNA, gender=Gender.MALE), replace(BELLA, ids=()), options=no_men
    )

    assert names(found) == ["Bella Moon"]


def test_the_name_in_the_credits_stays_with_the_work(connection: Connection) -> None:
    """Credits may be wrong, and say who was billed: they are nobody's name or alias."""
    credited = Appearance(performer=ANNA, credited_as="Mia Holm")

    assert fill_performers(connection, credited) == (credited,)

    mia = Performer(name="Mia Holm")
    assert fill_performers(connection, mia) == (Appearance(performer=mia),)
    assert fill_performers(connection, ANNA) == (Appearance(performer=ANNA),)


def test_two_words_for_one_tag_are_one(connection: Connection) -> None:
    entities.create_tag(connection, Tag(name="Dawn", aliases=("Sunrise",)), at_s=1.0)
    offered = Work(tags=(Tag(name="Sunrise"), Tag(name="dawn"), Tag(name="Boats")))

    filled = fill(connection, Field.TAGS, offered, ALL, value=None, origin=None, at_s=1.0)

    assert filled.value is not None
    numbers = [each.number for each in work_values.mentions_in(Field.TAGS, filled.value)]
    assert [tag.name for tag in entities.tags(connection, numbers)] == ["Dawn", "Boats"]


def test_a_studio_that_is_new_is_made_with_its_network(connection: Connection) -> None:
    offered = Work(studio=Studio(name="Pier", parent=Studio(name="Coast")))

    filled = fill(connection, Field.STUDIO, offered, ALL, value=None, origin=None, at_s=1.0)

    assert filled.value is not None
    (mention,) = work_values.mentions_in(Field.STUDIO, filled.value)
    assert entities.studio(connection, mention.number) == offered.studio
