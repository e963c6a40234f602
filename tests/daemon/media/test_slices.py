from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.demux import container_of
from daemon.media.slices import Showing, showing

START = b"\x00\x00\x01"
RECORD = bytes((1, 100, 0, 30, 0xFF))  # of mp4 and Matroska: units have lengths of 4 bytes

# One unit each: its kind, then the numbers 0 (first block) and the slice's type.
IDR = b"\x65\x88\x84"
INTRA = b"\x41\x88\x84"  # type 7: all slices of the picture are
INTRA_SLICE = b"\x41\xb0\x00"  # type 2
PARTED_INTRA = b"\x42\x88\x84"
INTER = b"\x41\x9a\x24"  # type 5
LATER_INTER = b"\x41\x00\x40\x34\x00"  # begins amid the picture: 511 blocks before
AT_ONCE = b"\x06\x06\x01\xc4\x80"  # a recovery point, 0 pictures ahead
AHEAD = b"\x06\x06\x02\x21\x40\x80"
OTHER_MESSAGE = b"\x06\x05\x02ab\x80"
BEHIND_ANOTHER = b"\x06\x01\x02ab\x06\x01\xc4\x80"
BEHIND_A_LONG_ONE = b"\x06\xff\x05\x02ab\x06\x01\xc4\x80"
PARAMETERS = b"\x67\x64\x00\x1e"

CASES = [
    ((PARAMETERS, IDR), Showing.BEGINS),
    ((AT_ONCE, INTRA), Showing.BEGINS),
    ((BEHIND_ANOTHER, INTRA), Showing.BEGINS),
    ((BEHIND_A_LONG_ONE, INTRA), Showing.BEGINS),
    ((AHEAD, INTER), Showing.MAY_BEGIN),
    ((OTHER_MESSAGE, INTRA), Showing.MAY_BEGIN),
    ((INTRA_SLICE,), Showing.MAY_BEGIN),
    ((PARTED_INTRA,), Showing.MAY_BEGIN),
    ((INTER, INTRA), Showing.MAY_BEGIN),
    ((INTER, INTER), Showing.WAITS),
    ((LATER_INTER,), Showing.WAITS),
    ((PARAMETERS, OTHER_MESSAGE), Showing.WAITS),
    ((), Showing.WAITS),
]


def with_lengths(units: tuple[bytes, ...]) -> bytes:
    return b"".join(len(unit).to_bytes(4, "big") + unit for unit in units)


@pytest.mark.parametrize(("units", "expected"), CASES)
def test_showing_begins_with_what_is_marked_as_whole(
    units: tuple[bytes, ...], expected: Showing
) -> None:
    assert showing(b"".join(START + unit for unit in units), None) is expected
    assert showing(with_lengths(units), RECORD) is expected


def test_escapes_are_taken_out_before_numbers_are_read() -> None:
    """A first block of 2^16 - 1 has 16 zero bits in front, which have to be escaped."""
    bits = "0" * 16 + "1" + "0" * 16 + "00110" + "0"  # then 5: an inter slice
    header = int(bits.ljust(48, "0"), 2).to_bytes(6, "big").replace(b"\0\0", b"\0\0\3", 1)

    assert showing(START + b"\x41" + header, None) is Showing.WAITS


@pytest.mark.parametrize(
    "broken",
    [
        (9).to_bytes(4, "big") + INTER,  # longer than the packet
        with_lengths((b"\x41",)),
        with_lengths((b"\x41\x01",)),
        with_lengths((b"\x06\x06",)) + with_lengths((b"\x06\x06\x01",)),
        with_lengths((b"\x06\xff\xff",)),
    ],
)
def test_what_cannot_be_read_may_begin(broken: bytes) -> None:
    assert showing(broken, RECORD) is Showing.MAY_BEGIN


@given(st.binary(max_size=200), st.sampled_from([None, b"", RECORD]))
def test_any_bytes_are_answered(content: bytes, extradata: bytes | None) -> None:
    assert showing(content, extradata) in Showing


@pytest.mark.parametrize("name", ["clip.ts", "clip.mkv"])
def test_real_groups_of_pictures_begin_where_they_say(name: str, tmp_path: Path) -> None:
    make_clip(tmp_path / name, ClipRecipe(seed=1, duration_s=2, width=96, height=64, gop=10))

    with container_of(tmp_path / name) as container:
        video = container.streams.video[0]
        packets = [packet for packet in container.demux(video) if packet.size]
        extradata = video.codec_context.extradata
        found = [showing(bytes(packet), extradata) for packet in packets]

    assert found == [Showing.BEGINS if packet.is_keyframe else Showing.WAITS for packet in packets]
    assert found.count(Showing.BEGINS) > 1
