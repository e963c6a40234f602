"""Real processes on real disks: what is written is heard of, and what breaks is mended."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Callable, Iterator, Sequence
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path, PurePath

import anyio
import pytest
from anyio.abc import ObjectReceiveStream
from anyio.streams.buffered import BufferedByteReceiveStream

from daemon.disk.writing import Place, remove_sidecar, write_sidecar
from daemon.looking.walk import Walk
from daemon.watch.library import (
    Degraded,
    Hint,
    LibraryState,
    Offline,
    Pace,
    Polling,
    Starting,
    WatchedLibrary,
    Watching,
    WatchMode,
)
from daemon.watch.watcher import LibraryWatcher
from rules.listing import Listing, RootIdentity
from rules.selection import Selection
from rules.sidecar import digest

PACE = Pace(
    liveness_s=0.2,
    root_answer_s=10,
    set_up_s=30,
    silence_s=30,
    first_rescan_s=1,
    rescan_gap_s=0.05,
    first_delay_s=0.05,
    longest_delay_s=0.3,
)


@dataclass
class Heard:
    """What a watcher said so far, and a way to wait for more."""

    hints: list[Hint] = field(default_factory=list)
    states: list[LibraryState] = field(default_factory=list)
    lines: list[tuple[str, dict[str, object]]] = field(default_factory=list)
    _news: anyio.Event = field(default_factory=anyio.Event)

    @property
    def paths(self) -> set[PurePath]:
        return {hint.path for hint in self.hints if hint.path}

    @property
    def rescans(self) -> int:
        return sum(hint.path is None for hint in self.hints)

    def info(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    def warning(self, event: str, **facts: object) -> None:
        self.lines.append((event, facts))

    def on_state(self, state: LibraryState) -> None:
        self.states.append(state)
        self._tell()

    async def listen(self, hints: ObjectReceiveStream[Hint]) -> None:
        async with hints:
            async for hint in hints:
                self.hints.append(hint)
                self._tell()

    def _tell(self) -> None:
        self._news.set()
        self._news = anyio.Event()

    async def until(self, holds: Callable[[], bool]) -> None:
        """Return as soon as it holds; fail when that takes too long."""
        with anyio.move_on_after(30) as scope:
            while not holds():
                await self._news.wait()

        assert not scope.cancelled_caught, f"{self.hints[-9:]} {self.states} {self.lines}"

    async def until_heard_of(self, *paths: Path) -> None:
        await self.until(lambda: set(paths) <= self.paths)

    async def until_rescan(self) -> None:
        """Return at the next look over the library."""
        before = self.rescans
        await self.until(lambda: self.rescans > before)

    async def until_state(self, kind: type[LibraryState]) -> None:
        """Return when the newest state is of that kind."""
        await self.until(lambda: bool(self.states) and isinstance(self.states[-1], kind))


@asynccontextmanager
async def watching(
    library: WatchedLibrary,
    *,
    pace: Pace = PACE,
    command: Sequence[str] | None = None,
    until: type[LibraryState] = Watching,
) -> AsyncIterator[Heard]:
    """Watch a library until the block ends; the block begins in a state, after a rescan."""
    heard = Heard()
    send, receive = anyio.create_memory_object_stream[Hint](16)
    watcher = LibraryWatcher(library, hints=send, on_state=heard.on_state, log=heard, pace=pace)
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(heard.listen, receive)
        tasks.start_soon(watcher.run, command)
        await heard.until_state(until)
        if until is not Offline:
            await heard.until(lambda: heard.rescans > 0)
        yield heard
        assert watcher.state == heard.states[-1]
        tasks.cancel_scope.cancel()


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


@pytest.fixture
def library(root: Path) -> WatchedLibrary:
    return WatchedLibrary(name="films", root=root, mode=WatchMode.EVENTS)


def write(path: Path, text: str = "film") -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def saying(letter: str, content: str) -> tuple[str, ...]:
    """Return a command that says one thing as a watcher does, and ends."""
    say = (
        "import struct,sys; w=sys.argv[2].encode(); "
        "sys.stdout.buffer.write(struct.pack('>cI', sys.argv[1].encode(), len(w)) + w)"
    )
    return (sys.executable, "-c", say, letter, content)


def watchers_of(parent: int, root: Path) -> list[int]:
    """Return the watcher processes of that parent for that library."""
    found: list[int] = []
    for folder in Path("/proc").glob("[0-9]*"):
        try:
            its_parent = (folder / "stat").read_text().rpartition(")")[2].split()[1]
            arguments = (folder / "cmdline").read_bytes().split(b"\0")
        except OSError:
            continue
        if int(its_parent) == parent and os.fsencode(root) in arguments:
            found.append(int(folder.name))
    return found


def environment_of(pid: int) -> set[str]:
    variables = Path(f"/proc/{pid}/environ").read_text().split("\0")
    return {variable.partition("=")[0] for variable in variables if variable}


@contextmanager
def process(pid: int) -> Iterator[int]:
    """Hold on to a process, however soon it ends; readable when it has."""
    descriptor = os.pidfd_open(pid)
    try:
        yield descriptor
    finally:
        os.close(descriptor)


async def ended(descriptor: int, *, within_s: float = 20) -> None:
    with anyio.fail_after(within_s):
        await anyio.wait_readable(descriptor)


def names_on_disk(root: Path) -> set[PurePath]:
    listing = Walk(root, Selection()).run()
    assert isinstance(listing, Listing)
    return {seen.path for seen in listing.sightings}


async def test_a_new_file_is_heard_of(root: Path, library: WatchedLibrary) -> None:
    async with watching(library) as heard:
        await heard.until_heard_of(write(root / "Harbour at Dawn.mp4"))

    assert heard.states == [Watching()]
    assert heard.hints[0] == Hint(library="films", path=None)
    assert heard.lines == [("library.watched", {"library": "films"})]


async def test_files_written_into_new_folders_at_once_are_heard_of(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library) as heard:
        files = [write(root / f"{n}/deep/{n}.mp4") for n in range(50)]
        await heard.until_heard_of(*files)


async def test_a_file_that_grows_slowly_is_heard_of_until_its_end(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library) as heard:
        file = root / "slow.mp4"
        for part in range(3):
            before = len(heard.hints)
            with file.open("a") as output:
                output.write(f"{part}")
            await heard.until(lambda before=before: len(heard.hints) > before)  # type: ignore[misc]  # mypy cannot type a default of a lambda

    assert heard.paths == {file}


async def test_a_file_moved_in_is_heard_of_and_one_moved_out_too(
    root: Path, library: WatchedLibrary, tmp_path: Path
) -> None:
    outside = write(tmp_path / "outside.mp4")
    leaving = write(root / "leaving.mp4")
    async with watching(library) as heard:
        outside.rename(root / "inside.mp4")
        leaving.rename(tmp_path / "left.mp4")
        await heard.until_heard_of(root / "inside.mp4", leaving)


async def test_a_finished_download_is_heard_of_by_its_final_name_only(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library) as heard:
        partial = write(root / "a.mp4.part")
        final = partial.rename(root / "a.mp4")
        await heard.until_heard_of(final)

    assert heard.paths == {final}


async def test_a_folder_moved_in_is_heard_of_file_by_file(
    root: Path, library: WatchedLibrary, tmp_path: Path
) -> None:
    write(tmp_path / "box/a.mp4")
    write(tmp_path / "box/b/c.mp4")
    async with watching(library) as heard:
        (tmp_path / "box").rename(root / "box")
        await heard.until_heard_of(root / "box/a.mp4", root / "box/b/c.mp4")


async def test_a_folder_that_goes_asks_for_a_rescan(root: Path, library: WatchedLibrary) -> None:
    write(root / "box/a.mp4")
    async with watching(library) as heard:
        shutil.rmtree(root / "box")
        await heard.until_rescan()


async def test_our_own_sidecars_are_not_heard_of(root: Path, library: WatchedLibrary) -> None:
    async with watching(library, pace=replace(PACE, first_rescan_s=60)) as heard:
        temporary = write(root / ".doorman-1f2e.nfo")
        temporary.rename(root / "a.nfo")
        write(root / "a-poster.jpg")
        write(root / ".doorman-1f2e.mp4")
        (root / "a.nfo").unlink()
        rescans = heard.rescans
        await heard.until_heard_of(write(root / "a.mp4"))

    assert heard.paths == {root / "a.mp4"}
    assert heard.rescans == rescans


async def test_a_changed_stashignore_asks_for_a_rescan(root: Path, library: WatchedLibrary) -> None:
    async with watching(library) as heard:
        write(root / ".stashignore", "*.avi")
        await heard.until_rescan()


async def test_a_name_that_is_no_utf8_ends_the_watcher_and_not_the_watching(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library) as heard:
        strange = write(root / os.fsdecode(b"\xff.mp4"))
        await heard.until_state(Degraded)
        await heard.until_rescan()
        assert strange in names_on_disk(root)

        await heard.until_state(Watching)
        strange.unlink()
        await heard.until_state(Degraded)
        await heard.until_state(Watching)
        await heard.until_heard_of(write(root / "plain.mp4"))

    degraded = next(state for state in heard.states if isinstance(state, Degraded))
    assert "no UTF-8" in degraded.reason
    assert "rename" in degraded.remedy


async def test_a_library_whose_own_name_is_no_utf8_is_looked_over_regularly(
    tmp_path: Path,
) -> None:
    root = tmp_path / os.fsdecode(b"library \xff")
    root.mkdir()
    library = WatchedLibrary(name="films", root=root, mode=WatchMode.EVENTS, poll_every_s=0.05)

    async with watching(library, until=Degraded) as heard:
        await heard.until(lambda: heard.rescans >= 5)


async def test_a_killed_watcher_is_started_again_and_the_library_looked_over(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library) as heard:
        (pid,) = watchers_of(os.getpid(), root)
        os.kill(pid, signal.SIGKILL)
        await heard.until_state(Degraded)
        await heard.until_state(Watching)
        await heard.until_rescan()
        await heard.until_heard_of(write(root / "a.mp4"))

        assert watchers_of(os.getpid(), root) != [pid]

    assert heard.states[1] == Degraded(
        reason="the watcher ended unexpectedly (signal 9)",
        remedy="none needed: the watcher is started again, and the library looked over until then",
    )


async def test_a_watcher_that_falls_silent_is_replaced(root: Path, library: WatchedLibrary) -> None:
    async with watching(library, pace=replace(PACE, silence_s=0.5)) as heard:
        (pid,) = watchers_of(os.getpid(), root)
        with process(pid) as watcher:
            os.kill(pid, signal.SIGSTOP)
            await heard.until(lambda: len(heard.states) >= 2)
            await ended(watcher)

    assert isinstance(heard.states[1], Degraded)
    assert "does not answer (for 0.5 s)" in heard.states[1].reason


async def test_a_watcher_that_keeps_ending_stays_degraded_and_is_told_once(
    library: WatchedLibrary,
) -> None:
    command = (sys.executable, "-c", "print('no frame at all')")
    often = replace(library, poll_every_s=0.05)

    async with watching(often, command=command, until=Degraded) as heard:
        await heard.until(lambda: heard.rescans >= 20)

    assert heard.states[0] == Starting() or isinstance(heard.states[0], Degraded)
    assert len([line for line in heard.lines if line[0] == "library.degraded"]) == 1


@pytest.mark.parametrize(
    ("command", "details"),
    [(("/nothing/here",), "cannot be started"), (saying("t", "no such trouble\nodd"), "odd")],
)
async def test_what_is_no_watcher_at_all_is_told_and_does_no_harm(
    library: WatchedLibrary, command: tuple[str, ...], details: str
) -> None:
    async with watching(library, command=command, until=Degraded) as heard:
        pass

    assert isinstance(heard.states[0], Degraded)
    assert details in heard.states[0].reason


async def test_a_watcher_that_never_gets_ready_is_given_up(library: WatchedLibrary) -> None:
    command = (sys.executable, "-c", "import sys; sys.stdin.read()")
    pace = replace(PACE, set_up_s=0.3)

    async with watching(library, pace=pace, command=command, until=Degraded) as heard:
        pass

    assert isinstance(heard.states[-1], Degraded)
    assert "does not answer" in heard.states[-1].reason


async def test_a_watcher_that_lost_its_root_has_the_root_looked_at_and_is_started_again(
    library: WatchedLibrary,
) -> None:
    async with watching(library, command=saying("t", "root lost\n"), until=Degraded) as heard:
        rescans = heard.rescans
        await heard.until(lambda: heard.rescans >= rescans + 2)

    assert [type(state) for state in heard.states] == [Degraded]
    assert isinstance(heard.states[0], Degraded)
    assert "moved or removed" in heard.states[0].reason


async def test_a_watcher_out_of_watches_is_polled_for_and_the_sysctl_told(
    library: WatchedLibrary,
) -> None:
    command = saying("t", "watch limit\nOS file watch limit reached")
    often = replace(library, poll_every_s=0.05)

    async with watching(often, command=command, until=Degraded) as heard:
        await heard.until(lambda: heard.rescans >= 5)

    assert heard.states == [
        Degraded(
            reason=(
                "the system's limit of watched folders is reached (OS file watch limit reached)"
            ),
            remedy="set sysctl fs.inotify.max_user_watches=1048576",
        )
    ]


async def test_a_removed_library_is_offline_and_comes_back(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library) as heard:
        shutil.rmtree(root)
        await heard.until_state(Offline)
        write(root / "a.mp4")
        await heard.until_state(Watching)
        await heard.until_rescan()
        await heard.until_heard_of(write(root / "b.mp4"))

    offline = next(state for state in heard.states if isinstance(state, Offline))
    assert "not there" in offline.reason


async def test_a_library_replaced_between_two_looks_is_watched_anew(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library, pace=replace(PACE, liveness_s=20)) as heard:
        shutil.rmtree(root)
        write(root / "a.mp4")
        await heard.until_state(Starting)
        await heard.until_state(Watching)
        await heard.until_heard_of(write(root / "b.mp4"))


async def test_a_library_that_is_not_there_at_the_start_is_waited_for(
    root: Path, library: WatchedLibrary
) -> None:
    shutil.rmtree(root)
    async with watching(library, until=Offline) as heard:
        assert heard.hints == []
        write(root / "a.mp4")
        await heard.until_state(Watching)
        await heard.until(lambda: heard.rescans > 0)


async def test_an_empty_folder_in_the_library_s_place_is_offline(
    root: Path, library: WatchedLibrary
) -> None:
    known = replace(library, identity=RootIdentity(device=0, inode=1))

    async with watching(known, until=Offline) as heard:
        write(root / "a.mp4")
        await heard.until_state(Watching)

    assert heard.states[0] == Offline(
        reason="another, empty folder lies in its place; mount its disk"
    )


async def test_polling_asks_for_rescans_and_runs_no_watcher(
    root: Path, library: WatchedLibrary
) -> None:
    polled = replace(library, mode=WatchMode.POLL, poll_every_s=0.05)

    async with watching(polled, until=Polling) as heard:
        await heard.until(lambda: heard.rescans >= 5)
        assert watchers_of(os.getpid(), root) == []

    assert heard.states == [Polling(every_s=0.05)]


@pytest.mark.parametrize("is_there", [True, False], ids=["there", "gone"])
async def test_whoever_watches_over_the_watching_hears_of_every_look(
    root: Path, library: WatchedLibrary, *, is_there: bool
) -> None:
    rests: list[float] = []
    if not is_there:
        await anyio.Path(root).rmdir()
    send, receive = anyio.create_memory_object_stream[Hint](16)
    async with anyio.create_task_group() as tasks, receive:

        def rest(until_s: float) -> None:
            rests.append(until_s)
            if len(rests) == 2:
                tasks.cancel_scope.cancel()

        watcher = LibraryWatcher(
            replace(library, mode=WatchMode.POLL),
            hints=send,
            on_state=Heard().on_state,
            log=Heard(),
            pace=PACE,
            on_rest=rest,
        )
        with anyio.fail_after(30):
            await watcher.run()

    assert rests == [PACE.liveness_s] * 2


async def test_a_library_is_looked_over_on_a_timer_although_it_is_watched(
    library: WatchedLibrary,
) -> None:
    async with watching(replace(library, rescan_s=0.05)) as heard:
        await heard.until(lambda: heard.rescans >= 10)

    assert heard.states == [Watching()]


async def test_nobody_who_takes_hints_slowly_loses_any(root: Path, library: WatchedLibrary) -> None:
    send, receive = anyio.create_memory_object_stream[Hint](0)
    heard = Heard()
    watcher = LibraryWatcher(library, hints=send, on_state=heard.on_state, log=heard, pace=PACE)
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(watcher.run)
        await heard.until_state(Watching)
        files = {write(root / f"{n}.mp4") for n in range(300)}
        seen: set[PurePath] = set()
        with anyio.fail_after(30):
            while not files <= seen:
                hint = await receive.receive()
                seen |= {hint.path} if hint.path else set()
        tasks.cancel_scope.cancel()


async def test_a_flood_is_not_lost(root: Path, library: WatchedLibrary) -> None:
    async with watching(library) as heard:
        for n in range(100):
            folder = root / f"{n}"
            folder.mkdir()
            for m in range(100):
                (folder / f"{m}.mp4").write_bytes(b"x")
        written = names_on_disk(root)
        before = heard.rescans

        await heard.until(lambda: heard.rescans > before or written <= heard.paths)

    assert len(written) == 10_000


async def test_a_library_that_cannot_be_read_in_part_is_watched_in_the_rest(
    root: Path, library: WatchedLibrary
) -> None:
    if os.geteuid() == 0 and shutil.which("setpriv") is None:
        pytest.skip("a super-user reads everything, and there is no setpriv to drop that power")

    drop = "-dac_override,-dac_read_search"
    plainly = ("setpriv", f"--inh-caps={drop}", f"--bounding-set={drop}")
    prefix = plainly if os.geteuid() == 0 else ()
    child = (sys.executable, "-P", "-m", "daemon.watch.child", str(root), "mp4")
    write(root / "open/deep/a.mp4")
    shut = root / "lost+found"
    shut.mkdir()
    shut.chmod(0)
    try:
        async with watching(library, command=(*prefix, *child)) as heard:
            await heard.until_heard_of(write(root / "top.mp4"))
            await heard.until_heard_of(write(root / "open/deep/b.mp4"))
            await heard.until_heard_of(write(root / "new/c.mp4"))
            await heard.until_rescan()
            await heard.until_heard_of(write(root / "new/d.mp4"))
    finally:
        shut.chmod(0o755)

    assert heard.states == [Watching()]


async def test_a_link_out_of_the_library_is_not_watched(
    root: Path, library: WatchedLibrary, tmp_path: Path
) -> None:
    outside = tmp_path / "outside"
    outside.mkdir()
    (root / "link").symlink_to(outside)
    (root / "loop").symlink_to("..")
    async with watching(library) as heard:
        write(outside / "a.mp4")
        write(tmp_path / "c.mp4")
        await heard.until_heard_of(write(root / "b.mp4"))

    assert heard.paths == {root / "b.mp4"}


async def test_what_doorman_writes_beside_films_wakes_nobody(
    library: WatchedLibrary, root: Path
) -> None:
    film = write(root / "a.mp4")
    async with watching(library) as heard:
        looks = heard.rescans
        for name in ("a.nfo", "a-poster.jpg", "a-thumb.png"):
            place = Place(target=film.with_name(name), beside=film, library_root=root)
            write_sidecar(place, b"one", expected_sha256=None)
            write_sidecar(place, b"two", expected_sha256=digest(b"one"))
            remove_sidecar(place.target, expected_sha256=digest(b"two"), library_root=root)
        await heard.until_heard_of(write(root / "b.mp4"))

    assert heard.paths == {root / "b.mp4"}
    assert heard.rescans == looks


def _can_mount(folder: Path) -> bool:
    mount = shutil.which("mount")
    if mount is None or os.geteuid() != 0:
        return False

    folder.mkdir()
    done = subprocess.run([mount, "-t", "tmpfs", "none", folder], check=False, capture_output=True)  # noqa: S603 - our own words
    if done.returncode == 0:
        unmount(folder)
    return done.returncode == 0


def mount(folder: Path, file_system: str = "tmpfs") -> None:
    subprocess.run(["mount", "-t", file_system, "none", folder], check=True)  # noqa: S603, S607 - our own words, the system's mount


def mount_over(source: Path, folder: Path) -> None:
    subprocess.run(["mount", "--bind", source, folder], check=True)  # noqa: S603, S607 - as above


def mount_layers(place: Path, folder: Path) -> bool:
    """Mount an overlay on `folder` with its layers in `place`; tell whether the kernel can."""
    for name in ("lower", "upper", "work"):
        (place / name).mkdir()
    options = f"lowerdir={place}/lower,upperdir={place}/upper,workdir={place}/work"
    command = ["mount", "-t", "overlay", "none", "-o", options, str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - as above


def unmount(folder: Path) -> bool:
    """Take the topmost mount away; tell whether there was one."""
    command = ["umount", "-l", str(folder)]
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - as above


@pytest.fixture
def mount_point(root: Path, tmp_path: Path) -> Iterator[Path]:
    if not _can_mount(tmp_path / "try"):
        pytest.skip("only a super-user who may mount can see a disk come and go")
    yield root
    while unmount(root):
        pass


async def test_an_unmounted_disk_is_noticed_at_once_and_is_no_deletion(
    mount_point: Path, library: WatchedLibrary
) -> None:
    mount(mount_point)
    write(mount_point / "a.mp4")
    async with watching(library, pace=replace(PACE, liveness_s=60)) as heard:
        unmount(mount_point)
        await heard.until_state(Offline)
        quiet = len(heard.hints)

        mount(mount_point)
        write(mount_point / "b.mp4")
        mount(mount_point.parent / "try")
        unmount(mount_point.parent / "try")
        await heard.until_state(Watching)
        await heard.until_heard_of(write(mount_point / "c.mp4"))

    assert all(hint.path is None for hint in heard.hints[:quiet])
    assert Offline(reason="another, empty folder lies in its place; mount its disk") in heard.states


async def test_a_disk_mounted_over_the_library_is_watched_from_then_on(
    mount_point: Path, library: WatchedLibrary, tmp_path: Path
) -> None:
    source = tmp_path / "source"
    write(source / "a.mp4")
    async with watching(library, pace=replace(PACE, liveness_s=60)) as heard:
        mount_over(source, mount_point)
        await heard.until_state(Starting)
        await heard.until_state(Watching)
        await heard.until_heard_of(write(mount_point / "b.mp4"))


async def test_where_others_may_write_unseen_a_library_is_polled_with_events_as_a_hint(
    mount_point: Path, library: WatchedLibrary, tmp_path: Path
) -> None:
    place = tmp_path / "try"
    mount(place)
    try:
        if not mount_layers(place, mount_point):
            pytest.skip("this kernel mounts no overlay")

        layered = replace(library, mode=WatchMode.AUTO, poll_every_s=0.1)
        async with watching(layered, until=Polling) as heard:
            await heard.until(lambda: heard.rescans >= 5)
            for n in range(1000):  # until the watcher, beside the polling, is ready
                write(mount_point / f"{n}.mp4")
                await heard.until_rescan()
                if heard.paths:
                    break

        assert heard.paths
        assert heard.states == [Polling(every_s=0.1)]

        async with watching(layered, command=saying("x", ""), until=Polling) as heard:
            await heard.until(lambda: heard.rescans >= 10)

        assert heard.states == [Polling(every_s=0.1)]
        assert [event for event, _ in heard.lines] == ["library.polled", "watcher.ended"]
    finally:
        unmount(mount_point)
        unmount(place)


_DAEMON = """
import sys, anyio
from pathlib import Path
from daemon.watch.library import WatchedLibrary, WatchMode, Watching
from daemon.watch.watcher import LibraryWatcher

