"""How long phashes take, against the reference's way and against the floor.

`python -m tests.bench.bench_phash [--full] [FILE...]`; without files it makes some, a class each:
short clips, 1080p h264 in short and long groups, 4k hevc, vp9, a transport stream, a long file.

For each it prints, measured in turns within one run:

- ours: `hash_video` in this process, from opening the file to the 64 bits;
- the reference: 25 `ffmpeg` processes one after the other, as Stash starts them (`stash.md` §1.3),
  wall time and processor time; it needs an installed ffmpeg, and is left out without one;
- the bare floor: the processor time of decoding alone, in one thread: fresh decoders, one for each
  place where a seek arrives, that are fed packets already read, and only those that must be
  decoded: up to the picture wanted last, without those to which nothing refers (h264, hevc) unless
  they are wanted themselves;
- the floor: the bare one, and what nobody can do without who has but a file: opening it once, for
  which ffmpeg looks into its streams (of h264 it decodes the first picture, to know what kind its
  pictures are), and scaling the 25 pictures to 160 pixels.  It contains no seeking and reading, no
  set-up of a decoder, no further opening, no second thread and no hashing: all that is ours to keep
  small;
- how many pictures must be decoded, of how many packets until the last one wanted;
- whether our hash is the reference's, and this process's peak memory so far.

Neither floor knows damage: where h264 has open groups of pictures, ffmpeg may show pictures that
are patched with what was decoded before them, and to give the same ones everything is decoded.  Of
interlaced h264 a picture may be two packets, and all that others refer to is decoded.

Promised: at most 1.1 times the floor for files whose floor is over a second.  Of small pictures and
of clips of seconds, what Python does for each packet and for the hash is a larger share.
"""

from __future__ import annotations

import resource
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from fractions import Fraction
from functools import partial
from multiprocessing import Process
from pathlib import Path
from typing import TypeVar

import av.logging
import numpy as np
from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.bitmap import Tile
from daemon.media.decoding import Decoder, Skipping
from daemon.media.demux import container_of
from daemon.media.errors import PhashImpossible, named
from daemon.media.grid import round_duration_s, targets_us
from daemon.media.montage import montage
from daemon.media.phash import hash_picture, hash_video, to_phash
from daemon.media.quick import can_be_quick
from daemon.media.reel import reel_of
from daemon.media.scaling import Scaler
from daemon.media.skipping import waits_for_whole_picture
from daemon.media.visits import visits_afresh

Outcome = TypeVar("Outcome")

ROUNDS = 3
FLOOR_RATIO = 1.1
WORTH_S = 1.0
FFMPEG_TIMEOUT_S = 600
HEADINGS = (
    *("file", "wall / cpu s", "of 25 ffmpeg", "bare floor s", "of bare", "floor s", "of floor"),
    *("pictures decoded", "hash", "peak MB", ""),
)
WIDTHS = (24, 15, 16, 14, 9, 9, 10, 18, 8, 9, 0)


@dataclass(frozen=True, slots=True, kw_only=True)
class Took:
    """Wall and processor seconds."""

    wall_s: float
    cpu_s: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Work:
    """One visit as the floor has it: packets in memory and the times wanted."""

    packets: list[Packet[VideoStream]]
    wanted: list[int]


def recipes(*, is_full: bool) -> dict[str, ClipRecipe]:
    """Return the classes; the full ones last as long as in the table of `phash.md`."""
    stretch = 15 if is_full else 1
    rate = Fraction(25) if is_full else Fraction(12)
    gop48 = ClipRecipe(
        seed=3, duration_s=40 * stretch, gop=48, frame_rate=rate, width=1920, height=1080
    )
    return {
        "short.mp4": ClipRecipe(seed=1, duration_s=10, gop=50),
        "1080p-12s.mp4": replace(gop48, duration_s=12, gop=250),
        "1080p-gop48.mp4": gop48,
        "1080p-gop250.mp4": replace(gop48, gop=250),
        "4k-hevc.mp4": ClipRecipe(
            seed=4,
            duration_s=8 * stretch,
            width=3840,
            height=2160,
            frame_rate=rate / 2,
            gop=250 if is_full else 24,
            codec="libx265",
        ),
        "vp9.webm": ClipRecipe(
            seed=5, duration_s=30, width=1280, height=720, codec="libvpx-vp9", frame_rate=rate
        ),
        "broadcast.ts": ClipRecipe(seed=6, duration_s=30 * stretch, width=1280, height=720, gop=25),
        "long.mkv": ClipRecipe(seed=7, duration_s=180 * stretch, gop=50),
    }


