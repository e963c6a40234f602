from __future__ import annotations

from dataclasses import replace

import pytest

from providers.theporndb.answers import SceneAnswer
from providers.theporndb.question import (
    about_page,
    hashes_of,
    ids_of,
    is_beyond_doubt,
    is_worth_asking,
    searches,
    urls_of,
    work_on_page,
)
from providers.theporndb.shelf import Shelf
from rules.candidate import Query
from rules.filename import NameClues
from rules.fingerprint import Fingerprints, Oshash, Phash
from rules.work import ExternalId

EVEN = 0x0F0F_0F0F_0F0F_0F0F
PRINTS = Fingerprints(oshash=Oshash(0xAB), phash=Phash(EVEN), size_bytes=1, duration_s=1.0)
QUERY = Query(fingerprints=replace(PRINTS, oshash=Oshash(0), phash=None))


def holder(*hashes: tuple[str, str]) -> SceneAnswer:
    rows = [{"hash": text, "type": kind} for kind, text in hashes]
    return SceneAnswer.model_validate({"id": "s1", "hashes": rows})


def test_hashes_go_out_as_stash_writes_them_the_exact_one_first() -> None:
    oshash, phash = hashes_of(PRINTS)

    assert oshash.path(Shelf.SCENES) == "/scenes/hash/00000000000000ab"
    assert oshash.parameters == (("type", "OSHASH"),)
    assert phash.path(Shelf.MOVIES) == "/movies/hash/f0f0f0f0f0f0f0f"
    assert phash.listing[:2] == (("hash", "f0f0f0f0f0f0f0f"), ("hashType", "PHASH"))


@pytest.mark.parametrize(
    ("held", "oshash_holds", "phash_holds"),
    [
        ([], None, None),
        ([("OSHASH", "AB")], True, None),
        ([("OSHASH", "ac"), ("PHASH", f"{EVEN:x}")], False, True),
        ([("PHASH", f"{EVEN ^ 0xFF:x}")], None, True),
        ([("PHASH", f"{EVEN ^ 0x1FF:x}")], None, False),
        ([("MD5", "00000000000000ab"), ("PHASH", "ab")], None, False),
    ],
    ids=range(6),
)
def test_a_row_is_looked_through_for_the_hash(
    held: list[tuple[str, str]], *, oshash_holds: bool | None, phash_holds: bool | None
) -> None:
    oshash, phash = hashes_of(PRINTS)

    assert oshash.is_held_by(holder(*held)) is oshash_holds
    assert phash.is_held_by(holder(*held)) is phash_holds


BOTH = holder(("OSHASH", "ab"), ("PHASH", f"{EVEN ^ 0xF:x}"))


@pytest.mark.parametrize(
    ("scenes", "is_sure"),
    [
        ([BOTH], True),
        ([], False),
        ([BOTH, BOTH], False),
        ([holder(("OSHASH", "ab"))], False),
        ([holder(("PHASH", f"{EVEN:x}"))], False),
        ([holder(("OSHASH", "ab"), ("PHASH", f"{EVEN ^ 0x1F:x}"))], False),
    ],
    ids=range(6),
)
def test_only_one_scene_that_holds_both_hashes_is_beyond_doubt(
    scenes: list[SceneAnswer], *, is_sure: bool
) -> None:
    assert is_beyond_doubt(scenes, PRINTS) is is_sure
    assert not is_beyond_doubt(scenes, replace(PRINTS, phash=None))


def test_only_names_of_our_own_that_are_safe_in_an_address_are_asked() -> None:
    names = ["a-1", "a-1", "..", "a/b", "movies/..", "", "x?y=1", "movies/b_2", "jav/3", "c"]
    ids = (
        ExternalId(source="other", remote_id="z"),
        *(ExternalId(source="porndb", remote_id=name) for name in names),
    )

    assert ids_of(replace(QUERY, ids=ids), "porndb") == (
        "/scenes/a-1",
        "/movies/b_2",
        "/jav/3",
    )


