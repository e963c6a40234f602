"""What belongs to a video by its name goes along with it, and nothing else does."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.name_family import family_of, in_the_way, same_name
from rules.selection import Selection

ANY = Selection()
VIDEO = "Quiet Pier.mkv"


@pytest.mark.parametrize(
    "end",
    [
        ".nfo",
        ".NFO",
        ".jpg",
        ".funscript",
        "-poster.jpg",
        "-fanart3.webp",
        "-landscape.png",
        ".srt",
        ".en.srt",
        ".forced.pt-BR.ass",
        ".idx",
        ".en.sdh.default.vtt",
    ],
)
def test_what_readers_take_for_its_own_belongs_to_a_video(end: str) -> None:
    family = family_of(VIDEO, [VIDEO, f"Quiet Pier{end}"], ANY)

    assert family.ends == (end,)
    assert family.longest_end_bytes == len(end)


@pytest.mark.parametrize(
    "name",
    [
        VIDEO,
        "Quiet Pier 2.nfo",
        "Quiet Pier-trailer.mp4",
        "Quiet Pier-team.jpg",
        "Quiet Pier.part2.txt",
        "Quiet Pier.nfo.part",
        "quiet pier.nfo",
        "poster.jpg",
        "Quiet Pier",
        "Quiet Pier.avi",
    ],
)
def test_what_may_be_of_another_stays(name: str) -> None:
    assert family_of(VIDEO, [VIDEO, name], ANY).ends == ()


def test_of_several_videos_the_longest_name_that_fits_has_it() -> None:
    names = ["Film.mkv", "Film.2024.mkv", "Film.2024.srt", "Film.en.srt", "Film.2024.en.srt"]

    assert family_of("Film.mkv", names, ANY).ends == (".en.srt",)
    assert family_of("Film.2024.mkv", names, ANY).ends == (".en.srt", ".srt")


def test_videos_that_differ_in_their_end_only_are_twins() -> None:
    names = [VIDEO, "Quiet Pier.mp4", "QUIET PIER.webm", "Quiet Pier.xyz", "Quiet Pier 2.mp4"]

    assert family_of(VIDEO, names, ANY).twins == ("QUIET PIER.webm", "Quiet Pier.mp4")
    with_own = Selection.of(extensions=["xyz"])
    assert "Quiet Pier.xyz" in family_of(VIDEO, names, with_own).twins


@pytest.mark.parametrize(
    ("names", "found"),
    [
        ([], None),
        (["Other.mkv", "quiet.nfo"], None),
        (["QUIET PIER.MKV"], "QUIET PIER.MKV"),
        (["quiet pier-POSTER.jpg"], "quiet pier-POSTER.jpg"),
        (["Quiet Pier.mp4"], "Quiet Pier.mp4"),
        (["Quiet Pier.de.srt"], "Quiet Pier.de.srt"),
    ],
)
def test_whatever_some_file_system_takes_for_the_videos_own_is_in_the_way(
    names: list[str], found: str | None
) -> None:
    assert in_the_way(VIDEO, names, ANY) == found


def test_names_are_the_same_however_they_are_written() -> None:
    assert same_name("Cafe\u0301", "CAF\u00c9")
    assert not same_name("Cafe", "Caf\u00e9")


@given(st.lists(st.sampled_from(["a.mkv", "a.b.mkv", "a.nfo", "a.b.nfo", "a.b.en.srt", "a.c.srt"])))
def test_nothing_belongs_to_two_videos(names: list[str]) -> None:
    there = [*names, "a.mkv", "a.b.mkv"]
    families = [family_of(video, there, ANY) for video in ("a.mkv", "a.b.mkv")]
    short, long = ({f"{each.stem}{end}" for end in each.ends} for each in families)

    assert not long & short
