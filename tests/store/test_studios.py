from dataclasses import replace

import pytest

from rules.matching import Ambiguous, Matched, MatchWay
from rules.work import ExternalId, Studio
from store import entities
from store.database import Connection
from tests.store import people

PIER_ID = ExternalId(source="first", remote_id="s-1")
COAST_ID = ExternalId(source="first", remote_id="n-1")
PIER_AT_SECOND = ExternalId(source="second", remote_id="31")
COAST_AT_SECOND = ExternalId(source="second", remote_id="30")

COAST = Studio(name="Coast Group", ids=(COAST_ID,), aliases=("Coast",))
PIER = Studio(name="Pier Pictures", ids=(PIER_ID,), aliases=("PierPix",), parent=COAST)


@pytest.fixture
def pier(connection: Connection) -> int:
    return entities.create_studio(connection, PIER, at_s=1.0)


def held(connection: Connection, number: int) -> Studio:
    return entities.studio(connection, number)


def count(connection: Connection) -> int:
    row = connection.execute("SELECT count(*) FROM studio").fetchone()
    assert row is not None
    return int(row[0])


def test_a_studio_comes_back_with_its_aliases_and_parents(
    connection: Connection, pier: int
) -> None:
    assert held(connection, pier) == PIER
    assert count(connection) == 2


def test_a_studio_is_found_by_each_of_its_names(connection: Connection, pier: int) -> None:
    for name, way in (("PIER pictures", MatchWay.NAME), ("pierpix", MatchWay.ALIAS)):
        found = entities.match_studio(connection, Studio(name=name))
        assert found == Matched(number=pier, way=way)


def test_what_is_known_of_a_studio_stays_and_grows(connection: Connection, pier: int) -> None:
    told = Studio(name="Pier", ids=(PIER_ID, PIER_AT_SECOND), aliases=("PIERPIX", "Pier & Co"))

    entities.adopt_studio(connection, pier, told)

    assert held(connection, pier) == replace(
        PIER, ids=(PIER_ID, PIER_AT_SECOND), aliases=("PierPix", "Pier", "Pier & Co")
    )


def test_a_known_parent_is_never_overwritten(connection: Connection, pier: int) -> None:
    """`stash.md` §7, 15: there it gets the name, the links and the id of what is told."""
    inland = Studio(name="Inland Group", ids=(COAST_AT_SECOND,))
    told = replace(PIER, parent=inland)

    entities.adopt_studio(connection, pier, told)
    entities.add_parents(connection, pier, told, at_s=2.0)

    assert held(connection, pier) == PIER
    assert count(connection) == 2


def test_a_parent_is_matched_like_any_studio_and_learns_what_is_told(
    connection: Connection, pier: int
) -> None:
    parent = Studio(name="coast group", ids=(COAST_AT_SECOND,), aliases=("The Coast",))
    told = Studio(name="Pier Pictures", ids=(PIER_AT_SECOND,), parent=parent)

    assert people.ensure_studio(connection, told, at_s=2.0) == pier

    found = held(connection, pier).parent
    assert found == replace(COAST, ids=(COAST_ID, COAST_AT_SECOND), aliases=("Coast", "The Coast"))
    assert count(connection) == 2


@pytest.mark.usefixtures("pier")
def test_a_new_studio_goes_below_the_parent_that_is_known(connection: Connection) -> None:
    jetty = Studio(name="Jetty", parent=Studio(name="COAST"))

    number = entities.create_studio(connection, jetty, at_s=2.0)

    assert held(connection, number) == Studio(
        name="Jetty", parent=replace(COAST, aliases=("Coast",))
    )
    assert count(connection) == 3


def test_without_leave_to_make_one_only_a_known_parent_is_taken(connection: Connection) -> None:
    number = entities.create_studio(connection, Studio(name="Jetty"), at_s=1.0)
    told = Studio(name="Jetty", parent=COAST)

    entities.adopt_studio(connection, number, told)
    assert held(connection, number).parent is None

    entities.create_studio(connection, COAST, at_s=2.0)
    entities.adopt_studio(connection, number, told)
    assert held(connection, number).parent == COAST


def test_each_level_is_made_once(connection: Connection) -> None:
    sea = Studio(name="Sea Network")
    line = Studio(name="Jetty", parent=replace(COAST, parent=sea))

    number = people.ensure_studio(connection, line, at_s=1.0)
    assert people.ensure_studio(connection, line, at_s=2.0) == number
    other = people.ensure_studio(connection, replace(line, name="Mole"), at_s=3.0)

    assert held(connection, number) == line
    assert held(connection, other) == replace(line, name="Mole")
    assert count(connection) == 4


def test_where_two_parents_may_be_meant_there_is_none(connection: Connection) -> None:
    for remote_id in ("n-1", "n-2"):
        known = ExternalId(source="first", remote_id=remote_id)
        entities.create_studio(connection, Studio(name="Coast Group", ids=(known,)), at_s=1.0)
    jetty = Studio(name="Jetty", parent=Studio(name="Coast Group"))

    number = entities.create_studio(connection, jetty, at_s=2.0)

    assert entities.match_studio(connection, Studio(name="Coast Group")) == Ambiguous(
        numbers=(1, 2)
    )
    assert held(connection, number) == Studio(name="Jetty")
    assert count(connection) == 3


def test_a_studio_of_another_network_is_left_open(connection: Connection, pier: int) -> None:
    told = Studio(name="Pier Pictures", parent=Studio(name="Inland Group"))

    assert entities.match_studio(connection, told) == Ambiguous(numbers=(pier,))
