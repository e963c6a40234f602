"""A bad file costs only itself."""

from __future__ import annotations

import os
import random
import signal
from pathlib import Path

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of


def make_bad_files(folder: Path, film: Film) -> list[str]:
    """Put files that nobody can examine; return their names."""
    whole = film.path.read_bytes()
    bad = {
        "Cut off.mp4": whole[: len(whole) // 3],
        "Only text.mp4": b"This is a shopping list.\n" * 8000,
        "Only noise.mp4": random.Random(1).randbytes(200_000),  # noqa: S311  # just noise
        "Too short.mkv": b"\x1aE\xdf\xa3" + bytes(60),
    }
    for name, content in bad.items():
        (folder / name).write_bytes(content)
    (folder / "Nothing yet.mp4").touch()
    return list(bad)


def test_bad_files_wait_for_a_person_and_stop_nobody_else(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        names = make_bad_files(home.library, film)
        video = home.drop(film)
        daemon.until_state(film.name, FileState.DONE)
        failed = [daemon.until_state(name, FileState.FAILED) for name in names]
        daemon.until(lambda: home.phone.pushes, "the push has come")
        daemon.until_idle()
        why = home.do("why", names[1]).out
        empty = daemon.file("Nothing yet.mp4")
        pushes = home.phone.pushes
        daemon.identify(names[0])
        daemon.until(lambda: home.phone.pushes[len(pushes) :], "it is said again when asked again")

    assert nfo_of(video).exists()
    assert all(view.line.reason for view in failed)
    assert all(view.due_at_s is None for view in failed)
    assert "failed" in why
    assert str(failed[1].line.reason) in " ".join(why.split())
    assert empty is None
    assert len(pushes) == 1
    assert all(pushes[0].is_about(name) for name in names)
    assert [path.name for path in home.library.glob("*.nfo")] == [nfo_of(video).name]


def test_a_bad_file_that_is_replaced_by_a_good_one_is_taken_up(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        (home.library / film.name).write_bytes(b"half of it" * 9000)
        daemon.until_state(film.name, FileState.FAILED)
        home.drop(film)
        daemon.until_state(film.name, FileState.DONE)


def test_a_decoder_that_dies_costs_nobody_anything(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        for worker in daemon.until(daemon.workers, "a worker is there"):
            os.kill(worker, signal.SIGKILL)
        home.drop(film)
        view = daemon.until_state(film.name, FileState.DONE)

    assert "failed" not in [event.event for event in view.events]
