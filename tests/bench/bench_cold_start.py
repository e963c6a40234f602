"""A store full of files that nobody was asked about: `python -m tests.bench.bench_cold_start [N]`.

The promise: as many lookups as there are forties of files, never above the source's rate, and no
more than 300 MB resident in the daemon, which is measured as the process that it is, until every
file is decided about and every sidecar is written. One file in five is known to the source, some
of the others have a name that is worth searching for.
"""

from __future__ import annotations

import sys
import tempfile
import time
from collections.abc import Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from functools import partial
from math import ceil
from pathlib import Path

from anyio.from_thread import start_blocking_portal
from pydantic import TypeAdapter

from daemon.journey.identify import BATCH_FILES
from daemon.looking.folder import sighting_of
from providers.sandbox import Sandbox
from providers.sandbox.messages import Noted
from providers.sandbox.seeds import CreditSeed, FingerprintSeed, SceneSeed
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
PERFORMERS, TAGS = 400, 150
"""So many there are in all; a work names a few of each."""
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
UNDERWAY = (FileState.READY, FileState.ANSWERED, FileState.ACCEPTED)
_FACTS = TypeAdapter(VideoFacts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Start:
    """What a cold start came to."""

    files: int
    states: dict[FileState, int]
    """Where all files are in the end; nobody is left out."""
    sidecars: int
    """NFO files that lie in the library then."""
    lookups: int
    others: int
    """Requests that looked for names, or at the schema."""
    busiest: float
    """Requests a minute, in the busiest few seconds."""
    peak_bytes: int
    asked_s: float
    """When the last was asked about, after the start."""
    took_s: float

    @property
    def is_done(self) -> bool:
        """Tell whether all ended where they should, with their sidecars."""
        known = ceil(self.files / KNOWN_EVERY)
        is_all = sum(self.states.values()) == self.files
        return is_all and self.states[FileState.DONE] == self.sidecars == known

    def is_within(self, requests_per_minute: float) -> bool:
        """Tell whether requests and memory are as promised."""
        return (
            self.lookups <= ceil(self.files / BATCH_FILES)
            and self.busiest <= requests_per_minute * SLACK
            and self.peak_bytes <= PROMISED_BYTES
        )


def main(arguments: Sequence[str]) -> int:
    """Print what a cold start costs; return 1 if a promise was broken."""
    files = int(arguments[0]) if arguments else FILES
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorman-bench-")))
        box, phone = stack.enter_context(Sandbox()), stack.enter_context(Phone())
        portal = stack.enter_context(start_blocking_portal())
        home = Home(folder=folder, box=box, phone=phone, portal=portal)
        start = start_cold(home, files, requests_per_minute=REQUESTS_PER_MINUTE)
    ended = ", ".join(f"{count} {state.value}" for state, count in start.states.items() if count)
    sys.stdout.write(
        f"{files} files: {start.lookups} lookups (promised: at most {ceil(files / BATCH_FILES)}), "
        f"{start.others} other requests; "
        f"at most {start.busiest:.0f} a minute (promised: {REQUESTS_PER_MINUTE}); "
        f"the daemon needs {start.peak_bytes / 1e6:.0f} MB at the most "
        f"(promised: {PROMISED_BYTES / 1e6:.0f} MB)\n"
        f"{ended}, {start.sidecars} sidecars; all asked about after {start.asked_s:.0f} s, "
        f"all done after {start.took_s:.0f} s, {files / start.took_s:.0f} files a second\n"
    )
    return 0 if start.is_done and start.is_within(REQUESTS_PER_MINUTE) else 1


def start_cold(home: Home, files: int, *, requests_per_minute: float) -> Start:
    """Fill a home, start its daemon, and let it run until nothing is left to do."""
    home.set("source", requests_per_minute=requests_per_minute, timeout="30s")
    home.set("log", level="warning")
    home.set("notify", targets=[])
    _fill(home, files)
    with home.run() as daemon:
        began_s = time.monotonic()
        _until(daemon, UNDERWAY[:1], "all were asked about")
        asked_s = time.monotonic() - began_s
        states = _until(daemon, UNDERWAY, "all were decided about and have their sidecars")
        took_s, peak = time.monotonic() - began_s, peak_bytes(daemon.process.pid)
    requests = home.box.requests.all()
    lookups = sum(noted.scenes is not None for noted in requests)
    return Start(
        files=files,
        states=states,
        sidecars=len(list(home.library.glob("*.nfo"))),
        lookups=lookups,
        others=len(requests) - lookups,
        busiest=_busiest_per_minute(requests),
        peak_bytes=peak,
        asked_s=asked_s,
        took_s=took_s,
    )


def _busiest_per_minute(requests: Sequence[Noted]) -> float:
    """Return the most requests that any few seconds saw, as a rate."""
    times_s = [noted.at_s for noted in requests]
    first, most = 0, 0
    for last, at_s in enumerate(times_s):
        while times_s[first] < at_s - WINDOW_S:
            first += 1
        most = max(most, last - first)
    return most * 60 / WINDOW_S


def _until(daemon: Daemon, underway: Sequence[FileState], what: str) -> dict[FileState, int]:
    """Return where all files are, once none is underway."""

    def ended() -> dict[FileState, int] | None:
        time.sleep(LOOK_EVERY_S)
        states = daemon.status().states
        return None if any(states[state] for state in underway) else dict(states)

    return daemon.until(ended, what, within_s=PATIENCE_S)


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
        studio=f"Northlight {number % 40}",
        performers=tuple(
            CreditSeed(name=f"Ada Winter {(number * step) % PERFORMERS}") for step in (1, 3, 7)
        ),
        tags=tuple(f"Sea {(number * step) % TAGS}" for step in (1, 3, 7, 11, 13, 17, 19, 23)),
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
