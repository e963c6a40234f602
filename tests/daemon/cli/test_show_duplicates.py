from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from daemon.cli.show_duplicates import describe, show_duplicates, show_near, size_text
from daemon.desk.duplicate_views import (
    AdvisedView,
    ClusterView,
    ComparedView,
    DuplicatesView,
    NearFile,
    NearView,
)

FILE = ComparedView(
    number=12,
    path="/films/Harbour at Dawn.mkv",
    library="films",
    size_bytes=3 << 30,
    duration_s=1800.5,
    width=1920,
    height=1080,
    video_codec="hevc",
    bit_rate=5_200_000,
    hdr="hdr10",
    has_sound=True,
    phash="f0f3355aa99c3f0",
    is_named=True,
)
BARE = replace(
    FILE,
    number=17,
    path="/films/[red]harbour\x1b[31m.mp4",
    size_bytes=700 << 20,
    width=None,
    video_codec=None,
    bit_rate=None,
    hdr=None,
    has_sound=False,
    is_named=False,
)
CLUSTER = ClusterView(
    files=(
        AdvisedView(file=FILE, is_kept=True, reason="larger picture"),
        AdvisedView(file=BARE, is_kept=False, reason="no sound"),
    ),
    is_tie=False,
    frees_bytes=700 << 20,
    cautions=("they were accepted as different works",),
)
ALL = DuplicatesView(
    distance_bits=4,
    library=None,
    compared=1204,
    found=1,
    frees_bytes=700 << 20,
    clusters=(CLUSTER,),
)
NEAR = NearView(
    number=12,
    path=FILE.path,
    distance_bits=4,
    file=FILE,
    remark=None,
    near=(NearFile(file=BARE, distance_bits=2, is_better=False, reason="no sound", cautions=()),),
)


def printed_all(view: DuplicatesView) -> str:
    out = Console(file=io.StringIO(), width=10_000, highlight=False, soft_wrap=True)
    show_duplicates(view, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def printed_near(view: NearView) -> str:
    out = Console(file=io.StringIO(), width=10_000, highlight=False, soft_wrap=True)
    show_near(view, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_a_cluster_is_shown_whole() -> None:
    assert printed_all(ALL) == (
        "2 files, up to 700.0 MiB to be freed\n"
        "  keep  12  /films/Harbour at Dawn.mkv\n"
        "        1920x1080, hevc, hdr10, 5.20 Mbit/s, 1800.50 s, 3.0 GiB, accepted\n"
        "        larger picture\n"
        "        17  /films/[red]harbour\\x1b[31m.mp4\n"
        "        1800.50 s, 700.0 MiB, no sound\n"
        "        no sound\n"
        "  they were accepted as different works\n"
        "\n"
        "1,204 contents compared within 4 bits\n"
        "1 cluster; up to 700.0 MiB could be freed. doorman deletes nothing: look before you do.\n"
    )


def test_a_tie_is_said_to_be_one() -> None:
    tie = replace(CLUSTER, is_tie=True)

    assert "; more than one is as good\n" in printed_all(replace(ALL, clusters=(tie,)))


def test_clusters_that_are_not_shown_are_counted() -> None:
    shown = printed_all(replace(ALL, found=700, library="[old]"))

    assert "1,204 contents of library [old] compared" in shown
    assert "These are the first 1; see more with --limit.\n700 clusters;" in shown


def test_a_file_and_those_near_it_are_shown() -> None:
    assert printed_near(NEAR) == (
        "12  /films/Harbour at Dawn.mkv\n"
        "        1920x1080, hevc, hdr10, 5.20 Mbit/s, 1800.50 s, 3.0 GiB, accepted\n"
        "  17  /films/[red]harbour\\x1b[31m.mp4\n"
        "        1800.50 s, 700.0 MiB, no sound\n"
        "        2 bits away; worse: no sound\n"
        "doorman deletes nothing: look before you do.\n"
    )


@pytest.mark.parametrize(
    ("distance_bits", "is_better", "words"),
    [
        (None, None, "the same oshash and size; neither is better"),
        (0, True, "the same phash; better; the file above: no sound"),
        (2, False, "2 bits away; worse: no sound"),
    ],
)
def test_two_files_are_compared_in_words(
    distance_bits: int | None, *, is_better: bool | None, words: str
) -> None:
    near = replace(
        NEAR.near[0], distance_bits=distance_bits, is_better=is_better, cautions=("look at them",)
    )

    shown = printed_near(replace(NEAR, near=(near,)))

    assert f"{words}\n        look at them\n" in shown


def test_a_file_that_cannot_be_compared_says_why() -> None:
    shown = printed_near(replace(NEAR, file=None, remark="it is missing", near=()))

    assert shown == (
        "12  /films/Harbour at Dawn.mkv\n"
        "        it is missing\n"
        "No other file is near it within 4 bits.\n"
    )


def test_a_file_that_says_little_is_described_by_what_there_is() -> None:
    assert describe(BARE) == "1800.50 s, 700.0 MiB, no sound"
    assert size_text((1 << 30) - 1) == "1024.0 MiB"
    assert size_text(0) == "0.0 MiB"
