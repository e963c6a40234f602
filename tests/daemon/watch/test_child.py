"""A watcher's process, spoken with as the daemon does; and its inside, in a thread."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Thread

import pytest

from daemon.watch.child import Voice, watch_library
from daemon.watch.frames import Frame, FrameReader, Kind
from daemon.watch.kernel import has_watch_room
from daemon.watch.process import clean_environment
from daemon.watch.sorter import RootLost
from rules.selection import Selection

CHILD = (sys.executable, "-P", "-m", "daemon.watch.child")


class Ear:
    """Listens to a watcher on a file descriptor."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._reader = FrameReader()
        self._frames: list[Frame] = []

    def hear(self) -> Frame:
        """Return the next frame but signs of life; the test's own time limit ends a silence."""
        while True:
            while self._frames:
                frame = self._frames.pop(0)
                if frame.kind is not Kind.ALIVE:
                    return frame
            chunk = os.read(self._descriptor, 4096)
            assert chunk, "it fell silent"
            self._frames = self._reader.feed(chunk)

    def hear_until(self, frame: Frame) -> None:
        while self.hear() != frame:
            pass


def path_frame(path: Path) -> Frame:
    return Frame(kind=Kind.PATH, content=os.fsencode(path))


def write(path: Path) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("film")
    return path


@contextmanager
def inside(root: Path) -> Iterator[tuple[Ear, list[BaseException]]]:
    """Run the inside of a watcher in a thread, until it loses its root."""
    reader, writer = os.pipe()
    raised: list[BaseException] = []

    def run() -> None:
        try:
            watch_library(str(root), Selection(), Voice(writer))
        except (OSError, RootLost) as error:
            raised.append(error)

    thread = Thread(target=run, daemon=True)
    thread.start()
    try:
        yield Ear(reader), raised
    finally:
        shutil.rmtree(root, ignore_errors=True)
        thread.join(30)
        os.close(reader)
        os.close(writer)


READY, PREPARING = Frame(kind=Kind.READY), Frame(kind=Kind.PREPARING)


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = tmp_path / "library"
    folder.mkdir()
    return folder


def test_it_prepares_tells_and_ends_with_its_root(root: Path) -> None:
    with inside(root) as (ear, raised):
        assert ear.hear() == PREPARING
        assert ear.hear() == READY
        file = write(root / "a.mp4")
        assert ear.hear() == path_frame(file)

    assert [type(error) for error in raised] == [RootLost]


def test_a_new_folder_beside_an_obstacle_makes_it_prepare_again(root: Path) -> None:
    (root / "link").symlink_to("..")
    with inside(root) as (ear, _):
        ear.hear_until(READY)
        ear.hear_until(path_frame(write(root / "new/a.mp4")))
        assert ear.hear() == PREPARING
        assert ear.hear() == READY
        ear.hear_until(path_frame(write(root / "new/b.mp4")))


def test_a_missing_root_is_an_error(root: Path) -> None:
    root.rmdir()
    with inside(root) as (_, raised):
        pass

    assert [type(error) for error in raised] == [FileNotFoundError]


def test_there_is_room_for_a_watch(root: Path) -> None:
    assert has_watch_room(str(root))


@contextmanager
def started(*command: str) -> Iterator[tuple[subprocess.Popen[bytes], Ear]]:
    process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)  # noqa: S603 - our own words
    assert process.stdin
    assert process.stdout
    with closing(process.stdin), closing(process.stdout):
        try:
            yield process, Ear(process.stdout.fileno())
        finally:
            process.kill()
            process.wait(30)


def test_the_process_ends_when_its_input_does(root: Path) -> None:
    with started(*CHILD, str(root), "mp4") as (process, ear):
        ear.hear_until(READY)
        assert process.stdin
        process.stdin.close()

        assert process.wait(30) == 0


def test_the_process_watches_what_it_is_told_to(root: Path) -> None:
    with started(*CHILD, str(root), "xyz") as (_, ear):
        ear.hear_until(READY)
        write(root / "a.mp4")
        ear.hear_until(path_frame(write(root / "b.xyz")))


def test_the_last_words_of_the_process_say_why_it_ends(root: Path) -> None:
    root.rmdir()
    with started(*CHILD, str(root), "mp4") as (process, ear):
        words = Frame(kind=Kind.PREPARING)
        while words.kind is not Kind.TROUBLE:
            words = ear.hear()

        assert process.wait(30) == 1
    assert words.text.startswith("root lost\n")


def works(*command: str) -> bool:
    return subprocess.run(command, check=False, capture_output=True).returncode == 0  # noqa: S603 - our own words


@pytest.fixture
def within(request: pytest.FixtureRequest) -> tuple[str, ...]:
    """A command line that runs another with a limit of inotify, in a user namespace of its own."""
    setting, limit = request.param
    script = f'echo {limit} > /proc/sys/user/{setting} && exec "$@"'
    command = ("unshare", "--user", "--map-root-user", "sh", "-c", script, "sh")
    if shutil.which("unshare") is None or not works(*command, "true"):
        pytest.skip("limits can only be tried out in a user namespace, which is not allowed here")

    return command


@pytest.mark.parametrize(
    ("within", "kind"),
    [
        (("max_inotify_watches", 3), "watch limit"),
        (("max_inotify_instances", 0), "instance limit"),
    ],
    indirect=["within"],
)
def test_a_limit_of_the_system_is_recognised(
    root: Path, within: tuple[str, ...], kind: str
) -> None:
    for number in range(5):
        (root / f"{number}").mkdir()

    with started(*within, *CHILD, str(root), "mp4") as (_, ear):
        assert ear.hear() == PREPARING
        assert ear.hear().text.startswith(f"{kind}\n")


@pytest.mark.parametrize("within", [("max_inotify_watches", 3)], indirect=True)
def test_a_library_that_outgrows_the_limit_is_not_silently_deaf(
    root: Path, within: tuple[str, ...]
) -> None:
    with started(*within, *CHILD, str(root), "mp4") as (_, ear):
        ear.hear_until(READY)
        for number in range(5):
            (root / f"{number}").mkdir()

        words = ear.hear()
        while words.kind is not Kind.TROUBLE:
            words = ear.hear()
    assert words.text.startswith("watch limit\n")


def test_the_environment_is_cleaned() -> None:
    given = {
        "PATH": "/bin",
        "LC_ALL": "C.UTF-8",
        "DOORMAN_KEY": "secret",
        "NOTIFY_SOCKET": "/run/x",
        "WATCHFILES_FORCE_POLLING": "1",
    }

    assert clean_environment(given) == {"PATH": "/bin", "LC_ALL": "C.UTF-8"}
