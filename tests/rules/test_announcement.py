from __future__ import annotations

from pathlib import PurePath

import pytest

from rules.announcement import (
    Audience,
    Listener,
    NamedThere,
    Occurrence,
    folder_there,
    path_there,
)

FOLDERS = (
    NamedThere(here=PurePath("/srv"), there="/media"),
    NamedThere(here=PurePath("/srv/films"), there="smb://nas/films"),
    NamedThere(here=PurePath("/srv/win"), there="D:\\Videos"),
)


@pytest.mark.parametrize(
    ("path", "there", "folder"),
    [
        ("/srv/a.mkv", "/media/a.mkv", "/media/"),
        ("/srv/films/x/a.mkv", "smb://nas/films/x/a.mkv", "smb://nas/films/x/"),
        ("/srv/filmstar/a.mkv", "/media/filmstar/a.mkv", "/media/filmstar/"),
        ("/srv/win/x/a.mkv", "D:\\Videos\\x\\a.mkv", "D:\\Videos\\x\\"),
        ("/other/a.mkv", "/other/a.mkv", "/other/"),
    ],
)
def test_paths_are_called_as_they_are_there(path: str, there: str, folder: str) -> None:
    found = path_there(PurePath(path), FOLDERS)

    assert (found, folder_there(found)) == (there, folder)


def test_a_name_that_is_no_text_can_be_told() -> None:
    assert path_there(PurePath("/srv/\udcff.mkv"), FOLDERS).encode()
    assert path_there(PurePath("/else/\udcff.mkv"), FOLDERS).encode()


def test_each_hears_what_it_wants_to_hear() -> None:
    audience = Audience(
        listeners=(
            Listener(name="all", on=frozenset(Occurrence)),
            Listener(name="films", on=frozenset(Occurrence), libraries=frozenset({"films"})),
            Listener(name="accepts", on=frozenset({Occurrence.ACCEPTED})),
        )
    )

    assert audience.of("films", Occurrence.ACCEPTED) == ("all", "films", "accepts")
    assert audience.of("series", Occurrence.UNDONE) == ("all",)
