import shutil
from pathlib import Path, PurePath

import pytest
from watchfiles import Change

from daemon.watch.sorter import MANY, SECOND_LOOK_S, RootLost, Sorter
from rules.selection import Selection

RESCAN = PurePath("the whole library")


class Told:
    """What a sorter reported, in order."""

    def __init__(self) -> None:
        self.hints: list[PurePath] = []
        self.pulses = 0

    def path(self, path: PurePath) -> None:
        self.hints.append(path)

    def rescan(self) -> None:
        self.hints.append(RESCAN)

    def pulse(self) -> None:
        self.pulses += 1

    def take(self) -> list[str]:
        hints, self.hints = self.hints, []
        return [hint.name for hint in hints]


class Clock:
    """A time that tests set."""

    def __init__(self) -> None:
        self.now_s = 0.0

    def __call__(self) -> float:
        return self.now_s


@pytest.fixture
def told() -> Told:
    return Told()


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def sorter(tmp_path: Path, told: Told, clock: Clock) -> Sorter:
    return Sorter(tmp_path, Selection(), told, now=clock)


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("film")
    return path


@pytest.mark.parametrize(
    ("change", "name", "hints"),
    [
        (Change.added, "a.mp4", ["a.mp4"]),
        (Change.modified, "a.mp4", ["a.mp4"]),
        (Change.added, "a.nfo", []),
        (Change.added, "a.mp4.part", []),
        (Change.added, ".doorman-1.nfo", []),
        (Change.added, "@eaDir/a.mp4", []),
        (Change.added, "_UNPACK_a/a.mp4", []),
        (Change.modified, ".stashignore", ["the whole library"]),
        (Change.added, "no-extension", []),
    ],
)
def test_what_happened_to_a_file_is_told_if_it_is_of_interest(
    tmp_path: Path, sorter: Sorter, told: Told, change: Change, name: str, *, hints: list[str]
) -> None:
    sorter.take({(change, str(write(tmp_path / name)))})

    assert told.take() == hints


@pytest.mark.parametrize(
    ("name", "hints"),
    [
        ("a.mp4", ["a.mp4"]),
        ("a.nfo", []),
        ("a.mp4.part", []),
        ("a.mp4.aria2", ["a.mp4"]),
        ("a.nfo.aria2", []),
        ("Harbour.2021", ["the whole library"]),
        ("@eaDir", []),
        ("@eaDir/x", []),
    ],
)
def test_what_is_gone_is_told_by_what_it_may_have_been(
    tmp_path: Path, sorter: Sorter, told: Told, name: str, *, hints: list[str]
) -> None:
    sorter.take({(Change.deleted, str(tmp_path / name))})

    assert told.take() == hints


def test_a_new_folder_is_walked_now_and_once_more(
    tmp_path: Path, sorter: Sorter, told: Told, clock: Clock
) -> None:
    write(tmp_path / "box/deep/a.mp4")
    sorter.take({(Change.added, str(tmp_path / "box")), (Change.added, str(tmp_path / "box/deep"))})
    assert told.take() == ["a.mp4"]

    write(tmp_path / "box/late.mp4")
    sorter.look_again()
    assert told.take() == []

    clock.now_s = SECOND_LOOK_S
    sorter.look_again()
    assert told.take() == ["late.mp4"]

    clock.now_s = 2 * SECOND_LOOK_S
    sorter.look_again()
    assert told.take() == []


def test_a_new_folder_that_is_not_of_interest_is_not_walked(
    tmp_path: Path, sorter: Sorter, told: Told
) -> None:
    write(tmp_path / "@eaDir/a.mp4")
    sorter.take({(Change.added, str(tmp_path / "@eaDir"))})

    assert told.take() == []
    assert sorter.new_folders == set()


def test_a_folder_named_like_a_film_is_walked(tmp_path: Path, sorter: Sorter, told: Told) -> None:
    write(tmp_path / "a.mp4/b.mp4")
    sorter.take({(Change.added, str(tmp_path / "a.mp4"))})

    assert told.take() == ["b.mp4"]


def test_a_folder_with_other_permissions_asks_for_a_rescan(
    tmp_path: Path, sorter: Sorter, told: Told
) -> None:
    (tmp_path / "box").mkdir()
    sorter.take({(Change.modified, str(tmp_path / "box"))})
    sorter.take({(Change.modified, str(tmp_path))})

    assert told.take() == ["the whole library", "the whole library"]


def test_a_new_folder_with_very_many_files_asks_for_a_rescan(
    tmp_path: Path, sorter: Sorter, told: Told
) -> None:
    for number in range(MANY + 1):
        write(tmp_path / f"box/{number}.mp4")
    sorter.take({(Change.added, str(tmp_path / "box"))})

    assert told.take() == ["the whole library"]


def test_very_many_events_ask_for_a_rescan_now_and_once_more(
    tmp_path: Path, sorter: Sorter, told: Told, clock: Clock
) -> None:
    sorter.take({(Change.added, str(tmp_path / f"{number}.mp4")) for number in range(MANY + 1)})
    assert told.take() == ["the whole library"]
    assert len(sorter.new_folders) == MANY + 1

    clock.now_s = SECOND_LOOK_S
    sorter.look_again()
    assert told.take() == ["the whole library"]


def test_a_lost_root_ends_it(tmp_path: Path, sorter: Sorter) -> None:
    shutil.rmtree(tmp_path)

    with pytest.raises(RootLost, match="see whether"):
        sorter.take({(Change.deleted, str(tmp_path))})


def test_an_event_from_elsewhere_asks_for_a_rescan(sorter: Sorter, told: Told) -> None:
    sorter.take({(Change.added, "/elsewhere/a.mp4")})

    assert told.take() == ["the whole library"]


def test_a_link_to_a_folder_is_not_entered(tmp_path: Path, sorter: Sorter, told: Told) -> None:
    write(tmp_path / "real/a.mp4")
    (tmp_path / "link").symlink_to("real")
    sorter.take({(Change.added, str(tmp_path / "link"))})

    assert told.take() == []
