from __future__ import annotations

from fractions import Fraction
from itertools import combinations, pairwise
from pathlib import Path

import av
import pytest

from daemon.demo.clips import ClipImpossible, ClipRecipe, make_clip, reencode, truncate
from daemon.media.demux import container_of
from daemon.media.errors import NotAVideoContainer
from daemon.media.examine import examine
from daemon.media.oshash import oshash
from rules.fingerprint import Phash


def phash_of(path: Path) -> Phash:
    phash = examine(path).phash
    assert phash is not None
    return phash


def test_seeds_give_films_that_nobody_can_mix_up(tmp_path: Path) -> None:
    phashes = []
    for seed in range(12):
        path = tmp_path / f"{seed}.mp4"
        make_clip(path, ClipRecipe(seed=seed, duration_s=4, width=160, height=90))
        phashes.append(phash_of(path))

    assert min(a.distance_bits(b) for a, b in combinations(phashes, 2)) >= 20
    assert not any(phash.is_degenerate for phash in phashes)


def test_same_recipe_gives_the_same_bytes(tmp_path: Path) -> None:
    recipe = ClipRecipe(seed=5, duration_s=2, audio_s=2)

    make_clip(tmp_path / "first.mkv", recipe)
    make_clip(tmp_path / "second.mkv", recipe)

    assert (tmp_path / "first.mkv").read_bytes() == (tmp_path / "second.mkv").read_bytes()


@pytest.mark.parametrize(
    ("name", "codec", "written"),
    [
        ("a.mkv", "libx264", "h264"),
        ("a.mov", "prores_ks", "prores"),
        ("a.flv", "flv", "flv1"),
        ("a.avi", "mpeg4", "mpeg4"),
        ("a.avi", "mjpeg", "mjpeg"),
        ("a.wmv", "wmv2", "wmv2"),
        ("a.webm", "libvpx-vp9", "vp9"),
        ("a.mp4", "libx265", "hevc"),
    ],
)
def test_reencoded_clip_looks_alike_but_is_another_file(
    tmp_path: Path, name: str, codec: str, written: str
) -> None:
    source, target = tmp_path / "source.mp4", tmp_path / name
    make_clip(source, ClipRecipe(seed=3, duration_s=6))

    reencode(source, target, ClipRecipe(seed=0, codec=codec, audio_s=6))

    examination = examine(target)
    assert examination.phash is not None
    assert examination.phash.distance_bits(phash_of(source)) <= 4
    assert examination.facts.video_codec == written
    assert len(examination.facts.audio) == 1
    assert oshash(target) != oshash(source)


def test_recipe_is_followed(tmp_path: Path) -> None:
    path = tmp_path / "clip.mkv"
    recipe = ClipRecipe(
        seed=1,
        duration_s=3,
        width=192,
        height=108,
        frame_rate=Fraction(10),
        gop=5,
        audio_s=3,
        audio_language="fra",
    )

    make_clip(path, recipe)

    facts = examine(path).facts
    assert (facts.width, facts.height, facts.frame_rate) == (192, 108, 10.0)
    assert facts.duration_s == pytest.approx(3, abs=0.1)
    assert [track.language for track in facts.audio] == ["fra"]
    keys = key_pictures(path)
    assert max(after - before for before, after in pairwise(keys)) <= 5


def key_pictures(path: Path) -> list[int]:
    with av.open(str(path), "r") as container:
        packets = [packet for packet in container.demux(container.streams.video[0]) if packet.size]
    return [index for index, packet in enumerate(packets) if packet.is_keyframe]


def test_container_may_be_named_against_the_suffix(tmp_path: Path) -> None:
    path = tmp_path / "clip.part"

    make_clip(path, ClipRecipe(seed=1, duration_s=1, container="matroska"))

    assert examine(path).facts.container == "matroska"


def test_tone_may_outlast_the_pictures(tmp_path: Path) -> None:
    path = tmp_path / "clip.mp4"

    make_clip(path, ClipRecipe(seed=1, duration_s=2, audio_s=4))

    assert examine(path).facts.duration_s == pytest.approx(4, abs=0.1)
    assert (examine(path).phash_missing or "").startswith("VideoEndsEarly: ")


@pytest.mark.parametrize(
    ("name", "codec", "audio_s"),
    [
        ("clip.webm", "libx264", None),
        ("clip.mp4", "no-such-encoder", None),
        ("clip.unknown", "libx264", None),
        ("clip.mp4", "aac", None),
        ("clip.gif", "gif", 1.0),
    ],
)
def test_impossible_recipe_is_named(
    tmp_path: Path, name: str, codec: str, audio_s: float | None
) -> None:
    recipe = ClipRecipe(seed=1, duration_s=1, codec=codec, audio_s=audio_s)

    with pytest.raises(ClipImpossible, match="choose another codec or container"):
        make_clip(tmp_path / name, recipe)


def test_truncated_clip_is_the_beginning_of_its_source(tmp_path: Path) -> None:
    source, target = tmp_path / "whole.mp4", tmp_path / "half.mp4"
    make_clip(source, ClipRecipe(seed=1, duration_s=2))

    truncate(source, target, 0.5)

    assert source.read_bytes().startswith(target.read_bytes())
    assert target.stat().st_size == source.stat().st_size // 2
    with pytest.raises(NotAVideoContainer), container_of(target):
        pass
