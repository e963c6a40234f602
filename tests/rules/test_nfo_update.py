"""Files are told as texts: what doorman wrote, what somebody made of it, what it becomes."""

from dataclasses import replace
from xml.etree import ElementTree as ET

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.media import VideoFacts
from rules.nfo import render_nfo
from rules.nfo_ownership import LastNfo, OnChange
from rules.nfo_style import NfoRoot, NfoStyle
from rules.nfo_update import WriteNfo, decide_nfo
from rules.sidecar import Preserve, PreserveReason, Unchanged, digest
from rules.work import Appearance, ExternalId, Performer, Tag, Work

BARE = VideoFacts(container="matroska", duration_s=0)
WORK = Work(
    title="The Harbour at Dawn",
    details="Ships come in.",
    date="2024-05-01",
    appearances=(Appearance(performer=Performer(name="Ada Quill")),),
    tags=(Tag(name="Boats"), Tag(name="Sea")),
    ids=(ExternalId(source="tpdb", remote_id="42"),),
)
STATE = (
    "<playcount>3</playcount><watched>true</watched><lastplayed>2025-01-02</lastplayed>"
    "<resume><position>12</position></resume><userrating>8</userrating>"
    "<dateadded>2024-06-01</dateadded><lockedfields>Genres</lockedfields><mine a='1'>x</mine>"
)
CHANGED = [OnChange.MERGE, OnChange.OVERWRITE]


def nfo(work: Work = WORK, root: NfoRoot = NfoRoot.MOVIE) -> bytes:
    return render_nfo(
        work,
        BARE,
        identity=ExternalId(source="stashdb", remote_id="one"),
        fallback_title="clip 01",
        style=NfoStyle(root=root),
    )


OURS = nfo()
NEWER = nfo(replace(WORK, title="A Harbour at Dusk", details="Ships go out.", tags=()))


def first(content: bytes = OURS) -> LastNfo:
    """Return what is remembered of a file that doorman wrote where none was."""
    write = decide_nfo(None, None, content, OnChange.PRESERVE)
    assert isinstance(write, WriteNfo)
    return remembered(write)


def remembered(write: WriteNfo) -> LastNfo:
    return LastNfo(sha256=digest(write.content), marks=write.marks)


def written(
    present: bytes, last: LastNfo | None, wanted: bytes, on_change: OnChange
) -> tuple[ET.Element, WriteNfo]:
    write = decide_nfo(present, last, wanted, on_change)
    assert isinstance(write, WriteNfo)
    assert write.expected_sha256 == digest(present)
    return ET.fromstring(write.content), write  # noqa: S314 - our own bytes


def texts(root: ET.Element, name: str) -> list[str | None]:
    return [each.text for each in root.findall(name)]


def edited(*changes: tuple[str, str], content: bytes = OURS) -> bytes:
    text = content.decode()
    for old, new in changes:
        assert old in text
        text = text.replace(old, new)
    return text.encode()


@pytest.mark.parametrize("on_change", OnChange)
def test_where_nothing_is_the_whole_file_is_written(on_change: OnChange) -> None:
    write = decide_nfo(None, None, OURS, on_change)

    assert isinstance(write, WriteNfo)
    assert (write.content, write.expected_sha256) == (OURS, None)


@pytest.mark.parametrize("on_change", OnChange)
@pytest.mark.parametrize("last", [None, first(), first(NEWER)])
def test_equal_bytes_are_not_written_again(last: LastNfo | None, on_change: OnChange) -> None:
    assert decide_nfo(OURS, last, OURS, on_change) == Unchanged()


@pytest.mark.parametrize("on_change", OnChange)
@pytest.mark.parametrize("marks", ["noted", "not noted"])
def test_what_is_as_doorman_left_it_is_replaced(on_change: OnChange, marks: str) -> None:
    last = first() if marks == "noted" else LastNfo(sha256=digest(OURS))

    write = decide_nfo(OURS, last, NEWER, on_change)

    assert isinstance(write, WriteNfo)
    assert (write.content, write.expected_sha256) == (NEWER, digest(OURS))


