from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

import pytest

from daemon.media.errors import FileUnreadable, FileVanished
from daemon.media.wire import READY, Answers, Examined, Hashed, Request, Stamped, request_to_line
from daemon.media.worker import examine_task, oshash_task, stamp_task
from rules.fingerprint import Oshash, Phash


def test_tasks_answer_for_a_file(videos: Path) -> None:
    path = videos / "short_1s.mp4"
    request = Request(task="any", path=path)

    assert oshash_task(request) == Hashed(oshash=Oshash(0x14A34B1FC832510C))
    assert examine_task(request).examination.phash == Phash(0xAB2AD52A77025F2A)


def test_stamp_is_what_a_look_shows(videos: Path, tmp_path: Path) -> None:
    path = videos / "short_1s.mp4"
    seen = path.stat()

    stamped = stamp_task(Request(task="stamp", path=path))

    assert stamped == Stamped(size_bytes=seen.st_size, mtime_ns=seen.st_mtime_ns)
    with pytest.raises(FileVanished):
        stamp_task(Request(task="stamp", path=tmp_path / "none.mkv"))
    with pytest.raises(FileUnreadable, match="too long"):
        stamp_task(Request(task="stamp", path=tmp_path / ("x" * 300)))


def test_worker_serves_its_standard_input(videos: Path) -> None:
    path = videos / "short_1s.mp4"
    command = [sys.executable, "-P", "-m", "daemon.media.worker", str(os.getpid()), str(1 << 30)]

    done = subprocess.run(  # noqa: S603  # our own interpreter
        command,
        input=b"".join(
            request_to_line(Request(task=task, path=path)) for task in ("oshash", "examine")
        ),
        capture_output=True,
        check=True,
        timeout=60,
    )

    ready, hashed, examined = done.stdout.splitlines(keepends=True)
    assert ready == READY
    assert Answers().from_line(hashed) == Hashed(oshash=Oshash(0x14A34B1FC832510C))
    assert isinstance(Answers().from_line(examined), Examined)
    assert done.stderr == b""


def test_answers_have_standard_output_to_themselves() -> None:
    script = (
        "import os, daemon.media.serving as serving\n"
        "answers = serving.reserve_stdout()\n"
        "os.write(1, b'from a library')\n"
        "answers.write(b'an answer')\n"
    )

    done = subprocess.run(  # noqa: S603  # our own interpreter
        [sys.executable, "-c", script], capture_output=True, check=True, timeout=60
    )

    assert (done.stdout, done.stderr) == (b"an answer", b"from a library")
