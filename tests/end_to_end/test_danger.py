"""What could lead to a wrong match, or to something lost: each must end in a question or a wait."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from providers.sandbox.seeds import FingerprintSeed, SceneSeed
from rules.journey import FileState
from tests.end_to_end.films import Film, make_film
from tests.end_to_end.home import Home, movie_of, nfo_of

DONE, REVIEW, NO_MATCH = FileState.DONE, FileState.REVIEW, FileState.NO_MATCH
_HEAD_BYTES = 1 << 16
"""What an oshash reads at either end of a file."""


def scene_of(film: Film, *, algorithm: str, duration_s: float, votes: tuple[int, int]) -> SceneSeed:
    """Return a scene that has one fingerprint, with so many submissions and reports."""
    text = str(film.oshash if algorithm == "OSHASH" else film.phash)
    seed = FingerprintSeed(
        algorithm=algorithm,
        hash=text,
        duration=round(duration_s),
        submissions=votes[0],
        reports=votes[1],
    )
    return SceneSeed(title=film.title, duration=round(duration_s), fingerprints=(seed,))


def test_nothing_doubtful_is_accepted_by_itself(home: Home, films: Sequence[Film]) -> None:
    length_s = films[0].duration_s
    doubtful = [
        scene_of(films[0], algorithm="OSHASH", duration_s=length_s + 60, votes=(9, 0)),
        scene_of(films[1], algorithm="OSHASH", duration_s=length_s, votes=(2, 3)),
        scene_of(films[2], algorithm="PHASH", duration_s=length_s, votes=(9, 0)),
        *films[3].rivals("The Ninth Ferry", "The Tenth Ferry"),
    ]
    for scene in doubtful:
        home.box.world.add_scene(scene)
    with home.run() as daemon:
        for film in films[:4]:
            home.drop(film)
        views = [daemon.until_state(film.name, REVIEW, DONE) for film in films[:4]]
        daemon.until(lambda: home.phone.pushes, "the push has come")

    assert [view.line.state for view in views] == [REVIEW] * 4
    assert list(home.library.glob("*.nfo")) == []
    assert [push.title for push in home.phone.pushes] == ["4 files need your answer"]


def test_a_film_that_was_filled_in_later_gets_the_fingerprints_of_the_whole(
    home: Home, tmp_path_factory: pytest.TempPathFactory
) -> None:
    # A download that makes room first and begins with both ends: size and oshash never change.
    folder = tmp_path_factory.mktemp("filled")
    film = make_film(folder / "Slow River.ts", seed=7, duration_s=40)
    content = film.path.read_bytes()
    target = home.library / film.name
    home.set("library", extensions=["ts"])
    with home.run() as daemon:
        hollow = bytes(len(content) - 2 * _HEAD_BYTES)
        target.write_bytes(content[:_HEAD_BYTES] + hollow + content[-_HEAD_BYTES:])
        first = daemon.until_state(film.name, NO_MATCH, FileState.FAILED)
        home.box.world.add_scene(film.scene(oshash_submissions=0, phash_submissions=3))
        with target.open("r+b") as file:
            file.write(content)
        view = daemon.until_state(film.name, REVIEW, DONE)

    assert first.line.state is NO_MATCH
    assert first.fingerprints[0] == view.fingerprints[0]
    assert first.fingerprints[1:] != view.fingerprints[1:]
    assert view.fingerprints[1].text == str(film.phash)


def test_two_films_of_one_name_do_not_take_each_others_nfo(
    home: Home, films: Sequence[Film]
) -> None:
    home.set("library", extensions=["mp4", "m4v"])
    for film in films[:2]:
        home.knows(film)
    first, second = home.library / "One name.mp4", home.library / "One name.m4v"
    with home.run() as daemon:
        films[0].copy_to(first)
        daemon.until_state(first.name, DONE)
        written = nfo_of(first).read_bytes()
        films[1].copy_to(second)
        daemon.until_state(second.name, DONE)
        daemon.until_idle()
        assert nfo_of(first).read_bytes() == written
        daemon.undo(second.name)
        daemon.until_state(second.name, REVIEW)
        daemon.until_idle()

    assert nfo_of(first).read_bytes() == written
    assert movie_of(first).findtext("title") == films[0].title


@pytest.mark.parametrize("is_link", [False, True], ids=["folder", "link out of the library"])
def test_what_stands_in_the_nfos_place_is_left_alone_and_stops_nobody(
    home: Home, films: Sequence[Film], *, is_link: bool
) -> None:
    for film in films[:2]:
        home.knows(film)
    obstacle = nfo_of(home.library / films[0].name)
    outside = home.folder / "outside.txt"
    outside.write_text("mine")
    if is_link:
        obstacle.symlink_to(outside)
    else:
        obstacle.mkdir()
    with home.run() as daemon:
        home.drop(films[0])
        home.drop(films[1])
        daemon.until_state(films[1].name, DONE)
        blocked = daemon.until_state(films[0].name, FileState.ACCEPTED)
        error = daemon.until(lambda: daemon.status().owed_error, "it says what is owed")

    assert blocked.work is not None
    assert obstacle.name in error
    assert obstacle.is_symlink() if is_link else obstacle.is_dir()
    assert outside.read_text() == "mine"


def test_a_link_that_leads_out_of_the_library_is_not_followed(home: Home, film: Film) -> None:
    home.knows(film)
    outside = film.copy_to(home.folder / "outside" / film.name)
    with home.run() as daemon:
        (home.library / "Linked.mp4").symlink_to(outside)
        (home.library / "Folder").symlink_to(outside.parent, target_is_directory=True)
        home.drop(film, "Real.mp4")
        daemon.until_state("Real.mp4", DONE)
        daemon.scan()
        daemon.until_idle()
        known = sum(daemon.status().states.values())

    assert known == 1
    assert [path.name for path in outside.parent.iterdir()] == [film.name]


ODD_NAMES = (
    'it\'s "quoted" & <tagged> %s {0} $HOME.mp4',
    "line\nbreak\tand [bold]brackets[/bold].mp4",
    "ünïcödé 東京 🎬.mp4",
    os.fsdecode(b"not utf-8 \xff\xfe.mp4"),
    "-rf.mp4",
)


def test_odd_names_make_the_whole_journey(home: Home, film: Film) -> None:
    home.knows(film)
    with home.run() as daemon:
        for name in ODD_NAMES:
            home.drop(film, name)
        daemon.until(
            lambda: daemon.status().states[DONE] == len(ODD_NAMES), "all are accepted and written"
        )
        shown = [home.do("why", str(number + 1)).out for number in range(len(ODD_NAMES))]
        as_json = [home.do("why", str(number + 1), "--json") for number in range(len(ODD_NAMES))]

    assert all(nfo_of(Path(home.library, name)).exists() for name in ODD_NAMES)
    assert all("accepted" in text for text in shown)
    assert all(each.code == 0 for each in as_json)
