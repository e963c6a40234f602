from pathlib import PurePath

import pytest

from rules.picture_names import is_only_video, is_own_name, own_role, role_of, roles_in
from rules.sidecar import PictureRole

VIDEO = PurePath("/films/Harbour at Dawn.mkv")
POSTER, FANART, THUMB = PictureRole.POSTER, PictureRole.FANART, PictureRole.THUMB


@pytest.mark.parametrize(
    ("name", "among_others", "alone"),
    [
        ("Harbour at Dawn.jpg", POSTER, POSTER),
        ("Harbour at Dawn-poster.png", POSTER, POSTER),
        ("harbour at dawn-COVER.JPEG", POSTER, POSTER),
        ("Harbour at Dawn-folder.tbn", POSTER, POSTER),
        ("Harbour at Dawn-backdrop.webp", FANART, FANART),
        ("Harbour at Dawn-fanart.jpg", FANART, FANART),
        ("Harbour at Dawn-landscape.jpg", THUMB, THUMB),
        ("Harbour at Dawn-thumb.gif", THUMB, THUMB),
        ("poster.jpg", None, POSTER),
        ("folder.jpg", None, POSTER),
        ("fanart.jpg", None, FANART),
        ("landscape.png", None, THUMB),
        ("Harbour at Dawn-poster.txt", None, None),
        ("Harbour at Dawn-fanart-1.jpg", None, None),
        ("Harbour at Dusk-poster.jpg", None, None),
        ("holiday.jpg", None, None),
    ],
)
def test_servers_take_a_name_for(
    name: str, among_others: PictureRole | None, alone: PictureRole | None
) -> None:
    assert role_of(name, VIDEO, is_alone=False) is among_others
    assert role_of(name, VIDEO, is_alone=True) is alone


@pytest.mark.parametrize(
    ("name", "role"),
    [
        ("Harbour at Dawn-poster.jpg", POSTER),
        ("Harbour at Dawn-thumb.webp", THUMB),
        ("Harbour at Dawn-cover.jpg", None),
        ("Harbour at Dawn-poster.jpeg", None),
        ("Harbour at Dawn.jpg", None),
        ("Another-poster.jpg", None),
    ],
)
def test_own_names_are_those_that_doorman_gives(name: str, role: PictureRole | None) -> None:
    assert own_role(VIDEO.with_name(name), VIDEO) is role


def test_names_of_some_video_are_known() -> None:
    assert is_own_name(PurePath("/films/Another-poster.jpg"))
    assert not is_own_name(PurePath("/films/Another-poster.nfo"))
    assert not is_own_name(PurePath("/films/Another.jpg"))


@pytest.mark.parametrize(
    ("names", "is_only"),
    [
        ([], True),
        (["a.mkv", "a.nfo", "a-poster.jpg"], True),
        (["a.MKV", "b.mp4"], False),
    ],
)
def test_second_video_is_seen(names: list[str], *, is_only: bool) -> None:
    assert is_only_video(names, {"mkv", "mp4"}) is is_only


@pytest.mark.parametrize(
    ("others", "roles"),
    [
        ((), {"Harbour at Dawn-thumb.png": THUMB, "poster.jpg": POSTER}),
        (("Another.MP4",), {"Harbour at Dawn-thumb.png": THUMB}),
    ],
)
def test_pictures_of_a_folder_are_of_its_only_video(
    others: tuple[str, ...], roles: dict[str, PictureRole]
) -> None:
    names = ["Harbour at Dawn-thumb.png", "poster.jpg", VIDEO.name, "holiday.jpg", "Harbour.txt"]

    assert roles_in([*names, *others], VIDEO) == roles
