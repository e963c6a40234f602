from __future__ import annotations

import os
import select
import subprocess
from pathlib import Path

import anyio
import anyio.to_thread
import numpy as np
import pytest
from PIL import Image

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.demux import FORMATS
from daemon.media.errors import FallbackFailed, PictureKindUnread, VideoEndsEarly
from daemon.media.examination import Wanted
from daemon.media.examine import examine
from daemon.media.fallback import reference_command, tile_at, tiles_by
from daemon.media.grid import targets_us
from daemon.media.phash import tiles_of
from daemon.media.pool import WorkerPool
from tests.daemon.media.programs import FFMPEG, needs_ffmpeg, program

CLIPS = {
    "vp8.webm": ClipRecipe(seed=5, duration_s=2, codec="libvpx"),
    "hevc.mkv": ClipRecipe(seed=6, duration_s=2, codec="libx265"),
    "mpeg4.avi": ClipRecipe(seed=7, duration_s=2, codec="mpeg4"),
}


@pytest.fixture
def unknown(tmp_path: Path) -> Path:
    """A video whose codec nobody knows."""
    path = tmp_path / "unknown.mp4"
    make_clip(path, ClipRecipe(seed=3, duration_s=2))
    path.write_bytes(path.read_bytes().replace(b"avc1", b"zzz9"))
    return path


@pytest.fixture
def tile_file(tmp_path: Path) -> Path:
    path = tmp_path / "tile.bmp"
    Image.new("RGB", (160, 90), (10, 20, 30)).save(path)
    return path


def test_command_is_the_references_kept_from_other_files() -> None:
    whitelists = ["-protocol_whitelist", "file", "-format_whitelist", FORMATS]

    command = reference_command(Path("/opt/ffmpeg"), Path("/films/-a b.mkv"), 62_000_050)

    assert command == [
        *("/opt/ffmpeg", "-nostdin", "-v", "error", "-y", *whitelists),
        *("-ss", "62.000050", "-i", "file:/films/-a b.mkv", "-frames:v", "1"),
        *("-vf", "scale=160:-2", "-c:v", "bmp", "-f", "rawvideo", "-"),
    ]


def test_each_moment_is_asked_for_once_in_order(tmp_path: Path, tile_file: Path) -> None:
    asked = tmp_path / "asked"
    ffmpeg = program(tmp_path, f'echo "$@" >> {asked}; exec cat {tile_file}')

    tiles = tiles_by(ffmpeg, Path("/films/a.mkv"), 100.0)

    moments = [line.split("-ss ")[1].split()[0] for line in asked.read_text().splitlines()]
    assert moments == [f"{target / 1_000_000:.6f}" for target in targets_us(100.0)]
    assert len(tiles) == 25
    assert all(np.array_equal(tile, tiles[0]) for tile in tiles)
    assert tiles[0].shape == (90, 160, 3)
    assert tuple(tiles[0][0, 0]) == (10, 20, 30)


def test_no_picture_and_no_complaint_is_the_end_of_the_video(tmp_path: Path) -> None:
    with pytest.raises(VideoEndsEarly, match=r"no picture at 5\.000 s though"):
        tiles_by(program(tmp_path, "exit 0"), Path("/films/a.mkv"), 100.0)


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("echo Invalid data >&2; exit 1", "Invalid data"),
        ("exit 69", "it ended with status 69"),
        ("kill -SEGV $$", "it ended with status -11"),
        ("echo rubbish", "it gave no picture, but 8 bytes"),
    ],
)
def test_failure_is_told_with_its_reason(tmp_path: Path, text: str, reason: str) -> None:
    ffmpeg = program(tmp_path, text)

    with pytest.raises(FallbackFailed) as caught:
        tiles_by(ffmpeg, Path("/films/a.mkv"), 100.0)

    assert caught.value.reason == reason
    assert str(caught.value).startswith(
        f"no decoder knows the video's codec, and {ffmpeg} failed ({reason}); "
    )


def test_program_that_is_gone_or_no_program_is_told(tmp_path: Path) -> None:
    (tmp_path / "text").write_text("not a program")

    for name, reason in (("none", "No such file or directory"), ("text", "Permission denied")):
        with pytest.raises(FallbackFailed) as caught:
            tiles_by(tmp_path / name, Path("/films/a.mkv"), 1.0)
        assert caught.value.reason == reason


def test_later_pictures_count_as_much_as_the_first(tmp_path: Path, tile_file: Path) -> None:
    count = tmp_path / "count"
    ffmpeg = program(tmp_path, f"echo >> {count}; [ $(wc -l < {count}) -gt 24 ] || cat {tile_file}")

    with pytest.raises(VideoEndsEarly, match=r"no picture at 91\.400 s though"):
        tiles_by(ffmpeg, Path("/films/a.mkv"), 100.0)


