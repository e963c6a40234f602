from pathlib import Path

import pytest

from daemon.watch.ground import Ground, divide


def nothing() -> None:
    """Be no pulse."""


def test_a_plain_library_is_one_tree(tmp_path: Path) -> None:
    (tmp_path / "a/b").mkdir(parents=True)
    pulses: list[int] = []

    assert divide(str(tmp_path), pulse=lambda: pulses.append(1)) == Ground(trees=(str(tmp_path),))
    assert len(pulses) == 3


def test_a_folder_with_a_link_to_a_folder_is_watched_alone(tmp_path: Path) -> None:
    (tmp_path / "a/b/c").mkdir(parents=True)
    (tmp_path / "d").mkdir()
    (tmp_path / "a/b/link").symlink_to("..")

    assert divide(str(tmp_path), pulse=nothing) == Ground(
        trees=(str(tmp_path / "d"), str(tmp_path / "a/b/c")),
        alone=tuple(map(str, (tmp_path, tmp_path / "a", tmp_path / "a/b"))),
    )


def test_a_link_to_a_file_or_to_nothing_is_no_obstacle(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").touch()
    (tmp_path / "b.mp4").symlink_to("a.mp4")
    (tmp_path / "c.mp4").symlink_to("nothing")

    assert divide(str(tmp_path), pulse=nothing) == Ground(trees=(str(tmp_path),))


def test_a_library_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError):
        divide(str(tmp_path / "nothing"), pulse=nothing)
