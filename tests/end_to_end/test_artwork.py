"""The whole program, with a source that has pictures: they come, follow, and go again."""

from __future__ import annotations

from pathlib import Path

from daemon.journey.picture_check import check_picture
from providers.sandbox.seeds import ImageSeed
from rules.journey import FileState
from store.found_pictures import FoundPicture
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of

UPRIGHT, WIDE = (400, 600), (1280, 720)
ROLES = ("poster", "fanart", "thumb")


def test_pictures_come_with_an_accept_follow_a_rename_and_go_with_an_undo(
    home: Home, film: Film
) -> None:
    images = (ImageSeed(), ImageSeed(width=400, height=600), ImageSeed(width=16, height=16))
    home.box.world.add_scene(film.scene().model_copy(update={"images": images}))
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, FileState.DONE)
        assert [size_of(each) for each in pictures_of(video)] == [UPRIGHT, WIDE, WIDE]
        first = [path.read_bytes() for path in pictures_of(video)]
        nfo_age_ns = nfo_of(video).stat().st_mtime_ns
        assert max(path.stat().st_mtime_ns for path in pictures_of(video)) <= nfo_age_ns

        moved = video.rename(home.library / "Moved.mp4")
        daemon.until(pictures_of(moved)[-1].exists, "the new place has pictures")
        daemon.until_idle()
        assert [path.read_bytes() for path in pictures_of(moved)] == first
        assert not any(path.exists() for path in pictures_of(video))

        daemon.undo(str(moved))
        daemon.until_idle()

    assert [path.name for path in home.library.iterdir()] == [moved.name]


def pictures_of(video: Path) -> list[Path]:
    return [video.with_name(f"{video.stem}-{role}.png") for role in ROLES]


def size_of(picture: Path) -> tuple[int, int]:
    found = check_picture(picture.read_bytes())
    assert isinstance(found, FoundPicture)
    return found.width, found.height
