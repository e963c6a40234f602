from __future__ import annotations

import pytest

from rules.explain_sidecar import explain_said
from rules.sidecar_says import SidecarSays, WrittenId
from rules.work import ExternalId

WHOLE = SidecarSays(
    ids=(
        WrittenId(kind="stashdb", text="scenes/ABC"),
        WrittenId(kind="tmdb", text="77"),
        WrittenId(kind="", text="8"),
    ),
    urls=("https://harbour.example/5",),
    title="Harbour at Dawn",
    original_title="Hamn",
    studio="Harbour Films",
    date="2024-05-17",
    director="I. Mole",
    details="Calm.",
    performers=("Ada Quill", "Ben Oar"),
    tags=tuple("abcdefghij"),
)


def test_everything_is_said_the_surest_first() -> None:
    assert explain_said(WHOLE, {ExternalId(source="alpha", remote_id="abc")}) == (
        "the id abc at source alpha",
        "the id 77 of tmdb, which no source of yours uses",
        "the id 8, which no source of yours uses",
        "title Harbour at Dawn",
        "original title Hamn",
        "studio Harbour Films",
        "date 2024-05-17",
        "director I. Mole",
        "performers Ada Quill, Ben Oar",
        "tags a, b, c, d, e, f, g, h and 2 more",
        "a description of 5 characters",
        "the address https://harbour.example/5",
    )


@pytest.mark.parametrize("said", [SidecarSays()])
def test_nothing_is_said_too(said: SidecarSays) -> None:
    assert explain_said(said, ()) == ("nothing that doorman can use",)