def timed(act: Callable[[], object], who: int) -> Took:
    """Return what an act of this process or of its children takes."""
    before, began_s = resource.getrusage(who), time.perf_counter()
    act()
    wall_s, after = time.perf_counter() - began_s, resource.getrusage(who)
    cpu_s = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return Took(wall_s=wall_s, cpu_s=cpu_s)


def timed_reference(ffmpeg: str, path: Path, duration_s: float) -> tuple[list[Tile], Took]:
    tiles: list[Tile] = []
    took = timed(
        lambda: tiles.extend(reference_tiles(ffmpeg, path, duration_s)), resource.RUSAGE_CHILDREN
    )
    return tiles, took


def reference_tiles(ffmpeg: str, path: Path, duration_s: float) -> list[Tile]:
    return [_reference_tile(ffmpeg, path, target) for target in targets_us(duration_s)]


def _reference_tile(ffmpeg: str, path: Path, target_us: int) -> Tile:
    command = [ffmpeg, "-v", "error", "-y", "-ss", f"{target_us / 1_000_000:.6f}", "-i", str(path)]
    command += ["-frames:v", "1", "-vf", "scale=160:-2", "-c:v", "bmp", "-f", "rawvideo", "-"]
    bitmap = subprocess.run(  # noqa: S603  # the ffmpeg on PATH, with arguments of ours
        command,
        capture_output=True,
        check=True,
        stdin=subprocess.DEVNULL,
        timeout=FFMPEG_TIMEOUT_S,
    ).stdout
    begin, width, height = (int.from_bytes(bitmap[at : at + 4], "little") for at in (10, 18, 22))
    stride = (3 * width + 3) & ~3  # lines of 24 bits, from the bottom, padded to 4 bytes
    lines = np.frombuffer(bitmap, np.uint8, stride * height, begin).reshape(height, stride)
    return lines[::-1, : 3 * width].reshape(height, width, 3)[:, :, ::-1]


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Floor:
    """Processor seconds of the work that cannot be spared, and how much that is."""

    decoding_s: float
    opening_s: float
    scaling_s: float
    decoded: int
    plain: int
    """Packets that a plain decoder is fed."""

    @property
    def whole_s(self) -> float:
        return self.decoding_s + self.opening_s + self.scaling_s


def works(path: Path, duration_s: float) -> Iterator[Work]:
    for reel, visit in visits_afresh(partial(reel_of, path), targets_us(duration_s)):
        wanted = [reel.time_of(target) for target in visit.targets_us]
        yield Work(
            packets=_packets_for(reel.packets(), wanted[-1]),
            wanted=wanted,
        )


def _packets_for(packets: Iterator[Packet[VideoStream]], last: int) -> list[Packet[VideoStream]]:
    """Return the packets up to well behind the last picture: reordering needs some more."""
    taken: list[Packet[VideoStream]] = []
    latest = 0
    for packet in packets:
        taken.append(packet)
        latest = packet.dts or packet.pts or latest
        if latest > last and packet.is_keyframe:
            break

    return taken


def floor_of(path: Path, duration_s: float) -> Floor:
    """Measure the floor of a file."""
    opening_s, _ = spent(lambda: _look_into(path))
    scaler, decoding_s, scaling_s, decoded, plain = Scaler(), 0.0, 0.0, 0, 0
    for work in works(path, duration_s):
        with reel_of(path) as reel:
            codec = reel.video.codec_context
            plan = _plan(codec, work)
            took_s, (count, of_it_s) = spent(partial(_decode, codec, plan, work.wanted, scaler))
            decoding_s += took_s - of_it_s
            scaling_s += of_it_s
            decoded += count
            plain += len(plan)

    return Floor(
        decoding_s=decoding_s,
        opening_s=opening_s,
        scaling_s=scaling_s,
        decoded=decoded,
        plain=plain,
    )


def spent(act: Callable[[], Outcome]) -> tuple[float, Outcome]:
    """Return the processor seconds that an act takes, and its outcome."""
    began_s = time.process_time()
    outcome = act()
    return time.process_time() - began_s, outcome


def _look_into(path: Path) -> None:
    with reel_of(path):
        pass


def _plan(codec: VideoCodecContext, work: Work) -> list[tuple[Packet[VideoStream], Skipping]]:
    """Return the packets up to the last that is wanted, and what may be left out of each."""
    if not can_be_quick(codec):
        return [(packet, "DEFAULT") for packet in work.packets]

    awaits_key, shown = waits_for_whole_picture(codec), []
    for packet in work.packets:
        awaits_key = awaits_key and not packet.is_keyframe
        shown += [] if awaits_key or packet.pts is None else [packet.pts]

    needed = {min((time for time in shown if time >= one), default=-1) for one in work.wanted}
    missing = needed - {-1}
    plan: list[tuple[Packet[VideoStream], Skipping]] = []
    for packet in work.packets:
        plan.append((packet, "DEFAULT" if packet.pts in needed else "NONREF"))
        missing.discard(packet.pts or 0)
        if not missing:  # the latest one may come before others, which refer to it
            break

    return plan


