from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.media import AudioTrack, VideoFacts
from rules.nfo import render_nfo
from rules.nfo_style import NfoRoot, NfoStyle, StudioParents, TagElement
from rules.work import Appearance, ExternalId, Performer, Picture, Rating, Studio, Tag, Work

IDENTITY = ExternalId(source="stashdb", remote_id="0190c1f2-1111-7000-8000-000000000001")
BARE = VideoFacts(container="matroska", duration_s=0)
FACTS = VideoFacts(
    container="mp4",
    duration_s=1865.4,
    video_codec="h264",
    width=1920,
    height=1080,
    aspect=16 / 9,
    hdr="hdr10",
    audio=(
        AudioTrack(codec="aac", language="eng", channels=2),
        AudioTrack(codec="opus", language=None, channels=None),
    ),
    subtitle_languages=("deu",),
)
WORK = Work(
    title="The Harbour at Dawn",
    details="First line.\r\nSecond <line> & more.",
    director="Maro Lindqvist",
    date="2024-05-01",
    duration_s=99,
    studio=Studio(name="Low Tide", parent=Studio(name="Tidal Group")),
    appearances=(
        Appearance(
            performer=Performer(
                name="Ada Quill", pictures=(Picture(url="https://img.example/ada.jpg"),)
            ),
            credited_as="The Pilot",
        ),
        Appearance(performer=Performer(name="Ben Ferro")),
    ),
    tags=(Tag(name="Boats / Ships"), Tag(name="Documentary"), Tag(name="Boats/Ships")),
    pictures=(
        Picture(url="https://img.example/wide.jpg", width=1600, height=900),
        Picture(url="https://img.example/tall.jpg", width=600, height=900),
        Picture(url="https://img.example/wide2.jpg", width=1600, height=900),
    ),
    ids=(
        ExternalId(source="tpdb", remote_id="42"),
        ExternalId(source="stashdb", remote_id="another"),
        ExternalId(source="empty", remote_id=" "),
    ),
    groups=("Four Harbours", "Five Seas"),
    trailer="https://www.youtube.com/watch?v=aB3-_x&t=4",
    ratings=(
        Rating(source="tpdb", value=7.9, votes=12),
        Rating(source="stashdb", value=0),
        Rating(source="other", value=4, best=5),
    ),
)
PLAYER = "plugin://plugin.video.youtube/?action=play_video&videoid="
EXPECTED = """\
<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<movie>
  <title>The Harbour at Dawn</title>
  <originaltitle>The Harbour at Dawn</originaltitle>
  <sorttitle>Harbour at Dawn</sorttitle>
  <ratings>
    <rating name="tpdb" max="10" default="true">
      <value>7.9</value>
      <votes>12</votes>
    </rating>
    <rating name="other" max="5">
      <value>4</value>
    </rating>
  </ratings>
  <plot>First line.
Second &lt;line&gt; &amp; more.</plot>
  <runtime>31</runtime>
  <premiered>2024-05-01</premiered>
  <year>2024</year>
  <uniqueid type="stashdb" default="true">0190c1f2-1111-7000-8000-000000000001</uniqueid>
  <uniqueid type="tpdb">42</uniqueid>
  <genre>Documentary</genre>
  <tag>Boats-Ships</tag>
  <tag>Documentary</tag>
  <set>
    <name>Four Harbours</name>
  </set>
  <studio>Low Tide</studio>
  <studio>Tidal Group</studio>
  <director>Maro Lindqvist</director>
  <actor>
    <name>Ada Quill</name>
    <role>The Pilot</role>
    <type>Actor</type>
    <order>0</order>
    <thumb>https://img.example/ada.jpg</thumb>
  </actor>
  <actor>
    <name>Ben Ferro</name>
    <type>Actor</type>
    <order>1</order>
  </actor>
  <trailer>plugin://plugin.video.youtube/?action=play_video&amp;videoid=aB3-_x</trailer>
  <thumb aspect="landscape">https://img.example/wide.jpg</thumb>
  <thumb aspect="poster">https://img.example/tall.jpg</thumb>
  <fanart>
    <thumb>https://img.example/wide.jpg</thumb>
  </fanart>
  <fileinfo>
    <streamdetails>
      <video>
        <codec>h264</codec>
        <aspect>1.777778</aspect>
        <width>1920</width>
        <height>1080</height>
        <durationinseconds>1865</durationinseconds>
        <hdrtype>hdr10</hdrtype>
      </video>
      <audio>
        <codec>aac</codec>
        <language>eng</language>
        <channels>2</channels>
      </audio>
      <audio>
        <codec>opus</codec>
      </audio>
      <subtitle>
        <language>deu</language>
      </subtitle>
    </streamdetails>
  </fileinfo>
</movie>
"""


