"""An accepted film is called as its library says, while it is watched, and as before after undo."""

from pathlib import Path

from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of

NAMED = "{title}/{title}< ({resolution})>"
THEIRS = {".en.srt": b"a subtitle", "-fanart.jpg": b"no picture at all", ".txt": b"a note"}


def lying_there(root: Path) -> dict[str, tuple[bytes, int, int]]:
    return {
        str(path.relative_to(root)): (
            b"" if path.is_dir() else path.read_bytes(),
            0 if path.is_dir() else path.stat().st_mtime_ns,
            path.stat().st_mode,
        )
        for path in root.rglob("*")
    }


def test_an_accepted_film_gets_its_name_and_undo_gives_back_the_former(
    home: Home, film: Film
) -> None:
    home.set("library", rename=NAMED)
    home.knows(film)
    video = home.library / film.name
    for end, content in THEIRS.items():
        video.with_name(f"{video.stem}{end}").write_bytes(content)
    with home.run() as daemon:
        home.drop(film)
        before = lying_there(home.library)
        done = daemon.until_state(film.title, FileState.DONE)
        daemon.until_idle()
        (named,) = home.library.rglob(f"*{video.suffix}")

        assert named.parent.name == film.title
        assert daemon.until_state(str(named), FileState.DONE).line.number == done.line.number
        assert nfo_of(named).exists()
        assert {named.with_name(f"{named.stem}{end}").read_bytes() for end in THEIRS} == set(
            THEIRS.values()
        )
        assert list(home.library.glob("*")) == [named.parent]
        said = home.do("why", str(done.line.number)).out
        assert f"the file is called {named} now" in " ".join(said.split())

        daemon.undo(str(named))
        daemon.until(lambda: daemon.file(str(video)), "it has its former name")
        view = daemon.until_state(str(video), FileState.REVIEW)
        daemon.until_idle()

    assert lying_there(home.library) == before
    events = [event.event for event in view.events]
    assert events.count("seen") == events.count("ready") == 1
    assert not {"moved", "missing"} & set(events)
    assert home.asked_about(film) == 1
