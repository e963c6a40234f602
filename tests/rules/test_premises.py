from __future__ import annotations

from pathlib import PurePath

import pytest

from rules.filename import clues_of
from rules.premises import Premises
from rules.sidecar_ids import SourceNames

HOUSE = Premises(roots={"films": PurePath("/media/Northlight")})
DATED = "2024-05-17 Harbour at Dawn.mkv"


@pytest.mark.parametrize(
    ("library", "path", "studio"),
    [
        ("films", f"/media/Northlight/{DATED}", None),
        ("films", f"/media/Northlight/Saltmarsh/{DATED}", "Saltmarsh"),
        ("films", f"/media/Southlight/{DATED}", "Southlight"),
        ("other", f"/media/Northlight/{DATED}", "Northlight"),
    ],
    ids=["root", "folder in it", "former root", "unknown library"],
)
def test_a_librarys_own_folder_is_no_clue(library: str, path: str, studio: str | None) -> None:
    clues = HOUSE.clues_of(library, PurePath(path))

    assert clues is not None
    assert (clues.studio, clues.date, clues.title) == (studio, "2024-05-17", "Harbour at Dawn")


def test_folder_above_a_library_that_is_called_like_a_release_says_nothing_of_its_files() -> None:
    release = "/media/Northlight.24.05.17.Harbour.At.Dawn.XXX.1080p"
    path = PurePath(release, "video.mp4")

    assert clues_of(path) is not None
    assert Premises(roots={"films": PurePath(release)}).clues_of("films", path) is None


def test_sources_that_are_told_no_names_are_known() -> None:
    named = SourceNames(source="first", dialect="stashbox")
    unnamed = SourceNames(source="second", dialect="stashbox", is_told_names=False)

    assert Premises(sources=(named, unnamed)).unnamed == {"second"}


def test_nothing_is_withheld_unless_somebody_says_so() -> None:
    assert not Premises().discretion.withholds("films", "first")
