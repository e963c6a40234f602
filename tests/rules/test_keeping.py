from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.keeping import ComparedFile, advise, bit_rate, cautions, freed_bytes
from rules.media import AudioTrack, VideoFacts

SOUND = (AudioTrack(codec="aac", language=None, channels=2),)
FACTS = VideoFacts(
    container="matroska",
    duration_s=1800.0,
    video_codec="h264",
    width=1920,
    height=1080,
    bit_rate=8_000_000,
    audio=SOUND,
)
FILE = ComparedFile(
    number=1,
    path=PurePath("/films/Harbour at Dawn.mkv"),
    library="films",
    content_id=1,
    size_bytes=1_800_000_000,
    inode=11,
    device=1,
    facts=FACTS,
    phash=0xFF,
    work_id=5,
    first_seen_at_s=100.0,
)
facts = st.builds(
    VideoFacts,
    container=st.just("matroska"),
    duration_s=st.sampled_from([0.0, 60.0, 60.9, 62.0]),
    video_codec=st.sampled_from([None, "h264", "hevc", "mpeg4", "prores"]),
    width=st.sampled_from([None, 640, 1904, 1920]),
    height=st.sampled_from([None, 360, 1080]),
    bit_rate=st.sampled_from([None, 900_000, 1_000_000, 4_000_000]),
    hdr=st.sampled_from([None, "hdr10"]),
    audio=st.sampled_from([(), SOUND]),
)


@st.composite
def clusters(draw: st.DrawFn) -> list[ComparedFile]:
    drawn = draw(st.lists(st.tuples(facts, st.booleans(), st.integers(1, 3)), min_size=1))
    return [
        other(number, facts=each, work_id=5 if is_named else None, first_seen_at_s=float(seen))
        for number, (each, is_named, seen) in enumerate(drawn, 1)
    ]


def other(number: int = 2, **changes: object) -> ComparedFile:
    """Return a file like the first one but for its place and content, and what is said."""
    own = replace(FILE, number=number, content_id=number, inode=10 + number)
    path = PurePath(f"/films/copy {number}.mkv")
    return replace(own, **{"path": path, **changes})  # type: ignore[arg-type]  # as the test says


def like(**changes: object) -> VideoFacts:
    return replace(FACTS, **changes)  # type: ignore[arg-type]  # as the test says


@pytest.mark.parametrize(
    ("worse", "praise", "reason"),
    [
        (
            {"facts": like(width=1280, height=720, bit_rate=30_000_000, hdr="hdr10")},
            "larger picture",
            "smaller picture: 1280x720, not 1920x1080",
        ),
        (
            {"facts": like(width=None)},
            "larger picture",
            "smaller picture: unknown size, not 1920x1080",
        ),
        ({"facts": like(audio=(), bit_rate=30_000_000)}, "sound", "no sound"),
        (
            {"facts": like(bit_rate=6_000_000)},
            "more in its bits",
            "lower bit rate: h264 at 6.00 Mbit/s, not h264 at 8.00 Mbit/s",
        ),
        (
            {"facts": like(video_codec="mpeg4", bit_rate=8_100_000)},
            "more in its bits",
            "weaker codec: mpeg4 at 8.10 Mbit/s, not h264 at 8.00 Mbit/s",
        ),
        (
            {"facts": like(video_codec="hevc", bit_rate=2_000_000)},
            "more in its bits",
            "lower bit rate: hevc at 2.00 Mbit/s, not h264 at 8.00 Mbit/s",
        ),
        (
            {"facts": like(video_codec=None)},
            "more in its bits",
            "weaker codec: unknown codec at 8.00 Mbit/s, not h264 at 8.00 Mbit/s",
        ),
        ({"facts": like(duration_s=1790.0)}, "longer", "shorter: 1790.0 s, not 1800.0 s"),
        ({"work_id": None}, "its work is known", "its work is not known"),
    ],
    ids=["picture", "size", "sound", "rate", "codec", "both", "unknown", "cut", "named"],
)
def test_the_better_file_is_kept_and_it_is_said_why(
    worse: dict[str, object], praise: str, reason: str
) -> None:
    loser = other(**{"first_seen_at_s": 1.0, **worse})  # type: ignore[arg-type]  # as above

    advice = advise([loser, FILE])

    kept, lost = advice.verdicts
    assert advice.kept == FILE
    assert (kept.is_kept, kept.reason) == (True, praise)
    assert (lost.file, lost.is_kept, lost.reason) == (loser, False, reason)
    assert not advice.is_tie


def test_high_dynamic_range_is_kept_at_comparable_bit_rate() -> None:
    bright = other(facts=like(hdr="hdr10", bit_rate=7_000_000))

    advice = advise([FILE, bright])

    assert advice.kept == bright
    assert advice.verdicts[1].reason == "no high dynamic range; the other has hdr10"


