"""A file opened again without a look into its pictures gives the packets of one looked into."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import replace
from functools import cache
from itertools import islice
from pathlib import Path

import pytest
from av.packet import Packet
from av.video.stream import VideoStream

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.again import Reopening, reopening_of
from daemon.media.certainty import NotCertain
from daemon.media.reel import Origin, Reel, reel_of
from tests.daemon.media.clips import in_pairs

BASE = ClipRecipe(seed=3, duration_s=6, width=192, height=108, gop=20)
CLIPS = {
    "h264.mp4": BASE,
    "sound.mp4": replace(BASE, audio_s=6.2),
    "hevc.mp4": replace(BASE, codec="libx265"),
    "h264.ts": replace(BASE, audio_s=6.2),
    "hevc.ts": replace(BASE, codec="libx265"),
}
UNFIT = {
    "h264.mkv": BASE,
    "mpeg4.mp4": replace(BASE, codec="mpeg4"),
    "mpeg2.ts": replace(BASE, codec="mpeg2video"),
}
PACKETS = 40
Seen = list[tuple[int | None, int | None, int | None, int, bool]]
Made = Callable[[str], Path]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Made:
    folder = tmp_path_factory.mktemp("again")

    @cache
    def clip(name: str) -> Path:
        make_clip(folder / name, {**CLIPS, **UNFIT}[name])
        return folder / name

    return clip


def seen(packets: Iterator[Packet[VideoStream]]) -> Seen:
    return [
        (packet.pos, packet.pts, packet.dts, packet.size, packet.is_keyframe)
        for packet in islice(packets, PACKETS)
    ]


def reopening(path: Path) -> Reopening:
    with reel_of(path) as reel:
        found = reopening_of(reel, path)
    assert found is not None
    return found


def looked_at(reel: Reel, target_us: int) -> Seen:
    reel.seek(target_us)
    return seen(reel.packets())


@pytest.mark.parametrize("name", CLIPS)
def test_packets_are_those_of_a_file_that_was_looked_into(name: str, made: Made) -> None:
    again = reopening(made(name))
    moments = random.Random(name)  # noqa: S311  # the same in each run
    for target in (0, *(moments.randrange(6_500_000) for _ in range(12))):
        with reel_of(made(name)) as reel:
            expected = looked_at(reel, target)
        with again.reel() as reel:
            assert looked_at(reel, target) == expected
            assert reel.time_of(target) >= 0


@pytest.mark.parametrize("name", CLIPS)
def test_nothing_is_decoded_to_open_again(name: str, made: Made) -> None:
    """What only a decoder tells is unknown: the kind of the pictures."""
    with reopening(made(name)).reel() as reel:
        codec = reel.video.codec_context

    assert codec.name == name.partition(".")[0].replace("sound", "h264")
    assert (codec.width, codec.pix_fmt) == (192, None)


@pytest.mark.parametrize("name", UNFIT)
def test_other_files_are_looked_into_each_time(name: str, made: Made) -> None:
    """Matroska's packets have no dts: ffmpeg makes them up with what a decoder told."""
    with reel_of(made(name)) as reel:
        assert reopening_of(reel, made(name)) is None


def test_file_with_other_streams_is_in_doubt(made: Made) -> None:
    again = reopening(made("h264.mp4"))

    with pytest.raises(NotCertain, match="streams"), replace(again, shapes=()).reel():
        pass


def test_file_that_tells_its_streams_late_is_in_doubt(tmp_path: Path, made: Made) -> None:
    path = tmp_path / "clip.flv"
    make_clip(path, BASE)

    with (
        pytest.raises(NotCertain, match="not known at once"),
        replace(reopening(made("h264.mp4")), path=path).reel(),
    ):
        pass


def test_packet_without_a_time_is_in_doubt(tmp_path: Path, made: Made) -> None:
    path = in_pairs(made("h264.ts"), tmp_path / "clip.ts")

    with reopening(path).reel() as reel:
        reel.seek(0)
        with pytest.raises(NotCertain, match="when it is shown"):
            list(reel.packets())


def test_times_are_counted_from_where_the_first_look_said(made: Made) -> None:
    """Without a decoder ffmpeg may not know how far pictures are reordered."""
    again = reopening(made("h264.ts"))
    said = Origin(start_us=7_000_000, margin_us=5)

    with replace(again, origin=said).reel() as reel:
        assert reel.origin == said
        assert reel.time_of(0) == 630_000
    assert again.origin.margin_us == 130_434
    assert reopening(made("h264.mp4")).origin == Origin(0, 0)
