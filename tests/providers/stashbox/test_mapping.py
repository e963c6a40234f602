from __future__ import annotations

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import JsonValue

from providers.stashbox.answers import SceneAnswer
from providers.stashbox.mapping import SceneMapping
from providers.values import partial_date
from rules.candidate import Candidate, RemoteFingerprint
from rules.fingerprint import Algorithm
from rules.work import Appearance, ExternalId, Gender, Performer, Picture, Studio, Tag, Work

MAPPING = SceneMapping("box", httpx.URL("https://box.example/graphql"))

FULL: JsonValue = {
    "id": "s1",
    "deleted": False,
    "title": " Harbour at Dawn ",
    "code": "NL-12",
    "details": "Boats leave.",
    "director": "Ida Moss",
    "duration": 1800,
    "release_date": "2024-05",
    "date": "2024-05-01",
    "urls": [
        {"url": "https://northlight.example/12"},
        {"url": "javascript:alert(1)"},
        {"url": "https://northlight.example/12"},
    ],
    "images": [
        {"url": "http://box.example/images/i1", "width": 1920, "height": 1080},
        {"url": "http://cdn.example/i2.svg", "width": -1, "height": -1},
        {"url": "data:image/png;base64,", "width": 1, "height": 1},
    ],
    "studio": {"id": "st1", "name": "Northlight", "parent": {"id": "st2", "name": "Big Sky"}},
    "tags": [{"id": "t1", "name": "Boats"}, {"id": "t2", "name": " "}],
    "performers": [
        {
            "as": "Ada B.",
            "performer": {
                "id": "p1",
                "name": "Ada Brook",
                "disambiguation": "sailor",
                "gender": "FEMALE",
                "aliases": ["ada brook", "A. Brook", "a. brook", "", "Ada B."],
                "images": [{"url": "http://box.example/images/i3", "width": 400, "height": 600}],
            },
        },
        {"as": "Ben Reed", "performer": {"id": "p2", "name": "Ben Reed", "gender": "SOMETHING"}},
        {"as": None, "performer": {"id": "p3", "name": ""}},
    ],
    "fingerprints": [
        {"hash": "00000000000000ab", "algorithm": "OSHASH", "duration": 1800, "submissions": 3},
        {"hash": "F0F", "algorithm": "PHASH", "duration": 0, "submissions": 1, "reports": 4},
        {"hash": "0" * 32, "algorithm": "MD5", "duration": 1800, "submissions": 1},
        {"hash": "abc", "algorithm": "VIDEOHASH2", "duration": 1800, "submissions": 1},
        {"hash": "nohash", "algorithm": "OSHASH", "duration": 1800, "submissions": 1},
        {"hash": "0000000000000000", "algorithm": "PHASH", "duration": 9, "submissions": 9},
    ],
    "something_new": {"x": 1},
}


def identified(*remote_ids: str) -> tuple[ExternalId, ...]:
    return tuple(ExternalId(source="box", remote_id=name) for name in remote_ids)


def test_scene_becomes_a_candidate_in_our_words() -> None:
    candidate = MAPPING.candidate(SceneAnswer.model_validate(FULL))

    assert candidate == Candidate(
        source="box",
        remote_id="s1",
        page_url="https://box.example/scenes/s1",
        fingerprints=(
            RemoteFingerprint(
                algorithm=Algorithm.OSHASH, value=0xAB, duration_s=1800, submissions=3, reports=0
            ),
            RemoteFingerprint(
                algorithm=Algorithm.PHASH, value=0xF0F, duration_s=None, submissions=1, reports=4
            ),
        ),
        work=Work(
            title="Harbour at Dawn",
            code="NL-12",
            details="Boats leave.",
            director="Ida Moss",
            date="2024-05",
            duration_s=1800,
            studio=Studio(
                name="Northlight",
                ids=identified("st1"),
                parent=Studio(name="Big Sky", ids=identified("st2")),
            ),
            appearances=(
                Appearance(
                    performer=Performer(
                        name="Ada Brook",
                        disambiguation="sailor",
                        gender=Gender.FEMALE,
                        aliases=("A. Brook", "Ada B."),
                        ids=identified("p1"),
                        pictures=(
                            Picture(url="https://box.example/images/i3", width=400, height=600),
                        ),
                    ),
                    credited_as="Ada B.",
                ),
                Appearance(performer=Performer(name="Ben Reed", ids=identified("p2"))),
            ),
            tags=(Tag(name="Boats", ids=identified("t1")),),
            urls=("https://northlight.example/12",),
            pictures=(
                Picture(url="https://box.example/images/i1", width=1920, height=1080),
                Picture(url="http://cdn.example/i2.svg"),
            ),
            ids=identified("s1"),
        ),
    )


