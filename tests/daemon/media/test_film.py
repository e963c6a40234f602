"""What the cheap way of opening a file again cannot promise is done in the usual way."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.film import Film, film_of
from daemon.media.grid import targets_us
from daemon.media.reel import reel_of
from daemon.media.sampling import Sampler
from daemon.media.scaling import OwnKind

DURATION_S = 4.0


@pytest.fixture
def film(tmp_path: Path) -> Film:
    path = tmp_path / "clip.ts"
    make_clip(path, ClipRecipe(seed=2, duration_s=DURATION_S, width=96, height=64, gop=25))
    with reel_of(path) as reel:
        return film_of(reel, path, DURATION_S, reel_of)


def doubted(film: Film) -> Film:
    """The same file, of which other streams are expected."""
    assert film.reopening is not None
    return replace(film, reopening=replace(film.reopening, shapes=()))


def test_file_is_opened_again_without_a_look(film: Film) -> None:
    with film.reel() as reel:
        assert reel.video.codec_context.pix_fmt is None


def test_file_in_doubt_is_looked_into(film: Film) -> None:
    with doubted(film).reel() as reel:
        assert reel.video.codec_context.pix_fmt == "yuv420p"


def test_file_in_doubt_gives_the_same_tiles(film: Film) -> None:
    targets = targets_us(DURATION_S)

    usual, other = (Sampler(each, OwnKind()).afresh(targets) for each in (film, doubted(film)))

    assert [np.array_equal(*pair) for pair in zip(usual, other, strict=True)] == [True] * 25
