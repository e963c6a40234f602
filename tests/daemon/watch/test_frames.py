import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.watch.frames import LONGEST_BYTES, Frame, FrameBroken, FrameReader, Kind, pack

FRAMES = st.builds(Frame, kind=st.sampled_from(Kind), content=st.binary(max_size=300))


@given(st.lists(FRAMES, max_size=8), st.integers(1, 50))
def test_frames_survive_being_cut_anywhere(frames: list[Frame], step: int) -> None:
    stream = b"".join(map(pack, frames))
    reader = FrameReader()

    heard = [
        frame
        for start in range(0, len(stream), step)
        for frame in reader.feed(stream[start : start + step])
    ]

    assert heard == frames


@given(st.binary().filter(lambda name: b"\0" not in name))
def test_any_name_of_a_file_survives(name: bytes) -> None:
    (frame,) = FrameReader().feed(pack(Frame(kind=Kind.PATH, content=name)))

    assert os.fsencode(frame.text) == name


def test_content_that_is_too_long_is_cut_off() -> None:
    (frame,) = FrameReader().feed(
        pack(Frame(kind=Kind.TROUBLE, content=b"x" * (LONGEST_BYTES + 1)))
    )

    assert len(frame.content) == LONGEST_BYTES


@pytest.mark.parametrize("stray", [b"Traceback (most", b"p\xff\xff\xff\xff", b"\xff\0\0\0\0"])
def test_what_is_no_frame_is_refused(stray: bytes) -> None:
    with pytest.raises(FrameBroken, match="started again"):
        FrameReader().feed(stray)
