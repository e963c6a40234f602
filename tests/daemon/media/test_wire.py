from __future__ import annotations

import os
from pathlib import Path

import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.media import errors
from daemon.media.child import _LONGEST_ANSWER_BYTES
from daemon.media.examination import Examination, Wanted
from daemon.media.picture_examination import PictureExamination, PictureKind
from daemon.media.wire import (
    Answer,
    Answers,
    Examined,
    Hashed,
    Pictured,
    Refused,
    Request,
    Stamped,
    request_from_line,
    request_to_line,
    to_error,
    to_refusal,
)
from rules.contact_sheet import MOST_SHEET_BYTES
from rules.fingerprint import Md5, Oshash, Phash
from rules.media import AudioTrack, VideoFacts


def webp(body: bytes) -> bytes:
    return b"RIFF" + (len(body) + 4).to_bytes(4, "little") + b"WEBP" + body


HASHES = st.integers(0, 2**64 - 1)
WORDS = st.text(max_size=20)
NUMBERS = st.floats(0, 1e9)
AUDIO = st.builds(
    AudioTrack, codec=WORDS, language=st.none() | WORDS, channels=st.none() | st.integers(1, 64)
)
FACTS = st.builds(
    VideoFacts,
    container=WORDS,
    duration_s=NUMBERS,
    video_codec=st.none() | WORDS,
    width=st.none() | st.integers(1, 9999),
    height=st.none() | st.integers(1, 9999),
    aspect=st.none() | NUMBERS,
    frame_rate=st.none() | NUMBERS,
    bit_rate=st.none() | st.integers(1, 10**9),
    hdr=st.none() | WORDS,
    audio=st.lists(AUDIO, max_size=3).map(tuple),
    subtitle_languages=st.lists(WORDS, max_size=3).map(tuple),
)
EXAMINATIONS = st.builds(
    Examination,
    facts=FACTS,
    phash=st.none() | st.builds(Phash, HASHES),
    phash_missing=st.none() | WORDS,
    took_s=NUMBERS,
    md5=st.none() | st.from_regex(r"[0-9a-f]{32}", fullmatch=True).map(Md5),
    sheet=st.none() | st.binary(max_size=50).map(webp),
)
PICTURES = st.builds(
    PictureExamination,
    kind=st.sampled_from(PictureKind),
    width=st.none() | st.integers(1, 9999),
    height=st.none() | st.integers(1, 9999),
    phash=st.none() | st.builds(Phash, HASHES),
    phash_missing=st.none() | WORDS,
    md5=st.from_regex(r"[0-9a-f]{32}", fullmatch=True).map(Md5),
    took_s=NUMBERS,
)
ANSWERS = st.one_of(
    st.builds(Hashed, oshash=st.builds(Oshash, HASHES)),
    st.builds(Examined, examination=EXAMINATIONS),
    st.builds(Pictured, examination=PICTURES),
    st.builds(Stamped, size_bytes=st.integers(0, 2**63), mtime_ns=st.integers(0, 2**63)),
    st.builds(Refused, reason=WORDS, detail=WORDS),
)


@given(answer=ANSWERS)
def test_answer_arrives_as_it_was_sent_in_one_line(answer: Answer) -> None:
    line = Answers().to_line(answer)

    assert Answers().from_line(line) == answer
    assert line.index(b"\n") == len(line) - 1


@pytest.mark.parametrize("line", [b"", b"null", b"{}", b'{"kind": "hashed"}', b"\x80\x04K\x01."])
def test_nonsense_is_no_answer(line: bytes) -> None:
    with pytest.raises(pydantic.ValidationError):
        Answers().from_line(line)


def examined(old: bytes, new: bytes) -> bytes:
    """Return the line of an examination in which something stands for something else."""
    facts = VideoFacts(container="mp4", duration_s=1.0)
    found = Examination(
        facts=facts, phash=Phash(77), phash_missing=None, took_s=1, md5=Md5("0" * 32)
    )
    line = Answers().to_line(Examined(examination=found))
    assert line.count(old) == 1
    return line.replace(old, new)


@pytest.mark.parametrize(
    "line",
    [
        b'{"kind": "hashed", "oshash": {"value": -1}}',
        b'{"kind": "hashed", "oshash": {"value": 18446744073709551616}}',
        examined(b"77", b"-77"),
        examined(b"77", b"77000000000000000000"),
        examined(b"0" * 32, b"g" * 32),
    ],
    ids=["oshash below", "oshash above", "phash below", "phash above", "md5"],
)
def test_what_is_no_hash_is_no_answer(line: bytes) -> None:
    """It would end up in the store, or as an error that nobody expects of a worker."""
    with pytest.raises(pydantic.ValidationError):
        Answers().from_line(line)


@pytest.mark.parametrize("number", [b"NaN", b"Infinity", b"-Infinity"])
def test_what_is_no_number_is_no_answer(number: bytes) -> None:
    """Kept as such, the store could never read the content again."""
    with pytest.raises(pydantic.ValidationError):
        Answers().from_line(examined(b'"duration_s":1.0', b'"duration_s":' + number))


def line_with(sheet: bytes) -> bytes:
    facts = VideoFacts(container="mp4", duration_s=1.0)
    examination = Examination(facts=facts, phash=None, phash_missing="", took_s=1, sheet=sheet)
    return Answers().to_line(Examined(examination=examination))


def test_largest_contact_sheet_fits_into_an_answer() -> None:
    line = line_with(webp(bytes(MOST_SHEET_BYTES - 12)))

    assert isinstance(Answers().from_line(line), Examined)
    assert len(line) < _LONGEST_ANSWER_BYTES / 2


@pytest.mark.parametrize("sheet", [b"", b"<script>", webp(b"VP8")[:-1], webp(bytes(1 << 20))])
def test_what_is_no_contact_sheet_is_no_answer(sheet: bytes) -> None:
    with pytest.raises(pydantic.ValidationError):
        Answers().from_line(line_with(sheet))


@given(name=st.binary(min_size=1, max_size=40).filter(lambda name: not set(name) & set(b"/\0")))
def test_request_carries_any_name(name: bytes) -> None:
    path = Path("/library") / os.fsdecode(name)

    request = Request(task="examine", path=path, wanted=Wanted(md5=True, sheet_width=800))

    line = request_to_line(request)

    assert request_from_line(line) == request
    assert line.index(b"\n") == len(line) - 1


def test_request_for_a_relative_path_is_absolute() -> None:
    line = request_to_line(Request(task="oshash", path=Path("x.mkv")))

    assert request_from_line(line).path == Path.cwd() / "x.mkv"


def test_every_refusal_arrives_as_itself() -> None:
    path = Path("/library/clip.mkv")
    refusals = errors.FileRefused.__subclasses__()

    arrived = [to_error(to_refusal(refusal(path, "why")), path) for refusal in refusals]

    assert [type(error) for error in arrived] == refusals
    assert {error.detail for error in arrived} == {"why"}
    assert len(refusals) == 8


def test_refusal_of_an_unknown_name_is_still_a_refusal() -> None:
    error = to_error(Refused(reason="Whatever", detail="why"), Path("clip.mkv"))

    assert type(error) is errors.FileRefused
