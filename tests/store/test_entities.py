from dataclasses import replace

import pytest

from rules.matching import Ambiguous
from rules.work import ExternalId, Gender, Performer, Picture, Studio, Tag
from store import entities
from store.database import Connection
from store.entities import Kind
from tests.store import people

FIRST = ExternalId(source="first", remote_id="p-1")
FIRST_OTHER = ExternalId(source="first", remote_id="p-2")
SECOND = ExternalId(source="second", remote_id="77")

MARA = Performer(
    name="Mara Quay",
    disambiguation="the sailor",
    gender=Gender.FEMALE,
    aliases=("M. Quay",),
    ids=(FIRST,),
    pictures=(Picture(url="https://first.example/mara.jpg", width=300, height=400),),
)


def ensure(connection: Connection, performer: Performer) -> int:
    return people.ensure_performer(connection, performer, at_s=1.0)


def performer(connection: Connection, number: int) -> Performer:
    (found,) = entities.performers(connection, [number])
    return found


def test_a_performer_comes_back_as_told(connection: Connection) -> None:
    assert performer(connection, ensure(connection, MARA)) == MARA


def test_the_id_tells_who_it_is_whatever_the_name(connection: Connection) -> None:
    number = ensure(connection, MARA)

    assert ensure(connection, replace(MARA, name="Mara Harbour", disambiguation=None)) == number
    assert performer(connection, number).name == "Mara Quay"


@pytest.mark.parametrize("name", ["mara quay", "MARA QUAY", "Mara Quay"])
def test_a_name_that_no_source_tells_apart_is_the_same_person(
    connection: Connection, name: str
) -> None:
    number = ensure(connection, MARA)

    assert ensure(connection, replace(MARA, name=name, ids=())) == number
    assert ensure(connection, replace(MARA, name=name, ids=(SECOND,))) == number
    assert performer(connection, number).ids == (FIRST, SECOND)


def test_letters_beyond_ascii_have_case_too(connection: Connection) -> None:
    number = ensure(connection, Performer(name="Åsa Brücke"))

    assert ensure(connection, Performer(name="ÅSA BRÜCKE")) == number


def test_the_same_name_with_another_id_at_the_same_source_is_somebody_else(
    connection: Connection,
) -> None:
    number = ensure(connection, MARA)

    assert ensure(connection, replace(MARA, ids=(FIRST_OTHER,))) != number
    assert ensure(connection, replace(MARA, ids=(FIRST_OTHER, SECOND))) != number


def test_another_disambiguation_is_somebody_else(connection: Connection) -> None:
    number = ensure(connection, MARA)

    assert ensure(connection, replace(MARA, disambiguation="the cook", ids=())) != number
    assert ensure(connection, replace(MARA, disambiguation=None, ids=())) != number


def test_where_several_go_by_a_name_one_more_is_none_of_them(connection: Connection) -> None:
    told_apart = (ensure(connection, MARA), ensure(connection, replace(MARA, ids=(FIRST_OTHER,))))

    somebody = entities.match_performer(connection, replace(MARA, ids=(SECOND,)))

    assert somebody == Ambiguous(numbers=told_apart)
    assert entities.match_performer(connection, replace(MARA, ids=())) == somebody


def test_what_is_known_of_a_performer_stays(connection: Connection) -> None:
    number = ensure(connection, MARA)

    ensure(
        connection,
        Performer(name="Mara", gender=Gender.MALE, aliases=("X", "m. quay"), ids=(FIRST,)),
    )

    assert performer(connection, number) == replace(MARA, aliases=("M. Quay", "Mara", "X"))


def test_what_was_unknown_of_a_performer_is_filled_in(connection: Connection) -> None:
    number = ensure(connection, Performer(name="Mara Quay", disambiguation="the sailor"))

    ensure(connection, MARA)

    assert performer(connection, number) == MARA


def test_a_studio_comes_back_with_its_parents(connection: Connection) -> None:
    studio = Studio(
        name="Pier Pictures", ids=(FIRST,), parent=Studio(name="Coast Group", ids=(SECOND,))
    )

    number = people.ensure_studio(connection, studio, at_s=1.0)

    assert entities.studio(connection, number) == studio
    assert people.ensure_studio(connection, studio, at_s=2.0) == number


