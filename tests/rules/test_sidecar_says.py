from __future__ import annotations

import pytest

from rules.filename import NameClues
from rules.sidecar_says import (
    Sidecar,
    SidecarSays,
    WrittenId,
    is_mere_name,
    without_mere_name,
    work_said,
)
from rules.work import Appearance, Performer, Studio, Tag, Work


def beside(says: SidecarSays) -> Sidecar:
    return Sidecar(name="dawn.nfo", sha256="0" * 64, mtime_ns=1, says=says)


@pytest.mark.parametrize(
    ("title", "is_so"),
    [
        ("Harbour.at.Dawn.1080p", True),
        ("harbour at dawn 1080p", True),
        ("Harbour-At-Dawn (1080p)", True),
        ("Coast.by.Night.720p", True),
        ("Harbour at Dawn", False),
        ("S.W.A.T.", False),
        ("Dawn", False),
    ],
)
def test_title_that_is_only_a_file_name_is_known(title: str, *, is_so: bool) -> None:
    assert is_mere_name(title, "Harbour.at.Dawn.1080p.mkv") is is_so


def test_clues_are_what_a_name_could_say_too() -> None:
    said = SidecarSays(
        original_title="Hamn",
        studio="Harbour Films",
        date="2024",
        performers=("Ada Quill",),
        details="A quiet morning.",
    )

    assert beside(said).clues == NameClues(
        title="Hamn", studio="Harbour Films", date="2024", performers=("Ada Quill",)
    )


@pytest.mark.parametrize(
    "said",
    [SidecarSays(), SidecarSays(ids=(WrittenId(kind="a", text="1"),), tags=("Sea",), details="A")],
)
def test_without_any_there_are_no_clues(said: SidecarSays) -> None:
    assert beside(said).clues is None


def test_mere_names_are_left_out_of_what_is_said() -> None:
    said = SidecarSays(title="dawn", original_title="DAWN", studio="Harbour Films")

    assert without_mere_name(said, "dawn.mkv") == SidecarSays(studio="Harbour Films")
    assert without_mere_name(said, "dusk.mkv") == said
    assert without_mere_name(SidecarSays(), "dusk.mkv") == SidecarSays()


def test_work_is_told_in_the_words_of_the_nfo() -> None:
    said = SidecarSays(
        title="Harbour at Dawn",
        original_title="Hamn",
        studio="Harbour Films",
        date="2024-05-17",
        director="I. Mole",
        details="A quiet morning.",
        performers=("Ada Quill",),
        tags=("Sea",),
        urls=("https://harbour.example/",),
    )

    assert work_said(said) == Work(
        title="Harbour at Dawn",
        studio=Studio(name="Harbour Films"),
        date="2024-05-17",
        director="I. Mole",
        details="A quiet morning.",
        appearances=(Appearance(performer=Performer(name="Ada Quill")),),
        tags=(Tag(name="Sea"),),
    )


@pytest.mark.parametrize("said", [SidecarSays(), SidecarSays(date="2024")])
def test_year_alone_is_no_date_to_keep(said: SidecarSays) -> None:
    assert work_said(said) == Work()