def render(
    work: Work,
    facts: VideoFacts = BARE,
    *,
    identity: ExternalId = IDENTITY,
    fallback_title: str = "clip 01",
    style: NfoStyle = NfoStyle(),  # noqa: B008 - frozen
) -> bytes:
    return render_nfo(work, facts, identity=identity, fallback_title=fallback_title, style=style)


def texts(written: bytes, path: str) -> list[str | None]:
    return [each.text for each in ET.fromstring(written).findall(path)]  # noqa: S314 - ours


def parsed(work: Work, facts: VideoFacts = BARE) -> ET.Element:
    return ET.fromstring(render(work, facts))  # noqa: S314 - our own bytes


def test_a_full_work_is_written_as_both_servers_read_it() -> None:
    style = NfoStyle(genres=frozenset({"documentary"}))

    assert render(WORK, FACTS, style=style).decode() == EXPECTED


def test_the_same_facts_give_the_same_bytes() -> None:
    assert render(WORK, FACTS) == render(WORK, FACTS)


def test_a_work_nobody_described_still_has_a_title_and_a_default_id() -> None:
    assert render(Work()).decode() == (
        '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
        "<movie>\n"
        "  <title>clip 01</title>\n"
        '  <uniqueid type="stashdb" default="true">0190c1f2-1111-7000-8000-000000000001'
        "</uniqueid>\n"
        "</movie>\n"
    )


@pytest.mark.parametrize(
    ("others", "written"),
    [
        ((), []),
        ((IDENTITY,), [("stashdb", "true")]),
        ((ExternalId(source="nfo", remote_id="tt12"),), [("nfo", "true")]),
    ],
)
def test_an_id_that_doorman_made_up_is_never_written(
    others: tuple[ExternalId, ...], written: list[tuple[str, str]]
) -> None:
    made_up = ExternalId(source="nfo", remote_id="0123456789abcdef" * 2)

    movie = ET.fromstring(render(Work(ids=(made_up, *others)), identity=made_up))  # noqa: S314

    ids = [(each.get("type"), each.get("default")) for each in movie.iter("uniqueid")]
    assert ids == written


def test_a_stem_without_one_legal_character_is_called_untitled() -> None:
    written = ET.fromstring(render(Work(), fallback_title="\udcff\x01 "))  # noqa: S314

    assert written.findtext("title") == "Untitled"


def test_no_address_is_written_when_the_owner_wants_nothing_from_elsewhere() -> None:
    assert b"://" not in render(WORK, FACTS, style=NfoStyle(remote_urls=False))


@pytest.mark.parametrize(
    "url",
    [
        "",
        "picture.jpg",
        "//img.example/a.jpg",
        "file:///etc/passwd",
        "javascript:alert(1)",
        "https:///a.jpg",
        "https://[broken/a.jpg",
        "https://ann:secret@img.example/a.jpg",
        "https://img.example/a.jpg?size=2&ApiKey=secret",
        "https://img.example/a.jpg?token=",
    ],
)
def test_an_address_that_is_not_public_is_left_out(url: str) -> None:
    picture = Picture(url=url)
    performer = Performer(name="Ada Quill", pictures=(picture,))
    work = Work(pictures=(picture,), appearances=(Appearance(performer=performer),))

    assert parsed(work).findall(".//thumb") == []


@pytest.mark.parametrize(
    ("date", "premiered", "year"),
    [
        ("2024-05-01", "2024-05-01", "2024"),
        ("2024-02-30", None, "2024"),
        ("2024-05", None, "2024"),
        ("2024", None, "2024"),
        ("1850", None, None),
        ("May 2024", None, None),
        ("", None, None),
        (None, None, None),
    ],
)
def test_only_a_day_that_exists_is_a_premiere(
    date: str | None, premiered: str | None, year: str | None
) -> None:
    movie = parsed(Work(date=date))

    assert (movie.findtext("premiered"), movie.findtext("year")) == (premiered, year)


