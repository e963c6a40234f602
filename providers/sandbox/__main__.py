"""Run the sandbox as a process: `python -m providers.sandbox --port N --world FILE.json`.

It prints one JSON line with the url and the keys as soon as it listens, and runs until it is
told to stop (SIGINT or SIGTERM).
"""

from __future__ import annotations

import argparse
import json
import signal
import sys
from pathlib import Path

from pydantic import ValidationError

from providers.sandbox.box import Sandbox
from providers.sandbox.mode import LOOK_ALIKE, OLDEST, Mode
from providers.sandbox.seeds import WorldSeed


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
    with Sandbox(mode=asked.mode, port=asked.port) as sandbox:
        sandbox.world.grow(world)
        ready = {"url": sandbox.url, "key": sandbox.key, "editor_key": sandbox.editor_key}
        sys.stdout.write(json.dumps(ready) + "\n")
        sys.stdout.flush()
        signal.sigwait(stops)

    return 0


def _world(path: Path | None) -> WorldSeed:
    return WorldSeed() if path is None else WorldSeed.model_validate_json(path.read_bytes())


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="providers.sandbox", description="A stash-box to try.")
    parser.add_argument("--port", type=int, default=0, help="0 takes any free one")
    parser.add_argument("--world", type=Path, help="a JSON file with scenes")
    parser.add_argument(
        "--mode", type=_mode, default="0.10", help=f"a version from 0.2 on, or {LOOK_ALIKE}"
    )
    return parser


def _mode(text: str) -> str:
    try:
        is_known = Mode(text).version >= OLDEST
    except ValueError:
        is_known = False
    if not is_known:
        raise argparse.ArgumentTypeError(
            f"{text!r} is no mode; write a version from 0.2 on, or {LOOK_ALIKE}"
        )

    return text


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
