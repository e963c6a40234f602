from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from providers.theporndb.answers import SceneAnswer
from providers.theporndb.mapping import SceneMapping, home_of
from rules.candidate import Candidate, RemoteFingerprint, Way
from rules.fingerprint import Algorithm
from rules.work import Appearance, ExternalId, Gender, Performer, Picture, Rating, Studio, Tag, Work

MAPPING = SceneMapping(
    source="porndb",
    endpoint=httpx.URL("https://api.porndb.example"),
    pages="https://porndb.example",
)
CDN = "https://cdn.porndb.example"

FULL: JsonValue = {
    "id": "s1",
    "_id": 12,
    "slug": "northlight-harbour at dawn",
    "title": " Harbour at Dawn ",
    "description": "Boats leave.",
    "date": "2024-05-17",
    "duration": "1800",
    "url": "https://northlight.example/12",
    "sku": "NL-12",
    "image": f"{CDN}/image.jpg",
    "back_image": f"{CDN}/back.jpg",
    "poster": f"{CDN}/image.jpg",
    "posters": {"large": f"{CDN}/poster-large.jpg", "small": f"{CDN}/poster-small.jpg"},
    "background": {"full": None, "large": f"{CDN}/large.jpg"},
    "site": {
        "uuid": "st1",
        "id": 5,
        "name": "Northlight",
        "parent": {"uuid": "st2", "name": "Big Sky"},
        "network": {"uuid": "st3", "name": "Wide World"},
    },
    "movies": [{"title": "Four Harbours"}, {"title": None}, {"title": "Four Harbours"}],
    "trailer": f"{CDN}/trailer.mp4",
    "rating": "7.9",
    "directors": [{"name": "Ida Moss"}, {"name": None}, {"name": "Bo Lund"}],
    "tags": [{"id": 1, "uuid": "t1", "name": "Boats"}, {"id": 2, "name": "Sea"}, {"name": " "}],
    "performers": [
        {
            "id": "a1",
            "name": "Ada B.",
            "image": f"{CDN}/alias.jpg",
            "extra": {"gender": "Male"},
            "parent": {
                "id": "p1",
                "name": "Ada Brook",
                "disambiguation": "sailor",
                "aliases": ["ada brook", "A. Brook", None, 5],
                "extras": {"gender": "Transgender Female", "links": []},
                "posters": [{"url": f"{CDN}/ada.jpg"}, {"url": None}],
                "image": f"{CDN}/ada.jpg",
            },
        },
        {"id": "p2", "name": "Ben Reed", "is_parent": 1, "extras": {"gender": "non-binary"}},
        {"id": "a3", "name": "Cleo", "is_parent": False, "parent": [], "extra": {"gender": "?"}},
        {"id": "a4", "name": "Dora", "parent": {"id": "p4", "name": "Dora"}},
        {"id": "a5", "name": None, "parent": None},
    ],
    "hashes": [
        {"hash": "00000000000000ab", "type": "OSHASH", "duration": 1800, "submissions": "3"},
        {"hash": "F0F", "type": "phash", "duration": 0, "submissions": None},
        {"hash": None, "type": "PHASH"},
        {"hash": "abc", "type": None},
        {"hash": "0" * 32, "type": "MD5", "duration": 1800, "submissions": 1},
    ],
}


def own(remote_id: str) -> tuple[ExternalId, ...]:
    return (ExternalId(source="porndb", remote_id=remote_id),)


def mapped(answer: JsonValue) -> Candidate:
    return MAPPING.candidate(SceneAnswer.model_validate(answer), Way.FINGERPRINT)


