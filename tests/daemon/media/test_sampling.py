"""The quick ways give ffmpeg's pictures: those of a fresh, plain decoder for each target."""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from fractions import Fraction
from functools import cache, partial
from pathlib import Path

import av
import numpy as np
import pytest
from numpy.typing import NDArray

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.certainty import Damaged, NotCertain
from daemon.media.decoding import Decoder
from daemon.media.demux import container_of
from daemon.media.errors import PhashImpossible
from daemon.media.fresh import recipe_of
from daemon.media.grid import round_duration_s, targets_us
from daemon.media.phash import tiles_of
from daemon.media.quick import pictures_at
from daemon.media.reel import Reel, reel_of
from daemon.media.scaling import Scaler
from daemon.media.segment import segment_at
from daemon.media.slices import Showing, showing
from daemon.media.visits import Visit, evenly_cut, steady_visits, visits_afresh
from tests.daemon.media.clips import in_pairs, without_index
from tests.daemon.media.oracle import reference_tiles
from tests.daemon.media.programs import FFMPEG, needs_ffmpeg

DATA = Path(__file__).parents[2] / "data" / "videos"
FULL = Path(__file__).parents[4] / "shared" / "vectors" / "files"
RECIPES = {
    "b-pictures.mp4": ClipRecipe(seed=3, duration_s=12, width=192, height=108, gop=40),
    "one-group.mkv": ClipRecipe(seed=4, duration_s=6, width=192, height=108, gop=250),
    "broadcast.ts": ClipRecipe(seed=5, duration_s=8, width=192, height=108, gop=25),
    "hevc.mp4": ClipRecipe(seed=6, duration_s=6, width=192, height=108, gop=30, codec="libx265"),
    "vp9.webm": ClipRecipe(seed=7, duration_s=4, width=192, height=108, gop=30, codec="libvpx-vp9"),
    "vp8.webm": ClipRecipe(seed=7, duration_s=4, width=192, height=108, gop=30, codec="libvpx"),
    "av1.mp4": ClipRecipe(seed=8, duration_s=3, width=192, height=108, gop=20, codec="libsvtav1"),
    "groups.mkv": ClipRecipe(seed=9, duration_s=4, width=192, height=108, gop=20),
}
LOOKS = {"b-pictures.mp4": 1, "hevc.mp4": 1, "broadcast.ts": 1, "vp9.webm": 2, "groups.mkv": 2}
"""How often a file is looked into: two parts of Matroska are two looks."""
SCENES = {"reordered": "ref=3:bframes=3", "in-order": "ref=1:bframes=0", "open": "open-gop=1"}
Tile = NDArray[np.uint8]


def plain_tile(path: Path, target_us: int) -> Tile | None:
    """What ffmpeg does for one target: open, seek, decode everything until the picture comes."""
    with reel_of(path) as reel:
        reel.seek(target_us)
        codec = reel.video.codec_context
        decoder = Decoder(codec, begins_amid=codec.name == "h264")
        wanted = reel.time_of(target_us)
        found = None
        for packet in reel.packets():
            decoder.feed(packet)
            found = decoder.first_from(wanted)
            if found is not None:
                break
        else:
            decoder.drain()
            found = decoder.first_from(wanted)
        decoder.ensure_healthy()
        return None if found is None else Scaler().tile(found.picture)


def plain_tiles(path: Path, duration_s: float) -> list[Tile] | None:
    tiles = []
    for target in targets_us(duration_s):
        tile = plain_tile(path, target)
        if tile is None:
            return None
        tiles.append(tile)
    return tiles


def duration_of(path: Path) -> float:
    with container_of(path) as container:
        return round_duration_s(container.duration)


def assert_same(path: Path, duration_s: float) -> None:
    try:
        expected = plain_tiles(path, duration_s)
    except PhashImpossible:
        expected = None
    if expected is None:
        with pytest.raises(PhashImpossible):
            tiles_of(path, duration_s)
        return

    found = tiles_of(path, duration_s)

    assert [np.array_equal(*pair) for pair in zip(found, expected, strict=True)] == [True] * 25


