from dataclasses import replace

from rules.matching import Ambiguous, Matched, MatchWay
from rules.work import ExternalId, Tag
from store import entities
from store.database import Connection

FIRST = ExternalId(source="first", remote_id="t-1")
SECOND = ExternalId(source="second", remote_id="5")
DAWN = Tag(name="Dawn", ids=(FIRST,), aliases=("Sunrise",))


def test_a_tag_comes_back_with_its_other_words(connection: Connection) -> None:
    number = entities.create_tag(connection, DAWN, at_s=1.0)

    assert entities.tags(connection, [number]) == (DAWN,)


def test_a_tag_learns_ids_and_words(connection: Connection) -> None:
    number = entities.create_tag(connection, DAWN, at_s=1.0)
    told = Tag(name="SUNRISE", ids=(SECOND,), aliases=("First Light", "dawn"))

    found = entities.match_tag(connection, told)
    entities.adopt_tag(connection, number, told)
    entities.adopt_tag(connection, number, told)

    assert found == Matched(number=number, way=MatchWay.ALIAS)
    grown = Tag(name="Dawn", ids=(FIRST, SECOND), aliases=("Sunrise", "First Light"))
    assert entities.tags(connection, [number]) == (grown,)
    assert entities.match_tag(connection, Tag(name="first light")) == Matched(
        number=number, way=MatchWay.ALIAS
    )


def test_tags_that_come_together_are_each_found(connection: Connection) -> None:
    dusk = Tag(name="Dusk", ids=(FIRST, SECOND), aliases=("Sunrise",))

    numbers = entities.create_tags(connection, [DAWN, dusk], at_s=1.0)

    assert entities.tags(connection, numbers) == (DAWN, replace(dusk, ids=(SECOND,)))
    assert entities.match_tags(connection, [Tag(name="dusk"), Tag(name="Sunrise")]) == [
        Matched(number=numbers[1], way=MatchWay.NAME),
        Ambiguous(numbers=tuple(numbers)),
    ]
    assert entities.create_tags(connection, [], at_s=1.0) == []
