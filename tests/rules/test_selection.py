import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.selection import (
    IGNORE_FILE,
    OUR_PREFIX,
    IgnoreList,
    Selection,
    Skip,
    companion_target,
    companions_of,
    extension_of,
    is_excluded,
    is_temporary,
    parse_ignore_text,
    skip_folder,
)

STASH_EXTENSIONS = [
    *("m4v", "mp4", "mov", "wmv", "avi", "mpg", "mpeg", "rmvb", "rm", "flv", "asf", "mkv"),
    *("webm", "f4v"),
]


@pytest.mark.parametrize("extension", STASH_EXTENSIONS)
def test_what_stash_takes_for_video_is_of_interest_in_any_case(extension: str) -> None:
    assert Selection().skip_file(f"Harbour at Dawn.{extension}") is None
    assert Selection().skip_file(f"Harbour at Dawn.{extension.upper()}") is None


@pytest.mark.parametrize(
    ("name", "extension"),
    [
        ("a.mp4", "mp4"),
        ("a.MKV", "mkv"),
        ("a.mp4.part", "part"),
        ("a", ""),
        (".mp4", ""),
        ("a.", ""),
        ("", ""),
        ("ein.türchen.mp4", "mp4"),
        ("\udcff.mp4", "mp4"),
    ],
)
def test_only_the_last_extension_counts(name: str, extension: str) -> None:
    assert extension_of(name) == extension


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("a.nfo", Skip.EXTENSION),
        ("a-poster.jpg", Skip.EXTENSION),
        ("a", Skip.EXTENSION),
        (".mp4", Skip.EXTENSION),
        ("._a.mp4", Skip.SYSTEM),
        (f"{OUR_PREFIX}a1b2c3.mp4", Skip.TEMPORARY),
        (f"{OUR_PREFIX}a1b2c3.nfo", Skip.TEMPORARY),
        ("a.mp4.part", Skip.TEMPORARY),
        (".a.mp4", None),
        ("a.mp4", None),
    ],
)
def test_a_file_name_is_judged(name: str, why: Skip | None) -> None:
    assert Selection().skip_file(name) is why


def test_the_owner_may_list_other_extensions_in_any_form() -> None:
    selection = Selection.of(extensions=["TS", ".Mkv"])

    assert selection.extensions == {"ts", "mkv"}
    assert selection.skip_file("a.ts") is None
    assert selection.skip_file("a.mp4") is Skip.EXTENSION


@pytest.mark.parametrize(
    "name",
    [
        "a.mp4.part",
        "a.mp4.PART",
        "a.crdownload",
        "a.mkv.!qB",
        "a.partial",
        "a.tmp",
        "a.download",
        "a.opdownload",
        "a.filepart",
        "a.mp4.aria2",
        "a.mp4.ytdl",
        "a.mp4.part-Frag12",
        "a.mp4.part-Frag12.part",
        "a.temp.mp4",
        ".a.mp4.Xy12zQ",
        ".syncthing.a.mp4.tmp",
        "~syncthing~a.mp4.tmp",
        "~$a.mp4",
        ".~a.mp4",
        ".fuse_hidden0000a1",
        ".nfs00000000deadbeef",
        ".smbdeleteAAA1234",
        ".goutputstream-AB12CD",
        ".doorman-0a1b",
    ],
)
def test_a_temporary_name_is_known(name: str) -> None:
    assert is_temporary(name)


@pytest.mark.parametrize(
    "name",
    ["a.mp4", "part.mp4", "tmp.mkv", "The.Temp.2021.mp4", ".hidden.mp4", "nfs.mp4", "a.part1.mp4"],
)
def test_an_ordinary_name_is_not_temporary(name: str) -> None:
    assert not is_temporary(name)


@pytest.mark.parametrize(
    ("name", "why"),
    [
        ("@eaDir", Skip.SYSTEM),
        (".stfolder", Skip.SYSTEM),
        (".stversions", Skip.SYSTEM),
        (".Trash-1000", Skip.SYSTEM),
        (".Trashes", Skip.SYSTEM),
        ("lost+found", Skip.SYSTEM),
        ("#recycle", Skip.SYSTEM),
        ("$RECYCLE.BIN", Skip.SYSTEM),
        ("System Volume Information", Skip.SYSTEM),
        ("_UNPACK_Harbour", Skip.TEMPORARY),
        ("_FAILED_Harbour", Skip.TEMPORARY),
        ("_unpack", Skip.TEMPORARY),
        ("__ADMIN__", Skip.TEMPORARY),
        ("Harbour", None),
        ("Found and Lost", None),
        (".hidden", None),
        ("Harbour.part", None),
    ],
)
def test_a_folder_name_is_judged(name: str, why: Skip | None) -> None:
    assert skip_folder(name) is why


