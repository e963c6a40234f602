import json
from collections.abc import Callable
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.matching import Ambiguous, Match, Matched, MatchWay, Unmatched
from rules.work import ExternalId, Performer, Studio, Tag
from store import entities
from store.database import Connection
from tests.store import people

FIRST = ExternalId(source="first", remote_id="p-1")
FIRST_OTHER = ExternalId(source="first", remote_id="p-2")
SECOND = ExternalId(source="second", remote_id="77")
LONG = "Mara " + "Quay" * 2_500
MARA = Performer(name="Mara Quay", ids=(FIRST,))

Create = Callable[[Performer], int]


@pytest.fixture
def create(connection: Connection) -> Create:
    return lambda performer: entities.create_performer(connection, performer, at_s=1.0)


def rows(connection: Connection) -> int:
    found = connection.execute("SELECT count(*) FROM performer").fetchone()
    assert found is not None
    return int(found[0])


def meant(number: int, way: MatchWay) -> Match:
    return Matched(number=number, way=way)


ODD = [
    "I\u015f\u0131k \u0130pek",
    "Stra\u00dfe",
    "\uff2d\uff41\uff52\uff41",
    "a\u030asa Q",
    "\u05de\u05e8\u05d4 \u05e7\u05d5\u05d5\u05d9",
    "\u200f\u0645\u0627\u0631\u0627\u200e",
    "100% Mara",
    "Mara_Quay",
    'O\'Hara\u2019s "Q" -- ; DROP TABLE performer',
    "Nul\0Nul",
    "\U0001f30a Q",
    LONG,
    LONG + "z",
    "\udcffbroken",
    "Line\nBreak",
]
"""Names that have gone wrong somewhere: no two are one."""


@pytest.mark.parametrize(
    "write",
    [str, str.upper, str.lower, "  {}\t".format],
    ids=["as it is", "upper", "lower", "space"],
)
def test_odd_names_are_found_again_in_other_letters(
    connection: Connection, create: Create, write: Callable[[str], str]
) -> None:
    numbers = {name: create(Performer(name=name)) for name in ODD}

    found = {
        name: entities.match_performer(connection, Performer(name=write(name))) for name in ODD
    }

    assert found == {name: meant(number, MatchWay.NAME) for name, number in numbers.items()}


def test_no_sign_stands_for_others(connection: Connection, create: Create) -> None:
    create(replace(MARA, aliases=("Mara Harbour",)))
    signs = ("%", "_", "Mara%", "M___ Q___", "*", "mara.*", "Mara Qua?", "\\", "'", '"')

    found = {sign: entities.match_performer(connection, Performer(name=sign)) for sign in signs}

    assert found == dict.fromkeys(signs, Unmatched())


@pytest.mark.parametrize("name", ["", "  ", "\u200b", "\n"], ids=ascii)
def test_who_has_no_name_is_found_by_id_only(
    connection: Connection, create: Create, name: str
) -> None:
    number = create(Performer(name=name, ids=(FIRST,)))

    by_id = entities.match_performer(connection, Performer(name="Mara", ids=(FIRST,)))
    assert by_id == meant(number, MatchWay.ID)
    assert entities.match_performer(connection, Performer(name=name)) == Unmatched()


def test_nobody_is_met_in_an_empty_house(connection: Connection) -> None:
    assert entities.match_performer(connection, MARA) == Unmatched()
    assert entities.match_studio(connection, Studio(name="Pier", ids=(FIRST,))) == Unmatched()
    assert entities.match_tag(connection, Tag(name="Dawn", ids=(FIRST,))) == Unmatched()


def test_each_way_to_be_found_is_said(connection: Connection, create: Create) -> None:
    number = create(replace(MARA, aliases=("Mara Harbour",)))

    def way(performer: Performer) -> Match:
        return entities.match_performer(connection, performer)

    assert way(Performer(name="X Y", ids=(FIRST,))) == meant(number, MatchWay.ID)
    assert way(Performer(name="mara quay", ids=(SECOND,))) == meant(number, MatchWay.NAME)
    assert way(Performer(name="MARA HARBOUR", ids=(SECOND,))) == meant(number, MatchWay.ALIAS)
    assert way(Performer(name="X Y", aliases=("mara quay",))) == meant(number, MatchWay.ALIAS)