def _decode(
    codec: VideoCodecContext,
    plan: list[tuple[Packet[VideoStream], Skipping]],
    wanted: Sequence[int],
    scaler: Scaler,
) -> tuple[int, float]:
    """Return how many pictures were decoded, and the seconds that scaling the wanted ones took."""
    decoder = Decoder(codec)
    awaits_key = waits_for_whole_picture(codec)
    scaling_s, missing = 0.0, list(wanted)
    for packet, skipping in plan:
        awaits_key = awaits_key and not packet.is_keyframe
        decoder.skip("NONKEY" if awaits_key else skipping)
        decoder.feed(packet)
        scaling_s += _scale(decoder, missing, scaler)
        if not missing:
            return decoder.pictures, scaling_s

    decoder.drain()
    return decoder.pictures, scaling_s + _scale(decoder, missing, scaler)


def _scale(decoder: Decoder, missing: list[int], scaler: Scaler) -> float:
    """Scale the pictures that came, which are missing no more; return the seconds it took."""
    took_s = 0.0
    while missing and (found := decoder.first_from(missing[0])) is not None:
        took_s += spent(partial(scaler.tile, found.picture))[0]
        del missing[0]

    return took_s


def duration_of(path: Path) -> float:
    with container_of(path) as container:
        return round_duration_s(container.duration)


def measure(path: Path, ffmpeg: str | None) -> bool:
    """Print a line; return whether what is promised was kept."""
    duration_s = duration_of(path)
    try:
        phash = hash_video(path, duration_s)
    except PhashImpossible as error:
        sys.stdout.write(f"{path.name}: {named(error)}\n")
        return True

    ours, floors, theirs, same = [], [], [], "-"
    for turn in range(ROUNDS):
        ours.append(timed(lambda: hash_video(path, duration_s), resource.RUSAGE_SELF))
        floors.append(floor_of(path, duration_s))
        if ffmpeg is not None and turn == 0:
            tiles, took = timed_reference(ffmpeg, path, duration_s)
            theirs.append(took)
            bits = phash.distance_bits(to_phash(hash_picture(montage(tiles))))
            same = "same" if bits == 0 else f"{bits} bits"

    wall_s, cpu_s = min(each.wall_s for each in ours), min(each.cpu_s for each in ours)
    floor = min(floors, key=lambda each: each.whole_s)
    by_wall, by_cpu = (
        (f"{wall_s / theirs[0].wall_s:.3f}", f"{cpu_s / theirs[0].cpu_s:.3f}")
        if theirs
        else ("-", "-")
    )
    floor_s = floor.whole_s
    is_kept = floor_s < WORTH_S or cpu_s <= FLOOR_RATIO * floor_s
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
    tell(
        path.name,
        f"{wall_s:.2f} / {cpu_s:.2f}",
        f"{by_wall} / {by_cpu}",
        f"{floor.decoding_s:.2f}",
        f"{cpu_s / floor.decoding_s:.2f}" if floor.decoding_s else "-",
        f"{floor_s:.2f}",
        f"{cpu_s / floor_s:.2f}",
        f"{floor.decoded} of {floor.plain}",
        same,
        str(peak_mb),
        ("" if is_kept else "not as promised") if floor_s >= WORTH_S else "small",
    )
    return is_kept


def tell(*cells: str) -> None:
    """Print a line of the table at once: a whole run takes minutes."""
    line = "".join(cell.ljust(width) for cell, width in zip(cells, WIDTHS, strict=True))
    sys.stdout.write(f"{line.rstrip()}\n")
    sys.stdout.flush()


def main(arguments: Sequence[str]) -> int:
    av.logging.set_level(None)
    ffmpeg = shutil.which("ffmpeg")
    if ffmpeg is None:
        sys.stdout.write("no ffmpeg is installed: only the ratio to the floor is measured\n")

    tell(*HEADINGS)
    with tempfile.TemporaryDirectory() as folder:
        given = [Path(each).absolute() for each in arguments if not each.startswith("--")]
        paths = given or made(Path(folder), is_full="--full" in arguments)
        kept = [measure(path, ffmpeg) for path in paths]

    return 0 if all(kept) else 1


def made(folder: Path, *, is_full: bool) -> Iterator[Path]:
    for name, recipe in recipes(is_full=is_full).items():
        maker = Process(target=make_clip, args=(folder / name, recipe))  # its memory is not ours
        maker.start()
        maker.join()
        yield folder / name


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
