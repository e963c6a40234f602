"""A store full of files that nobody was asked about: `python -m tests.bench.bench_cold_start [N]`.

The promise: as many lookups as there are forties of files, never above the source's rate, and no
more than 300 MB resident in the daemon, which is measured as the process that it is. One file in
five is known to the source, some of the others have a name that is worth searching for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from functools import partial
from math import ceil
from pathlib import Path

from anyio.from_thread import start_blocking_portal
from pydantic import TypeAdapter

from daemon.journey.identify import BATCH_FILES
from daemon.looking.folder import sighting_of
from providers.sandbox import Sandbox
from providers.sandbox.messages import Noted
from providers.sandbox.seeds import FingerprintSeed, SceneSeed
from rules.journey import FileState
from rules.media import VideoFacts
from store import sightings
from store.database import Connection, open_database
from tests.bench.bench_memory import peak_bytes
from tests.end_to_end.home import Home
from tests.end_to_end.phone import Phone
from tests.end_to_end.running import Daemon

FILES = 10_000
KNOWN_EVERY, NAMED_EVERY = 5, 51
"""One file of so many is known by its fingerprints, or has a release's name."""
REQUESTS_PER_MINUTE = 1200
"""Five times the usual rate, so that it takes minutes and not an hour; kept to all the same."""
SLACK = 1.05
"""What the server counts in a short while may have been sent a moment earlier."""
WINDOW_S = 5.0
PROMISED_BYTES = 300 * 10**6
DURATION_S = 1800
SIZE_BYTES = 200_000
LOOK_EVERY_S = 0.5
PATIENCE_S = 3600.0
MEMORY_LIMIT_BYTES = 256 * 2**20
_FACTS = TypeAdapter(VideoFacts)


def main(arguments: Sequence[str]) -> int:
    """Print what a cold start costs; return 1 if a promise was broken."""
    files = int(arguments[0]) if arguments else FILES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorman-bench-")))
        box, phone = stack.enter_context(Sandbox()), stack.enter_context(Phone())
        portal = stack.enter_context(start_blocking_portal())
        home = Home(folder=folder, box=box, phone=phone, portal=portal)
        home.set("source", requests_per_minute=REQUESTS_PER_MINUTE, timeout="30s")
        home.set("log", level="warning")
        home.set("notify", targets=[])
        _fill(home, files)
        daemon = stack.enter_context(home.run())
        began_s = time.monotonic()
        states, peak = _until_asked(daemon)
        return _tell(files, box.requests.all(), states, peak, time.monotonic() - began_s)


def _tell(
    files: int,
    requests: Sequence[Noted],
    states: dict[FileState, int],
    peak: int,
    took_s: float,
) -> int:
    lookups = [noted for noted in requests if noted.scenes is not None]
    allowed, busiest = ceil(files / BATCH_FILES), _busiest_per_minute(requests)
    ended = ", ".join(f"{count} {state.value}" for state, count in states.items() if count)
    sys.stdout.write(
        f"{files} files: {len(lookups)} lookups (promised: at most {allowed}), "
        f"{len(requests) - len(lookups)} other requests; "
        f"at most {busiest:.0f} a minute (promised: {REQUESTS_PER_MINUTE}); "
        f"the daemon needs {peak / 1e6:.0f} MB at the most "
        f"(promised: {PROMISED_BYTES / 1e6:.0f} MB); {ended}, after {took_s:.0f} s\n"
    )
    is_kept = (
        len(lookups) <= allowed
        and busiest <= REQUESTS_PER_MINUTE * SLACK
        and peak <= PROMISED_BYTES
        and sum(states.values()) == files
    )
    return 0 if is_kept else 1


def _busiest_per_minute(requests: Sequence[Noted]) -> float:
    """Return the most requests that any few seconds saw, as a rate."""
    times_s = [noted.at_s for noted in requests]
    first, most = 0, 0
    for last, at_s in enumerate(times_s):
        while times_s[first] < at_s - WINDOW_S:
            first += 1
        most = max(most, last - first)
    return most * 60 / WINDOW_S