@pytest.fixture(scope="session")
def made(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], Path]:
    """Return a clip by name; what nobody asks for is not made."""
    folder = tmp_path_factory.mktemp("sampling")

    @cache
    def clip(name: str) -> Path:
        if name in SCENES:
            return with_scenes(folder / f"{name}.ts", SCENES[name])

        make_clip(folder / name, RECIPES[name])
        return folder / name

    return clip


@pytest.mark.parametrize("name", RECIPES)
def test_quick_pictures_are_those_of_a_plain_decoder(
    name: str, made: Callable[[str], Path]
) -> None:
    whole = duration_of(made(name))
    part = random.Random(name).uniform(0.2, 0.9)  # noqa: S311  # the same in each run

    assert_same(made(name), whole)
    assert_same(made(name), round(whole * part, 2))


@pytest.mark.parametrize(("name", "looks"), LOOKS.items())
def test_file_is_looked_into_as_seldom_as_can_be(
    name: str, looks: int, made: Callable[[str], Path]
) -> None:
    looked: list[Path] = []

    def counted(path: Path) -> AbstractContextManager[Reel]:
        looked.append(path)
        return reel_of(path)

    tiles_of(made(name), duration_of(made(name)), counted)

    assert looked == [made(name)] * looks


def test_packets_without_times_are_left_to_the_thorough_way(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    path = in_pairs(made("broadcast.ts"), tmp_path / "pairs.ts")

    assert_same(path, duration_of(path))


@pytest.mark.parametrize("name", ["h264_mp4_tiny64x48.mp4", "short_1s.mp4", "black_static.mp4"])
def test_committed_clips_give_the_pictures_of_a_plain_decoder(name: str) -> None:
    assert_same(DATA / name, duration_of(DATA / name))


@pytest.mark.skipif(not FULL.exists(), reason="the full set of reference videos is not here")
@pytest.mark.parametrize(
    "name",
    ["rot90.mp4", "h264_ts_offset1000.ts", "hevc_mp4_opengop_bf4.mp4", "ts_discontinuity.ts"],
)
def test_odd_clips_give_the_pictures_of_a_plain_decoder(name: str) -> None:
    assert_same(FULL / name, round(duration_of(FULL / name) / 8, 2))


def with_scenes(path: Path, options: str) -> Path:
    """Make a stream in which each scene begins with an intra picture that nothing marks."""
    noise = np.random.default_rng(7).integers(0, 256, (4, 90, 160), np.uint8)
    with av.open(str(path), "w") as container:
        settings = {
            "x264-params": f"scenecut=100:keyint=50:min-keyint=50:{options}",
            "threads": "1",
        }
        stream = container.add_stream("libx264", rate=25, options=settings)
        assert isinstance(stream, av.VideoStream)
        stream.width, stream.height, stream.pix_fmt = 160, 90, "yuv420p"
        for index in range(110):
            scene = np.roll(noise[index // 17 % 4], index, axis=1)
            picture = av.VideoFrame.from_ndarray(scene, "gray").reformat(format="yuv420p")
            picture.pts, picture.time_base = index, Fraction(1, 25)
            container.mux(stream.encode(picture))
        container.mux(stream.encode(None))
    return path


@pytest.mark.parametrize("name", SCENES)
def test_showing_begins_at_scenes_that_nothing_marks(
    name: str, made: Callable[[str], Path]
) -> None:
    with reel_of(made(name)) as reel:
        reel.seek(0)
        extradata = reel.video.codec_context.extradata
        found = [showing(bytes(packet), extradata) for packet in reel.packets()]
    assert found.count(Showing.MAY_BEGIN) > 2

    assert_same(made(name), duration_of(made(name)))


@needs_ffmpeg
@pytest.mark.parametrize("name", ["reordered", "in-order"])
def test_plain_decoder_begins_to_show_where_ffmpeg_does(
    name: str, made: Callable[[str], Path]
) -> None:
    assert FFMPEG is not None
    duration_s = duration_of(made(name))

    theirs = reference_tiles(FFMPEG, made(name), duration_s, ("-threads", "1"))

    ours = [plain_tile(made(name), target) for target in targets_us(duration_s)]
    assert [same(*pair) for pair in zip(ours, theirs, strict=True)] == [True] * 25


def same(one: Tile | None, other: Tile | None) -> bool:
    return one is other if one is None or other is None else np.array_equal(one, other)


def test_decoder_made_again_gives_the_same_pictures(made: Callable[[str], Path]) -> None:
    path, target = made("b-pictures.mp4"), 5_500_000
    with reel_of(path) as reel:
        recipe = recipe_of(reel.video.codec_context)
        assert recipe is not None
        reel.seek(0)
        list(pictures_at(reel.packets(), recipe.decoder(), [reel.time_of(0)]))
        reel.seek(target)
        (picture,) = pictures_at(reel.packets(), recipe.decoder(), [reel.time_of(target)])
        again = Scaler().tile(picture)

    expected = plain_tile(path, target)

    assert expected is not None
    assert np.array_equal(again, expected)


def test_damaged_picture_is_left_to_the_thorough_way(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    content = bytearray((made("b-pictures.mp4")).read_bytes())
    for place in range(len(content) // 3, len(content) // 2, 997):
        content[place] ^= 0x5A
    damaged = tmp_path / "damaged.mp4"
    damaged.write_bytes(content)

    with segment_at(reel_of(damaged), 4_000_000, skips=True) as segment, pytest.raises(NotCertain):
        segment.picture_at(4_000_000)
    assert_same(damaged, duration_of(damaged))


def test_damage_far_before_what_is_wanted_is_noticed(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    """A decoder that is not strict patches it, and says so only of the picture itself."""
    content = bytearray(made("one-group.mkv").read_bytes())
    with reel_of(made("one-group.mkv")) as reel:
        reel.seek(0)
        referred = [packet for packet in reel.packets() if not packet.is_disposable][8]
        place = content.index(bytes(referred)) + referred.size // 2
    content[place : place + 8] = bytes(each ^ 0x5A for each in content[place : place + 8])
    damaged = tmp_path / "damaged.mkv"
    damaged.write_bytes(content)

    with reel_of(damaged) as reel:
        reel.seek(0)
        wanted = [reel.time_of(5_000_000)]
        with pytest.raises(Damaged):
            list(pictures_at(reel.packets(), reel.video.codec_context, wanted))
    assert_same(damaged, 6.0)


def steady(path: Path, targets: Sequence[int]) -> list[Visit] | None:
    with reel_of(path) as reel:
        return steady_visits(reel, targets)


def test_steady_seeks_are_found_where_an_index_decides(made: Callable[[str], Path]) -> None:
    targets = targets_us(6.0)

    assert steady(made("broadcast.ts"), targets) is None
    for name in ("one-group.mkv", "hevc.mp4"):
        found = steady(made(name), targets)
        afresh = [visit for _, visit in visits_afresh(partial(reel_of, made(name)), targets)]
        assert found is not None
        assert [(each.landing, each.targets_us) for each in found] == [
            (each.landing, each.targets_us) for each in afresh
        ]


def test_index_that_grows_while_the_file_is_read_steadies_nothing(
    made: Callable[[str], Path], tmp_path: Path
) -> None:
    path = without_index(made("groups.mkv"), tmp_path / "live.mkv")

    assert steady(path, targets_us(4.0)) is None
    assert_same(path, 4.0)


def test_halves_take_about_as_long_as_each_other() -> None:
    visits = [Visit(landing=None, targets_us=(way,), way=way) for way in (5, 1, 1, 1, 2)]

    first, second = evenly_cut(visits)

    assert [len(first), len(second)] == [1, 4]


def test_one_visit_is_not_cut() -> None:
    visit = Visit(landing=None, targets_us=(1,), way=9)

    assert evenly_cut([visit]) == ([visit], [])
