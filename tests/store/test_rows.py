from dataclasses import dataclass
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rules.media import path_from_text, path_to_text
from store.database import Connection
from store.rows import (
    from_json,
    inserted_id,
    many,
    number,
    number_or_none,
    one,
    run,
    seconds,
    seconds_or_none,
    storable,
    text_or_none,
    to_json,
)

ANY_TEXT = st.text(st.characters(exclude_categories=()))
"""Halves of characters too, which no database text can hold."""


@dataclass(frozen=True, slots=True)
class Remark:
    text: str


REMARK = TypeAdapter(Remark)


@given(ANY_TEXT)
def test_what_can_be_stored_is_valid_text_and_stays_as_it_is(text: str) -> None:
    stored = storable(text)

    assert stored.encode().decode() == stored
    assert storable(stored) == stored
    assert len(stored) == len(text)


@given(st.text())
def test_whole_text_is_stored_as_it_is(text: str) -> None:
    assert storable(text) == text


@given(st.binary(min_size=1).filter(lambda name: not {b"/"[0], 0} & set(name)))
def test_a_path_in_a_message_is_stored_as_the_path_is(name: bytes) -> None:
    path = PurePath(name.decode("utf-8", "surrogateescape"))

    assert storable(str(path)) == path_to_text(path)
    assert path_from_text(storable(str(path))) == path


@given(ANY_TEXT)
def test_json_holds_any_text(text: str) -> None:
    assert from_json(REMARK, to_json(REMARK, Remark(text))) == Remark(storable(text))


def test_any_text_can_be_a_parameter(connection: Connection) -> None:
    statement = "INSERT INTO event (file_id, event, detail, at_s) VALUES (1, $1, $2, 0)"
    run(connection, statement, ["failed", "b\udcffd and \ud800"])

    assert one(connection, "SELECT detail FROM event") == ("b\U0010dcffd and \ufffd",)
    found = "SELECT event FROM event WHERE list_contains($1::VARCHAR[], detail)"
    assert many(connection, found, [["b\udcffd and \ud800"]]) == [("failed",)]


def test_an_inserted_row_gives_its_number(connection: Connection) -> None:
    statement = "INSERT INTO work (made_at_s) VALUES ($1) RETURNING id"

    assert [inserted_id(connection, statement, [1.0]) for _ in range(2)] == [1, 2]


def test_an_insert_that_inserts_nothing_is_a_bug(connection: Connection) -> None:
    nothing = "INSERT INTO work (made_at_s) SELECT $1 WHERE false RETURNING id"

    with pytest.raises(TypeError, match="gave no row"):
        inserted_id(connection, nothing, [1.0])


def test_null_is_none_only_where_it_may_be() -> None:
    assert (number_or_none(None), seconds_or_none(None), text_or_none(None)) == (None, None, None)
    assert (number_or_none(3), seconds_or_none(3), text_or_none("x")) == (3, 3.0, "x")
    with pytest.raises(TypeError, match="whole number"):
        number(None)
    with pytest.raises(TypeError, match="seconds"):
        seconds("soon")