@pytest.mark.parametrize(
    ("performer", "ids"),
    [
        ({"id": "p1", "name": "Ada Brook"}, ("p1",)),
        ({"id": "p1", "name": "Ada Brook", "merged_ids": ["p0", "p9"]}, ("p1", "p0", "p9")),
        ({"id": "p0", "name": "Ada Brook", "merged_into_id": "p1"}, ("p1", "p0")),
        ({"id": "p1", "name": "Ada Brook", "merged_ids": ["p1", None]}, ("p1",)),
        ({"name": "Ada Brook", "merged_ids": None, "merged_into_id": None}, ()),
    ],
    ids=["alone", "survivor", "merged away", "doubled", "nameless"],
)
def test_performer_is_found_by_the_ids_from_before_a_merge(
    performer: dict[str, JsonValue], ids: tuple[str, ...]
) -> None:
    scene = SceneAnswer.model_validate({"id": "s1", "performers": [{"performer": performer}]})

    (appearance,) = MAPPING.work(scene).appearances
    assert appearance.performer.ids == identified(*ids)


def test_aliases_of_studios_networks_and_tags_are_told_once_each() -> None:
    scene = SceneAnswer.model_validate(
        {
            "id": "s1",
            "studio": {
                "id": "st1",
                "name": "Northlight",
                "aliases": ["North Light", "northlight", " ", None, "NORTH LIGHT"],
                "parent": {"id": "st2", "name": "Big Sky", "aliases": ["BSky"]},
            },
            "tags": [{"id": "t1", "name": "Boats", "aliases": ["Ships", "boats"]}],
        }
    )

    work = MAPPING.work(scene)

    assert work.studio == Studio(
        name="Northlight",
        ids=identified("st1"),
        aliases=("North Light",),
        parent=Studio(name="Big Sky", ids=identified("st2"), aliases=("BSky",)),
    )
    assert work.tags == (Tag(name="Boats", ids=identified("t1"), aliases=("Ships",)),)


EMPTY = Work(ids=identified("s1"))


@pytest.mark.parametrize(
    "scene",
    [
        {"id": "s1"},
        {"id": "s1", "title": "", "details": " \n", "director": None, "date": "soon"},
        {"id": "s1", "duration": 0, "studio": None, "urls": None, "tags": [None]},
        {"id": "s1", "duration": -3, "images": None, "fingerprints": None, "performers": [None]},
        {"id": "s1", "studio": {"id": "st1", "name": " "}},
    ],
    ids=str,
)
def test_what_is_not_said_is_none_and_never_empty_text(scene: JsonValue) -> None:
    assert MAPPING.work(SceneAnswer.model_validate(scene)) == EMPTY


@pytest.mark.parametrize(
    ("release_date", "date", "kept"),
    [
        ("2024", "2024-01-01", "2024"),
        ("2024-05", "2024-05-01", "2024-05"),
        ("2024-05-17", None, "2024-05-17"),
        (None, "2024-05-17", "2024-05-17"),
        ("", "2024-05-17", "2024-05-17"),
        ("unknown", None, None),
        ("2024-13", None, None),
        ("2023-02-29", None, None),
        ("2024-5-1", None, None),
        ("2024-05-17T00:00:00Z", None, None),
    ],
)
def test_date_is_kept_as_exact_as_it_was_said(
    release_date: str | None, date: str | None, kept: str | None
) -> None:
    scene = SceneAnswer(id="s1", release_date=release_date, date=date)

    assert MAPPING.work(scene).date == kept


@given(st.text())
def test_no_text_breaks_the_date(text: str) -> None:
    kept = partial_date(text)

    assert kept is None or kept in text


def test_numbers_from_look_alikes_do_as_ids_and_durations() -> None:
    scene: JsonValue = {
        "id": 17,
        "duration": "1800.5",
        "performers": [{"performer": {"name": "Bo"}}],
    }
    candidate = MAPPING.candidate(SceneAnswer.model_validate(scene))

    assert candidate.remote_id == "17"
    assert candidate.work.duration_s == 1800.5
    assert candidate.work.appearances == (Appearance(performer=Performer(name="Bo")),)


@pytest.mark.parametrize(
    ("endpoint", "scene_id", "page_url"),
    [
        ("https://box.example/graphql", "s1", "https://box.example/scenes/s1"),
        ("https://box.example/graphql/", "s1", "https://box.example/scenes/s1"),
        ("http://box.example:9998/sub/graphql", "s1", "http://box.example:9998/sub/scenes/s1"),
        ("https://box.example/graphql", "../a?b", "https://box.example/scenes/..%2Fa%3Fb"),
    ],
)
def test_page_url_leads_to_the_scene(endpoint: str, scene_id: str, page_url: str) -> None:
    mapping = SceneMapping("box", httpx.URL(endpoint))

    assert mapping.candidate(SceneAnswer(id=scene_id)).page_url == page_url


def test_counts_below_zero_are_none_at_all() -> None:
    fingerprint = {"hash": "ab", "algorithm": "oshash", "submissions": -1, "reports": None}
    scene = SceneAnswer.model_validate({"id": "s1", "fingerprints": [fingerprint]})

    (kept,) = MAPPING.candidate(scene).fingerprints
    assert (kept.submissions, kept.reports, kept.duration_s) == (0, 0, None)
