"""A template leads below the library, tells what is known, and never loses the file's ending."""

from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.library_naming import KEEPS_NAMES, LibraryNaming
from rules.media import VideoFacts
from rules.name_fields import NameField, name_values
from rules.naming import NameTemplate, NameUnknown, NameUnusable, TemplateUnusable
from rules.safe_name import MOST_NAME_BYTES, safe_name
from rules.selection import Selection
from rules.work import NFO, Appearance, ExternalId, Performer, Studio, Work
from tests.rules.test_safe_name import TEXTS

FACTS = VideoFacts(
    container="matroska", duration_s=60.0, video_codec="h264", width=1920, height=800
)
PIER = Work(
    title="Pier: the Return",
    code="NL-7",
    director="Cleo March",
    date="2024-05-17",
    studio=Studio(name="Northlight", parent=Studio(name="Coast Group")),
    appearances=(
        Appearance(performer=Performer(name="Ada Winter")),
        Appearance(performer=Performer(name="Ben Frost"), credited_as="B. Frost"),
    ),
)
IDENTITY = ExternalId(source="first", remote_id="h-1")
VALUES = name_values(PIER, FACTS, IDENTITY)


def place(template: str, values: dict[NameField, str] = VALUES, *, extension: str = ".mkv") -> str:
    return str(NameTemplate.parse(template).path_of(values, extension=extension))


@pytest.mark.parametrize(
    ("template", "path"),
    [
        ("{title}", "Pier - the Return.mkv"),
        ("{studio}/{date} {title}", "Northlight/2024-05-17 Pier - the Return.mkv"),
        ("{parent_studio}/{year}/{code}", "Coast Group/2024/NL-7.mkv"),
        ("{performers} - {title}", "Ada Winter, B. Frost - Pier - the Return.mkv"),
        ("{title} [{resolution} {codec}]", "Pier - the Return [1080p h264].mkv"),
        ("{director}< ({source} {id})>", "Cleo March (first h-1).mkv"),
    ],
)
def test_a_template_tells_what_is_known(template: str, path: str) -> None:
    assert place(template) == path


def test_what_is_not_known_is_left_out_where_that_is_allowed() -> None:
    known = name_values(Work(title="Pier", studio=Studio(name="Northlight")), FACTS, None)

    assert place("<{year} >{title}< ({date})>", known) == "Pier.mkv"
    assert place("{parent_studio}/{title}", known) == "Northlight/Pier.mkv"
    with pytest.raises(NameUnknown, match=r"\{date\} is not known; put it in < >") as caught:
        place("{date} {title}", known)
    assert caught.value.field is NameField.DATE


def test_an_id_that_doorman_made_up_is_told_nobody() -> None:
    made_up = ExternalId(source=NFO, remote_id="0" * 32)

    assert NameField.ID not in name_values(PIER, FACTS, made_up)


@pytest.mark.parametrize(
    ("width", "height", "said"),
    [
        (3840, 1600, "2160p"),
        (1080, 1920, "1080p"),
        (1280, 720, "720p"),
        (640, 360, "360p"),
        (None, 800, None),
    ],
)
def test_a_resolution_has_the_name_it_is_sold_by(
    width: int | None, height: int, said: str | None
) -> None:
    facts = VideoFacts(container="matroska", duration_s=1.0, width=width, height=height)

    assert name_values(Work(), facts, None).get(NameField.RESOLUTION) == said


