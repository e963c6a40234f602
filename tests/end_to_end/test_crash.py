"""Killed anywhere, doorman goes on from the last committed state: nothing lost, nothing twice."""

from __future__ import annotations

import random
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import pytest

from daemon.desk.views import FileView
from providers.sandbox.faults import server_error
from rules.journey import FileState
from rules.selection import is_temporary
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of
from tests.end_to_end.running import Daemon, is_running

DONE, REVIEW, NO_MATCH = FileState.DONE, FileState.REVIEW, FileState.NO_MATCH
BAD_NAME = "Broken Reel.mp4"


@dataclass(frozen=True, slots=True)
class Trace:
    """What would betray that a sidecar was written anew."""

    inode: int
    mtime_ns: int
    content: bytes


def trace_of(path: Path) -> Trace:
    status = path.stat()
    return Trace(status.st_ino, status.st_mtime_ns, path.read_bytes())


def events_of(view: FileView) -> Counter[str]:
    return Counter(event.event for event in view.events)


def drop_bad_file(home: Home) -> None:
    (home.library / BAD_NAME).write_text("this is no film\n" * 9000)


def until_looked_through(daemon: Daemon) -> None:
    daemon.until(lambda: daemon.status().libraries[0].listed_at_s, "the library was looked through")
    daemon.until_idle()


@pytest.mark.parametrize("state", ["seen", "settled", "ready", "answered", "accepted"])
def test_a_file_goes_on_from_where_the_kill_met_it(
    home: Home, films: Sequence[Film], state: str
) -> None:
    certain, doubtful = films[0], films[1]
    home.knows(certain)
    home.doubts(doubtful, "Lantern Street", "Lantern Lane")
    is_seen = state == "seen"
    home.set("library", settle="1h" if is_seen else "400ms")
    met = FileState(state)
    with home.run(*([] if is_seen else ["--hold", state])) as daemon:
        home.drop(certain)
        home.drop(doubtful)
        before = daemon.until_state(certain.name, met)
        daemon.until_state(doubtful.name, REVIEW if state == "accepted" else met)
        asked_before = len(home.lookups())
        daemon.kill()

    home.set("library", settle="400ms")
    with home.run() as daemon:
        view = daemon.until_state(certain.name, DONE)
        question = daemon.until_state(doubtful.name, REVIEW)
        daemon.until(lambda: home.phone.pushes, "the push has come")
        until_looked_through(daemon)

    assert view.line.number == before.line.number
    assert nfo_of(home.library / certain.name).exists()
    for found in (view, question):
        assert max(events_of(found).values()) == 1
        assert len(found.decisions) == 1
    assert len(home.phone.about(doubtful.name)) == len(home.phone.pushes) == 1
    if state in {"answered", "accepted"}:
        assert len(home.lookups()) == asked_before
    assert home.asked_about(certain) == home.asked_about(doubtful) == 1


def bring_to_rest(home: Home, daemon: Daemon, films: Sequence[Film]) -> dict[str, FileState]:
    """Bring a file into each state of rest; return them by the file's name."""
    done, doubtful, dismissed, unknown, late = films[:5]
    home.knows(done)
    home.doubts(doubtful, "Lantern Street", "Lantern Lane")
    home.doubts(dismissed, "Quiet Orchard", "Loud Orchard")
    for film in (done, doubtful, dismissed, unknown):
        home.drop(film)
    drop_bad_file(home)
    daemon.until_state(dismissed.name, REVIEW)
    daemon.dismiss(dismissed.name)
    at_rest = {
        done.name: DONE,
        doubtful.name: REVIEW,
        dismissed.name: FileState.DISMISSED,
        unknown.name: NO_MATCH,
        BAD_NAME: FileState.FAILED,
    }
    for name, state in at_rest.items():
        daemon.until_state(name, state)
    home.box.faults.always(server_error(503))
    home.drop(late)
    daemon.until_state(late.name, FileState.DEFERRED)
    return at_rest | {late.name: FileState.DEFERRED}


def until_ended(processes: Sequence[int]) -> list[int]:
    """Return which of the processes still run when all should have ended."""
    deadline_s = time.monotonic() + 10
    while any(map(is_running, processes)) and time.monotonic() < deadline_s:
        time.sleep(0.05)
    return [number for number in processes if is_running(number)]


def test_whatever_has_come_to_rest_stays_as_it_is_over_a_kill(
    home: Home, films: Sequence[Film]
) -> None:
    home.set("identify", defer="1h")
    nfo = nfo_of(home.library / films[0].name)
    with home.run() as daemon:
        states = bring_to_rest(home, daemon, films)
        asking = [name for name, state in states.items() if state in {REVIEW, FileState.FAILED}]
        daemon.until(lambda: all(map(home.phone.about, asking)), "all were pushed")
        daemon.until_idle()
        before = [daemon.file(name) for name in states]
        children = daemon.children()
        daemon.kill()

    assert until_ended(children) == []
    written, pushes, asked = trace_of(nfo), home.phone.pushes, len(home.box.requests.all())
    with home.run() as daemon:
        until_looked_through(daemon)
        after = [daemon.file(name) for name in states]

    assert after == before
    assert trace_of(nfo) == written
    assert home.phone.pushes == pushes
    assert len(home.box.requests.all()) == asked


def test_eight_kills_on_the_way_lead_to_the_same_end(home: Home, films: Sequence[Film]) -> None:
    chance = random.Random(1)  # noqa: S311  # moments, not secrets
    waiting: list[Callable[[], object]] = [partial(home.drop, film) for film in films[:5]]
    waiting.append(partial(drop_bad_file, home))
    for film in films[:3]:
        home.knows(film)
    home.doubts(films[3], "The Ninth Ferry", "The Tenth Ferry")
    for _ in range(8):
        with home.run(is_awaited=chance.random() < 0.8) as daemon:  # or killed while it starts
            for drop in waiting[:2]:
                drop()
            del waiting[:2]
            time.sleep(chance.uniform(0.0, 0.8))  # the moment of the kill is what is tried
            daemon.kill()

    expected = {
        **{film.name: DONE for film in films[:3]},
        films[3].name: REVIEW,
        films[4].name: NO_MATCH,
        BAD_NAME: FileState.FAILED,
    }
    asking = (films[3].name, BAD_NAME)
    with home.run() as daemon:
        views = {name: daemon.until_state(name, state) for name, state in expected.items()}
        # What was on its way at a kill may have come, and is sent again a quarter of an hour later.
        daemon.until(
            lambda: (
                sum(bool(home.phone.about(name)) for name in asking) + daemon.status().owed >= 2
            ),
            "both were pushed, or will be",
        )
        until_looked_through(daemon)

    assert all(events_of(view)["seen"] == 1 for view in views.values())
    assert [len(view.decisions) for view in views.values()] == [1, 1, 1, 1, 1, 0]
    # What a kill left half written has a name of ours, and goes with the next write there.
    left = {path.name for path in home.library.iterdir() if not is_temporary(path.name)}
    assert left == {*expected, *(nfo_of(film.path).name for film in films[:3])}
    assert all(len(home.phone.about(name)) <= 1 for name in asking)
