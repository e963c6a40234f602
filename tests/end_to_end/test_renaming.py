"""A file that was renamed or moved is the same file: nothing is forgotten, nothing done again."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from daemon.desk.views import FileView
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of
from tests.end_to_end.running import Daemon

DONE, REVIEW = FileState.DONE, FileState.REVIEW


def until_at(daemon: Daemon, video: Path) -> FileView:
    """Return the file once it is known at that place with its NFO beside it, and all is quiet."""

    def question() -> FileView | None:
        view = daemon.file(str(video))
        is_there = view is not None and not view.line.is_missing and nfo_of(video).exists()
        return view if is_there and daemon.status().is_idle else None

    return daemon.until(question, f"it is at {video}")


def assert_same(before: FileView, after: FileView) -> None:
    assert after.line.number == before.line.number
    assert after.line.state is before.line.state
    assert after.work == before.work
    assert after.decisions == before.decisions
    assert [event.event for event in after.events].count("ready") == 1


def all_nfos(home: Home) -> list[Path]:
    return sorted(path for name in home.libraries for path in (home.folder / name).rglob("*.nfo"))


def test_a_file_and_its_nfo_stay_together_wherever_it_goes(home: Home, film: Film) -> None:
    other = home.add_library("more films")
    home.knows(film)
    ways = [
        home.library / "Renamed.mp4",
        home.library / "harbours" / "Renamed.mp4",
        home.library / "harbours" / "dawn" / "Renamed again.mp4",
        other / "Elsewhere.mp4",
    ]
    with home.run() as daemon:
        video = home.drop(film)
        first = daemon.until_state(film.name, DONE)
        for place in ways:
            place.parent.mkdir(parents=True, exist_ok=True)
            video = video.rename(place)
            assert_same(first, until_at(daemon, video))
            assert all_nfos(home) == [nfo_of(video)]

    assert home.asked_about(film) == 1


def test_a_renamed_folder_takes_files_and_nfos_along_and_undo_still_works(
    home: Home, films: Sequence[Film]
) -> None:
    folder = home.library / "harbours"
    for film in films[:2]:
        home.knows(film)
    with home.run() as daemon:
        for film in films[:2]:
            film.copy_to(folder / film.name)
        before = [daemon.until_state(film.name, DONE) for film in films[:2]]
        new = folder.rename(home.library / "ports")
        for film, first in zip(films[:2], before, strict=True):
            assert_same(first, until_at(daemon, new / film.name))
        assert all_nfos(home) == sorted(nfo_of(new / film.name) for film in films[:2])
        daemon.undo(films[0].name)
        daemon.until(lambda: not nfo_of(new / films[0].name).exists(), "the NFO is gone")

    assert all_nfos(home) == [nfo_of(new / films[1].name)]


def test_a_file_renamed_while_no_daemon_runs_is_recognised(
    home: Home, films: Sequence[Film]
) -> None:
    accepted, rejected = films[0], films[1]
    home.knows(accepted)
    home.doubts(rejected, "Lantern Street", "Lantern Lane", "Lantern Hill")
    with home.run() as daemon:
        video, other = home.drop(accepted), home.drop(rejected)
        first = daemon.until_state(accepted.name, DONE)
        daemon.until_state(rejected.name, REVIEW)
        daemon.reject(rejected.name, 1)
        second = daemon.until_state(rejected.name, REVIEW)

    (home.library / "away").mkdir()
    video = video.rename(home.library / "away" / "Moved while asleep.mp4")
    other = other.rename(home.library / "away" / "Moved as well.mp4")
    with home.run() as daemon:
        assert_same(first, until_at(daemon, video))
        moved = daemon.until_state("Moved as well", REVIEW)

    assert all_nfos(home) == [nfo_of(video)]
    assert moved.line.number == second.line.number
    assert moved.candidates == second.candidates
    assert moved.decisions == second.decisions
    assert home.asked_about(accepted) == home.asked_about(rejected) == 1


def test_a_copy_is_a_second_file_of_its_own(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        home.drop(film)
        first = daemon.until_state(film.name, DONE)
        copy = film.copy_to(home.library / "copies" / "A copy.mp4")
        second = daemon.until_state("A copy", DONE)
        daemon.until_idle()
        still = daemon.until_state(film.name, DONE)

    assert second.line.number != first.line.number
    assert second.work == first.work
    assert [decision.outcome for decision in second.decisions] == ["accepted"]
    assert still == replace(first, alike=1, candidates=still.candidates)
    assert all_nfos(home) == sorted([nfo_of(home.library / film.name), nfo_of(copy)])


def test_a_copy_is_no_move_while_the_originals_library_is_not_there(home: Home, film: Film) -> None:
    other = home.add_library("more films")
    home.knows(film)
    with home.run() as daemon:
        home.drop(film)
        first = daemon.until_state(film.name, DONE)
    aside = home.library.rename(home.folder / "aside")
    home.library.mkdir()
    film.copy_to(other / "A copy.mp4")
    with home.run() as daemon:
        second = daemon.until_state("A copy", DONE)
    home.library.rmdir()
    aside.rename(home.library)
    with home.run() as daemon:
        daemon.until(lambda: daemon.status().libraries[0].listed_at_s, "it was looked through")
        still = daemon.until_state(film.name, DONE)

    assert second.line.number != first.line.number
    assert still == replace(first, alike=1, candidates=still.candidates)
    assert len(all_nfos(home)) == 2
