import os
import resource
import stat
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from daemon.disk.errors import (
    LibraryFolderGone,
    LibraryFull,
    NotAPlainFile,
    NotASidecar,
    OutsideLibrary,
    SidecarChanged,
    SidecarTooLarge,
    VideoGone,
    WriteForbidden,
)
from daemon.disk.folder import name_for
from daemon.disk.writing import (
    Place,
    Written,
    clean_up,
    read_small,
    remove_sidecar,
    status_now,
    write_sidecar,
)
from rules.errors import LibraryError
from rules.former_status import FormerStatus
from rules.sidecar import digest

OLD = b"<movie>old</movie>\n"
NEW = b"<movie>new</movie>\n"
THEIRS = b"<movie>a person wrote this</movie>\n"


@pytest.fixture
def place(tmp_path: Path) -> Place:
    folder = tmp_path / "library" / "Harbour at Dawn"
    folder.mkdir(parents=True)
    video = folder / "Harbour at Dawn.mkv"
    video.write_bytes(b"video")
    return Place(target=video.with_suffix(".nfo"), beside=video, library_root=tmp_path / "library")


@pytest.fixture
def umask_077() -> Iterator[None]:
    before = os.umask(0o077)
    yield
    os.umask(before)


NOBODY = 65534


@contextmanager
def as_nobody() -> Iterator[None]:
    """Be a user whom nothing belongs to; who is no root is one already."""
    if os.geteuid() != 0:
        yield
        return

    os.seteuid(NOBODY)
    try:
        yield
    finally:
        os.seteuid(0)


@pytest.fixture
def open_place() -> Iterator[Place]:
    """Lend a place that everybody can come to, and may write at."""
    with TemporaryDirectory() as name:
        library = Path(name)
        library.chmod(0o755)
        folder = library / "Harbour at Dawn"
        folder.mkdir()
        folder.chmod(0o777)
        video = folder / "Harbour at Dawn.mkv"
        video.write_bytes(b"video")
        yield Place(target=video.with_suffix(".nfo"), beside=video, library_root=library)
        folder.chmod(0o755)


def beside(place: Place, name: str) -> Place:
    return Place(
        target=place.target.with_name(name), beside=place.beside, library_root=place.library_root
    )


def names(place: Place) -> set[str]:
    return {entry.name for entry in place.target.parent.iterdir()}


def test_a_new_sidecar_is_written_and_nothing_else_stays(place: Place) -> None:
    written = write_sidecar(place, NEW, expected_sha256=None)

    assert written == Written(path=place.target, sha256=digest(NEW))
    assert place.target.read_bytes() == NEW
    assert names(place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}
    assert place.target.stat().st_nlink == 1


def test_what_doorman_wrote_is_replaced_whole(place: Place) -> None:
    place.target.write_bytes(OLD)
    with place.target.open("rb") as reader:
        write_sidecar(place, NEW, expected_sha256=digest(OLD))

        assert reader.read() == OLD
    assert place.target.read_bytes() == NEW
    assert names(place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}


def test_a_file_that_appeared_meanwhile_is_never_overwritten(place: Place) -> None:
    place.target.write_bytes(THEIRS)

    with pytest.raises(SidecarChanged, match="left alone"):
        write_sidecar(place, NEW, expected_sha256=None)

    assert place.target.read_bytes() == THEIRS
    assert names(place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}


def test_a_file_that_changed_meanwhile_is_never_overwritten(place: Place) -> None:
    place.target.write_bytes(THEIRS)

    with pytest.raises(SidecarChanged):
        write_sidecar(place, NEW, expected_sha256=digest(OLD))

    assert place.target.read_bytes() == THEIRS
    assert names(place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}


def test_a_file_that_was_removed_meanwhile_is_not_brought_back(place: Place) -> None:
    with pytest.raises(SidecarChanged):
        write_sidecar(place, NEW, expected_sha256=digest(OLD))

    assert names(place) == {"Harbour at Dawn.mkv"}


def test_a_file_far_too_large_to_be_ours_counts_as_changed(place: Place) -> None:
    with place.target.open("wb") as file:
        file.truncate((64 << 20) + 1)

    with pytest.raises(SidecarChanged):
        write_sidecar(place, NEW, expected_sha256=digest(OLD))


def test_of_many_writers_of_a_new_file_one_wins_and_its_bytes_are_whole(place: Place) -> None:
    contents = [str(number).encode() * 200_000 for number in range(8)]
    start = threading.Barrier(len(contents))
    outcomes: list[bytes | None] = []

    def write(content: bytes) -> None:
        start.wait()
        try:
            write_sidecar(place, content, expected_sha256=None)
        except SidecarChanged:
            outcomes.append(None)
        else:
            outcomes.append(content)

    threads = [threading.Thread(target=write, args=(content,)) for content in contents]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    (winner,) = (content for content in outcomes if content is not None)
    assert len(outcomes) == len(contents)
    assert place.target.read_bytes() == winner
    assert names(place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}


