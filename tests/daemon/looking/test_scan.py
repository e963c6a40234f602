import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

import anyio
import pytest

from daemon.looking.folder import Folder
from daemon.looking.scan import look, look_at, scan
from daemon.looking.walk import Walk, walk_folder
from rules.listing import Listing, NoListing, RootIdentity, Sighting, Skipped
from rules.selection import Selection, Skip

SELECTION = Selection()


def write(path: Path, text: str = "film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def walk(root: Path, selection: Selection = SELECTION) -> Listing:
    listing = Walk(root, selection).run()
    assert isinstance(listing, Listing)
    return listing


def names(root: Path, selection: Selection = SELECTION) -> list[str]:
    return [str(seen.path.relative_to(root)) for seen in walk(root, selection).sightings]


def why(root: Path, name: str, selection: Selection = SELECTION) -> Skip | None:
    found = look(root, root / name, selection)
    return found.why if isinstance(found, Skipped) else None


def test_a_file_is_seen_with_what_the_disk_says_of_it(tmp_path: Path) -> None:
    file = write(tmp_path / "deep/Harbour at Dawn.mp4")
    facts = file.stat()

    (seen,) = walk(tmp_path).sightings

    assert seen.path == file
    assert seen.stamp.size_bytes == 4
    assert seen.stamp.mtime_ns == facts.st_mtime_ns
    assert (seen.device, seen.stamp.inode) == (facts.st_dev, facts.st_ino)
    assert look(tmp_path, file, SELECTION) == seen


def test_the_listing_knows_the_library_itself(tmp_path: Path) -> None:
    facts = tmp_path.stat()
    listing = walk(tmp_path)

    assert listing.root == RootIdentity(device=facts.st_dev, inode=facts.st_ino)
    assert listing.devices == {facts.st_dev}


def test_nfos_are_named_wherever_they_lie_but_not_where_nothing_is_of_interest(
    tmp_path: Path,
) -> None:
    wanted = {str(write(tmp_path / name)) for name in ("a.nfo", "A.NFO", "deep/movie.nfo")}
    for name in ("@eaDir/b.nfo", "a.txt", "a.nfo.part"):
        write(tmp_path / name)

    assert set(walk(tmp_path).sidecars) == wanted
    assert names(tmp_path) == []


def test_names_come_in_order_folder_by_folder(tmp_path: Path) -> None:
    for name in ("b/2.mp4", "b/1.mp4", "a/3.mp4", "c.mp4"):
        write(tmp_path / name)

    assert names(tmp_path) == ["c.mp4", "a/3.mp4", "b/1.mp4", "b/2.mp4"]


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("a.nfo", Skip.EXTENSION),
        ("a.mp4.part", Skip.TEMPORARY),
        ("._a.mp4", Skip.SYSTEM),
        ("@eaDir/a.mp4", Skip.SYSTEM),
        ("_UNPACK_x/a.mp4", Skip.TEMPORARY),
        ("extras/a.mp4", Skip.EXCLUDED),
        ("trailer.mp4", Skip.EXCLUDED),
    ],
)
def test_what_is_not_of_interest_is_passed_over_by_walk_and_look_alike(
    tmp_path: Path, name: str, reason: Skip
) -> None:
    selection = Selection.of(extensions=["mp4"], excludes=["extras/", "trailer.*"])
    write(tmp_path / name)

    assert names(tmp_path, selection) == []
    assert walk(tmp_path, selection).skipped == ((reason, 1),)
    assert why(tmp_path, name, selection) is reason