@pytest.mark.parametrize(
    ("template", "says"),
    [
        ("", 'is empty; write a template, as in rename = "{studio}/{title}"'),
        ("{titel}", "has a field {titel} that there is not; did you mean {title}"),
        ("{x}", "has a field {x} that there is not; known are title, studio,"),
        ("/{title}", 'begins with "/"; leave that out'),
        ("{studio}//{title}", "has a folder without a name"),
        ("{title}/", "has a folder without a name"),
        ("../{title}", 'has a folder ".."'),
        ("films/all", "all files would have one name"),
        ("{studio}/<{title}>", "all files would have one name"),
        ("{title} <b>", "has a < > without a field"),
        ("{title} <{year}", 'has a "<" without its ">"'),
        ("{title}>", 'has a ">" in the wrong place'),
        ("<<{year}>> {title}", 'has a "<" in the wrong place'),
        ("{title", 'has a "{" that belongs to no field'),
        ("{title}: {year}", 'has ": ", of which not every disk can hold all'),
    ],
)
def test_a_template_that_cannot_be_used_says_what_to_write(template: str, says: str) -> None:
    with pytest.raises(TemplateUnusable) as caught:
        NameTemplate.parse(template)

    assert says in str(caught.value)


@pytest.mark.parametrize(
    ("template", "values", "says"),
    [
        ("{title}", {NameField.TITLE: "???"}, "{title} is not known"),
        ("<{code}>/{title}", {NameField.TITLE: "a"}, "a folder of its path would have no name"),
        ("{studio}/{title}", {NameField.TITLE: "a", NameField.STUDIO: "@eaDir"}, "for themselves"),
        ("{title}.temp", {NameField.TITLE: "a"}, "unfinished download"),
        ("..{title}..", {NameField.TITLE: "."}, "is not known"),
        ("{title}", {NameField.TITLE: "a" + "\u0316" * 200}, "nothing of its name is left"),
    ],
)
def test_a_name_under_which_nobody_would_look_is_refused(
    template: str, values: dict[NameField, str], says: str
) -> None:
    with pytest.raises((NameUnusable, NameUnknown)) as caught:
        place(template, values)

    assert says in str(caught.value)


def test_room_is_left_for_what_lies_beside() -> None:
    values = {NameField.TITLE: "\u00e9" * 300}
    template = NameTemplate.parse("{title}")

    path = template.path_of(values, extension=".mkv", longest_end_bytes=40)
    assert len(path.stem.encode()) == MOST_NAME_BYTES - 41  # 215 is odd, and two bytes a letter
    with pytest.raises(NameUnusable, match="too long a name"):
        template.path_of(values, extension=".mkv", longest_end_bytes=240)


@given(
    st.dictionaries(st.sampled_from(NameField), TEXTS),
    st.sampled_from([".mkv", ".MP4"]),
    st.sampled_from(
        ["{studio}/{title}", "<{studio}>/{title}", "{performers}< {date}>/x/{title}<-{code}>"]
    ),
)
def test_no_work_leads_out_of_the_library_or_loses_the_ending(
    values: dict[NameField, str], extension: str, template: str
) -> None:
    try:
        path = NameTemplate.parse(template).path_of(values, extension=extension)
    except (NameUnknown, NameUnusable):
        return

    assert not path.is_absolute()
    assert path.name.endswith(extension)
    assert len(path.parts) == template.count("/") + 1
    for part in path.parts:
        assert part == safe_name(part)


@given(TEXTS, TEXTS)
def test_two_names_that_differ_after_cleaning_stay_apart(one: str, other: str) -> None:
    if not safe_name(one) or not safe_name(other) or safe_name(one) == safe_name(other):
        return

    assert place("{title}", {NameField.TITLE: one}) != place("{title}", {NameField.TITLE: other})


def test_a_library_names_no_file_where_it_does_not_look() -> None:
    naming = LibraryNaming(
        template=NameTemplate.parse("{studio}/{title}"),
        selection=Selection.of(extensions=["mkv"], excludes=["/Northlight/"]),
    )

    with pytest.raises(NameUnusable, match="excluded from the library"):
        naming.place_of(VALUES, extension=".mkv", longest_end_bytes=0)
    other = {**VALUES, NameField.STUDIO: "Coast"}
    path = naming.place_of(other, extension=".mkv", longest_end_bytes=0)
    assert path == PurePosixPath("Coast/Pier - the Return.mkv")
    assert KEEPS_NAMES.place_of(VALUES, extension=".mkv", longest_end_bytes=0) is None
