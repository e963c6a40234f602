"""`python -m tests.chaos [--rounds N] [--films N] [--seed N]`: kill doorman while it writes.

Accepts are applied and taken back in a process that is killed at random moments. After each
restart everything beside the videos must be wholly as before or wholly as after, with nothing
half-written and nothing left over; and when all of it was taken back at last, the folder must be
byte for byte what it was, and so must be modes, owners and times.
"""

from __future__ import annotations

import argparse
import random
import sys
import tempfile
import time
from pathlib import Path

from tests.chaos.killing import Outcome, Rounds
from tests.chaos.library import Library

ROUNDS = 1000
FILMS = 50


def main(arguments: list[str]) -> int:
    """Run the rounds; return 1 if anything was not as promised."""
    asked = _read(arguments)
    seed = asked.seed if asked.seed is not None else random.SystemRandom().randrange(2**32)
    _tell(f"seed {seed}: {asked.rounds} kills, {asked.films} films")
    begun_s = time.monotonic()
    with tempfile.TemporaryDirectory(prefix="doorman-chaos-") as folder:
        rounds = Rounds(
            library=Library(root=Path(folder) / "films", films=asked.films),
            store=Path(folder) / "state" / "doorman.duckdb",
            chance=random.Random(seed),  # noqa: S311  # chance that can be had again
            tell=_tell,
        )
        outcome = rounds.run(asked.rounds)
    _tell(_summary(outcome, time.monotonic() - begun_s))
    for each in outcome.wrong:
        _tell(f"WRONG: {each}")
    return 1 if outcome.wrong else 0


def _read(arguments: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.chaos")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--films", type=int, default=FILMS)
    parser.add_argument("--seed", type=int)
    return parser.parse_args(arguments)


def _summary(outcome: Outcome, took_s: float) -> str:
    return (
        f"{outcome.kills} kills in {took_s:.0f} s: {outcome.unfinished} found something "
        f"unfinished, {outcome.between} between before and after; all was applied "
        f"{outcome.applied} times and taken back {outcome.taken_back} times"
    )


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