def test_a_parent_that_becomes_known_later_is_filled_in_and_stays(connection: Connection) -> None:
    plain = Studio(name="Pier Pictures")
    number = people.ensure_studio(connection, plain, at_s=1.0)
    told = replace(plain, parent=Studio(name="Coast Group"))

    assert people.ensure_studio(connection, told, at_s=2.0) == number
    people.ensure_studio(connection, replace(plain, parent=Studio(name="Other")), at_s=3.0)

    assert entities.studio(connection, number) == told


def test_a_studio_is_never_its_own_ancestor(connection: Connection) -> None:
    network = ExternalId(source="first", remote_id="n")
    studio = ExternalId(source="first", remote_id="s")
    number = people.ensure_studio(
        connection,
        Studio(name="Pier", ids=(studio,), parent=Studio(name="Coast", ids=(network,))),
        at_s=1.0,
    )

    upside_down = Studio(name="Coast", ids=(network,), parent=Studio(name="Pier", ids=(studio,)))
    people.ensure_studio(connection, upside_down, at_s=2.0)

    found = entities.studio(connection, number)
    assert (found.name, found.parent and found.parent.name) == ("Pier", "Coast")
    assert found.parent is not None
    assert found.parent.parent is None


def test_a_studio_and_a_network_of_one_name_do_not_become_one_endlessly(
    connection: Connection,
) -> None:
    number = people.ensure_studio(
        connection, Studio(name="Pier", parent=Studio(name="Pier")), at_s=1.0
    )

    assert entities.studio(connection, number) == Studio(name="Pier")


def test_a_tag_is_found_by_id_name_and_other_words(connection: Connection) -> None:
    number = people.ensure_tag(connection, Tag(name="Sunrise", ids=(FIRST,)), at_s=1.0)

    assert people.ensure_tag(connection, Tag(name="SUNRISE", ids=(SECOND,)), at_s=2.0) == number
    assert people.ensure_tag(connection, Tag(name="dawn", ids=(SECOND,)), at_s=3.0) == number
    held = Tag(name="Sunrise", ids=(FIRST, SECOND), aliases=("dawn",))
    assert entities.tags(connection, [number]) == (held,)
    assert people.ensure_tag(connection, Tag(name="Dawn"), at_s=4.0) == number
    assert people.ensure_tag(connection, Tag(name="Dusk"), at_s=5.0) != number


def test_an_id_keeps_its_first_owner(connection: Connection) -> None:
    assert entities.add_ids(connection, Kind.WORK, 1, [FIRST, FIRST, SECOND]) == [FIRST, SECOND]
    assert entities.add_ids(connection, Kind.WORK, 2, [FIRST, FIRST_OTHER]) == [FIRST_OTHER]

    assert entities.owner_of(connection, Kind.WORK, [FIRST]) == 1
    assert entities.ids_of(connection, Kind.WORK, 2) == (FIRST_OTHER,)


def test_kinds_have_ids_of_their_own(connection: Connection) -> None:
    entities.add_ids(connection, Kind.WORK, 1, [FIRST])

    assert entities.owner_of(connection, Kind.TAG, [FIRST]) is None
    assert entities.owner_of(connection, Kind.WORK, []) is None


def test_ids_are_taken_from_their_owner_only(connection: Connection) -> None:
    entities.add_ids(connection, Kind.WORK, 1, [FIRST])
    entities.add_ids(connection, Kind.WORK, 2, [SECOND])

    entities.remove_ids(connection, Kind.WORK, 1, [FIRST, SECOND])

    assert entities.owner_of(connection, Kind.WORK, [FIRST]) is None
    assert entities.owner_of(connection, Kind.WORK, [SECOND]) == 2


def test_things_come_in_the_order_asked_for(connection: Connection) -> None:
    tags = (Tag(name="Dawn", ids=(SECOND,)), Tag(name="Boats"), Tag(name="Fog", ids=(FIRST,)))
    numbers = [people.ensure_tag(connection, tag, at_s=1.0) for tag in tags]
    told = (MARA, Performer(name="Ivo"))
    seen = [ensure(connection, each) for each in told]

    assert entities.tags(connection, numbers[::-1]) == tags[::-1]
    assert entities.performers(connection, seen[::-1]) == told[::-1]
    assert entities.tags(connection, []) == ()


def test_a_number_that_names_nothing_is_a_bug(connection: Connection) -> None:
    for get in (entities.performers, entities.tags):
        with pytest.raises(KeyError, match="which is not there"):
            get(connection, [99])
    with pytest.raises(KeyError, match="which is not there"):
        entities.studio(connection, 99)