def test_another_root_alone_is_reason_enough_to_write() -> None:
    music = nfo(Work(title="Tide"), NfoRoot.MUSICVIDEO)

    write = decide_nfo(
        nfo(Work(title="Tide")), first(nfo(Work(title="Tide"))), music, OnChange.MERGE
    )

    assert isinstance(write, WriteNfo)
    assert write.content == music


@pytest.mark.parametrize("last", [None, first(NEWER)])
def test_what_somebody_wrote_stays_by_default(last: LastNfo | None) -> None:
    reason = PreserveReason.FOREIGN if last is None else PreserveReason.EDITED

    assert decide_nfo(OURS, last, NEWER, OnChange.PRESERVE) == Preserve(reason=reason)


@pytest.mark.parametrize("on_change", OnChange)
@pytest.mark.parametrize("last", [None, first()])
@pytest.mark.parametrize(
    ("present", "reason"),
    [
        (b"", PreserveReason.NOT_XML),
        (b"RELEASE NOTES \xff\xfe", PreserveReason.NOT_XML),
        (OURS + b"https://db.example/title/1", PreserveReason.NOT_XML),
        (OURS + OURS, PreserveReason.NOT_XML),
        (b"<!DOCTYPE m [<!ENTITY e 'boom'>]><movie>&e;</movie>", PreserveReason.NOT_XML),
        ("<!doctype movie><movie/>".encode("utf-16"), PreserveReason.NOT_XML),
        (b'<?xml version="1.0" encoding="nonsense"?><movie/>', PreserveReason.NOT_XML),
        (b"<movie>" + b" " * (2 << 20) + b"</movie>", PreserveReason.NOT_XML),
        (b"<movie><LockData> true </LockData></movie>", PreserveReason.LOCKED),
        ("<movie><lockdata>true</lockdata></movie>".encode("utf-16"), PreserveReason.LOCKED),
        (b"<movie><lockdata a='1'>true</lockdata></movie>", PreserveReason.LOCKED),
        (b"<movie><lockdata><!-- me -->true</lockdata></movie>", PreserveReason.LOCKED),
        (b"<lockdata>true</lockdata> no more XML", PreserveReason.LOCKED),
        (b"<episodedetails><title>Tide</title></episodedetails>", PreserveReason.OTHER_KIND),
        (b"<tvshow><title>Tide</title></tvshow>", PreserveReason.OTHER_KIND),
    ],
)
def test_some_files_stay_whatever_the_choice_is(
    present: bytes, reason: PreserveReason, last: LastNfo | None, on_change: OnChange
) -> None:
    assert decide_nfo(present, last, NEWER, on_change) == Preserve(reason=reason)


def test_an_entity_bomb_is_just_somebody_elses_file() -> None:
    entities = "".join(f'<!ENTITY e{n + 1} "{f"&e{n};" * 10}">' for n in range(1, 12))
    bomb = f'<!DOCTYPE m [<!ENTITY e1 "boom">{entities}]><m>&e12;</m>'.encode()

    assert decide_nfo(bomb, None, NEWER, OnChange.OVERWRITE) == Preserve(
        reason=PreserveReason.NOT_XML
    )


def test_merging_fills_what_a_file_of_others_lacks() -> None:
    theirs = b"<movie><!-- mine --><title>My Harbour</title><tag>Home</tag></movie>"

    movie, write = written(theirs, None, OURS, OnChange.MERGE)

    assert texts(movie, "title") == ["My Harbour"]
    assert (texts(movie, "tag"), texts(movie, "plot")) == (["Home"], ["Ships come in."])
    assert movie.find("sorttitle") is None, "it would sort by another title"
    assert texts(movie, "actor/name") == ["Ada Quill"]
    assert b"<!-- mine -->" in write.content


def test_merging_renews_what_nobody_changed() -> None:
    present = edited(("The Harbour at Dawn</title>", "My Harbour</title>"))

    movie, _ = written(present, first(), NEWER, OnChange.MERGE)

    assert (texts(movie, "title"), texts(movie, "plot")) == (["My Harbour"], ["Ships go out."])
    assert movie.find("tag") is None, "doorman wrote these, and nobody says them any more"


def test_what_was_merged_once_stays_theirs() -> None:
    present = edited(("The Harbour at Dawn</title>", "My Harbour</title>"))
    _, write = written(present, first(), NEWER, OnChange.MERGE)

    movie, _ = written(write.content, remembered(write), OURS, OnChange.PRESERVE)

    assert (texts(movie, "title"), texts(movie, "plot")) == (["My Harbour"], ["Ships come in."])


