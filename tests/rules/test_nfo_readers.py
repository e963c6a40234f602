"""Which element is read by whom, as Kodi and Jellyfin document it (`nfo.md` §4.1)."""

from collections.abc import Iterator
from xml.etree import ElementTree as ET

import pytest

from rules.media import AudioTrack, VideoFacts
from rules.nfo import render_nfo
from rules.nfo_style import NfoRoot, NfoStyle, TagElement
from rules.work import Appearance, ExternalId, Performer, Picture, Rating, Studio, Tag, Work

KODI, JELLYFIN = frozenset({"Kodi"}), frozenset({"Jellyfin"})
BOTH = KODI | JELLYFIN

READERS = {
    "title": BOTH,
    "originaltitle": BOTH,
    "sorttitle": BOTH,
    "plot": BOTH,
    "runtime": BOTH,  # minutes
    "premiered": BOTH,
    "year": BOTH,
    "uniqueid@type": BOTH,
    "uniqueid@default": KODI,
    "genre": BOTH,
    "tag": BOTH,
    "studio": BOTH,
    "director": BOTH,
    "set/name": BOTH,
    "actor/name": BOTH,
    "actor/role": BOTH,
    "actor/type": JELLYFIN,
    "actor/order": KODI,
    "actor/thumb": BOTH,
    "trailer": BOTH,
    "thumb@aspect": BOTH,
    "fanart/thumb": BOTH,
    "ratings/rating@name": BOTH,
    "ratings/rating@max": BOTH,
    "ratings/rating@default": BOTH,
    "ratings/rating/value": BOTH,
    "ratings/rating/votes": BOTH,
    "fileinfo/streamdetails/video/codec": KODI,
    "fileinfo/streamdetails/video/aspect": BOTH,
    "fileinfo/streamdetails/video/width": BOTH,
    "fileinfo/streamdetails/video/height": BOTH,
    "fileinfo/streamdetails/video/durationinseconds": BOTH,
    "fileinfo/streamdetails/video/stereomode": KODI,
    "fileinfo/streamdetails/video/language": KODI,
    "fileinfo/streamdetails/video/hdrtype": KODI,
    "fileinfo/streamdetails/audio/codec": KODI,
    "fileinfo/streamdetails/audio/language": KODI,
    "fileinfo/streamdetails/audio/channels": KODI,
    "fileinfo/streamdetails/subtitle/language": BOTH,
}
OF_MUSIC_VIDEOS = {"artist": BOTH, "album": BOTH}
NOT_OF_MUSIC_VIDEOS = {"set/name"}

OF_PERSONS_AND_SERVERS = frozenset(
    {
        *("playcount", "watched", "lastplayed", "resume", "userrating", "top250", "dateadded"),
        *("lockdata", "lockedfields", "showlink", "code", "file", "path", "basepath", "art"),
        *("videoassettitle", "videoassetid", "videoassettype", "hasvideoversions"),
        *("hasvideoextras", "isdefaultvideoversion", "id", "rating", "votes", "url"),
    }
)

WORK = Work(
    title="The Harbour at Dawn",
    details="Ships come in.",
    director="Maro Lindqvist",
    date="2024-05-01",
    studio=Studio(name="Low Tide"),
    appearances=(
        Appearance(
            performer=Performer(
                name="Ada Quill", pictures=(Picture(url="https://img.example/ada.jpg"),)
            ),
            credited_as="The Pilot",
        ),
    ),
    tags=(Tag(name="Boats"),),
    pictures=(Picture(url="https://img.example/wide.jpg", width=1600, height=900),),
    groups=("Four Harbours",),
    trailer="https://video.example/trailer.mp4",
    ratings=(Rating(source="tpdb", value=7.9, votes=12),),
)
FACTS = VideoFacts(
    container="mp4",
    duration_s=1865.4,
    video_codec="h264",
    width=1920,
    height=1080,
    aspect=16 / 9,
    hdr="hdr10",
    language="eng",
    stereo="left_right",
    audio=(AudioTrack(codec="aac", language="eng", channels=2),),
    subtitle_languages=("deu",),
)


def leaves(element: ET.Element, path: str = "") -> Iterator[str]:
    """Yield where a document says something: attributes, and elements with neither."""
    for child in element:
        there = f"{path}{child.tag}"
        yield from (f"{there}@{name}" for name in child.attrib)
        if not child.attrib and not len(child):
            yield there
        yield from leaves(child, f"{there}/")


def written(root: NfoRoot) -> ET.Element:
    return ET.fromstring(  # noqa: S314 - our own bytes
        render_nfo(
            WORK,
            FACTS,
            identity=ExternalId(source="tpdb", remote_id="42"),
            fallback_title="clip 01",
            style=NfoStyle(root=root, tags_as=TagElement.BOTH),
        )
    )


@pytest.mark.parametrize(
    ("root", "readers"),
    [
        (NfoRoot.MOVIE, READERS),
        (
            NfoRoot.MUSICVIDEO,
            {
                path: who
                for path, who in {**READERS, **OF_MUSIC_VIDEOS}.items()
                if path not in NOT_OF_MUSIC_VIDEOS
            },
        ),
    ],
)
def test_all_that_is_written_is_read_by_somebody(
    root: NfoRoot, readers: dict[str, frozenset[str]]
) -> None:
    said = set(leaves(written(root)))

    assert said == {path for path, who in readers.items() if who}


def test_both_servers_read_what_they_list_works_by() -> None:
    for path in ("title", "plot", "year", "uniqueid@type", "studio", "genre", "actor/name"):
        assert READERS[path] == BOTH


@pytest.mark.parametrize("root", list(NfoRoot))
def test_nothing_is_written_that_belongs_to_a_person_or_a_server(root: NfoRoot) -> None:
    assert not OF_PERSONS_AND_SERVERS & {each.tag for each in written(root)}