def test_output_without_end_is_cut(tmp_path: Path) -> None:
    with pytest.raises(FallbackFailed, match="it wrote more than"):
        tiles_by(program(tmp_path, "exec cat /dev/zero"), Path("/films/a.mkv"), 1.0)


def test_depth_that_the_reference_refuses_has_its_own_name(tmp_path: Path) -> None:
    path = tmp_path / "black and white.bmp"
    Image.new("1", (160, 90)).save(path)

    with pytest.raises(PictureKindUnread):
        tiles_by(program(tmp_path, f"exec cat '{path}'"), Path("/films/a.mkv"), 1.0)


def test_program_is_asked_only_where_nobody_here_can_decode(
    tmp_path: Path, unknown: Path, tile_file: Path, videos: Path
) -> None:
    asked = tmp_path / "asked"
    wanted = Wanted(ffmpeg=str(program(tmp_path, f"touch {asked}; exec cat {tile_file}")))

    known = examine(videos / "short_1s.mp4", wanted)
    assert known.phash is not None
    assert not asked.exists()

    found = examine(unknown, wanted)
    assert asked.exists()
    assert (str(found.phash), found.phash_missing) == ("8000000000000000", None)
    assert (found.facts.duration_s, found.facts.video_codec) == (2.0, None)


async def test_worker_that_is_given_up_takes_the_program_with_it(
    tmp_path: Path, unknown: Path
) -> None:
    os.mkfifo(tmp_path / "started")
    wanted = Wanted(ffmpeg=str(program(tmp_path, f"echo $$ > {tmp_path}/started; exec sleep 1000")))

    async with WorkerPool(workers=1, timeout_s=60, memory_limit_bytes=1 << 30) as pool:
        async with anyio.create_task_group() as tasks:
            tasks.start_soon(pool.examine, unknown, wanted)
            number = int(await anyio.Path(tmp_path / "started").read_text())
            descriptor = os.pidfd_open(number)
            tasks.cancel_scope.cancel()

        end = select.poll()
        end.register(descriptor, select.POLLIN)
        has_ended = await anyio.to_thread.run_sync(end.poll, 20_000)
        os.close(descriptor)

    assert has_ended


def test_failure_of_the_program_is_the_reason_for_no_phash(tmp_path: Path, unknown: Path) -> None:
    ffmpeg = program(tmp_path, "echo 'Decoder not found' >&2; exit 1")

    found = examine(unknown, Wanted(ffmpeg=str(ffmpeg), sheet_width=800))

    assert (found.phash, found.sheet) == (None, None)
    assert (found.phash_missing or "").startswith(
        "FallbackFailed: no decoder knows the video's codec, and "
    )


@needs_ffmpeg
def test_real_program_that_knows_the_codec_no_better_says_so(unknown: Path) -> None:
    found = examine(unknown, Wanted(ffmpeg=str(FFMPEG)))

    assert (found.phash_missing or "").startswith("FallbackFailed: ")


@needs_ffmpeg
def test_all_pictures_of_the_real_program_are_ours(videos: Path) -> None:
    assert FFMPEG is not None
    path = videos / "h264_mp4_tiny64x48.mp4"

    theirs, ours = tiles_by(FFMPEG, path, 8.0), tiles_of(path, 8.0)

    assert np.array_equal(theirs, ours)


@needs_ffmpeg
@pytest.mark.parametrize("name", CLIPS)
def test_other_codecs_give_the_same_pictures(tmp_path: Path, name: str) -> None:
    assert FFMPEG is not None
    path = tmp_path / name
    make_clip(path, CLIPS[name])
    ours = tiles_of(path, 2.0)

    for index in (0, 13, 24):
        theirs = tile_at(FFMPEG, path, targets_us(2.0)[index], 2.0)
        assert np.array_equal(theirs, ours[index])


@needs_ffmpeg
@pytest.mark.parametrize("name", ["gif_anim.gif", "h264_mp4_yuv444_odd.mp4"])
def test_whitelists_change_no_byte(videos: Path, name: str) -> None:
    assert FFMPEG is not None
    for target in (50_000, 455_000):
        kept = reference_command(FFMPEG, videos / name, target)
        plain = [str(FFMPEG), "-v", "error", "-y", "-ss", str(target / 1_000_000)]
        plain += ["-i", str(videos / name), *kept[kept.index("-frames:v") :]]

        with_lists = output(kept)
        assert with_lists
        assert with_lists == output(plain)


@needs_ffmpeg
def test_playlist_leads_the_real_program_nowhere(playlist: Path, asked: list[str]) -> None:
    assert FFMPEG is not None
    with pytest.raises(FallbackFailed):
        tiles_by(FFMPEG, playlist, 10.0)

    assert asked == []


def output(command: list[str]) -> bytes:
    done = subprocess.run(command, capture_output=True, check=True, stdin=subprocess.DEVNULL)  # noqa: S603
    return done.stdout
