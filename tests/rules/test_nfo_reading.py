from __future__ import annotations

import re

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from rules.media import VideoFacts
from rules.nfo import render_nfo
from rules.nfo_reading import MOST_NFO_BYTES, read_nfo
from rules.sidecar_says import SidecarSays, WrittenId
from rules.work import Appearance, ExternalId, Performer, Studio, Tag, Work

FACTS = VideoFacts(container="matroska", duration_s=600.0)
WHOLE = """<?xml version="1.0" encoding="utf-8" standalone="yes"?>
<!-- by hand -->
<movie>
  <title>Harbour at Dawn</title><originaltitle>Hamn i gryningen</originaltitle>
  <plot> A quiet
morning. </plot><outline>Quiet.</outline>
  <premiered>2024-05-17</premiered><year>2023</year>
  <studio>Harbour Films</studio><studio>Coast Group</studio><director>I. Mole</director>
  <uniqueid type="stashdb" default="true">h-1</uniqueid><tmdbid>77</tmdbid>
  <genre>Sea</genre><tag>Boats</tag><tag/><tag>sea</tag>
  <actor><name>Ada Quill</name><role>Pilot</role><tmdbid>5</tmdbid></actor>
  <actor><name>Ben Oar</name><type>Writer</type></actor>
  <actor><name>Cleo Sand</name><type>GuestStar</type></actor>
  <url>https://harbour.example/dawn</url>
  <thumb aspect="poster">https://pictures.example/dawn.jpg</thumb>
</movie>
https://harbour.example/scenes/5?a=1&b=2
"""


def says(text: str) -> SidecarSays:
    said = read_nfo(text.encode())
    assert said is not None
    return said


def test_bytes_of_no_likely_encoding_are_read_somehow() -> None:
    said = read_nfo(b"<movie><title>Harbour \x81 Dawn</title></movie>")

    assert said is not None
    assert (said.title or "").startswith("Harbour ")


def movie(inside: str) -> SidecarSays:
    return says(f"<movie>{inside}</movie>")


def test_everything_of_use_is_read() -> None:
    assert says(WHOLE) == SidecarSays(
        ids=(WrittenId(kind="stashdb", text="h-1"), WrittenId(kind="tmdb", text="77")),
        urls=("https://harbour.example/dawn", "https://harbour.example/scenes/5?a=1&b=2"),
        title="Harbour at Dawn",
        original_title="Hamn i gryningen",
        studio="Harbour Films",
        date="2024-05-17",
        director="I. Mole",
        details="A quiet\nmorning.",
        performers=("Ada Quill", "Cleo Sand"),
        tags=("Boats", "sea"),
    )


@pytest.mark.parametrize("root", ["movie", "musicvideo", "episodedetails", "Movie", "x:movie"])
def test_every_root_of_a_single_work_is_read(root: str) -> None:
    opened = root.replace("x:movie", 'x:movie xmlns:x="urn:x"')

    assert says(f"<{opened}><title>Dawn</title></{root}>").title == "Dawn"


@pytest.mark.parametrize("text", ["<tvshow><title>A</title></tvshow>", "<html>https://a.example/"])
def test_other_documents_say_nothing(text: str) -> None:
    assert says(text) == SidecarSays()


def test_artists_of_a_music_video_are_its_people() -> None:
    said = says("<musicvideo><artist>Ada Quill</artist></musicvideo>")

    assert said.performers == ("Ada Quill",)


def test_several_works_in_one_file_say_only_their_ids() -> None:
    one = '<episodedetails><title>A</title><uniqueid type="x">{}</uniqueid></episodedetails>'

    said = says(f'<?xml version="1.0"?>{one.format(1)}\n<?xml version="1.0"?>{one.format(2)}')

    assert said == SidecarSays(
        ids=(WrittenId(kind="x", text="1"), WrittenId(kind="x", text="2")),
    )


@pytest.mark.parametrize(
    ("text", "urls"),
    [
        ("https://a.example/1", ("https://a.example/1",)),
        (
            "Harbour (see HTTP://a.example/1).\n\nand <https://b.example/2>,",
            ("HTTP://a.example/1", "https://b.example/2"),
        ),
        ("\u2591\u2592 no address \u2592\u2591 ftp://a.example", ()),
        ("<movie></movie>\nhttps://a.example/?x=1&amp;y=2", ("https://a.example/?x=1&y=2",)),
        ("<movie></movie> https://a.example https://a.example", ("https://a.example",)),
        ("<movie><url>no address</url></movie>", ()),
        ("<movie><plot>https://a.example</plot></movie>", ()),
    ],
)
def test_addresses_stand_after_the_document_or_for_themselves(
    text: str, urls: tuple[str, ...]
) -> None:
    assert says(text).urls == urls