@pytest.mark.parametrize("on_change", CHANGED)
def test_what_servers_note_of_a_person_outlives_every_update(on_change: OnChange) -> None:
    present = edited(("</movie>", f"{STATE}</movie>"))
    names = [child.tag for child in ET.fromstring(f"<m>{STATE}</m>")]  # noqa: S314 - our own bytes

    last = first()
    for wanted in (NEWER, OURS, NEWER):
        movie, write = written(present, last, wanted, on_change)
        present, last = write.content, remembered(write)
        state = "".join(ET.tostring(each, "unicode").strip() for each in movie if each.tag in names)
        assert "".join(state.split()) == "".join(STATE.replace("'", '"').split())


def test_overwriting_says_all_that_doorman_knows() -> None:
    theirs = b"<movie><title>My Harbour</title><country>Norway</country><plot>x</plot></movie>"

    movie, _ = written(theirs, None, NEWER, OnChange.OVERWRITE)

    assert texts(movie, "title") == ["A Harbour at Dusk"]
    assert (texts(movie, "plot"), texts(movie, "country")) == (["Ships go out."], ["Norway"])


def test_overwriting_erases_nothing_that_doorman_does_not_know() -> None:
    theirs = b"<movie><title>My Harbour</title><tag>Home</tag></movie>"

    movie, _ = written(theirs, None, NEWER, OnChange.OVERWRITE)

    assert texts(movie, "tag") == ["Home"]


@pytest.mark.parametrize("on_change", CHANGED)
def test_a_field_that_was_locked_alone_stays(on_change: OnChange) -> None:
    present = edited(
        ("</movie>", "<lockedfields>Overview|Cast</lockedfields></movie>"),
        ("Ada Quill", "Ben Ferro"),
    )

    movie, _ = written(present, first(), NEWER, on_change)

    assert texts(movie, "plot") == ["Ships come in."]
    assert texts(movie, "actor/name") == ["Ben Ferro"]
    assert texts(movie, "title") == ["A Harbour at Dusk"]


def test_ids_of_other_sources_are_added_and_one_stays_the_default() -> None:
    theirs = b'<movie><uniqueid type="imdb" default="true">tt1</uniqueid></movie>'

    movie, _ = written(theirs, None, OURS, OnChange.MERGE)

    assert [each.attrib for each in movie.findall("uniqueid")] == [
        {"type": "imdb", "default": "true"},
        {"type": "stashdb"},
        {"type": "tpdb"},
    ]


def test_ids_without_a_default_get_one() -> None:
    theirs = b'<movie><uniqueid type="imdb">tt1</uniqueid></movie>'

    movie, _ = written(theirs, None, OURS, OnChange.MERGE)

    assert [each.get("default") for each in movie.findall("uniqueid")] == [None, "true", None]


@pytest.mark.parametrize("on_change", CHANGED)
def test_a_file_that_says_the_same_otherwise_is_left_alone(on_change: OnChange) -> None:
    tidied = OURS.replace(b"  <", b"\t<").replace(b"\n", b"\r\n")

    assert decide_nfo(tidied, first(), OURS, on_change) == Unchanged()


@pytest.mark.parametrize("on_change", CHANGED)
def test_text_between_elements_is_not_lost(on_change: OnChange) -> None:
    present = edited(("</title>", "</title>a note"), ("</plot>", "</plot>another"))

    _, write = written(present, first(), NEWER, on_change)

    assert b"a note" in write.content
    assert b"another" in write.content


@pytest.mark.parametrize("on_change", CHANGED)
def test_comments_around_the_document_are_not_lost(on_change: OnChange) -> None:
    present = OURS.replace(b"<movie>", b"<!-- before --><movie>") + b"<!-- behind -->"

    _, write = written(present, first(), NEWER, on_change)
    _, next_write = written(write.content, remembered(write), OURS, OnChange.PRESERVE)

    for content in (write.content, next_write.content):
        assert content.count(b"<!-- before -->\n<movie>") == 1
        assert content.endswith(b"</movie>\n<!-- behind -->\n")


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("Ships come in.", "Ships\n\ncome in."),
        ("Ships come in.", "Ships <i>come</i> in."),
        ("Ships come in.", "Ships come in.<!-- or go -->"),
        ("<name>Ada Quill</name>", "<name>Ada Quill</name>as herself"),
    ],
)
def test_the_smallest_edit_makes_it_somebodys(old: str, new: str) -> None:
    _, write = written(edited((old, new)), first(), NEWER, OnChange.MERGE)

    assert new.encode() in write.content.replace(b"\n    ", b"")


