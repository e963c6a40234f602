from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from daemon.setup.ffmpeg import look_at_ffmpeg
from daemon.setup.findings import Finding, Level

FFMPEG = shutil.which("ffmpeg")
REMEDY = "install ffmpeg, correct [fingerprint] ffmpeg, or remove it"


def look_at(folder: Path, text: str) -> Finding:
    path = folder / "ffmpeg"
    path.write_text(f"#!/bin/sh\n{text}\n")
    path.chmod(0o755)
    (finding,) = look_at_ffmpeg(path, timeout_s=1)
    return finding


def test_program_that_says_it_is_ffmpeg_is_ffmpeg(tmp_path: Path) -> None:
    finding = look_at(tmp_path, "echo ffmpeg version 5.1-odd Copyright; echo more")

    assert finding == Finding(
        level=Level.OK,
        thing="ffmpeg",
        message=f"{tmp_path}/ffmpeg is version 5.1-odd; it is asked for what doorman cannot decode",
    )


def test_program_finds_its_libraries_and_sees_no_secret(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LD_LIBRARY_PATH", str(tmp_path))
    monkeypatch.setenv("DOORMAN_SECRET", "not-a-real-key")

    finding = look_at(tmp_path, 'echo "ffmpeg version $LD_LIBRARY_PATH:$DOORMAN_SECRET"')

    assert f"is version {tmp_path}:;" in finding.message


@pytest.mark.skipif(FFMPEG is None, reason="no ffmpeg is installed")
def test_real_one_is_known() -> None:
    (finding,) = look_at_ffmpeg(Path(FFMPEG or ""))

    assert finding.level is Level.OK


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("echo hello", "is no ffmpeg that works (status 0)"),
        ("echo ffmpeg version 5.1; exit 127", "is no ffmpeg that works (status 127)"),
        ("exec sleep 100", "did not say its version within 1 s"),
    ],
)
def test_program_that_is_none_is_told(tmp_path: Path, text: str, problem: str) -> None:
    finding = look_at(tmp_path, text)

    assert finding.level is Level.ERROR
    assert finding.message == f"{tmp_path}/ffmpeg {problem}; {REMEDY}"


def test_program_that_is_gone_is_told(tmp_path: Path) -> None:
    (finding,) = look_at_ffmpeg(tmp_path / "none")

    assert finding.message == (
        f"{tmp_path}/none cannot be run (No such file or directory); {REMEDY}"
    )