@pytest.mark.parametrize(
    ("of_file", "of_work", "minutes"),
    [
        (1865.4, 10.0, "31"),
        (0, 3600.0, "60"),
        (20, None, "1"),
        (90, None, "2"),
        (0, None, None),
        (0, -5.0, None),
        (float("inf"), None, None),
    ],
)
def test_the_runtime_is_in_whole_minutes_and_the_file_knows_best(
    of_file: float, of_work: float | None, minutes: str | None
) -> None:
    movie = parsed(Work(duration_s=of_work), replace(BARE, duration_s=of_file))

    assert movie.findtext("runtime") == minutes


@pytest.mark.parametrize(
    ("title", "sort_title"),
    [
        ("The Harbour", "Harbour"),
        ("AN Evening", "Evening"),
        ("a Boat and the Sea", "Boat and the Sea"),
        ("Theory", None),
        ("The", None),
        ("A - Z", None),
    ],
)
def test_a_leading_article_does_not_sort(title: str, sort_title: str | None) -> None:
    assert parsed(Work(title=title)).findtext("sorttitle") == sort_title


def test_a_studio_that_is_its_own_network_is_written_once() -> None:
    work = Work(studio=Studio(name="Low Tide", parent=Studio(name="Low Tide")))

    assert [studio.text for studio in parsed(work).findall("studio")] == ["Low Tide"]


@pytest.mark.parametrize(
    ("parents", "expected"),
    [
        (StudioParents.NONE, ["A"]),
        (StudioParents.NEAREST, ["A", "B"]),
        (StudioParents.ALL, ["A", "B", "C"]),
    ],
)
def test_studios_are_written_as_far_up_as_the_owner_wants(
    parents: StudioParents, expected: list[str]
) -> None:
    work = Work(studio=Studio(name="A", parent=Studio(name="B", parent=Studio(name="C"))))

    written = render(work, style=NfoStyle(studio_parents=parents))

    assert texts(written, "studio") == expected


@pytest.mark.parametrize(
    ("tags_as", "genres", "tags"),
    [
        (TagElement.TAG, ["Boats"], ["Boats", "Sea-Air"]),
        (TagElement.GENRE, ["Boats", "Sea-Air"], []),
        (TagElement.BOTH, ["Boats", "Sea-Air"], ["Boats", "Sea-Air"]),
    ],
)
def test_tags_become_what_the_owner_wants(
    tags_as: TagElement, genres: list[str], tags: list[str]
) -> None:
    work = Work(tags=(Tag(name="Boats"), Tag(name="Sea / Air")))

    written = render(work, style=NfoStyle(tags_as=tags_as, genres=frozenset({"BOATS"})))

    assert (texts(written, "genre"), texts(written, "tag")) == (genres, tags)


def test_a_music_video_has_artists_and_an_album() -> None:
    written = render(WORK, FACTS, style=NfoStyle(root=NfoRoot.MUSICVIDEO))

    assert ET.fromstring(written).tag == "musicvideo"  # noqa: S314 - our own bytes
    assert texts(written, "artist") == texts(written, "actor/name") == ["Ada Quill", "Ben Ferro"]
    assert (texts(written, "album"), texts(written, "set")) == (["Four Harbours"], [])


@pytest.mark.parametrize(
    ("codec", "profile", "written"),
    [
        ("dts", "DTS-HD MA", "dtshd_ma"),
        ("truehd", "Dolby TrueHD + Dolby Atmos", "truehd_atmos"),
        ("aac", "DTS-HD MA", "aac"),
        ("dts", None, "dts"),
    ],
)
def test_sound_is_named_as_kodi_does(codec: str, profile: str | None, written: str) -> None:
    track = AudioTrack(codec=codec, language=None, channels=None, profile=profile)

    movie = parsed(Work(), replace(BARE, audio=(track,)))

    assert movie.findtext("fileinfo/streamdetails/audio/codec") == written


def test_each_director_has_an_element() -> None:
    work = Work(director="Maro Lindqvist, Ida Holm;; Maro Lindqvist")

    assert texts(render(work), "director") == ["Maro Lindqvist", "Ida Holm"]


