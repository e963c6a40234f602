"""A file is fingerprinted when it is whole, not before; what was seen of a half one is dropped."""

from __future__ import annotations

import json
import re
import time
from pathlib import Path

import pytest

from daemon.media.oshash import oshash
from rules.fingerprint import Oshash
from rules.journey import FileState
from tests.end_to_end.films import Film, make_film
from tests.end_to_end.home import Home, nfo_of

_SENT_OSHASH = re.compile(r'"algorithm": "OSHASH", "hash": "([0-9a-f]{16})"')


def asked_oshashes(home: Home) -> set[str]:
    """Return every oshash that was ever sent."""
    return {
        found[1]
        for noted in home.lookups()
        for found in _SENT_OSHASH.finditer(json.dumps(noted.variables, sort_keys=True))
    }


def test_a_slow_copy_is_left_alone_until_it_is_whole(home: Home, film: Film) -> None:
    home.set("library", settle="2s")
    home.knows(film)
    content = film.path.read_bytes()
    step = len(content) // 12
    target = home.library / film.name
    states: set[FileState] = set()
    with home.run() as daemon:
        with target.open("wb", buffering=0) as file:
            for start in range(0, len(content), step):
                file.write(content[start : start + step])
                time.sleep(0.25)  # as a slow line does; much shorter than the rest
                view = daemon.file(film.name)
                states |= {view.line.state} if view else set()
        view = daemon.until_state(film.name, FileState.DONE)

    assert states == {FileState.SEEN}
    assert asked_oshashes(home) == {str(film.oshash)}
    assert [event.event for event in view.events].count("settled") == 1


def test_nothing_stays_of_a_half_file_whose_writer_only_paused(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    folder = tmp_path_factory.mktemp("half")
    # A transport stream can be examined at any length: the half is a perfect file.
    film = make_film(folder / "Slow River.ts", seed=7)
    home.set("library", extensions=["ts"])
    home.knows(film)
    content = film.path.read_bytes()
    half = _write(folder / "half.ts", content[: len(content) // 2])
    target = home.library / film.name
    with home.run() as daemon:
        target.write_bytes(content[: len(content) // 2])
        first = daemon.until_state(film.name, FileState.NO_MATCH)
        with target.open("ab") as file:
            file.write(content[len(content) // 2 :])
        view = daemon.until_state(film.name, FileState.DONE)

    assert first.fingerprints[0].text == str(half)
    assert view.fingerprints[0].text == str(film.oshash)
    assert view.size_bytes == len(content)
    assert nfo_of(target).exists()


def test_a_half_file_that_cannot_be_examined_is_no_news_once_it_is_whole(
    home: Home, film: Film
) -> None:
    home.knows(film)
    content = film.path.read_bytes()  # its index is at the end: the half is no film at all
    target = home.library / film.name
    with home.run() as daemon:
        target.write_bytes(content[: len(content) // 2])
        daemon.until_state(film.name, FileState.FAILED)
        with target.open("ab") as file:
            file.write(content[len(content) // 2 :])
        daemon.until_state(film.name, FileState.DONE)
        daemon.until_idle()

    assert home.phone.pushes == ()


def test_a_download_is_taken_up_when_it_gets_its_name(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        part = home.library / (film.name + ".part")
        part.write_bytes(film.path.read_bytes())
        daemon.scan()
        daemon.until(lambda: daemon.status().libraries[0].listed_at_s, "it was looked through")
        before = daemon.file(film.title)
        part.rename(home.library / film.name)
        daemon.until_state(film.name, FileState.DONE)

    assert before is None


def _write(path: Path, content: bytes) -> Oshash:
    path.write_bytes(content)
    return oshash(path)
