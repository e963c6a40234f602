"""Run the sandbox as a process: `python -m providers.sandbox.theporndb --world FILE.json`.

It prints one JSON line with the url and the key as soon as it listens, and runs until it is told
to stop (SIGINT or SIGTERM).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

from pydantic import ValidationError

from providers.sandbox.seeds import WorldSeed
from providers.sandbox.theporndb.box import MODES, RestSandbox


def main(arguments: list[str]) -> int:
    """Serve until a signal comes; return the exit code."""
    asked = _parser().parse_args(arguments)
    try:
        world = _world(asked.world)
    except (OSError, ValidationError) as error:
        sys.stderr.write(f"the world cannot be read: {error}\nmend the file and start again\n")
        return 78

    stops = {signal.SIGINT, signal.SIGTERM}
    # Blocked before any thread starts, so that all inherit it and `sigwait` alone gets them.
    signal.pthread_sigmask(signal.SIG_BLOCK, stops)
    sandbox = RestSandbox(
        mode=asked.mode, port=asked.port, requests_per_minute=asked.requests_per_minute
    )
    with sandbox:
        sandbox.world.grow(world)
        sys.stdout.write(json.dumps({"url": sandbox.url, "key": sandbox.key}) + "\n")
        sys.stdout.flush()
        signal.sigwait(stops)

    return 0


def _world(path: Path | None) -> WorldSeed:
    return WorldSeed() if path is None else WorldSeed.model_validate_json(path.read_bytes())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="providers.sandbox.theporndb", description="A ThePornDB to try."
    )
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--world", type=Path, help="a JSON file with scenes")
    parser.add_argument("--mode", choices=MODES, default="plain")
    parser.add_argument("--requests-per-minute", type=int, help="more are answered with 429")
    return parser


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