@pytest.mark.parametrize(
    ("url", "written"),
    [
        ("https://video.example/t.mp4", "https://video.example/t.mp4"),
        ("https://youtu.be/aB3-_x", f"{PLAYER}aB3-_x"),
        ("https://youtube.com/watch?t=4&v=aB3", f"{PLAYER}aB3"),
        ("https://www.youtube.com/watch?t=4", "https://www.youtube.com/watch?t=4"),
        ("https://youtu.be/a%20b", "https://youtu.be/a%20b"),
        ("https://video.example/t.mp4?token=secret", None),
        ("file:///srv/t.mp4", None),
    ],
)
def test_a_trailer_is_written_as_most_players_take_it(url: str, written: str | None) -> None:
    assert parsed(Work(trailer=url)).findtext("trailer") == written


@pytest.mark.parametrize("value", [0, -1, float("nan"), float("inf")])
def test_a_rating_that_nobody_gave_is_left_out(value: float) -> None:
    work = Work(ratings=(Rating(source="tpdb", value=value),))

    assert parsed(work).find("ratings") is None


def test_a_performer_without_a_name_leaves_no_gap_in_the_order() -> None:
    names = ("Ada Quill", "\x00", "Ben Ferro")
    appearances = tuple(Appearance(performer=Performer(name=name)) for name in names)

    actors = parsed(Work(appearances=appearances)).findall("actor")

    assert [(a.findtext("name"), a.findtext("order")) for a in actors] == [
        ("Ada Quill", "0"),
        ("Ben Ferro", "1"),
    ]


def test_the_name_of_a_source_is_escaped() -> None:
    written = render(Work(), identity=ExternalId(source='a"<&>\n', remote_id="1"))

    ids = ET.fromstring(written).findall("uniqueid")  # noqa: S314 - our own bytes
    assert [one.attrib for one in ids] == [{"type": 'a"<&>', "default": "true"}]


HOSTILE = (
    "]]>",
    "<!-- --> <![CDATA[",
    "&amp; &#0; %e;",
    "\x00\x08\x1b\ufffe\uffff",
    "\ud800 half a pair \udfff",
    "\U0001f6a2\U0001f468\u200d\U0001f469",
    "\u202e\u05e0\u05de\u05dc \u200f\u0645\u064a\u0646\u0627\u0621",
    "\u00a0\u2003 \t\r\n\u3000",
    "Harbour " * 1280,
)
any_text = st.one_of(
    st.sampled_from(HOSTILE),
    st.text(alphabet=st.characters(codec=None, exclude_categories=()), max_size=40),
)


def is_legal(character: str) -> bool:
    code = ord(character)
    return (
        code in {9, 10, 13} or 0x20 <= code <= 0xD7FF or 0xE000 <= code <= 0xFFFD or code >= 0x10000
    )


def survives(text: str) -> str:
    return " ".join("".join(filter(is_legal, text)).split())


def said_everywhere(text: str) -> Work:
    performer = Performer(name=text, pictures=(Picture(url=text),))
    return Work(
        title=text,
        details=text,
        director=text,
        date=text,
        studio=Studio(name=text),
        appearances=(Appearance(performer=performer, credited_as=text),),
        tags=(Tag(name=text),),
        pictures=(Picture(url=text),),
        ids=(ExternalId(source=text, remote_id=text),),
        groups=(text,),
        trailer=text,
        ratings=(Rating(source=text, value=5),),
    )


@given(text=any_text, root=st.sampled_from(NfoRoot))
def test_any_text_comes_back_without_its_illegal_characters(text: str, root: NfoRoot) -> None:
    track = AudioTrack(codec=text, language=text, channels=None)
    facts = replace(FACTS, video_codec=text, hdr=text, audio=(track,), subtitle_languages=(text,))

    written = render(said_everywhere(text), facts, fallback_title=text, style=NfoStyle(root=root))

    movie = ET.fromstring(written)  # noqa: S314 - our own bytes, and a parser not of lxml
    line = survives(text)
    block = "".join(filter(is_legal, text)).replace("\r\n", "\n").replace("\r", "\n").strip()
    assert movie.findtext("title") == (line or "Untitled")
    assert movie.findtext("plot", "") == block
    assert movie.findtext("actor/name", "") == line
    assert movie.findtext("actor/role", "") == line
    assert movie.findtext("set/name", "") + movie.findtext("album", "") == line
    assert movie.findtext("fileinfo/streamdetails/video/codec", "") == line
    assert [one.get("default") for one in movie.findall("uniqueid")].count("true") == 1
    assert written.endswith(f"</{root}>\n".encode())
