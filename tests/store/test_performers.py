from dataclasses import replace

import pytest

from rules.matching import Matched, MatchWay, Unmatched
from rules.work import ExternalId, Gender, Performer, Picture
from store import entities
from store.database import Connection

FIRST = ExternalId(source="first", remote_id="p-1")
SECOND = ExternalId(source="second", remote_id="77")
FACE = Picture(url="https://first.example/mara.jpg", width=300, height=400)
MARA = Performer(name="Mara Quay", aliases=("M. Quay",), ids=(FIRST,))


@pytest.fixture
def mara(connection: Connection) -> int:
    return entities.create_performer(connection, MARA, at_s=1.0)


def held(connection: Connection, number: int) -> Performer:
    (performer,) = entities.performers(connection, [number])
    return performer


def test_what_was_unknown_is_learned(connection: Connection, mara: int) -> None:
    told = Performer(
        name="MARA QUAY",
        disambiguation="the sailor",
        gender=Gender.FEMALE,
        aliases=("Mara Harbour", "m.  quay"),
        ids=(SECOND,),
        pictures=(FACE,),
    )

    entities.adopt_performer(connection, mara, told)

    assert held(connection, mara) == replace(
        told, name="Mara Quay", aliases=("M. Quay", "Mara Harbour"), ids=(FIRST, SECOND)
    )


def test_what_is_known_stays(connection: Connection, mara: int) -> None:
    known = Performer(
        name="Mara Quay",
        disambiguation="the sailor",
        gender=Gender.FEMALE,
        pictures=(FACE,),
    )
    entities.adopt_performer(connection, mara, known)
    before = held(connection, mara)

    other = Picture(url="https://second.example/other.jpg")
    told = replace(known, disambiguation="the cook", gender=Gender.MALE, pictures=(other,))
    entities.adopt_performer(connection, mara, told)

    assert held(connection, mara) == before


def test_another_name_becomes_an_alias_and_keeps_its_disambiguation_to_itself(
    connection: Connection, mara: int
) -> None:
    told = Performer(name="Mara Harbour", disambiguation="the cook", ids=(FIRST,))

    entities.adopt_performer(connection, mara, told)

    assert held(connection, mara) == replace(MARA, aliases=("M. Quay", "Mara Harbour"))


def test_learning_the_same_again_changes_nothing(connection: Connection, mara: int) -> None:
    told = Performer(name="Mara Harbour", aliases=("Mara Mole", "mara mole"), ids=(SECOND,))
    entities.adopt_performer(connection, mara, told)
    before = held(connection, mara)

    entities.adopt_performer(connection, mara, told)

    assert held(connection, mara) == before


def test_an_id_that_somebody_has_stays_with_them(connection: Connection, mara: int) -> None:
    twin = entities.create_performer(connection, Performer(name="Twin", ids=(FIRST,)), at_s=2.0)
    entities.adopt_performer(connection, twin, Performer(name="Twin", ids=(FIRST, SECOND)))

    assert held(connection, mara).ids == (FIRST,)
    assert held(connection, twin).ids == (SECOND,)


def test_nobody_gets_an_id_of_whom_a_source_tells_apart(connection: Connection, mara: int) -> None:
    another = ExternalId(source="first", remote_id="p-2")

    entities.adopt_performer(connection, mara, Performer(name="Mara Quay", ids=(another, SECOND)))

    assert held(connection, mara).ids == (FIRST,)


def test_who_was_merged_keeps_the_id_from_before(connection: Connection, mara: int) -> None:
    now = ExternalId(source="first", remote_id="p-9")

    entities.adopt_performer(connection, mara, Performer(name="Mara Quay", ids=(now, FIRST)))

    assert held(connection, mara).ids == (FIRST, now)


def test_two_of_one_work_are_not_taken_for_one_who_is_known(connection: Connection) -> None:
    """Bella is told apart from Anna, who is known from elsewhere and not under an id of theirs."""
    elsewhere = Performer(name="Anna Star", ids=(SECOND,))
    number = entities.create_performer(connection, elsewhere, at_s=1.0)
    anna = Performer(name="Anna Star", ids=(FIRST,))
    bella = Performer(
        name="Bella Moon",
        ids=(ExternalId(source="first", remote_id="p-2"),),
        aliases=("Anna Star",),
    )

    told = entities.match_performers(connection, [bella, anna])
    same = entities.match_performers(connection, [anna, anna])

    assert told == [Unmatched(), Matched(number=number, way=MatchWay.NAME)]
    assert same == [Matched(number=number, way=MatchWay.NAME)] * 2
    assert entities.match_performers(connection, []) == []
