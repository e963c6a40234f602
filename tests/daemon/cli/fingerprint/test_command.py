from __future__ import annotations

import json
import os
import pty
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import pytest
from typer.main import get_command

from daemon.cli.main import app
from tests.daemon.cli.home import PATIENCE_S, Home, environment_of, spawn
from tests.end_to_end.running import is_running

DATA = Path(__file__).parents[3] / "data"
VIDEO_LINE = {"oshash": "14a34b1fc832510c", "phash": "ab2ad52a77025f2a", "duration": 1.0}


@pytest.fixture
def shelf(home: Home) -> Path:
    """A folder with a video and two pictures, one of which is called otherwise."""
    shutil.copy(DATA / "videos" / "short_1s.mp4", home.films / "Winter Tram.mp4")
    shutil.copy(DATA / "pictures" / "jpeg_420.jpg", home.films / "cover.jpg")
    shutil.copy(DATA / "pictures" / "webp_lossy.webp", home.films / "picture")
    return home.films


def records(text: str) -> dict[str, dict[str, object]]:
    """Return the lines by the names of their files."""
    lines = [json.loads(line) for line in text.splitlines()]
    return {Path(line["path"]).name: line for line in lines}


def test_folder_and_named_file_give_a_line_of_json_each(home: Home, shelf: Path) -> None:
    ran = home.run_bare("fingerprint", "--json", str(shelf), str(shelf / "picture"))

    said = records(ran.out)
    assert (ran.code, ran.err, len(said)) == (0, "", 3)
    video = said["Winter Tram.mp4"]
    assert VIDEO_LINE.items() <= video.items()
    assert (video["kind"], video["codec"], video["md5"]) == ("video", "h264", None)
    assert said["cover.jpg"]["phash"] == "bb33c41961de1ce1"
    assert (said["picture"]["kind"], said["picture"]["codec"]) == ("picture", "webp")


def test_bad_file_costs_its_own_line_and_the_exit_code(home: Home, shelf: Path) -> None:
    bad = shelf / "bad\x1b[31m.mp4"
    bad.write_bytes(b"a shopping list, not a film" * 9)

    ran = home.run_bare("fingerprint", str(shelf), str(shelf / "gone.mp4"))

    assert ran.code == 1
    rows = ran.out.splitlines()
    assert rows[0].split() == ["oshash", "phash", "duration", "size", "seconds", "file"]
    assert sum("NotAVideoContainer" in row for row in rows) == 1
    assert sum("PathMissing" in row for row in rows) == 1
    assert sum("ab2ad52a77025f2a" in row for row in rows) == 1
    assert len(rows) == 5
    assert len(ran.err.splitlines()) == 2
    assert "doorman: there is nothing at" in ran.err
    assert "\x1b" not in ran.out + ran.err


def test_link_to_itself_costs_only_its_own_line(home: Home, shelf: Path) -> None:
    (shelf / "round.mp4").symlink_to("round.mp4")
    (shelf / "nowhere.mp4").symlink_to(shelf / "gone.mp4")

    ran = home.run_bare("fingerprint", "--json", str(shelf))

    said = records(ran.out)
    assert (ran.code, len(said)) == (1, 4)
    assert "Too many levels of symbolic links" in str(said["round.mp4"]["error"])
    assert "is a link that leads nowhere" in str(said["nowhere.mp4"]["error"])
    assert VIDEO_LINE.items() <= said["Winter Tram.mp4"].items()


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
def test_folder_that_may_not_be_read_costs_only_its_own_line(home: Home, shelf: Path) -> None:
    secret = home.folder / "secret"
    secret.mkdir(mode=0)

    ran = home.run_bare("fingerprint", "--json", str(secret), str(shelf / "cover.jpg"))

    said = records(ran.out)
    assert (ran.code, len(said)) == (1, 2)
    assert str(said["secret"]["error"]).startswith("PathUnreadable: ")


def test_no_path_is_refused_for_what_may_be_done_with_it() -> None:
    """Root may read everything, so what is asked of the path is looked at."""
    command = get_command(app).commands["fingerprint"]  # type: ignore[attr-defined]  # a group
    (path,) = (each for each in command.params if each.name == "path")
    asked = path.type_descriptor.parameter_info

    assert (asked.exists, asked.readable) == (False, False)


