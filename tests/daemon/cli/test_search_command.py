from __future__ import annotations

import pytest

from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import offer

SECOND = '\n[[source]]\nname = "second"\nurl = "https://second.example/graphql"\n'


@pytest.mark.parametrize("said", [(), ("--text", "a", "--id", "b")], ids=["nothing", "too much"])
def test_one_thing_is_to_be_looked_for(home: Home, said: tuple[str, ...]) -> None:
    ran = home.run("search", "1", *said)

    assert (ran.code, ran.out) == (2, "")
    assert "just one of --text, --url and --id" in ran.err


def test_source_is_named_where_there_are_several(home: Home) -> None:
    home.configure(SECOND)

    ran = home.run("search", "1", "--text", "harbour")

    assert (ran.code, ran.out) == (2, "")
    assert "with --source NAME; there is first, second" in ran.err


def test_unknown_source_and_unknown_file_are_told(home: Home) -> None:
    number = home.fill(lambda shelf: shelf.put(offers=(offer("a"),)))

    nowhere = home.run("search", str(number), "--source", "nowhere", "--text", "harbour")
    nobody = home.run("search", "99", "--text", "harbour")

    assert (nowhere.code, nobody.code) == (2, 2)
    assert "there is no source 'nowhere'; there is first" in nowhere.err
    assert "knows no file '99'" in nobody.err
