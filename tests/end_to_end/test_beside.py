"""An NFO that lies beside a file already: looked up, compared, kept, and never enough alone."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from daemon.desk.views import FileView
from rules.journey import FileState
from tests.end_to_end.films import Film
from tests.end_to_end.home import Home, nfo_of

DONE, REVIEW, NO_MATCH = FileState.DONE, FileState.REVIEW, FileState.NO_MATCH
ELSEWHERE = "5a1e0f3c-0000-4000-8000-00000000000b"


def lay_beside(home: Home, film: Film, inside: str) -> Path:
    """Put an NFO of somebody else's where the film will lie."""
    nfo = nfo_of(home.library / film.name)
    nfo.parent.mkdir(exist_ok=True)
    nfo.write_text(f"<movie>{inside}</movie>")
    return nfo


def evidence(view: FileView) -> tuple[str, ...]:
    return view.candidates[0].evidence


def test_id_beside_a_file_that_nobody_knows_is_looked_up_and_asked_about(
    home: Home, film: Film
) -> None:
    scene_id = home.box.world.add_scene(film.scene(oshash_submissions=0))
    nfo = lay_beside(home, film, f'<uniqueid type="box">{scene_id}</uniqueid>')
    before = nfo.read_bytes()
    with home.run() as daemon:
        home.drop(film)
        view = daemon.until_state(film.name, REVIEW, NO_MATCH)
        (push,) = daemon.until(lambda: home.phone.pushes, "the push has come")
        why = home.do("why", film.name).out
        told = json.loads(home.do("why", film.name, "--json").out)
        daemon.accept(film.name)
        daemon.until_state(film.name, DONE)
        daemon.until_idle()

    assert view.line.state is REVIEW
    assert "the NFO beside the file names this work's id" in evidence(view)
    assert "no fingerprint agrees" in evidence(view)
    assert film.title in push.body
    assert "Beside it" in why
    assert f"it says the id {scene_id} at source box" in why
    assert told["beside"]["says"] == [f"the id {scene_id} at source box"]
    assert nfo.read_bytes() == before


def test_id_of_another_work_than_the_very_same_file_is_a_question(home: Home, film: Film) -> None:
    home.knows(film)
    lay_beside(home, film, f'<uniqueid type="box">{ELSEWHERE}</uniqueid>')
    with home.run() as daemon:
        home.drop(film)
        view = daemon.until_state(film.name, REVIEW, DONE)

    assert view.line.state is REVIEW
    assert "the NFO beside the file names another work's id" in evidence(view)
    assert "not sidecar_id_differs" in " ".join(view.decisions[-1].reasons)


def test_lost_store_finds_its_works_again_and_leaves_what_it_wrote(home: Home, film: Film) -> None:
    scene_id = home.knows(film)
    with home.run() as daemon:
        nfo = nfo_of(home.drop(film))
        daemon.until_state(film.name, DONE)
    written = (nfo.read_bytes(), nfo.stat().st_mtime_ns)
    shutil.rmtree(home.store.parent)

    with home.run() as daemon:
        view = daemon.until_state(film.name, DONE)
        daemon.until_idle()

    assert view.candidates[0].remote_id == scene_id
    assert "the NFO beside the file names this work's id" in evidence(view)
    assert (nfo.read_bytes(), nfo.stat().st_mtime_ns) == written


def test_title_alone_is_neither_a_question_nor_in_the_way_of_a_match(
    home: Home, films: tuple[Film, ...]
) -> None:
    film, other_film = films[:2]
    home.knows(other_film)
    for each in (film, other_film):
        lay_beside(home, each, f"<title>{each.title}</title>")
    with home.run() as daemon:
        home.drop(film)
        home.drop(other_film)
        nobody = daemon.until_state(film.name, REVIEW, NO_MATCH)
        known = daemon.until_state(other_film.name, REVIEW, DONE)

    assert nobody.line.state is NO_MATCH
    assert known.line.state is DONE


def test_merging_keeps_what_the_nfo_says_and_undoing_takes_it_off(home: Home, film: Film) -> None:
    home.knows(film)
    lay_beside(home, film, "<title>By hand</title><studio>Pier Pictures</studio>")
    home.set("identify", fields={"title": "merge"})
    with home.run() as daemon:
        home.drop(film)
        done = daemon.until_state(film.name, DONE)
        daemon.undo(film.name)
        undone = daemon.until_state(film.name, REVIEW)

    assert done.work == "By hand (Pier Pictures, 2024-05-17)"
    assert undone.work is None


def test_nfo_that_comes_later_lets_a_waiting_file_be_asked_about_again(
    home: Home, film: Film
) -> None:
    scene_id = home.box.world.add_scene(film.scene(oshash_submissions=0))
    with home.run() as daemon:
        home.drop(film)
        daemon.until_state(film.name, NO_MATCH)
        lay_beside(home, film, f'<uniqueid type="box">{scene_id}</uniqueid>')
        daemon.scan()
        view = daemon.until_state(film.name, REVIEW)

    assert "the NFO beside the file names this work's id" in evidence(view)