def test_folder_with_nothing_known_says_so(home: Home, shelf: Path) -> None:
    (shelf / "bare").mkdir()
    (shelf / "bare" / "tape.ts").touch()

    ran = home.run_bare("fingerprint", str(shelf / "bare"))

    assert (ran.code, len(ran.out.splitlines())) == (0, 1)
    assert "no name here is a video's or a picture's; files are taken whatever" in ran.err


@pytest.mark.parametrize(
    ("name", "reason"),
    [
        ("pic.bmp", "NeitherVideoNorPicture: "),
        ("notes", "NeitherVideoNorPicture: "),
        ("pic.avif", "NotAPicture: "),
        ("film.mp4", "NotAVideoContainer: "),
    ],
)
def test_what_is_neither_video_nor_picture_is_called_so(home: Home, name: str, reason: str) -> None:
    path = home.films / name
    path.write_bytes(b"BM" + bytes(300))

    ran = home.run_bare("fingerprint", "--json", str(path))

    assert str(records(ran.out)[name]["error"]).startswith(reason)


def test_error_keeps_the_oshash_and_json_has_nothing_on_standard_error(
    home: Home, shelf: Path
) -> None:
    bad = shelf / "bad.mp4"
    bad.write_bytes(b"a shopping list, not a film" * 9)

    ran = home.run_bare("fingerprint", "--json", str(bad))

    line = records(ran.out)["bad.mp4"]
    assert (ran.code, ran.err) == (1, "")
    assert str(line["error"]).startswith("NotAVideoContainer: ")
    assert line["oshash"] is not None
    assert line["phash"] is None


def test_md5_is_computed_when_asked_for(home: Home, shelf: Path) -> None:
    ran = home.run_bare("fingerprint", "--json", "--md5", str(shelf / "Winter Tram.mp4"))

    digest = subprocess.run(["md5sum", shelf / "Winter Tram.mp4"], capture_output=True, check=True)  # noqa: S603, S607  # an oracle
    assert records(ran.out)["Winter Tram.mp4"]["md5"] == digest.stdout.split()[0].decode()


def test_md5_is_in_the_table_when_asked_for(home: Home, shelf: Path) -> None:
    head, *rows = home.run_bare("fingerprint", "--md5", str(shelf)).out.splitlines()

    assert head.split()[2] == "md5"
    assert [len(row.split()[2]) for row in rows] == [32, 32]


@pytest.mark.parametrize(
    ("program", "words"),
    [
        ("no-such-program", "cannot be run (No such file or directory)"),
        ("/bin/ls", "/bin/ls is no ffmpeg that works"),
        ("/bin", "/bin cannot be run (Permission denied)"),
    ],
)
def test_program_that_is_no_ffmpeg_is_refused(
    home: Home, shelf: Path, program: str, words: str
) -> None:
    ran = home.run_bare("fingerprint", "--ffmpeg", program, str(shelf))

    assert (ran.code, ran.out) == (2, "")
    assert words in ran.err
    assert "name an ffmpeg that works, or leave the option out" in " ".join(ran.err.split())