def test_a_companion_marks_its_file() -> None:
    assert "a.mp4.aria2" in companions_of("a.mp4")
    assert companion_target("a.mp4.aria2") == "a.mp4"
    assert companion_target("a.mp4") is None
    assert companion_target(".aria2") is None


@given(st.text(min_size=1))
def test_every_companion_leads_back(name: str) -> None:
    assert {companion_target(companion) for companion in companions_of(name)} == {name}


@pytest.mark.parametrize(
    ("name", "may_be"),
    [
        ("Harbour", True),
        ("Harbour.2021.1080p", True),
        ("a.mp4", False),
        ("a.nfo", False),
        ("a.part", False),
        ("@eaDir", False),
        ("._x", False),
    ],
)
def test_a_lost_name_may_have_been_a_folder(name: str, *, may_be: bool) -> None:
    assert Selection().may_be_folder(name) is may_be


def chain(*texts: tuple[str, str]) -> tuple[IgnoreList, ...]:
    return tuple(parse_ignore_text(text, folder=folder) for folder, text in texts)


@pytest.mark.parametrize(
    ("relative", "is_folder", "excluded"),
    [
        ("trailer.mp4", False, True),
        ("a/trailer.mp4", False, True),
        ("a/keep.avi", False, False),
        ("a/other.avi", False, True),
        ("a/b/any.avi", False, False),
        ("a/b/trailer.mp4", False, True),
        ("extras", True, True),
        ("extras", False, False),
        ("a/extras", True, True),
        ("#odd.mp4", False, True),
        ("unsaid.mp4", False, False),
    ],
)
def test_the_nearest_list_that_says_anything_decides(
    relative: str, *, is_folder: bool, excluded: bool
) -> None:
    lists = chain(
        ("", "# a comment\n\ntrailer.*\nextras/\n*.avi   \n\\#odd.mp4\r\n"),
        ("a", "!keep.avi\n"),
        ("a/b", "!*.avi\n"),
    )
    holding = tuple(ignore for ignore in lists if relative.startswith(ignore.folder))

    assert is_excluded(holding, relative, is_folder=is_folder) is excluded


def test_a_list_with_a_byte_order_mark_is_read() -> None:
    ignore = parse_ignore_text("\ufeffa.mp4\r\nb.mp4", folder="x")

    assert ignore.verdict("x/a.mp4", is_folder=False) is True
    assert ignore.verdict("x/b.mp4", is_folder=False) is True
    assert ignore.verdict("x/y/c.mp4", is_folder=False) is None


def test_a_pattern_with_a_slash_holds_from_its_own_folder() -> None:
    ignore = parse_ignore_text("/y/*.mp4\n", folder="x")

    assert ignore.verdict("x/y/a.mp4", is_folder=False) is True
    assert ignore.verdict("x/z/y/a.mp4", is_folder=False) is None


def test_a_wrong_line_costs_only_itself() -> None:
    ignore = IgnoreList.parse(["!", "*.avi"])

    assert ignore.invalid == ("!",)
    assert ignore.verdict("a.avi", is_folder=False) is True


def test_a_name_that_is_no_utf8_can_be_matched() -> None:
    assert parse_ignore_text("*.avi", folder="").verdict("\udcff.avi", is_folder=False) is True


def test_the_file_with_patterns_is_none_of_interest() -> None:
    assert Selection().skip_file(IGNORE_FILE) is Skip.EXTENSION


@given(st.text())
def test_any_name_is_judged_without_an_error(name: str) -> None:
    selection = Selection()

    assert selection.skip_file(name) in {None, Skip.SYSTEM, Skip.TEMPORARY, Skip.EXTENSION}
    assert skip_folder(name) in {None, Skip.SYSTEM, Skip.TEMPORARY}
    assert not (selection.skip_file(name) is None and selection.may_be_folder(name))


@pytest.mark.parametrize(
    ("name", "is_so"),
    [
        ("dawn.mkv", True),
        ("dawn.MKV", True),
        (".doorman-1.mkv", True),
        ("dawn.mkv.part", False),
        ("._dawn.mkv", False),
        ("dawn.nfo", False),
    ],
)
def test_file_of_a_listed_kind_is_known_by_its_extension(name: str, *, is_so: bool) -> None:
    assert Selection().is_listed(name) is is_so
