"""How long pages take in a large household: `python -m tests.bench pages [FILES] [QUESTIONS]`.

100,000 files that were decided about, 5,000 of them questions, each with all that doorman keeps of
a file; asked over TCP through the gate, as a browser does, in turns. Ends with 1 when the median
of a queue or file page is not under 100 ms. How often a page takes what one does of which the
store knows nothing, tells machines and their load from doorman.
"""

from __future__ import annotations

import http.client
import math
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import urlsplit

import anyio
import anyio.to_thread
import structlog

from providers.sandbox import Sandbox
from rules.journey import FileState
from tests.pages.crowd import SPACE, multiply
from tests.pages.house import Shown, configured, make_seeded, shown

FILES, QUESTIONS = 100_000, 5_000
ROUNDS = 25
SELDOM = 5
"""Every so manieth round asks for what takes long, too."""
LIMIT_MS = 100.0
PROMISED = ("queue", "file")
"""What the names of pages begin with of which the limit is promised."""
EMPTY = "empty page"
LONG = ("bulk",)
"""What the names of pages begin with that are about all questions at once."""
_OK, _NOT_FOUND = 200, 404
_P95 = 0.95


@dataclass(frozen=True, slots=True, kw_only=True)
class Taken:
    """What one page took, in milliseconds."""

    name: str
    status: int
    size_bytes: int
    took_ms: Sequence[float]
    worked_ms: Sequence[float]
    """On all cores, by doorman and by who asks: what others do on the machine changes it little."""

    @property
    def median_ms(self) -> float:
        """Return what half of the answers took at the most."""
        return statistics.median(self.took_ms)

    @property
    def p95_ms(self) -> float:
        """Return what 95 of 100 answers took at the most."""
        return sorted(self.took_ms)[math.ceil(_P95 * len(self.took_ms)) - 1]

    @property
    def work_ms(self) -> float:
        """Return the work of the median answer."""
        return statistics.median(self.worked_ms)


async def fill(folder: Path, box: Sandbox, *, files: int, questions: int) -> dict[str, int]:
    """Make the store of a large household; return the numbers of its first files."""
    settings = configured(folder, folder / "libraries", box)
    numbers = await make_seeded(settings)
    async with shown(settings, numbers) as served:
        states = {
            name: (await served.house.desk.show(str(number))).line.state
            for name, number in numbers.items()
        }
    done = [numbers[name] for name, state in states.items() if state is FileState.DONE]
    asked = [numbers[name] for name, state in states.items() if state is FileState.REVIEW]
    store = settings.store.path
    await anyio.to_thread.run_sync(multiply, store, done, (files - questions) // len(done))
    await anyio.to_thread.run_sync(multiply, store, asked, questions // len(asked))
    return numbers


def pages(numbers: Mapping[str, int]) -> dict[str, str]:
    """Return the addresses to be asked, by name."""
    asked, done = numbers["Two Bridges.mov"], numbers["Two Bridges.mkv"]
    return {
        EMPTY: "/nowhere",
        "queue": "/",
        "queue of one library": "/?library=films",
        "queue of a text": "/?text=bridges",
        "queue of no text": "/?text=zzzz",
        "queue of what nobody knows": "/?tray=no+match",
        "queue, its news": "/queue/rows?shown=",
        "file with a question": f"/files/{asked * SPACE + 7}",
        "file with four candidates": f"/files/{numbers['Harbour.at.Dawn.1080p.mkv'] * SPACE + 7}",
        "file that is done": f"/files/{done * SPACE + 7}",
        "overview": "/overview",
        "history": "/history",
        "rules": "/rules",
        "statistics": "/statistics",
        "bulk, to accept all": "/bulk?of=accept-all",
        "bulk, to dismiss all": "/bulk?of=dismiss-all",
    }


def measure(url: str, addresses: Mapping[str, str], rounds: int) -> list[Taken]:
    """Ask for each page in turns; the first round does not count."""
    parts = urlsplit(url)
    connection = http.client.HTTPConnection(parts.hostname or "", parts.port, timeout=60)
    took: dict[str, list[float]] = {name: [] for name in addresses}
    worked: dict[str, list[float]] = {name: [] for name in addresses}
    seen: dict[str, tuple[int, int]] = {}
    for round_number in range(rounds + 1):
        for name, address in addresses.items():
            if round_number % SELDOM and name.startswith(LONG):
                continue

            began_s, began_work_s = time.perf_counter(), time.process_time()
            connection.request("GET", address)
            answer = connection.getresponse()
            body = answer.read()
            if round_number:
                took[name].append(1000 * (time.perf_counter() - began_s))
                worked[name].append(1000 * (time.process_time() - began_work_s))
            seen[name] = answer.status, len(body)
    connection.close()
    return [
        Taken(
            name=name,
            status=seen[name][0],
            size_bytes=seen[name][1],
            took_ms=took[name],
            worked_ms=worked[name],
        )
        for name in addresses
    ]


def report(taken: Sequence[Taken]) -> bool:
    """Print what pages took; return whether all was as promised."""
    columns = ("median", "p95", "best", "worst", "work")
    _tell(f"{'':32}" + "".join(f" {each:>9}" for each in columns) + f" {'x empty':>8} {'size':>9}")
    empty_ms = next(each.work_ms for each in taken if each.name == EMPTY)
    is_kept = True
    for each in taken:
        expected = _NOT_FOUND if each.name == EMPTY else _OK
        is_promised = each.name.startswith(PROMISED)
        is_slow = is_promised and each.median_ms >= LIMIT_MS
        is_kept = is_kept and not is_slow and each.status == expected
        measures_ms = (each.median_ms, each.p95_ms, min(each.took_ms), max(each.took_ms))
        remark = f"  {each.status}" if each.status != expected else ""
        remark += f"  not under {LIMIT_MS:g} ms" if is_slow else ""
        _tell(
            f"{each.name:32}"
            + "".join(f" {measure:6.1f} ms" for measure in (*measures_ms, each.work_ms))
            + f" {each.work_ms / empty_ms:7.0f}x {each.size_bytes / 1024:5.0f} KiB{remark}"
        )
    load, cores = os.getloadavg()[0], os.cpu_count() or 1
    if load > cores:
        _tell(f"{load:.1f} programs share {cores} cores: look at the work, and measure again")
    return is_kept


async def _measured(served: Shown) -> list[Taken]:
    addresses = pages(served.numbers)
    return await anyio.to_thread.run_sync(measure, served.url, addresses, ROUNDS)


async def main(files: int, questions: int) -> int:
    """Fill a store, ask for its pages, and report."""
    structlog.configure(logger_factory=structlog.ReturnLoggerFactory())
    with tempfile.TemporaryDirectory() as name, Sandbox() as box:
        folder = Path(name)
        began_s = time.perf_counter()
        numbers = await fill(folder, box, files=files, questions=questions)
        size_mib = sum(each.stat().st_size for each in (folder / "state").iterdir()) / 2**20
        _tell(
            f"{files:,} files, {questions:,} of them questions: {size_mib:.0f} MiB,"
            f" made in {time.perf_counter() - began_s:.0f} s"
        )
        settings = configured(folder, folder / "libraries", box)
        async with shown(settings, numbers) as served:
            return 0 if report(await _measured(served)) else 1


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    given = [int(each.replace(",", "")) for each in sys.argv[1:]]
    wanted = given + [FILES, QUESTIONS][len(given) :]
    sys.exit(anyio.run(main, wanted[0], wanted[1]))