def test_an_empty_file_is_not_of_interest_yet(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4", "")

    assert names(tmp_path) == []
    assert why(tmp_path, "a.mp4") is Skip.EMPTY


def test_a_file_beside_the_mark_of_its_download_is_passed_over(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4")
    mark = write(tmp_path / "a.mp4.aria2")

    assert names(tmp_path) == []
    assert why(tmp_path, "a.mp4") is Skip.TEMPORARY

    mark.unlink()
    assert names(tmp_path) == ["a.mp4"]
    assert why(tmp_path, "a.mp4") is None


def test_a_file_may_have_the_longest_name_there_is(tmp_path: Path) -> None:
    """Nothing that marks a download can lie beside it, for its name would be longer."""
    file = write(tmp_path / ("Dawn " * 50 + "a.mkv"))

    assert walk(tmp_path).sightings == (look(tmp_path, file, SELECTION),)


def test_a_pipe_with_a_film_s_name_is_no_file(tmp_path: Path) -> None:
    os.mkfifo(tmp_path / "a.mp4")

    assert names(tmp_path) == []
    assert why(tmp_path, "a.mp4") is Skip.KIND


def test_stashignore_holds_for_its_folder_and_the_nearest_wins(tmp_path: Path) -> None:
    write(tmp_path / ".stashignore", "# not these\n*.avi\nraw/\n")
    write(tmp_path / "keep/.stashignore", "!*.avi\n")
    for name in ("a.avi", "a.mp4", "raw/b.mp4", "keep/c.avi", "other/d.avi"):
        write(tmp_path / name)

    assert names(tmp_path) == ["a.mp4", "keep/c.avi"]
    assert why(tmp_path, "a.avi") is Skip.EXCLUDED
    assert why(tmp_path, "raw/b.mp4") is Skip.EXCLUDED
    assert why(tmp_path, "keep/c.avi") is None
    assert why(tmp_path, "other/d.avi") is Skip.EXCLUDED


def test_a_wrong_pattern_is_reported_and_the_others_hold(tmp_path: Path) -> None:
    write(tmp_path / ".stashignore", "!\n*.avi\n")
    write(tmp_path / "a.avi")
    listing = walk(tmp_path)

    assert listing.sightings == ()
    assert [finding.hides for finding in listing.findings] == [False]
    assert listing.findings[0].path == tmp_path / ".stashignore"


@pytest.mark.parametrize("kind", ["link", "pipe", "folder"])
def test_a_stashignore_that_is_no_plain_file_is_not_read(tmp_path: Path, kind: str) -> None:
    library = tmp_path / "library"
    write(library / "a.mp4")
    place = library / ".stashignore"
    match kind:
        case "link":
            place.symlink_to(write(tmp_path / "outside", "*.mp4\n"))
        case "pipe":
            os.mkfifo(place)
        case _:
            place.mkdir()

    assert names(library) == ["a.mp4"]
    assert why(library, "a.mp4") is None


def test_a_link_to_a_file_inside_is_followed(tmp_path: Path) -> None:
    target = write(tmp_path / "a.mp4")
    (tmp_path / "b.mp4").symlink_to(target)
    seen = {seen.path.name: seen for seen in walk(tmp_path).sightings}

    assert set(seen) == {"a.mp4", "b.mp4"}
    assert seen["a.mp4"].stamp == seen["b.mp4"].stamp
    assert look(tmp_path, tmp_path / "b.mp4", SELECTION) == seen["b.mp4"]


@pytest.mark.parametrize("target", ["../outside.mp4", "nothing.mp4", "loop.mp4", "."])
def test_a_link_that_leaves_or_leads_to_nothing_is_not_followed(
    tmp_path: Path, target: str
) -> None:
    write(tmp_path / "outside.mp4")
    library = tmp_path / "library"
    library.mkdir()
    (library / "loop.mp4").symlink_to(target)

    assert names(library) == []
    assert why(library, "loop.mp4") is Skip.LINK


def test_a_link_to_a_file_still_being_written_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "a.mp4").symlink_to(write(tmp_path / "a.mp4.part"))

    assert names(tmp_path) == []


@pytest.mark.parametrize("target", ["real", "..", ".", "../elsewhere"])
def test_a_link_to_a_folder_is_not_entered_and_no_loop_is_run(tmp_path: Path, target: str) -> None:
    library = tmp_path / "library"
    write(library / "real/a.mp4")
    write(tmp_path / "elsewhere/a.mp4")
    (library / "link").symlink_to(target)

    assert names(library) == ["real/a.mp4"]
    assert why(library, "link/a.mp4") is Skip.LINK


def test_a_link_to_a_folder_that_looks_like_a_film_is_reported(tmp_path: Path) -> None:
    (tmp_path / "library").mkdir()
    write(tmp_path / "elsewhere/a.mp4")
    (tmp_path / "library/link.mp4").symlink_to(tmp_path / "elsewhere")

    (finding,) = walk(tmp_path / "library").findings

    assert not finding.hides
    assert "library of its own" in finding.reason


def test_a_library_that_is_itself_a_link_is_read(tmp_path: Path) -> None:
    write(tmp_path / "real/a.mp4")
    link = tmp_path / "link"
    link.symlink_to("real")
    (tmp_path / "real/b.mp4").symlink_to("a.mp4")

    assert names(link) == ["a.mp4", "b.mp4"]
    assert why(link, "b.mp4") is None


def test_a_name_that_is_no_utf8_is_seen(tmp_path: Path) -> None:
    file = write(tmp_path / os.fsdecode(b"f\xff") / os.fsdecode(b"\xfe.mp4"))

    (seen,) = walk(tmp_path).sightings

    assert os.fsencode(seen.path).endswith(b"/f\xff/\xfe.mp4")
    assert seen.path == file
    assert look(tmp_path, seen.path, SELECTION) == seen


@pytest.mark.parametrize("path", ["/elsewhere/a.mp4", "{root}/../a.mp4", "{root}"])
def test_a_path_outside_the_library_is_none_of_ours(tmp_path: Path, path: str) -> None:
    place = PurePath(path.format(root=tmp_path))

    assert look(tmp_path, place, SELECTION) == Skipped(path=place, why=Skip.OUTSIDE)


@pytest.mark.parametrize("name", ["a.mp4", "nothing/a.mp4", "film.mp4/a.mp4"])
def test_what_is_not_there_is_gone(tmp_path: Path, name: str) -> None:
    write(tmp_path / "film.mp4")

    assert why(tmp_path, name) is Skip.GONE


def test_with_the_library_gone_nothing_is_said_to_be_gone(tmp_path: Path) -> None:
    assert why(tmp_path / "unmounted", "a.mp4") is Skip.UNREADABLE


def test_a_missing_library_is_no_empty_one(tmp_path: Path) -> None:
    file = write(tmp_path / "file")

    for root in (tmp_path / "nothing", file):
        listing = Walk(root, SELECTION).run()
        assert isinstance(listing, NoListing)
        assert "correct the library's path" in listing.reason


def test_a_file_that_vanishes_under_the_eyes_is_simply_not_there(tmp_path: Path) -> None:
    class Fleeting(Walk):
        """Loses a file between the folder's listing and the look at it."""

        def _visit(
            self, folder: Folder, entry: os.DirEntry[str], names: frozenset[str]
        ) -> Folder | None:
            Path(entry.path).unlink()
            return super()._visit(folder, entry, names)

    write(tmp_path / "a.mp4")

    listing = Fleeting(tmp_path, SELECTION).run()

    assert isinstance(listing, Listing)
    assert (listing.sightings, listing.findings) == ((), ())


def test_a_library_that_is_replaced_while_it_is_read_is_not_believed(tmp_path: Path) -> None:
    class Swapped(Walk):
        """Finds another folder in the library's place before the walk ends."""

        def _visit(
            self, folder: Folder, entry: os.DirEntry[str], names: frozenset[str]
        ) -> Folder | None:
            library.rename(tmp_path / "old")
            library.mkdir()
            return super()._visit(folder, entry, names)

    library = tmp_path / "library"
    write(library / "a.mp4")

    listing = Swapped(library, SELECTION).run()

    assert isinstance(listing, NoListing)
    assert "replaced" in listing.reason


def test_a_walk_that_nobody_waits_for_ends(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4")
    abandoned = Walk(tmp_path, SELECTION)
    abandoned.abandon()

    with pytest.raises(BaseException, match=r"^$"):
        abandoned.run()


async def test_a_scan_runs_aside_and_reads_the_same(tmp_path: Path) -> None:
    write(tmp_path / "a.mp4")
    limiter = anyio.CapacityLimiter(1)

    assert await scan(tmp_path, SELECTION, limiter=limiter) == walk(tmp_path)
    assert isinstance(
        await look_at(tmp_path, tmp_path / "a.mp4", SELECTION, limiter=limiter), Sighting
    )


async def test_a_disk_that_stands_still_is_unknown(tmp_path: Path) -> None:
    limiter = anyio.CapacityLimiter(1)
    write(tmp_path / "a.mp4")

    listing = await scan(tmp_path, SELECTION, limiter=limiter, patience_s=0)
    found = await look_at(tmp_path, tmp_path / "a.mp4", SELECTION, limiter=limiter, patience_s=0)

    assert isinstance(listing, NoListing)
    assert "no answer" in listing.reason
    assert found == Skipped(path=tmp_path / "a.mp4", why=Skip.UNREADABLE)


def test_a_folder_s_files_are_named_without_asking_more(tmp_path: Path) -> None:
    for name in ("n/a.mp4", "n/m/b.mp4", "n/c.nfo", "n/@eaDir/d.mp4", "o/e.mp4"):
        write(tmp_path / name)

    def below(folder: str, limit: int = 10) -> list[str] | None:
        found = walk_folder(tmp_path, tmp_path / folder, SELECTION, limit=limit)
        return found if found is None else sorted(path.name for path in found)

    assert below("n") == ["a.mp4", "b.mp4"]
    assert below("n/@eaDir") == []
    assert below("gone") == []
    assert below("n", limit=1) is None
    assert below(".", limit=10) == ["a.mp4", "b.mp4", "e.mp4"]


# A super-user reads what nobody may; without those two powers it is as good as a plain user.
_PLAINLY = (
    "setpriv",
    "--inh-caps=-dac_override,-dac_read_search",
    "--bounding-set=-dac_override,-dac_read_search",
)
_SHOW = """
import sys
from pathlib import Path
from daemon.looking.folder import Folder
from daemon.looking.scan import look
from daemon.looking.walk import Walk
from rules.listing import Listing
from rules.selection import Selection
root = Path(sys.argv[1])
found = Walk(root, Selection()).run()
if isinstance(found, Listing):
    print([seen.path.name for seen in found.sightings], sorted(str(p) for p in found.hidden))
else:
    print(found.reason)
print(look(root, root / "shut/a.mp4", Selection()))
"""


@pytest.fixture
def shut() -> Iterator[Callable[[Path], None]]:
    """Take a folder's permissions away, and give them back at the end."""
    folders: list[Path] = []

    def close(folder: Path) -> None:
        folder.chmod(0)
        folders.append(folder)

    yield close
    for folder in folders:
        folder.chmod(0o755)


def seen_plainly(root: Path) -> str:
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("a super-user reads everything, and there is no setpriv to drop that power")

    prefix = _PLAINLY if os.geteuid() == 0 else ()
    command = [*prefix, sys.executable, "-c", _SHOW, str(root)]
    done = subprocess.run(  # noqa: S603 - our own words
        command, capture_output=True, text=True, check=True, timeout=60
    )
    return done.stdout


def test_a_folder_that_cannot_be_read_is_reported_as_unknown(
    tmp_path: Path, shut: Callable[[Path], None]
) -> None:
    write(tmp_path / "open/b.mp4")
    write(tmp_path / "shut/a.mp4")
    shut(tmp_path / "shut")

    shown = seen_plainly(tmp_path)

    assert f"['b.mp4'] ['{tmp_path}/shut']" in shown
    assert repr(Skip.UNREADABLE) in shown


def test_patterns_that_cannot_be_read_hide_their_folder(
    tmp_path: Path, shut: Callable[[Path], None]
) -> None:
    write(tmp_path / "open/b.mp4")
    write(tmp_path / "shut/a.mp4")
    shut(write(tmp_path / "shut/.stashignore", "*.mp4\n"))

    shown = seen_plainly(tmp_path)

    assert f"['b.mp4'] ['{tmp_path}/shut']" in shown
    assert repr(Skip.UNREADABLE) in shown


def test_a_library_that_may_not_be_read_says_so(
    tmp_path: Path, shut: Callable[[Path], None]
) -> None:
    library = tmp_path / "library"
    write(library / "a.mp4")
    shut(library)

    assert "give its user access" in seen_plainly(library)