def test_only_web_addresses_are_asked() -> None:
    urls = ("https://a.example/1", "ftp://a.example/1", "https://a.example/1", "http://a:b/", "x")

    assert urls_of(replace(QUERY, urls=urls)) == ("https://a.example/1",)


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("https://porndb.example/scenes/harbour-1", "/scenes/harbour-1"),
        ("http://www.porndb.example/scenes/harbour-1/?ref=x", "/scenes/harbour-1"),
        ("https://porndb.example/movies/harbour-1", "/movies/harbour-1"),
        ("https://porndb.example/jav/nl-12", "/jav/nl-12"),
        ("https://porndb.example/performers/ada-brook", None),
        ("https://porndb.example/scenes", None),
        ("https://porndb.example/scenes/a%20b", None),
        ("https://other.example/scenes/harbour-1", None),
        ("https://porndb.example:8443/scenes/harbour-1", None),
        ("nonsense", None),
    ],
)
def test_own_pages_name_their_work(url: str, path: str | None) -> None:
    assert work_on_page(url, "https://porndb.example") == path


@pytest.mark.parametrize(
    ("told", "is_same"),
    [
        ("http://www.northlight.example/1/?a=1&b=2", True),
        ("https://northlight.example:443/1?b=2&a=1", True),
        ("https://northlight.example/1", False),
        ("https://northlight.example/2?a=1&b=2", False),
        ("https://northlight.example:bad/1", False),
        (None, False),
    ],
)
def test_a_page_is_the_same_whatever_way_it_is_written(told: str | None, *, is_same: bool) -> None:
    scene = SceneAnswer(id="s1", url=told)

    found = list(about_page([scene], "https://northlight.example/1?a=1&b=2"))

    assert found == ([scene] if is_same else [])


def test_no_address_is_the_page_of_a_scene_without_one() -> None:
    assert list(about_page([SceneAnswer(id="s1")], "nonsense")) == []


@pytest.mark.parametrize(
    ("clues", "sent"),
    [
        (NameClues(), []),
        (NameClues(studio="Northlight"), []),
        (NameClues(date="2024"), []),
        (NameClues(code="NL-12"), [("sku", "NL-12")]),
        (NameClues(title="Harbour"), [("q", "Harbour")]),
        (
            NameClues(studio="North Light", date="2024-05-17"),
            [("parse", "northlight.2024-05-17")],
        ),
        (
            NameClues(studio="North Light", title="At Dawn", performers=("Ada B",), code="N1"),
            [("sku", "N1"), ("parse", "northlight.At.Dawn.Ada.B")],
        ),
        (
            NameClues(studio="Northlight", performers=("Ada B", "Bo")),
            [("parse", "northlight.Ada.B.Bo"), ("q", "Northlight Ada B Bo")],
        ),
    ],
    ids=range(8),
)
def test_a_name_is_searched_for_by_what_tells_most(
    clues: NameClues, sent: list[tuple[str, str]]
) -> None:
    assert [search[0] for search in searches(clues)] == sent


@pytest.mark.parametrize(
    ("query", "is_worth"),
    [
        (QUERY, False),
        (replace(QUERY, fingerprints=PRINTS), True),
        (replace(QUERY, ids=(ExternalId(source="porndb", remote_id="a"),)), True),
        (replace(QUERY, ids=(ExternalId(source="other", remote_id="a"),)), False),
        (replace(QUERY, urls=("https://a.example",)), True),
        (replace(QUERY, urls=("a.example",)), False),
        (replace(QUERY, clues=NameClues(title="Harbour")), True),
        (replace(QUERY, clues=NameClues(date="2024")), False),
    ],
    ids=range(8),
)
def test_a_query_is_asked_when_anything_of_it_can_be_sent(query: Query, *, is_worth: bool) -> None:
    assert is_worth_asking(query, "porndb") is is_worth