def test_scene_becomes_a_candidate() -> None:
    network = Studio(name="Wide World", ids=own("st3"))
    assert mapped(FULL) == Candidate(
        source="porndb",
        remote_id="s1",
        page_url="https://porndb.example/scenes/northlight-harbour%20at%20dawn",
        found_by=Way.FINGERPRINT,
        work=Work(
            title="Harbour at Dawn",
            code="NL-12",
            details="Boats leave.",
            director="Ida Moss, Bo Lund",
            date="2024-05-17",
            duration_s=1800,
            studio=Studio(
                name="Northlight",
                ids=own("st1"),
                parent=Studio(name="Big Sky", ids=own("st2"), parent=network),
            ),
            appearances=(
                Appearance(
                    performer=Performer(
                        name="Ada Brook",
                        disambiguation="sailor",
                        gender=Gender.TRANSGENDER_FEMALE,
                        aliases=("A. Brook",),
                        ids=own("p1"),
                        pictures=(Picture(url=f"{CDN}/ada.jpg"), Picture(url=f"{CDN}/alias.jpg")),
                    ),
                    credited_as="Ada B.",
                ),
                Appearance(
                    performer=Performer(name="Ben Reed", gender=Gender.NON_BINARY, ids=own("p2"))
                ),
                Appearance(performer=Performer(name="Cleo")),
                Appearance(performer=Performer(name="Dora", ids=own("p4"))),
            ),
            tags=(Tag(name="Boats", ids=own("t1")), Tag(name="Sea", ids=own("2"))),
            urls=("https://northlight.example/12",),
            pictures=(
                Picture(url=f"{CDN}/large.jpg"),
                Picture(url=f"{CDN}/image.jpg"),
                Picture(url=f"{CDN}/poster-large.jpg"),
                Picture(url=f"{CDN}/back.jpg"),
            ),
            ids=own("s1"),
            groups=("Four Harbours",),
            trailer=f"{CDN}/trailer.mp4",
            ratings=(Rating(source="porndb", value=7.9),),
        ),
        fingerprints=(
            RemoteFingerprint(
                algorithm=Algorithm.OSHASH, value=0xAB, duration_s=1800, submissions=3
            ),
            RemoteFingerprint(algorithm=Algorithm.PHASH, value=0xF0F, duration_s=None),
        ),
    )


@pytest.mark.parametrize(
    "bare",
    [
        {"id": "s1"},
        {"id": "s1", "site": [], "posters": [], "background": [], "performers": {}, "tags": None},
        {"id": "s1", "title": [], "date": "0000-00-00", "duration": "", "url": "javascript:x"},
        {"id": "s1", "site": {"name": " "}, "hashes": None, "performers": [[], None, "Ada"]},
        {"id": "s1", "duration": "-5", "image": {"url": "x"}, "directors": "Ida", "sku": None},
        {"id": "s1", "duration": True, "hashes": [{"hash": [], "type": {}}], "slug": " "},
        {"id": "s1", "duration": "1e999", "tags": [{"name": None}], "poster": "data:image/png"},
    ],
    ids=range(7),
)
def test_what_cannot_be_read_is_not_said(bare: JsonValue) -> None:
    assert mapped(bare) == Candidate(
        source="porndb",
        remote_id="s1",
        page_url="https://porndb.example/scenes/s1",
        work=Work(ids=own("s1")),
    )


def test_a_map_where_a_list_should_be_is_read_as_one() -> None:
    work = mapped({"id": "s1", "tags": {"0": {"name": "Sea"}, "4": {"name": "Boats"}}}).work

    assert [tag.name for tag in work.tags] == ["Sea", "Boats"]


def test_a_site_that_is_its_own_network_is_there_once() -> None:
    site: JsonValue = {"uuid": "st1", "name": "Northlight"}
    scene: JsonValue = {
        "id": "s1",
        "site": {
            "name": "Northlight",
            "uuid": "st1",
            "parent": site,
            "network": {"name": "northlight "},
        },
    }

    assert mapped(scene).work.studio == Studio(name="Northlight", ids=own("st1"))


def test_a_site_without_a_name_leaves_its_network() -> None:
    site: JsonValue = {
        "uuid": "st1",
        "name": None,
        "network": {"uuid": "st3", "name": "Wide World"},
    }

    assert mapped({"id": "s1", "site": site}).work.studio == Studio(
        name="Wide World", ids=own("st3")
    )


@pytest.mark.parametrize(
    ("endpoint", "home"),
    [
        ("https://api.porndb.example", "https://porndb.example"),
        ("https://api.porndb.example/v1/", "https://porndb.example"),
        ("http://127.0.0.1:8080", "http://127.0.0.1:8080"),
    ],
)
def test_pages_are_beside_the_api(endpoint: str, home: str) -> None:
    assert home_of(httpx.URL(endpoint)) == home


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=6,
)
FIELDS = [name for name in SceneAnswer.model_fields if name != "id"]


@given(st.dictionaries(st.sampled_from(FIELDS), JSON))
def test_no_shape_of_any_field_costs_the_scene(fields: dict[str, JsonValue]) -> None:
    assert mapped({**fields, "id": "s1"}).remote_id == "s1"


@given(st.dictionaries(st.sampled_from(["id", "name", "parent", "extras", "posters"]), JSON))
def test_no_shape_of_a_performer_costs_the_scene(row: dict[str, JsonValue]) -> None:
    assert mapped({"id": "s1", "performers": [row], "site": row, "tags": [row]}).remote_id == "s1"


@pytest.mark.parametrize("rating", [0, "0", None, -1, 11, "good"])
def test_a_rating_that_nobody_gave_is_not_one(rating: JsonValue) -> None:
    assert mapped({"id": "s1", "rating": rating}).work.ratings == ()
