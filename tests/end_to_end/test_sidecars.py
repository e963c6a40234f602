"""An NFO that somebody else wrote or changed stays byte for byte; our own wakes nobody."""

from __future__ import annotations

from collections.abc import Sequence

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, movie_of, nfo_of

DONE = FileState.DONE

FOREIGN = {
    "another program's": b"<movie><title>My own title</title></movie>",
    "locked": b"<movie><title>Mine</title><lockdata>true</lockdata></movie>",
    "a link": b"https://films.example/harbour-at-dawn\n",
    "empty": b"",
}


def test_an_nfo_that_is_not_ours_stays_as_it_is(home: Home, films: Sequence[Film]) -> None:
    chosen = films[: len(FOREIGN)]
    nfos = [nfo_of(home.library / film.name) for film in chosen]
    for film, nfo, content in zip(chosen, nfos, FOREIGN.values(), strict=True):
        home.knows(film)
        nfo.write_bytes(content)
    before = [(nfo.stat().st_ino, nfo.stat().st_mtime_ns) for nfo in nfos]
    with home.run() as daemon:
        for film in chosen:
            home.drop(film)
        views = [daemon.until_state(film.name, DONE) for film in chosen]
        kept = daemon.status().kept
        for film in chosen:
            daemon.undo(film.name)
        daemon.until_idle()

    assert kept == len(FOREIGN)
    assert [nfo.read_bytes() for nfo in nfos] == list(FOREIGN.values())
    assert [(nfo.stat().st_ino, nfo.stat().st_mtime_ns) for nfo in nfos] == before
    for view in views:
        assert "sidecar kept" in [event.event for event in view.events]
        assert view.sidecars == ()


def test_an_edit_of_our_nfo_survives_undo_rename_and_a_new_accept(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, DONE)
        edited = nfo_of(video).read_bytes().replace(b"Harbour at Dawn", b"My Harbour")
        nfo_of(video).write_bytes(edited)
        daemon.undo(film.name)
        daemon.until_state(film.name, FileState.REVIEW)
        daemon.until_idle()
        assert nfo_of(video).read_bytes() == edited
        daemon.accept(film.name)
        daemon.until_state(film.name, DONE)
        assert nfo_of(video).read_bytes() == edited
        moved = video.rename(home.library / "Moved.mp4")
        daemon.until(lambda: daemon.file(str(moved)), "it was moved")
        daemon.until(nfo_of(moved).exists, "the new place has an NFO")
        daemon.until_idle()

    assert nfo_of(video).read_bytes() == edited


def test_merging_fills_what_lacks_and_keeps_what_was_made_of_it(home: Home, film: Film) -> None:
    home.knows(film)
    home.set("sidecar", on_change="merge", artwork=False)
    with home.run() as daemon:
        video = home.drop(film)
        daemon.until_state(film.name, DONE)
        written = nfo_of(video).read_text()
        runtime = next(line for line in written.splitlines() if "<runtime>" in line)
        mine = written.replace(f"{film.title}</title>", "Mine</title>").replace(runtime, "")
        nfo_of(video).write_text(mine.replace("</movie>", "<playcount>3</playcount></movie>"))
        daemon.undo(film.name)
        daemon.until_state(film.name, FileState.REVIEW)
        daemon.accept(film.name)
        daemon.until_state(film.name, DONE)

    movie = movie_of(video)
    assert (movie.findtext("title"), movie.findtext("playcount")) == ("Mine", "3")
    assert runtime.strip() == f"<runtime>{movie.findtext('runtime')}</runtime>"


def test_our_own_nfo_wakes_nobody(home: Home, films: Sequence[Film]) -> None:
    for film in films[:2]:
        home.knows(film)
    with home.run() as daemon:
        home.drop(films[0])
        daemon.until_state(films[0].name, DONE)
        daemon.until_idle()
        before = daemon.file(films[0].name)
        listed = daemon.words().count("library.listed")
        home.drop(films[1])  # whatever the NFO had stirred up would be done before this is
        daemon.until_state(films[1].name, DONE)
        daemon.until_idle()
        after = daemon.file(films[0].name)
        status = daemon.status()

    assert after == before
    assert daemon.words().count("library.listed") == listed
    assert len(home.lookups()) == 2
    assert sum(status.states.values()) == 2