def test_empty_elements_of_other_programs_are_filled() -> None:
    present = b"<movie><title>Tide</title><plot></plot><trailer/><set><name/></set></movie>"

    movie, _ = written(present, None, OURS, OnChange.MERGE)

    assert texts(movie, "plot") == ["Ships come in."]
    assert [each.tag for each in movie][:4] == ["title", "plot", "trailer", "set"]


def test_what_a_person_emptied_stays_empty() -> None:
    movie, _ = written(edited(("Ships come in.", "")), first(), NEWER, OnChange.MERGE)

    assert texts(movie, "plot") == [None]


def test_a_file_in_another_encoding_becomes_utf_8() -> None:
    text = '<?xml version="1.0" encoding="utf-16"?><movie><title>Hafen am Süd</title></movie>'

    movie, _ = written(text.encode("utf-16"), None, OURS, OnChange.MERGE)

    assert texts(movie, "title") == ["Hafen am Süd"]


title = st.one_of(st.none(), st.sampled_from(["Tide", "The Tide", "Dawn"]))
work = st.builds(
    Work,
    title=title,
    details=title,
    tags=st.lists(st.builds(Tag, name=st.sampled_from("abc")), max_size=2).map(tuple),
)
somebody = st.sampled_from([b"", b"<playcount>1</playcount>", b"<plot>mine</plot>", b"<x>y</x>"])


@given(
    works=st.lists(work, min_size=2, max_size=4), said=somebody, on_change=st.sampled_from(CHANGED)
)
def test_an_update_settles_at_once_and_keeps_what_others_said(
    works: list[Work], said: bytes, on_change: OnChange
) -> None:
    last = first(nfo(works[0]))
    present = nfo(works[0]).replace(b"</movie>", said + b"</movie>")
    for each in works[1:]:
        verdict = decide_nfo(present, last, nfo(each), on_change)
        if isinstance(verdict, WriteNfo):
            present, last = verdict.content, remembered(verdict)
            again = decide_nfo(present, last, nfo(each), on_change)
            assert again == Unchanged()
        assert said in present or (b"plot" in said and on_change is OnChange.OVERWRITE)


anything = st.lists(
    st.tuples(
        st.sampled_from(["title", "sorttitle", "year", "tag", "actor", "playcount", "Title", "x"]),
        st.text(st.characters(min_codepoint=32, max_codepoint=0xD7FF), max_size=5),
    ),
    max_size=6,
)
OF_NO_TOPIC = frozenset({"playcount", "Title", "x"})


@given(said=anything, on_change=st.sampled_from(CHANGED))
def test_whatever_somebody_wrote_is_still_there(
    said: list[tuple[str, str]], on_change: OnChange
) -> None:
    theirs = ET.Element("movie")
    for name, text in said:
        ET.SubElement(theirs, name).text = text

    movie, _ = written(ET.tostring(theirs, "utf-8"), None, OURS, on_change)

    after = [(each.tag, each.text or "") for each in movie]
    is_merged = on_change is OnChange.MERGE
    kept = [each for each in said if each[0] in OF_NO_TOPIC or (is_merged and each[1].strip())]
    assert all(after.count(each) >= kept.count(each) for each in kept)
    assert movie.findtext("plot") == "Ships come in."


@given(present=st.binary(), last=st.one_of(st.none(), st.binary()))
def test_by_default_nothing_is_replaced_but_what_doorman_last_wrote(
    present: bytes, last: bytes | None
) -> None:
    known = None if last is None else LastNfo(sha256=digest(last))
    verdict = decide_nfo(present, known, OURS, OnChange.PRESERVE)

    assert isinstance(verdict, WriteNfo) <= (present == last)