def _until_asked(daemon: Daemon) -> tuple[dict[FileState, int], int]:
    """Return where all files are, and the most memory that was resident.

    Decisions come behind: they need no request.
    """

    def ended() -> dict[FileState, int] | None:
        time.sleep(LOOK_EVERY_S)
        states = daemon.status().states
        return None if states[FileState.READY] else dict(states)

    states = daemon.until(ended, "all were asked about", within_s=PATIENCE_S)
    return states, peak_bytes(daemon.process.pid)


def _fill(home: Home, files: int) -> None:
    """Put fingerprinted files into the library, and let the source know some of them."""
    paths = [home.library / _name(number) for number in range(files)]
    for path in paths:
        with path.open("wb") as file:
            file.truncate(SIZE_BYTES)
    for number in range(0, files, KNOWN_EVERY):
        home.box.world.add_scene(_scene(number))
    home.store.parent.mkdir(exist_ok=True)
    database = open_database(home.store, memory_limit_bytes=MEMORY_LIMIT_BYTES, now_s=1.0)
    home.portal.call(database.write, partial(_note, paths=paths))
    database.close()


def _note(connection: Connection, *, paths: Sequence[Path]) -> None:
    """Let the store know all files as examined."""
    seen = [sighting_of(str(path), path.stat()) for path in paths]
    sightings.add_seen(connection, "films", seen, at_s=1.0)
    numbers = range(len(paths))
    facts = _FACTS.dump_json(VideoFacts(container="matroska", duration_s=DURATION_S)).decode()
    connection.execute(
        "INSERT INTO content (oshash, size_bytes, facts, examined_at_s) "
        "SELECT unnest($1::UBIGINT[]), $2, $3, 1.0",
        [[_oshash(number) for number in numbers], SIZE_BYTES, facts],
    )
    connection.execute(
        "INSERT INTO fingerprint SELECT c.id, 'PHASH', p.value, $3, '5x5' FROM content c JOIN "
        "(SELECT unnest($1::UBIGINT[]) AS oshash, unnest($2::UBIGINT[]) AS value) AS p "
        "ON p.oshash = c.oshash",
        [[_oshash(n) for n in numbers], [_phash(n) for n in numbers], float(DURATION_S)],
    )
    connection.execute(
        "UPDATE file SET state = $3, content_id = c.id FROM content c JOIN "
        "(SELECT unnest($1::VARCHAR[]) AS path, unnest($2::UBIGINT[]) AS oshash) AS n "
        "ON n.oshash = c.oshash WHERE file.path = n.path",
        [[str(path) for path in paths], [_oshash(n) for n in numbers], FileState.READY.value],
    )


def _name(number: int) -> str:
    if number % KNOWN_EVERY and number % NAMED_EVERY == 0:
        return f"Northlight.24.05.17.Harbour.{number}.At.Dawn.XXX.1080p.mkv"

    return f"{number:05}.mkv"


def _scene(number: int) -> SceneSeed:
    prints = (
        FingerprintSeed(algorithm=algorithm, hash=f"{value:x}", duration=DURATION_S, submissions=3)
        for algorithm, value in (("OSHASH", _oshash(number)), ("PHASH", _phash(number)))
    )
    return SceneSeed(
        title=f"Market Day {number}",
        release_date="2023-01-01",
        duration=DURATION_S,
        studio="Northlight",
        performers=(),
        fingerprints=tuple(prints),
    )


def _oshash(number: int) -> int:
    return 0xA000_0000_0000_0000 + number * 0x9E37_79B9


def _phash(number: int) -> int:
    """Return a phash that says something: half of its bits are set."""
    half = (number * 0x9E37_79B9 + 0x5555) & 0xFFFF_FFFF
    return half << 32 | (half ^ 0xFFFF_FFFF)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