def test_ffmpeg_is_found_by_its_name_alone(
    home: Home, shelf: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    program = home.folder / "ffmpeg"
    program.write_text("#!/bin/sh\necho ffmpeg version 9\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(home.folder), prepend=":")

    assert home.run_bare("fingerprint", "--ffmpeg", "ffmpeg", str(shelf)).code == 0


@pytest.mark.parametrize(
    ("option", "value", "words"),
    [
        ("--timeout", "5", 'needs its unit (ms, s, m, h or d): write "5s"'),
        ("--memory-limit", "5MiB", 'must be between "512MiB"'),
        ("--workers", "65", "--workers"),
    ],
)
def test_wrong_options_are_explained(home: Home, option: str, value: str, words: str) -> None:
    ran = home.run_bare("fingerprint", option, value, str(home.films))

    assert ran.code == 2
    assert words in ran.err
    assert option in ran.err


def test_limits_are_written_as_in_the_configuration(home: Home, shelf: Path) -> None:
    ran = home.run_bare(
        "fingerprint", "--json", "--timeout", "6h", "--memory-limit", "1GiB", str(shelf)
    )

    assert (ran.code, len(records(ran.out))) == (0, 2)


def test_reader_that_leaves_ends_it_quietly(home: Home, shelf: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as out:
        ended = subprocess.run(  # noqa: S603  # this very interpreter
            [sys.executable, "-m", "daemon", "fingerprint", "--json", shelf],
            env=home.environment(),
            stdout=out,
            stderr=subprocess.PIPE,
            timeout=PATIENCE_S,
            check=False,
        )

    assert (ended.returncode, ended.stderr) == (1, b"")


def test_needs_no_configuration_and_writes_nothing(tmp_path: Path) -> None:
    home = tmp_path / "home"
    home.mkdir()
    picture = DATA / "pictures" / "webp_lossy.webp"

    ran = spawn(["fingerprint", "--json", str(picture)], environment_of(home, {}))

    assert (ran.code, ran.err) == (0, "")
    assert records(ran.out)[picture.name]["phash"] == "f43c2cc7c3c3029f"
    assert list(home.iterdir()) == []


def test_terminal_shows_rows_and_how_far_it_is(home: Home, shelf: Path) -> None:
    (shelf / "bad.mp4").write_bytes(b"a shopping list, not a film" * 9)

    with on_terminal(home, str(shelf)) as (process, shown):
        process.wait(PATIENCE_S)
        text = read_all(shown)

    assert process.returncode == 1
    assert "fingerprinting" in text
    assert "/s" in text
    assert text.count("ab2ad52a77025f2a") == 1
    assert text.count("is no video file") == 1


def test_lines_stay_on_standard_output_while_a_terminal_shows_the_bar(
    home: Home, shelf: Path
) -> None:
    with on_terminal(home, "--json", str(shelf), stdout=subprocess.PIPE) as (process, shown):
        out, _ = process.communicate(timeout=PATIENCE_S)
        text = read_all(shown)

    assert len(records(out.decode())) == 2
    assert "fingerprinting" in text
    assert "{" not in text


def test_interrupt_ends_it_within_a_second_and_leaves_no_process(home: Home, shelf: Path) -> None:
    with on_terminal(home, "--workers", "1", str(shelf)) as (process, _shown):
        worker = frozen_worker(process)
        began_s = time.monotonic()
        process.send_signal(signal.SIGINT)
        code = process.wait(PATIENCE_S)
        took_s = time.monotonic() - began_s

    assert code == 130
    assert took_s < 2  # promised is 1 s; the machine may be busy
    assert not is_running(worker)


@contextmanager
def on_terminal(
    home: Home, *arguments: str, stdout: int | None = None
) -> Iterator[tuple[subprocess.Popen[bytes], int]]:
    """Run the command with a terminal for standard error, and for its output unless said."""
    shown, terminal = pty.openpty()
    process = subprocess.Popen(  # noqa: S603  # this very interpreter
        [sys.executable, "-m", "daemon", "fingerprint", *arguments],
        env=home.environment(TERM="xterm", COLUMNS="120"),
        stdin=subprocess.DEVNULL,
        stdout=terminal if stdout is None else stdout,
        stderr=terminal,
        start_new_session=True,
    )
    os.close(terminal)
    try:
        yield process, shown
    finally:
        process.kill()
        process.wait(PATIENCE_S)
        os.close(shown)


def read_all(shown: int) -> str:
    """Return what a terminal was given, after whoever wrote there has ended."""
    parts = []
    with suppress(OSError):  # EIO: nobody writes there any more
        while part := os.read(shown, 65536):
            parts.append(part)
    return b"".join(parts).decode()


def frozen_worker(process: subprocess.Popen[bytes]) -> int:
    """Stop the only worker as soon as it is there, and return its number."""
    children = Path(f"/proc/{process.pid}/task/{process.pid}/children")
    deadline_s = time.monotonic() + PATIENCE_S
    while time.monotonic() < deadline_s:
        for number in map(int, children.read_text().split()):
            if b"daemon.media.worker" in Path(f"/proc/{number}/cmdline").read_bytes():
                os.kill(number, signal.SIGSTOP)
                return number
        time.sleep(0.005)
    raise AssertionError("no worker came")