@pytest.mark.parametrize(
    "equal",
    [
        like(width=1904, height=1072),
        like(bit_rate=6_500_000),
        like(duration_s=1799.5),
        like(video_codec="hevc", bit_rate=5_000_000),
    ],
    ids=["border", "rate", "frames", "codec"],
)
def test_what_hardly_differs_is_a_tie_and_the_older_one_is_named(equal: VideoFacts) -> None:
    younger = other(facts=equal, first_seen_at_s=200.0)

    advice = advise([younger, FILE])

    assert advice.is_tie
    assert advice.kept == FILE
    assert [verdict.reason for verdict in advice.verdicts] == [
        "known for longest among equals",
        "as good; the other has been known for longer",
    ]


def test_equals_seen_at_once_are_told_apart_by_their_path() -> None:
    advice = advise([other(3), other(2), FILE])

    assert [verdict.file.number for verdict in advice.verdicts] == [1, 2, 3]
    assert advice.is_tie


def test_who_lost_last_stands_next_to_the_one_to_keep() -> None:
    small, cut = other(2, facts=like(width=640)), other(3, facts=like(duration_s=1790.0))

    advice = advise([small, cut, FILE])

    assert [verdict.file.number for verdict in advice.verdicts] == [1, 3, 2]
    assert advice.verdicts[0].reason == "larger picture, longer"


def test_the_same_content_is_named_so() -> None:
    copy, link = other(content_id=1), other(3, content_id=1, inode=11)

    advice = advise([FILE, copy, link])

    _, linked, same = advice.verdicts
    assert same.reason == "the same oshash and size; as good; the other has been known for longer"
    assert linked.reason == "another name of the file to keep; deleting it frees nothing"
    assert (same.is_kept, linked.is_kept, linked.file) == (False, True, link)
    assert freed_bytes(advice) == copy.size_bytes


def test_two_names_of_a_file_are_no_tie_and_both_stay() -> None:
    advice = advise([FILE, other(3, content_id=1, inode=FILE.inode)])

    assert not advice.is_tie
    assert all(verdict.is_kept for verdict in advice.verdicts)


def test_a_file_alone_is_kept() -> None:
    advice = advise([FILE])

    assert (advice.verdicts[0].reason, advice.is_tie) == ("it is the only one", False)
    assert freed_bytes(advice) == 0


def test_files_of_an_unknown_device_are_not_taken_for_one() -> None:
    files = [replace(FILE, device=None), other(device=None, inode=11)]

    assert freed_bytes(advise(files)) == FILE.size_bytes


@given(clusters(), st.data())
def test_the_order_of_files_does_not_matter(files: list[ComparedFile], data: st.DataObject) -> None:
    assert advise(data.draw(st.permutations(files))) == advise(files)


@given(clusters())
def test_every_file_gets_one_verdict_and_one_is_kept(files: list[ComparedFile]) -> None:
    verdicts = advise(files).verdicts

    assert sorted(verdict.file.number for verdict in verdicts) == [file.number for file in files]
    assert [verdict.is_kept for verdict in verdicts] == [True] + [False] * (len(files) - 1)


@given(clusters())
def test_who_is_kept_is_not_worse_than_any_other_by_itself(files: list[ComparedFile]) -> None:
    kept = advise(files).kept

    for file in files:
        assert (kept.facts.width or 0) * (kept.facts.height or 0) >= 0.9 * (
            (file.facts.width or 0) * (file.facts.height or 0)
        )


def test_a_bit_rate_comes_from_the_size_where_the_file_does_not_say() -> None:
    assert bit_rate(FILE) == 8_000_000
    assert bit_rate(replace(FILE, facts=like(bit_rate=None))) == 8_000_000
    assert bit_rate(replace(FILE, facts=like(bit_rate=None, duration_s=0.0))) == 0


@pytest.mark.parametrize(
    ("second", "words"),
    [
        (other(), ()),
        (other(work_id=None), ()),
        (other(work_id=6), ("accepted as different works",)),
        (other(facts=like(duration_s=149.9)), ("shorter than 2.5 min",)),
        (other(content_id=1, work_id=6, facts=like(duration_s=5.0)), ("compare them whole",)),
        (other(content_id=1, inode=FILE.inode), ()),
    ],
    ids=["alike", "unnamed", "works", "short", "same content", "one file"],
)
def test_what_speaks_against_a_cluster_is_said(
    second: ComparedFile, words: tuple[str, ...]
) -> None:
    found = cautions([FILE, second])

    assert len(found) == len(words)
    for sentence, word in zip(found, words, strict=True):
        assert word in sentence
