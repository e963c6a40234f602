"""What a person sees of a film that is there twice, with a daemon and without."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from daemon.demo.clips import ClipRecipe
from daemon.desk.duplicate_views import DUPLICATES, NEAR
from rules.journey import FileState
from tests.end_to_end.films import Film, film_of
from tests.end_to_end.home import Home


@pytest.fixture(scope="module")
def encodings(tmp_path_factory: pytest.TempPathFactory) -> tuple[Film, Film, Film]:
    """Return a film, the same one in an older codec with fewer bits, and another film."""
    folder = tmp_path_factory.mktemp("encodings")
    size = ClipRecipe(seed=1, duration_s=5, width=160, height=90)
    good = replace(size, codec="libx264", bit_rate=400_000)
    poor = replace(size, codec="mpeg4", bit_rate=100_000)
    other = replace(size, seed=2, codec="mpeg4")
    return (
        film_of(folder / "Harbour at Dawn.mp4", good),
        film_of(folder / "harbour.dawn.old.mkv", poor),
        film_of(folder / "Lantern Street.mp4", other),
    )


def digest(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_two_encodings_of_one_film_are_a_cluster(
    home: Home, encodings: tuple[Film, Film, Film]
) -> None:
    _, poor, other = encodings
    with home.run() as daemon:
        for film in encodings:
            home.drop(film)
        numbers = [
            daemon.until_state(film.name, FileState.NO_MATCH).line.number for film in encodings
        ]
        before = digest(home.library)
        served = DUPLICATES.validate_json(home.do("duplicates", "--json").out)
        near = NEAR.validate_json(home.do("duplicates", poor.name, "--json").out)
    told = home.do("duplicates").out

    (cluster,) = served.clusters
    kept, lost = cluster.files
    assert (kept.file.number, kept.is_kept) == (numbers[0], True)
    assert (lost.file.number, lost.is_kept) == (numbers[1], False)
    assert lost.reason.startswith("lower bit rate: mpeg4 at ")
    assert served.compared == 3
    assert served.frees_bytes == poor.path.stat().st_size
    assert [(each.file.number, each.is_better) for each in near.near] == [(numbers[0], True)]
    assert "keep" in told
    assert other.name not in told
    assert "shorter than 2.5 min" in told
    assert "doorman deletes nothing" in told
    assert digest(home.library) == before
