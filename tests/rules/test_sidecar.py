from pathlib import PurePosixPath

import pytest

from rules.sidecar import (
    PictureRole,
    is_nfo,
    lies_beside,
    moved_along,
    nfo_path,
    nfo_places,
    picture_path,
)

VIDEO = PurePosixPath("/library/Harbour.at.Dawn.mkv")


def test_the_nfo_lies_beside_the_video_under_its_name() -> None:
    assert nfo_path(VIDEO) == PurePosixPath("/library/Harbour.at.Dawn.nfo")


@pytest.mark.parametrize(
    ("picture", "name"),
    [
        (b"\xff\xd8\xff\xe0rest", "Harbour.at.Dawn-poster.jpg"),
        (b"\x89PNG\r\n\x1a\nrest", "Harbour.at.Dawn-poster.png"),
        (b"GIF89arest", "Harbour.at.Dawn-poster.gif"),
        (b"RIFF\0\0\0\0WEBPrest", "Harbour.at.Dawn-poster.webp"),
    ],
)
def test_a_picture_is_named_after_its_content(picture: bytes, name: str) -> None:
    assert picture_path(VIDEO, PictureRole.POSTER, picture) == VIDEO.with_name(name)


@pytest.mark.parametrize("picture", [b"", b"<html>not found</html>", b"RIFF\0\0\0\0AVI rest"])
def test_what_is_no_picture_has_no_place(picture: bytes) -> None:
    assert picture_path(VIDEO, PictureRole.FANART, picture) is None


@pytest.mark.parametrize(
    ("name", "is_beside"),
    [
        (f"{VIDEO.stem}.nfo", True),
        (f"{VIDEO.stem}-poster.jpg", True),
        ("Another.nfo", False),
        (f"../{VIDEO.stem}.nfo", False),
    ],
)
def test_sidecar_lies_beside_its_video(name: str, *, is_beside: bool) -> None:
    assert lies_beside(VIDEO.parent / name, VIDEO) is is_beside


def test_an_nfo_may_lie_under_a_name_in_capitals() -> None:
    places = nfo_places(VIDEO)

    assert places[0] == nfo_path(VIDEO)
    assert [place.name for place in places[1:]] == ["Harbour.at.Dawn.NFO", "Harbour.at.Dawn.Nfo"]
    assert all(is_nfo(place) and lies_beside(place, VIDEO) for place in places)
    assert not is_nfo(VIDEO)


@pytest.mark.parametrize(
    ("sidecar", "now"),
    [
        ("/old/Tide.NFO", "/new/Dawn.NFO"),
        ("/old/Tide-poster.jpg", "/new/Dawn-poster.jpg"),
        ("/old/Tide.jpg", None),
    ],
)
def test_sidecar_is_looked_for_where_its_video_went(sidecar: str, now: str | None) -> None:
    assert moved_along(PurePosixPath(sidecar), PurePosixPath("/new/Dawn.mkv")) == (
        PurePosixPath(now) if now else None
    )
