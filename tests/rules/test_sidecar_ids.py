from __future__ import annotations

import pytest

from rules.sidecar_ids import SourceNames, ids_at, is_public, other_addresses
from rules.sidecar_says import SidecarSays, WrittenId
from rules.work import ExternalId

ONE = "5a1e0f3c-0000-4000-8000-00000000000a"
TWO = "5a1e0f3c-0000-4000-8000-00000000000b"
BOX = SourceNames(
    source="david",
    dialect="stashbox",
    preset="stashdb",
    addresses=("https://stashdb.org/graphql", "https://stashdb.org"),
)
OTHER_BOX = SourceNames(
    source="home box",
    dialect="stashbox",
    addresses=("http://box.example:9998/graphql",),
)
REST = SourceNames(
    source="rest",
    dialect="theporndb",
    preset="theporndb",
    addresses=("https://api.theporndb.net", "https://theporndb.net"),
)
ALL = (BOX, OTHER_BOX, REST)


def written(kind: str, text: str = ONE) -> SidecarSays:
    return SidecarSays(ids=(WrittenId(kind=kind, text=text),))


@pytest.mark.parametrize(
    ("kind", "source"),
    [
        ("david", "david"),
        ("David", "david"),
        ("stashdb", "david"),
        ("StashDB", "david"),
        ("stashdb.org", "david"),
        ("stashdbid", "david"),
        ("https://stashdb.org/graphql", "david"),
        ("homebox", "home box"),
        ("Home Box", "home box"),
        ("http://box.example:9998", "home box"),
        ("theporndb", "rest"),
        ("ThePornDB", "rest"),
        ("tpdb", "rest"),
        ("theporndb.net", "rest"),
        ("https://api.theporndb.net/scenes", "rest"),
        ("tmdb", None),
        ("", None),
        ("id", None),
        ("stash", None),
    ],
)
def test_every_writers_word_for_a_source_is_understood(kind: str, source: str | None) -> None:
    expected = {ExternalId(source=source, remote_id=ONE)} if source else set()

    assert ids_at(written(kind), ALL) == expected


@pytest.mark.parametrize("kind", ["stash", "stashid", "stash-box"])
def test_word_for_the_dialect_means_the_only_such_source(kind: str) -> None:
    assert ids_at(written(kind), (OTHER_BOX, REST)) == {
        ExternalId(source="home box", remote_id=ONE)
    }


def test_name_given_in_the_configuration_is_surest() -> None:
    called = SourceNames(source="theporndb", dialect="stashbox")

    assert ids_at(written("theporndb"), (REST, called)) == {
        ExternalId(source="theporndb", remote_id=ONE)
    }


def test_two_sources_of_one_place_are_both_meant() -> None:
    twin = SourceNames(source="twin", dialect="stashbox", preset="stashdb")

    assert {each.source for each in ids_at(written("stashdb"), (BOX, twin))} == {"david", "twin"}


@pytest.mark.parametrize(
    ("kind", "text", "remote_id"),
    [
        ("stashdb", ONE.upper(), ONE),
        ("stashdb", f" {ONE} ", ONE),
        ("stashdb", "7", None),
        ("stashdb", f"scenes/{ONE}", ONE),
        ("tpdb", "7", "7"),
        ("tpdb", "scenes/harbour-at-dawn", "harbour-at-dawn"),
        ("tpdb", "../etc", "etc"),
        ("tpdb", "a b", None),
        ("tpdb", "", None),
    ],
)
def test_only_what_can_be_an_id_is_one(kind: str, text: str, remote_id: str | None) -> None:
    assert {each.remote_id for each in ids_at(written(kind, text), ALL)} == (
        {remote_id} if remote_id else set()
    )


@pytest.mark.parametrize(
    ("url", "source"),
    [
        (f"https://stashdb.org/scenes/{ONE}", "david"),
        (f"http://www.StashDB.org/scenes/{ONE}/?x=1#edits", "david"),
        (f"http://box.example:9998/scenes/{ONE}", "home box"),
        (f"http://box.example/scenes/{ONE}", None),
        (f"https://theporndb.net/scenes/{ONE}", "rest"),
        (f"https://stashdb.org/performers/{ONE}", None),
        ("https://stashdb.org/scenes/7", None),
        ("https://stashdb.org/scenes", None),
        (f"https://stashdb.org.evil.example/scenes/{ONE}", None),
        (f"https://[broken/scenes/{ONE}", None),
    ],
)
def test_page_of_a_source_is_an_id_there(url: str, source: str | None) -> None:
    expected = {ExternalId(source=source, remote_id=ONE)} if source else set()

    assert ids_at(SidecarSays(urls=(url,)), ALL) == expected
    assert ids_at(written("stashdb", url), ALL) == expected


def test_nothing_is_at_no_source() -> None:
    assert ids_at(written("stashdb"), ()) == frozenset()


@pytest.mark.parametrize(
    ("url", "is_so"),
    [
        ("https://harbour.example/dawn", True),
        ("http://93.184.215.14/dawn", True),
        ("https://[2606:2800:21f::1]/dawn", True),
        ("http://localhost:9999/scenes/1", False),
        ("http://nas/scenes/1", False),
        ("http://nas.local/scenes/1", False),
        ("http://stash.lan./scenes/1", False),
        ("http://192.168.1.9/scenes/1", False),
        ("http://[::1]/scenes/1", False),
        ("https://ada:word@harbour.example/", False),
        ("https://harbour.example/?apikey=1", False),
        ("https://harbour.example/?token", False),
        ("ftp://harbour.example/", False),
        ("https:///dawn", False),
        ("https://harbour.example:99999/", False),
    ],
)
def test_only_addresses_of_the_public_web_are_passed_on(url: str, *, is_so: bool) -> None:
    assert is_public(url) is is_so
    assert other_addresses(SidecarSays(urls=(url,)), ALL) == ((url,) if is_so else ())


def test_page_that_is_an_id_is_asked_about_as_that_alone() -> None:
    page, elsewhere = f"https://stashdb.org/scenes/{TWO}", "https://harbour.example/2"
    said = SidecarSays(ids=(WrittenId(kind="url", text=elsewhere),), urls=(page, elsewhere))

    assert other_addresses(said, ALL) == (elsewhere,)