def test_another_sources_id_finds_whom_a_name_does_not(
    connection: Connection, create: Create
) -> None:
    number = create(replace(MARA, ids=(SECOND,)))

    told = Performer(name="X Y", ids=(FIRST, SECOND))
    assert entities.match_performer(connection, told) == meant(number, MatchWay.ID)

    create(Performer(name="Z", ids=(FIRST_OTHER,)))
    assert entities.match_performer(connection, told) == meant(number, MatchWay.ID)


def test_a_kind_has_names_of_its_own(connection: Connection) -> None:
    entities.create_tag(connection, Tag(name="Coast"), at_s=1.0)

    assert entities.match_studio(connection, Studio(name="Coast")) == Unmatched()
    assert entities.match_performer(connection, Performer(name="Coast")) == Unmatched()


def test_all_who_bear_a_name_are_met(connection: Connection, create: Create) -> None:
    numbers = tuple(create(Performer(name="Mara Quay")) for _ in range(4))

    assert entities.match_performer(connection, MARA) == Ambiguous(numbers=numbers)


def test_a_name_learned_later_finds_too(connection: Connection, create: Create) -> None:
    number = create(MARA)
    other = create(Performer(name="Ivo Storm"))

    entities.adopt_performer(connection, number, Performer(name="Mara Harbour"))
    entities.adopt_performer(connection, other, Performer(name="Ivo", aliases=("Mara Harbour",)))

    told = Performer(name="MARA HARBOUR")
    assert entities.match_performer(connection, told) == Ambiguous(numbers=(number, other))


def test_the_same_told_twice_is_one_row(connection: Connection) -> None:
    for name in (*ODD, "\uff2d\uff29\uff2f", "mio"):
        told = Performer(name=name, aliases=("M. One", "M. ONE", name), ids=())
        known = {
            people.ensure_performer(connection, replace(told, aliases=()), at_s=1.0)
            for _ in range(2)
        }
        assert len(known) == 1

    assert rows(connection) == len(ODD) + 1


WORDS = st.sampled_from(
    ["Mara Quay", "MARA  quay", "Ivo Storm", "Mia Holm", "M. H.", "%", "\u0130"]
)
IDS = st.lists(
    st.builds(ExternalId, source=st.sampled_from(["a", "b"]), remote_id=st.sampled_from("123")),
    max_size=2,
    unique=True,
).map(tuple)
TOLD = st.lists(
    st.builds(
        Performer,
        name=WORDS,
        disambiguation=st.sampled_from([None, None, "x", "y"]),
        aliases=st.lists(WORDS, max_size=2).map(tuple),
        ids=IDS,
    ),
    max_size=6,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(told=TOLD)
def test_whoever_came_in_is_found_again_and_nobody_twice(
    connection: Connection, told: list[Performer]
) -> None:
    """As an accept does it: known ones learn, unknown ones are made, open ones stay out."""
    connection.execute("BEGIN TRANSACTION")
    try:
        for each in told:
            found = entities.match_performer(connection, each)
            if isinstance(found, Unmatched):
                number = entities.create_performer(connection, each, at_s=1.0)
            elif isinstance(found, Matched):
                entities.adopt_performer(connection, found.number, each)
                number = found.number
            else:
                continue

            again = entities.match_performer(connection, each)
            assert not isinstance(again, Unmatched)
            assert not isinstance(again, Matched) or again.number == number
    finally:
        connection.execute("ROLLBACK")


@settings(max_examples=15, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(before=TOLD, told=TOLD)
def test_those_who_come_together_are_as_if_they_came_one_by_one(
    connection: Connection, before: list[Performer], told: list[Performer]
) -> None:
    def kept(create_told: Callable[[], list[int]]) -> object:
        connection.execute("BEGIN TRANSACTION")
        try:
            numbers = entities.create_performers(connection, before, at_s=1.0) + create_told()
            names = connection.execute("SELECT name_key, owners FROM entity_name").fetchall()
            return (
                entities.performers(connection, numbers),
                {key: [numbers.index(each) for each in json.loads(told)] for key, told in names},
            )
        finally:
            connection.execute("ROLLBACK")

    together = kept(lambda: entities.create_performers(connection, told, at_s=1.0))
    one_by_one = kept(
        lambda: [entities.create_performer(connection, each, at_s=1.0) for each in told]
    )

    assert together == one_by_one