class Log:
    def info(self, event, **facts): pass
    warning = info

async def main():
    send, receive = anyio.create_memory_object_stream(1000)
    library = WatchedLibrary(name="films", root=Path(sys.argv[1]), mode=WatchMode.EVENTS)
    def tell(state):
        if isinstance(state, Watching):
            print("watching", flush=True)
    await LibraryWatcher(library, hints=send, on_state=tell, log=Log()).run()

anyio.run(main)
"""


async def test_a_watcher_dies_with_a_killed_daemon(root: Path) -> None:
    command = (sys.executable, "-c", _DAEMON, str(root))
    async with await anyio.open_process(command, stderr=None) as daemon:
        assert daemon.stdout
        with anyio.fail_after(30):
            await BufferedByteReceiveStream(daemon.stdout).receive_until(b"watching\n", 99)
        (pid,) = watchers_of(daemon.pid, root)
        with process(pid) as watcher:
            daemon.kill()
            await ended(watcher, within_s=4)  # later, its next sign of life would end it


async def test_a_cancelled_watcher_leaves_no_process_behind(
    root: Path, library: WatchedLibrary
) -> None:
    async with watching(library):
        (pid,) = watchers_of(os.getpid(), root)

    assert watchers_of(os.getpid(), root) == []
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


async def test_a_watcher_knows_no_secret_of_the_daemon(root: Path, library: WatchedLibrary) -> None:
    async with watching(library):
        (pid,) = watchers_of(os.getpid(), root)
        names = environment_of(pid)

    assert {name for name in names if not name.startswith("LC_")} <= {
        *("PATH", "LANG", "LANGUAGE", "TZ", "PYTHONPATH", "LD_LIBRARY_PATH")
    }


async def test_on_state_may_be_awaited(library: WatchedLibrary) -> None:
    told: list[LibraryState] = []
    done = anyio.Event()

    async def on_state(state: LibraryState) -> None:
        await anyio.lowlevel.checkpoint()
        told.append(state)
        done.set()

    send, receive = anyio.create_memory_object_stream[Hint](100)
    watcher = LibraryWatcher(
        replace(library, mode=WatchMode.POLL), hints=send, on_state=on_state, log=Heard()
    )
    async with anyio.create_task_group() as tasks, receive:
        tasks.start_soon(watcher.run)
        with anyio.fail_after(30):
            await done.wait()
        tasks.cancel_scope.cancel()

    assert told == [Polling(every_s=60.0)]
