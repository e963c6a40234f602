"""The sandbox as a process of its own."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

COMMAND = [sys.executable, "-m", "providers.sandbox"]


@pytest.mark.parametrize("told", [signal.SIGTERM, signal.SIGINT])
def test_process_says_where_it_is_answers_and_ends_when_told(
    http: httpx.Client, tmp_path: Path, told: signal.Signals
) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"scenes": [{"title": "Harbour at Dawn"}]}')

    with subprocess.Popen(  # noqa: S603  # our own module
        [*COMMAND, "--world", str(world), "--mode", "0.9"], stdout=subprocess.PIPE, text=True
    ) as process:
        assert process.stdout is not None
        ready = json.loads(process.stdout.readline())
        query = '{ searchScene(term: "harbour") { title } }'
        response = http.post(ready["url"], json={"query": query}, headers={"ApiKey": ready["key"]})
        process.send_signal(told)
        code = process.wait(timeout=20)

    assert response.json() == {"data": {"searchScene": [{"title": "Harbour at Dawn"}]}}
    assert code == 0


def test_world_that_cannot_be_read_is_said_before_anything_listens(tmp_path: Path) -> None:
    world = tmp_path / "world.json"
    world.write_text('{"scenes": [{"titel": "Harbour at Dawn"}]}')

    ended = subprocess.run(  # noqa: S603  # our own module
        [*COMMAND, "--world", str(world)], capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 78
    assert ended.stdout == ""
    assert "titel" in ended.stderr


@pytest.mark.parametrize("mode", ["0.1", "newest", ""])
def test_mode_that_there_is_not_is_said_before_anything_listens(mode: str) -> None:
    ended = subprocess.run(  # noqa: S603  # our own module
        [*COMMAND, "--mode", mode], capture_output=True, text=True, timeout=30, check=False
    )

    assert ended.returncode == 2
    assert ended.stdout == ""
    assert f"{mode!r} is no mode; write a version from 0.2 on, or look-alike" in ended.stderr