@pytest.mark.usefixtures("umask_077")
@pytest.mark.parametrize(
    ("of_video", "of_sidecar"), [(0o600, 0o644), (0o644, 0o644), (0o664, 0o664), (0o777, 0o666)]
)
def test_a_new_sidecar_takes_the_mode_of_the_video_but_all_may_read_it(
    place: Place, of_video: int, of_sidecar: int
) -> None:
    place.beside.chmod(of_video)

    write_sidecar(place, NEW, expected_sha256=None)

    assert stat.S_IMODE(place.target.stat().st_mode) == of_sidecar


def test_a_replaced_sidecar_keeps_the_mode_somebody_gave_it(place: Place) -> None:
    place.target.write_bytes(OLD)
    place.target.chmod(0o664)
    place.beside.chmod(0o644)

    write_sidecar(place, NEW, expected_sha256=digest(OLD))

    assert stat.S_IMODE(place.target.stat().st_mode) == 0o664


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_new_sidecar_takes_owner_and_group_of_the_video(place: Place) -> None:
    os.chown(place.beside, 1234, 2345)

    write_sidecar(place, NEW, expected_sha256=None)

    status = place.target.stat()
    assert (status.st_uid, status.st_gid) == (1234, 2345)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root may give files away")
def test_a_new_sidecar_keeps_the_group_that_its_folder_gives(place: Place) -> None:
    folder = place.target.parent
    os.chown(folder, 1234, 3456)
    folder.chmod(0o2775)
    os.chown(place.beside, 1234, 2345)

    write_sidecar(place, NEW, expected_sha256=None)

    status = place.target.stat()
    assert (status.st_uid, status.st_gid) == (1234, 3456)


@pytest.mark.skipif(os.geteuid() != 0, reason="whose it is, only root can give away")
def test_what_a_disk_does_not_let_be_given_away_is_written_all_the_same(open_place: Place) -> None:
    """As on a share that knows neither owners nor modes, or for a user who may give nothing."""
    open_place.beside.chmod(0o640)
    with as_nobody():
        write_sidecar(open_place, NEW, expected_sha256=None)

    status = open_place.target.stat()
    assert (status.st_uid, stat.S_IMODE(status.st_mode)) == (NOBODY, 0o644)


def test_a_folder_that_forbids_writing_says_so_and_keeps_all(open_place: Place) -> None:
    open_place.target.write_bytes(OLD)
    open_place.target.parent.chmod(0o555)

    with as_nobody(), pytest.raises(WriteForbidden, match="let the user or a group"):
        write_sidecar(open_place, NEW, expected_sha256=digest(OLD))

    assert open_place.target.read_bytes() == OLD
    assert names(open_place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}


def test_a_folder_that_leads_out_of_the_library_is_refused(place: Place, tmp_path: Path) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (outside / "clip.mkv").write_bytes(b"video")
    link = place.library_root / "link"
    link.symlink_to(outside)
    led = Place(target=link / "clip.nfo", beside=link / "clip.mkv", library_root=place.library_root)

    with pytest.raises(OutsideLibrary, match="library of its own"):
        write_sidecar(led, NEW, expected_sha256=None)
    with pytest.raises(OutsideLibrary):
        remove_sidecar(led.target, expected_sha256=digest(OLD), library_root=led.library_root)

    assert [entry.name for entry in outside.iterdir()] == ["clip.mkv"]


def test_dots_that_lead_out_of_the_library_are_refused(place: Place) -> None:
    out = place.library_root / ".." / "clip.mkv"
    out.write_bytes(b"video")
    led = Place(target=out.with_suffix(".nfo"), beside=out, library_root=place.library_root)

    with pytest.raises(OutsideLibrary):
        write_sidecar(led, NEW, expected_sha256=None)


def test_a_link_that_stays_in_the_library_is_followed(place: Place) -> None:
    link = place.library_root / "link"
    link.symlink_to(place.target.parent)
    led = Place(
        target=link / place.target.name,
        beside=link / place.beside.name,
        library_root=place.library_root,
    )

    write_sidecar(led, NEW, expected_sha256=None)

    assert place.target.read_bytes() == NEW


def test_a_library_that_is_a_link_itself_is_followed(place: Place, tmp_path: Path) -> None:
    root = tmp_path / "by another name"
    root.symlink_to(place.library_root)

    write_sidecar(
        Place(target=place.target, beside=place.beside, library_root=root),
        NEW,
        expected_sha256=None,
    )

    assert place.target.read_bytes() == NEW


