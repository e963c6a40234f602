"""The demonstration with a daemon of its own: as users start it, and in small."""

from __future__ import annotations

import io
import os
import re
import signal
import subprocess
import sysconfig
from dataclasses import replace
from pathlib import Path

import anyio
import pytest
from rich.console import Console

from daemon.demo.cast import CAST, NEAR
from daemon.demo.ground import Ground, prepared_ground
from daemon.demo.process import DaemonEnded, reached, running_daemon
from daemon.demo.show import FAILURE, SUCCESS, run_demo
from rules.journey import FileState

HEADLINES = (
    "NFO files and pictures beside the videos\n",
    "Open questions, as doorman review shows them\n",
    "Messages that a person would have got\n",
    "Expected and actual\n",
)


def parts(text: str) -> list[str]:
    """Return what stands below each headline."""
    found = []
    for headline in reversed(HEADLINES):
        text, _, part = text.rpartition(headline)
        found.append(part)
    return found[::-1]


@pytest.mark.timeout(180)
def test_installed_demo_ends_well_and_tells_all_it_promises(tmp_path: Path) -> None:
    script = Path(sysconfig.get_path("scripts"), "doorman")
    folder = tmp_path / "with blanks"
    folder.mkdir()

    done = subprocess.run(  # noqa: S603  # our own script
        [script, "demo"],
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        env={**os.environ, "TMPDIR": str(folder)},
        timeout=150,
        check=False,
    )

    assert (done.returncode, done.stderr) == (SUCCESS, "")
    nfos, questions, messages, verdict = parts(done.stdout)
    assert "<title>Harbour at Dawn</title>" in nfos
    assert "with Harbour at Dawn-" in nfos
    assert "Nobody may overwrite this." in nfos
    assert "Look at one with: doorman review NUMBER" in questions
    assert "doorman accept 1 CANDIDATE" in questions
    assert "Review 1: Two Bridges.mov" in messages
    assert "Cannot examine Winter Garden.mp4" in messages
    assert verdict.count("ok     ") == len(CAST)
    assert f"{len(CAST)} files, every one as expected" in verdict
    assert list(folder.iterdir()) == []


@pytest.mark.timeout(60)
def test_one_file_that_ends_otherwise_is_a_failure(tmp_path: Path) -> None:
    (renamed,) = (role for role in CAST if role.renamed_to is not None)
    wrong = replace(renamed, ending=replace(renamed.ending, rule=NEAR))
    out = io.StringIO()

    exit_code = run_demo(tmp_path / "demo", roles=[wrong], out=Console(file=out, soft_wrap=True))

    assert exit_code == FAILURE
    assert 'it was decided by rule "known or exact", not by rule "near phash"' in out.getvalue()
    assert out.getvalue().endswith("\n1 wrong\n")
    assert out.getvalue().count("       it ") == 1
    assert (tmp_path / "demo" / "library" / "Regatta" / "Paper Boats (restored).nfo").is_file()


class Spectator(io.StringIO):
    """Presses Ctrl-C as soon as it is offered."""

    def write(self, text: str) -> int:
        written = super().write(text)
        if "Ctrl-C ends it" in text:
            os.kill(os.getpid(), signal.SIGINT)
        return written


@pytest.mark.timeout(60)
def test_on_a_terminal_everything_stays_up_until_ctrl_c() -> None:
    (unknown,) = (role for role in CAST if role.ending.state is FileState.NO_MATCH)
    out = Spectator()
    screen = Console(file=out, force_terminal=True, width=100, soft_wrap=True, no_color=True)

    exit_code = run_demo(None, roles=[unknown], out=screen)

    assert exit_code == SUCCESS
    (config,) = set(re.findall(r"status --config (\S+)", out.getvalue()))
    assert not Path(config).parent.exists()
    assert "removes everything again" in out.getvalue()


@pytest.mark.timeout(60)
def test_daemon_that_cannot_start_leaves_its_last_words(tmp_path: Path) -> None:
    with prepared_ground(tmp_path / "demo") as ground:
        ground.config.write_text("nonsense")
        with pytest.raises(DaemonEnded, match="exit code 78") as caught:
            anyio.run(start, ground)

    assert "doorman.toml" in str(caught.value)


async def start(ground: Ground) -> None:
    async with running_daemon(ground) as process, reached(process, ground):
        pass