@pytest.mark.parametrize(
    ("inside", "date"),
    [
        ("<premiered>2024-05-17</premiered>", "2024-05-17"),
        ("<aired>2024-05-17T10:00:00Z</aired>", "2024-05-17"),
        ("<premiered>1601-01-01</premiered><releasedate>2024-05-17</releasedate>", "2024-05-17"),
        ("<premiered>2024-02-30</premiered><year>2024</year>", "2024"),
        ("<premiered>17.05.2024</premiered>", None),
        ("<year>1601</year>", None),
        ("<year>20245</year>", None),
        ("<premiered>2024-05-171</premiered>", None),
    ],
)
def test_date_is_a_day_that_there_is_or_a_year(inside: str, date: str | None) -> None:
    assert movie(inside).date == date


@pytest.mark.parametrize(
    ("inside", "ids"),
    [
        ('<uniqueid type=" TPDB ">7</uniqueid>', (("TPDB", "7"),)),
        ("<uniqueid>7</uniqueid>", (("", "7"),)),
        ('<uniqueid type="x"> </uniqueid>', ()),
        ("<stashid>7</stashid><stash_id>8</stash_id>", (("stash", "7"), ("stash", "8"))),
        ("<id>tt1</id>", ()),
        ("<void>7</void>", (("vo", "7"),)),
        ('<uniqueid type="x">7</uniqueid><uniqueid type="x">7</uniqueid>', (("x", "7"),)),
    ],
)
def test_ids_come_with_the_word_for_whose_they_are(
    inside: str, ids: tuple[tuple[str, str], ...]
) -> None:
    assert movie(inside).ids == tuple(WrittenId(kind=kind, text=text) for kind, text in ids)


@pytest.mark.parametrize(
    ("inside", "title"),
    [
        ("<title>Ada & Ben</title>", "Ada & Ben"),
        ("<title>Ada &amp; Ben</title>", "Ada & Ben"),
        ("<title>Ada &amp;amp; Ben</title>", "Ada & Ben"),
        ("<title>Dawn&nbsp;&eacute;</title>", "Dawn é"),
        ("<title><![CDATA[Ada <3 Ben]]></title>", "Ada <3 Ben"),
        ("<title>a\x0b\x1fb</title>", "ab"),
        ("<title> </title><title>Second</title>", "Second"),
        ("<title>Dawn</title><plot>cut <b", "Dawn"),
        ("<title>Cut in the mid", None),
    ],
)
def test_what_is_written_badly_costs_nothing_else(inside: str, title: str | None) -> None:
    assert says(f"<movie>{inside}").title == title
    if "cut" not in inside.casefold():
        assert movie(inside).title == title


ENTITY = '<!DOCTYPE movie [<!ENTITY e SYSTEM "file:///etc/hostname">]>'
BOMB = "".join(
    ['<!DOCTYPE movie [<!ENTITY a0 "ha">']
    + [f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 12)]
    + ["]>"]
)


@pytest.mark.parametrize("head", [ENTITY, BOMB, "<!DOCTYPE movie>"])
def test_document_type_is_never_read(head: str) -> None:
    text = f'<?xml version="1.0"?>{head}<movie><title>&e;&a11;</title></movie>'

    assert says(text) == SidecarSays()


def test_entity_is_never_expanded() -> None:
    assert movie(f"<title>&e;</title>{ENTITY}").title == "&e;"


@pytest.mark.parametrize(
    ("encoding", "declared"),
    [
        ("utf-8", ""),
        ("utf-8-sig", ""),
        ("utf-16", "utf-16"),
        ("utf-16-le", "utf-16"),
        ("utf-16-be", ""),
        ("utf-32", ""),
        ("iso-8859-1", "ISO-8859-1"),
        ("cp1252", "windows-1252"),
        ("cp1252", ""),
        ("cp1252", "utf-8"),
        ("utf-8", "utf-7"),
        ("utf-8", "unicode_escape"),
        ("utf-8", "no-such-encoding"),
        ("utf-8", "ascii"),
        ("koi8-r", "koi8-r"),
    ],
)
def test_encoding_is_found_out_whatever_is_declared(encoding: str, declared: str) -> None:
    title = "Гавань" if encoding == "koi8-r" else "Hafen für Äpfel"
    head = f'<?xml version="1.0" encoding="{declared}"?>' if declared else ""

    said = read_nfo(f"{head}<movie><title>{title}</title></movie>".encode(encoding))

    assert said == SidecarSays(title=title)