def test_a_loop_of_links_is_a_library_error(place: Place) -> None:
    loop = place.library_root / "loop"
    loop.symlink_to(loop)
    led = Place(target=loop / "clip.nfo", beside=loop / "clip.mkv", library_root=place.library_root)

    with pytest.raises(LibraryError):
        write_sidecar(led, NEW, expected_sha256=None)


@pytest.mark.parametrize(
    "name",
    [
        "Harbour at Dawn.mkv",
        "Harbour at Dawn.mp4",
        "Harbour at Dawn",
        ".nfo",
        ".doorman-0123456789abcdef.tmp",
    ],
)
def test_a_name_that_is_no_sidecars_is_refused(place: Place, name: str) -> None:
    wrong = beside(place, name)

    with pytest.raises(NotASidecar):
        write_sidecar(wrong, NEW, expected_sha256=None)
    with pytest.raises(NotASidecar):
        remove_sidecar(
            wrong.target, expected_sha256=digest(b"video"), library_root=place.library_root
        )

    assert place.beside.read_bytes() == b"video"


def test_a_sidecar_lies_in_the_folder_of_its_video(place: Place) -> None:
    elsewhere = Place(
        target=place.library_root / "clip.nfo",
        beside=place.beside,
        library_root=place.library_root,
    )

    with pytest.raises(NotASidecar):
        write_sidecar(elsewhere, NEW, expected_sha256=None)


def test_a_relative_name_is_refused(place: Place) -> None:
    relative = Place(
        target=Path("clip.nfo"), beside=Path("clip.mkv"), library_root=place.library_root
    )

    with pytest.raises(NotASidecar):
        write_sidecar(relative, NEW, expected_sha256=None)


def test_the_video_itself_is_never_the_target(place: Place) -> None:
    picture = place.target.with_name("slideshow.gif")
    picture.write_bytes(b"video")

    with pytest.raises(NotASidecar):
        write_sidecar(
            Place(target=picture, beside=picture, library_root=place.library_root),
            NEW,
            expected_sha256=digest(b"video"),
        )


@pytest.mark.parametrize("expected", [None, digest(OLD)])
@pytest.mark.parametrize("kind", ["link", "dangling link", "folder", "pipe"])
def test_what_is_no_plain_file_stays(place: Place, kind: str, expected: str | None) -> None:
    stand(place.target, kind)
    before = place.target.lstat()

    with pytest.raises(NotAPlainFile, match="stays as it is"):
        write_sidecar(place, NEW, expected_sha256=expected)
    with pytest.raises(NotAPlainFile):
        remove_sidecar(place.target, expected_sha256=digest(OLD), library_root=place.library_root)
    with pytest.raises(NotAPlainFile):
        read_small(place.target)

    assert os.path.samestat(place.target.lstat(), before)


def stand(target: Path, kind: str) -> None:
    original = target.with_name("original.nfo")
    if kind == "link":
        original.write_bytes(OLD)
    if "link" in kind:
        target.symlink_to(original)
    elif kind == "folder":
        target.mkdir()
    else:
        os.mkfifo(target)


def test_nothing_is_written_where_the_video_is_gone(place: Place) -> None:
    place.beside.unlink()

    with pytest.raises(VideoGone, match="mounted"):
        write_sidecar(place, NEW, expected_sha256=None)

    assert names(place) == set()


def test_a_library_that_is_gone_says_so(place: Place) -> None:
    place.library_root.rename(place.library_root.with_name("unplugged"))

    with pytest.raises(LibraryFolderGone, match="mounted"):
        write_sidecar(place, NEW, expected_sha256=None)
    with pytest.raises(LibraryFolderGone):
        read_small(place.target)


def test_a_disk_that_takes_no_more_leaves_the_old_file_and_no_other(place: Place) -> None:
    place.target.write_bytes(OLD)
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, hard))
    try:
        with pytest.raises(LibraryFull, match="free some space"):
            write_sidecar(place, NEW * 1000, expected_sha256=digest(OLD))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))

    assert place.target.read_bytes() == OLD
    assert names(place) == {"Harbour at Dawn.mkv", "Harbour at Dawn.nfo"}


