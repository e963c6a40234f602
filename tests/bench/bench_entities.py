"""How long it takes to tell who is meant, among a thousand performers and a hundred times more.

Promised is that a look-up doesn't care how many are known: no call takes more than three times as
long. Both stores are asked in turns, so that whatever else the machine does falls on both.
"""

from __future__ import annotations

import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from contextlib import ExitStack
from pathlib import Path

import duckdb

from rules.work import ExternalId, Performer
from store import entities
from store.database import Connection
from store.migration import migrate
from store.name_filling import fill_names
from store.transaction import transaction

SMALL, LARGE = 1_000, 100_000
TIMES = 60
PROMISED_RATIO = 3.0
SOMEBODY = 500

KNOWN = """
INSERT INTO performer (name, aliases, pictures, made_at_s)
    SELECT 'Mara Quay ' || i,
        json_array('M. Quay ' || i, 'Quay, Mara ' || i, 'Mara Harbour ' || i), '[]', 1
    FROM range(1, getvariable('size') + 1) t(i);
INSERT INTO external_id
    SELECT concat_ws(chr(10), 'performer', 'first', 'p-' || i), 'performer', 'first', 'p-' || i, i
    FROM range(1, getvariable('size') + 1) t(i);
INSERT INTO external_id
    SELECT concat_ws(chr(10), 'work', 'first', 'w-' || i), 'work', 'first', 'w-' || i, i
    FROM range(1, 2 * getvariable('size') + 1) t(i)
"""
Call = Callable[[Connection], object]


def calls() -> dict[str, Call]:
    """Return what is timed, by name."""
    own = ExternalId(source="first", remote_id=f"p-{SOMEBODY}")
    foreign = ExternalId(source="second", remote_id="new")
    mara = Performer(name=f"mara quay {SOMEBODY}", ids=(own,))
    told = {
        "match by id": mara,
        "match by name": Performer(name=mara.name, ids=(foreign,)),
        "match by alias": Performer(name=f"M. QUAY {SOMEBODY}", ids=(foreign,)),
        "match with 20 aliases": Performer(
            name="Nobody Known",
            aliases=tuple(f"Quay, Mara {each}" for each in range(20)),
            ids=(foreign,),
        ),
        "match nobody": Performer(name="Nobody Known", ids=(foreign,)),
    }
    matching: dict[str, Call] = {name: _matcher(each) for name, each in told.items()}
    return matching | {
        "adopt what is known": lambda connection: entities.adopt_performer(
            connection, SOMEBODY, mara
        )
    }


def main() -> int:
    """Print a line for each call; return 1 if one grew by more than promised."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="doorman-bench-")))
        small, large = (_store(stack, folder, size) for size in (SMALL, LARGE))
        _say(f"{'call':24} {SMALL:>9} {LARGE:>9}   ratio (promised: at most {PROMISED_RATIO:g})")
        ratios = [_tell(name, call, small, large) for name, call in calls().items()]
    return 0 if max(ratios) <= PROMISED_RATIO else 1


def _matcher(told: Performer) -> Call:
    return lambda connection: entities.match_performer(connection, told)


def _store(stack: ExitStack, folder: Path, size: int) -> Connection:
    """Return a store with so many performers, each with three aliases and an id."""
    path = folder / f"{size}.duckdb"
    opened = duckdb.connect(path, config={"threads": 2, "memory_limit": "256MB"})
    connection = stack.enter_context(opened)
    migrate(connection, path, now_s=1.0)
    connection.execute(f"SET VARIABLE size = {size}")
    for statement in KNOWN.split(";"):
        connection.execute(statement)
    started_s = time.perf_counter()
    with transaction(connection):
        fill_names(connection)
    _say(f"names of {size} performers filled in within {time.perf_counter() - started_s:.1f} s")
    connection.execute("CHECKPOINT")
    return connection


def _tell(name: str, call: Call, small: Connection, large: Connection) -> float:
    """Print what a call takes in both; return the ratio of the medians."""
    pairs = [(_took_ms(call, small), _took_ms(call, large)) for _ in range(TIMES)]
    few = statistics.median(took_ms for took_ms, _ in pairs)
    many = statistics.median(took_ms for _, took_ms in pairs)
    _say(f"{name:24} {few:6.2f} ms {many:6.2f} ms {many / few:7.1f}")
    return many / few


def _took_ms(call: Call, connection: Connection) -> float:
    started_s = time.perf_counter()
    call(connection)
    return (time.perf_counter() - started_s) * 1000


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
