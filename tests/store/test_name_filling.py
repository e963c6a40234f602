from pathlib import Path

import duckdb
import pytest

from rules.matching import Ambiguous, Matched, MatchWay, Unmatched
from rules.work import ExternalId, Performer, Studio, Tag
from store import entities
from store.database import Connection, open_database
from store.migration import migrate
from store.name_filling import fill_names
from store.schema import MIGRATIONS

BEFORE_NAMES = tuple(step for step in MIGRATIONS if step.version < 4)
ADD_PERFORMER = (
    "INSERT INTO performer (name, disambiguation, aliases, pictures, made_at_s) "
    "VALUES ($1, $2, $3, '[]', 1)"
)


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "before.duckdb"


def fill_old(path: Path) -> None:
    """Make a store of the version that had no table of names, with a few things in it."""
    with duckdb.connect(path) as old:
        migrate(old, path, now_s=1.0, migrations=BEFORE_NAMES)
        old.execute(ADD_PERFORMER, ["Mara Quay", None, '["Mara Harbour", "Mara"]'])
        old.execute(ADD_PERFORMER, ["MARA QUAY", "the cook", "[]"])
        old.execute(ADD_PERFORMER, ["Ivo Storm", None, '["mara harbour"]'])
        old.execute(ADD_PERFORMER, ["", None, '[""]'])
        old.execute("INSERT INTO studio (name, made_at_s) VALUES ('Stra\u00dfe Films', 1)")
        old.execute("INSERT INTO tag (name, made_at_s) VALUES ('\u0130stanbul', 1)")
        old.execute("INSERT INTO tag (name, made_at_s) VALUES ('Mara Quay', 1)")


def test_who_was_known_before_is_found_by_name(path: Path) -> None:
    fill_old(path)

    with duckdb.connect(path) as connection:
        migrate(connection, path, now_s=2.0)

        by_name = Matched(number=1, way=MatchWay.NAME)
        assert entities.match_performer(connection, Performer(name="mara quay")) == by_name
        assert entities.match_studio(connection, Studio(name="STRASSE FILMS")) == by_name
        assert entities.match_tag(connection, Tag(name="istanbul")) == by_name
        harbour = entities.match_performer(connection, Performer(name="Mara Harbour"))
        assert harbour == Ambiguous(numbers=(1, 3))
        assert entities.match_performer(connection, Performer(name="Mara")) == Unmatched()


def test_what_was_known_before_has_no_aliases_and_can_get_some(path: Path) -> None:
    fill_old(path)

    with duckdb.connect(path) as connection:
        migrate(connection, path, now_s=2.0)
        known = ExternalId(source="first", remote_id="t")
        assert entities.studio(connection, 1) == Studio(name="Stra\u00dfe Films")
        assert entities.tags(connection, [2]) == (Tag(name="Mara Quay"),)

        entities.adopt_studio(connection, 1, Studio(name="Street", ids=(known,)))
        entities.adopt_tag(connection, 2, Tag(name="Quay", ids=(known,)))

        street = Studio(name="Stra\u00dfe Films", ids=(known,), aliases=("Street",))
        assert entities.studio(connection, 1) == street
        quay = Tag(name="Mara Quay", ids=(known,), aliases=("Quay",))
        assert entities.tags(connection, [2]) == (quay,)


def test_the_names_filled_in_are_those_that_making_would_have_put(
    path: Path, connection: Connection
) -> None:
    fill_old(path)
    for told in (
        Performer(name="Mara Quay", aliases=("Mara Harbour", "Mara")),
        Performer(name="MARA QUAY", disambiguation="the cook"),
        Performer(name="Ivo Storm", aliases=("mara harbour",)),
        Performer(name="", aliases=("",)),
    ):
        entities.create_performer(connection, told, at_s=1.0)
    entities.create_studio(connection, Studio(name="Stra\u00dfe Films"), at_s=1.0)
    for name in ("\u0130stanbul", "Mara Quay"):
        entities.create_tag(connection, Tag(name=name), at_s=1.0)

    with duckdb.connect(path) as old:
        migrate(old, path, now_s=2.0)

        question = "SELECT name_key, owners::JSON::VARCHAR FROM entity_name ORDER BY 1"
        filled = [
            (key, str(each).replace(" ", "")) for key, each in old.execute(question).fetchall()
        ]
        assert filled == connection.execute(question).fetchall()


def test_a_daemon_that_opens_an_old_store_has_the_names(path: Path) -> None:
    fill_old(path)

    open_database(path, memory_limit_bytes=2**28, now_s=2.0).close()

    with duckdb.connect(path) as connection:
        row = connection.execute("SELECT count(*) FROM entity_name").fetchone()
        assert row == (6,)


def test_more_names_than_fit_a_batch_are_filled_in(connection: Connection) -> None:
    size = 12_001
    connection.execute(
        "INSERT INTO performer (name, aliases, pictures, made_at_s) SELECT 'Mara Quay ' || i, "
        "'[\"M. Quay ' || i || '\", \"Quay, Mara\"]', '[]', 1 "
        "FROM range($1) t(i)",
        [size],
    )

    fill_names(connection)

    rows = connection.execute(
        "SELECT count(*), max(json_array_length(owners)) FROM entity_name"
    ).fetchone()
    assert rows == (2 * size + 1, size)
    last = entities.match_performer(connection, Performer(name=f"mara quay {size - 1}"))
    assert last == Matched(number=size, way=MatchWay.NAME)
