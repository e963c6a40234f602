"""A short form of `python -m tests.chaos`; that one kills a thousand times."""

import subprocess
import sys

KILLS = 4
FILMS = 3


def test_whatever_is_killed_comes_out_whole_and_all_can_be_taken_back() -> None:
    command = [sys.executable, "-m", "tests.chaos"]
    options = ["--rounds", str(KILLS), "--films", str(FILMS), "--seed", "7"]

    done = subprocess.run([*command, *options], capture_output=True, text=True, check=False)  # noqa: S603  # ours

    assert done.returncode == 0, done.stdout + done.stderr
    assert f"{KILLS} kills in " in done.stdout