@pytest.mark.parametrize(("age_s", "stays"), [(3500, True), (3700, False)], ids=["new", "old"])
def test_only_old_temporary_files_of_ours_are_cleaned_away(
    place: Place, age_s: int, *, stays: bool
) -> None:
    ours = ".doorman-0123456789abcdef.tmp"
    linked = ".doorman-0123456789abcdee.tmp"
    similar = ".doorman-notes.tmp"
    for name in (ours, similar):
        place.target.with_name(name).write_bytes(b"half")
    place.target.with_name(linked).symlink_to(similar)
    made_s = place.target.with_name(ours).stat().st_ctime

    write_sidecar(place, NEW, expected_sha256=None, now_s=lambda: made_s + age_s)

    kept = {place.beside.name, place.target.name, linked, similar}
    assert names(place) == (kept | {ours} if stays else kept)


def test_what_is_written_with_an_old_time_is_not_taken_for_left_behind(place: Place) -> None:
    live = place.target.with_name(".doorman-0123456789abcdef.tmp")
    live.write_bytes(b"on its way")
    os.utime(live, (1000, 1000))

    write_sidecar(place, NEW, expected_sha256=None)

    assert live.exists()


def test_what_was_there_comes_back_as_it_lay_there(place: Place) -> None:
    place.target.write_bytes(OLD)
    former = FormerStatus(mtime_ns=1_600_000_000_123_456_789, mode=0o600)

    write_sidecar(place, NEW, expected_sha256=digest(OLD), former=former)

    assert status_now(place.target) == former
    assert status_now(place.target.with_name("nothing.nfo")) is None


@pytest.mark.parametrize("was_there", [False, True], ids=["new", "replaced"])
def test_what_a_cut_off_write_left_is_cleaned_up(place: Place, *, was_there: bool) -> None:
    purpose = "change 7"
    place.target.with_name(name_for(purpose)).write_bytes(b"half")
    place.target.write_bytes(b"")  # claimed, as on disks without hard links

    clean_up(place.target, purpose, was_there=was_there, library_root=place.library_root)

    there = {place.beside.name, place.target.name} if was_there else {place.beside.name}
    assert names(place) == there


def test_an_empty_file_that_somebody_is_about_to_fill_is_not_cleaned_up(place: Place) -> None:
    with place.target.open("wb") as theirs:
        with pytest.raises(SidecarChanged):
            write_sidecar(place, NEW, expected_sha256=None, purpose="change 7")
        clean_up(place.target, "change 7", was_there=False, library_root=place.library_root)
        theirs.write(OLD)

    assert place.target.read_bytes() == OLD


def test_what_a_cut_off_write_left_goes_though_a_folder_took_its_name(place: Place) -> None:
    place.target.with_name(name_for("change 7")).write_bytes(b"half")
    place.target.mkdir()

    with pytest.raises(NotAPlainFile):
        clean_up(place.target, "change 7", was_there=False, library_root=place.library_root)

    assert names(place) == {place.beside.name, place.target.name}


def test_who_comes_back_finds_the_temporary_name_free(place: Place) -> None:
    place.target.with_name(name_for("change 7")).write_bytes(b"half")

    write_sidecar(place, NEW, expected_sha256=None, purpose="change 7")

    assert names(place) == {place.beside.name, place.target.name}
    assert place.target.read_bytes() == NEW


def test_what_doorman_wrote_is_removed(place: Place) -> None:
    place.target.write_bytes(OLD)

    assert remove_sidecar(
        place.target, expected_sha256=digest(OLD), library_root=place.library_root
    )
    assert names(place) == {"Harbour at Dawn.mkv"}


def test_removing_what_is_gone_is_no_error(place: Place) -> None:
    assert not remove_sidecar(
        place.target, expected_sha256=digest(OLD), library_root=place.library_root
    )


def test_what_somebody_changed_is_not_removed(place: Place) -> None:
    place.target.write_bytes(THEIRS)

    with pytest.raises(SidecarChanged):
        remove_sidecar(place.target, expected_sha256=digest(OLD), library_root=place.library_root)

    assert place.target.read_bytes() == THEIRS


def test_a_small_file_is_read_and_a_missing_one_is_none(place: Place) -> None:
    place.target.write_bytes(OLD)

    assert read_small(place.target) == OLD
    assert read_small(place.target, len(OLD)) == OLD
    assert read_small(place.target.with_name("other.nfo")) is None


def test_a_large_file_is_not_read(place: Place) -> None:
    place.target.write_bytes(OLD)

    with pytest.raises(SidecarTooLarge):
        read_small(place.target, len(OLD) - 1)


def test_a_name_that_is_no_text_is_written_too(place: Place) -> None:
    video = Path(os.fsdecode(os.fsencode(place.beside.parent) + b"/caf\xe9.mkv"))
    video.write_bytes(b"video")
    odd = Place(target=video.with_suffix(".nfo"), beside=video, library_root=place.library_root)

    assert write_sidecar(odd, NEW, expected_sha256=None).path.read_bytes() == NEW
