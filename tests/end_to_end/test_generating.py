"""Known files are fingerprinted again when that is asked for; no decision is lost to it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from contextlib import closing

from daemon.desk.views import FileView
from daemon.media.grid import GRID_VERSION
from rules.fingerprint import Algorithm
from rules.journey import FileState
from store.database import Connection, open_database
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home
from tests.end_to_end.running import Daemon

DONE, REVIEW, NO_MATCH = FileState.DONE, FileState.REVIEW, FileState.NO_MATCH
DISMISSED = FileState.DISMISSED
OLD_GRID = "4x4"


def age(connection: Connection) -> None:
    """Let every phash be one that another montage gave."""
    connection.execute(
        "UPDATE fingerprint SET version = $1, value = xor(value, 15::UBIGINT) "
        "WHERE algorithm = 'PHASH'",
        [OLD_GRID],
    )
    connection.execute("UPDATE content SET grid = $1 WHERE grid IS NOT NULL", [OLD_GRID])


def grids(connection: Connection) -> Counter[str]:
    """Return how many phashes each version of the montage has given."""
    rows = connection.execute("SELECT version FROM fingerprint WHERE algorithm = 'PHASH'")
    return Counter(str(row[0]) for row in rows.fetchall())


def age_all(home: Home) -> None:
    """Do so while no daemon runs."""
    with closing(open_database(home.store, memory_limit_bytes=2**28, now_s=1.0)) as database:
        home.portal.call(database.write, age)


def grids_of(home: Home) -> Counter[str]:
    """Look there while no daemon runs."""
    with closing(open_database(home.store, memory_limit_bytes=2**28, now_s=1.0)) as database:
        return home.portal.call(database.read, grids)


def bring_in(home: Home, daemon: Daemon, films: Sequence[Film]) -> dict[str, FileState]:
    """Bring a file into each state that may change; return them by the file's name."""
    done, doubtful, dismissed, unknown = films[:4]
    home.knows(done)
    home.doubts(doubtful, "Lantern Street", "Lantern Lane")
    home.doubts(dismissed, "Quiet Orchard", "Loud Orchard")
    for film in films[:4]:
        home.drop(film)
    daemon.until_state(dismissed.name, REVIEW)
    daemon.dismiss(dismissed.name)
    states = {
        done.name: DONE,
        doubtful.name: REVIEW,
        dismissed.name: DISMISSED,
        unknown.name: NO_MATCH,
    }
    for name, state in states.items():
        daemon.until_state(name, state)
    daemon.until_idle()
    return states


def phash_of(view: FileView | None) -> str:
    assert view is not None
    return next(each.text for each in view.fingerprints if each.algorithm is Algorithm.PHASH)


def examined_again(view: FileView | None) -> int:
    assert view is not None
    return [event.event for event in view.events].count("examined again")


def test_outdated_phashes_are_computed_again_while_the_daemon_serves(
    home: Home, films: Sequence[Film]
) -> None:
    with home.run() as daemon:
        states = bring_in(home, daemon, films)
    age_all(home)
    asked_before = [home.asked_about(film) for film in films[:4]]

    with home.run() as daemon:
        before = {name: daemon.file(name) for name in states}
        said = home.do("generate").out
        daemon.until_idle()
        after = {name: daemon.file(name) for name in states}
        nothing = home.do("generate").out

    assert said.startswith("4 known files will be examined again\n")
    assert "in the background" in said
    assert nothing.startswith("No fingerprint is missing")
    assert [phash_of(view) for view in after.values()] == [str(film.phash) for film in films[:4]]
    assert grids_of(home) == {GRID_VERSION: 4}
    for name, state in states.items():
        was, present = before[name], after[name]
        assert was is not None
        assert present is not None
        assert (present.line.state, examined_again(present)) == (state, 1)
        assert (present.work, present.sidecars) == (was.work, was.sidecars)
        assert present.decisions[: len(was.decisions)] == was.decisions
    reasked = [home.asked_about(film) for film in films[:4]]
    assert reasked == [
        number + more for number, more in zip(asked_before, (0, 1, 0, 1), strict=True)
    ]


def test_what_a_kill_interrupts_goes_on_and_nothing_is_done_twice(
    home: Home, films: Sequence[Film]
) -> None:
    with home.run() as daemon:
        for film in films[:5]:
            home.drop(film)
        for film in films[:5]:
            daemon.until_state(film.name, NO_MATCH)
    age_all(home)

    with home.run("--hold", "settled") as daemon:
        home.drop(films[5])
        daemon.until_state(films[5].name, FileState.SETTLED)
        home.do("generate")  # which has to wait for the new file
        assert daemon.status().examining.again == 5
        daemon.kill()
    with home.run() as daemon:
        daemon.until(lambda: daemon.status().examining.again < 5, "one was examined again")
        daemon.kill()
    with home.run() as daemon:
        daemon.until_state(films[5].name, NO_MATCH)
        daemon.until(lambda: daemon.status().examining.again == 0, "all were examined again")
        daemon.until_idle()
        views = [daemon.file(film.name) for film in films]

    assert [examined_again(view) for view in views] == [1, 1, 1, 1, 1, 0]
    assert [phash_of(view) for view in views] == [str(film.phash) for film in films]
    assert grids_of(home) == {GRID_VERSION: 6}


def test_a_command_does_it_itself_where_no_daemon_runs(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        home.drop(film)
        daemon.until_state(film.name, DONE)
    age_all(home)
    home.set("fingerprint", md5=True)
    home.write_config()

    said = home.do("generate").out
    why = home.do("why", film.name).out

    assert said.startswith("1 known file will be examined again\ndoorman ")
    assert f"phash    {film.phash}\n" in why
    assert "md5      " in why
    assert "examined again  its phash is another now" in why
    assert "  done" in why.splitlines()[1]
    assert home.do("generate").out.startswith("No fingerprint is missing")