@pytest.mark.parametrize(
    "data", [b"\xff\xd8\xff\xe0\0\x10JFIF", b"MZ\0\0", b"\xff\xfe\0\xd8", b"<\0m\0\0\0"]
)
def test_what_is_no_text_says_so(data: bytes) -> None:
    assert read_nfo(data) is None


@pytest.mark.parametrize("data", [b"", b" \n\t", b"\xef\xbb\xbf"])
def test_nothing_says_nothing(data: bytes) -> None:
    assert read_nfo(data) == SidecarSays()


@pytest.mark.parametrize(
    "data",
    [
        b"<movie>" + b"<a>" * 340_000,
        b"<movie>" + b"<tag>a</tag>" * 80_000 + b"</movie>",
        b"<movie/>" * 100_000,
        b"<movie>" + b"&" * MOST_NFO_BYTES,
        b"<?xml " * 170_000,
        b"https://" * 130_000,
        b"<movie><title>" + b"a " * 500_000 + b"</title></movie>",
    ],
    ids=["deep", "wide", "many", "ampersands", "declarations", "address", "long"],
)
def test_as_much_as_there_may_be_is_read_in_a_moment_and_kept_small(data: bytes) -> None:
    said = read_nfo(data[:MOST_NFO_BYTES])

    assert said is not None
    assert len(repr(said)) < 30_000


@given(st.binary(max_size=300))
@example(b"<movie>\x00</movie>")
def test_any_bytes_are_read_without_an_error(data: bytes) -> None:
    said = read_nfo(data)

    assert said is None or isinstance(said, SidecarSays)


PIECES = st.sampled_from(
    [
        "<movie>",
        "</movie>",
        "<title>",
        "</title>",
        "A & B",
        "&amp;",
        "<!--",
        "-->",
        "<![CDATA[",
        "]]>",
        "\x00",
        "\x0c",
        "é",
        "<?xml?>",
        "<uniqueid type='a'>",
        "</uniqueid>",
        "https://a.example/",
        "<!DOCTYPE a [",
        "]>",
        "<!ENTITY b 'c'>",
        "&b;",
        "&#0;",
        "&#xD800;",
        "<a xmlns='u'>",
    ]
)


@given(st.lists(PIECES, max_size=30).map("".join))
def test_any_markup_is_read_without_an_error(text: str) -> None:
    said = read_nfo(text.encode("utf-8", "surrogatepass"))

    assert said is None or not re.search("[\x00-\x08\x0b\x0c]", said.title or "")


SOLID = st.from_regex(r"[A-Za-z0-9][A-Za-z0-9 .'-]{0,18}[A-Za-z0-9]", fullmatch=True).map(
    lambda text: " ".join(text.split())
)


@given(
    st.builds(
        Work,
        title=SOLID,
        details=SOLID,
        date=st.dates().filter(lambda day: day.year > 1850).map(str),
        studio=st.builds(Studio, name=SOLID),
        director=SOLID,
        appearances=st.lists(
            SOLID.map(lambda name: Appearance(performer=Performer(name=name))),
            max_size=3,
            unique_by=lambda one: one.performer.name.casefold(),
        ).map(tuple),
        tags=st.lists(
            SOLID.map(lambda name: Tag(name=name)),
            max_size=3,
            unique_by=lambda tag: tag.name.casefold(),
        ).map(tuple),
    )
)
def test_what_doorman_writes_can_be_read_again(work: Work) -> None:
    identity = ExternalId(source="stashdb", remote_id="h-1")

    said = read_nfo(render_nfo(work, FACTS, identity=identity, fallback_title="x"))

    assert said == SidecarSays(
        ids=(WrittenId(kind="stashdb", text="h-1"),),
        title=work.title,
        original_title=work.title,
        studio=work.studio.name if work.studio else None,
        date=work.date,
        director=work.director,
        details=work.details,
        performers=tuple(one.performer.name for one in work.appearances),
        tags=tuple(tag.name for tag in work.tags),
    )
