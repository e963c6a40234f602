"""How long it takes to compare a million hashes: `python -m tests.bench.bench_duplicates [COUNT]`.

All pairs within distance 4 by our index and by DuckDB, in turns; clusters of uniform and of skewed
hashes, at greater distances too; and one query of a store with so many contents. Ends with 1 when
all pairs took 10 s or a query 20 ms.
"""

from __future__ import annotations

import itertools
import math
import resource
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from functools import partial
from pathlib import Path

import duckdb
import numpy as np

from rules.duplicates import Nearness
from store import contents, duplicates
from store.clusters import find_clusters
from store.database import Connection
from store.migration import migrate
from store.nearness import Hashes, Points, Seconds, near_pairs
from store.prints import Prints, read_prints

COUNT = 1_000_000
SEED = 20240517
ROUNDS = 3
QUERIES = 15
PAIRS_LIMIT_S, QUERY_LIMIT_MS = 10.0, 20.0
STORE_MEMORY = "256MB"
"""What the settings give the store unless they say otherwise."""
NEAR = Nearness(distance_bits=4)

FILL = """
INSERT INTO content (oshash, size_bytes, facts)
    SELECT i, i, '{"container": "mkv", "duration_s": 60}' FROM range($1) t(i);
INSERT INTO fingerprint SELECT id, 'OSHASH', oshash, 60, '1' FROM content;
INSERT INTO file (library, path, size_bytes, mtime_ns, inode, state, content_id, first_seen_at_s,
        changed_at_s)
    SELECT 'films', '/films/work ' || id || '.mkv', size_bytes, 5, id, 'done', id, 1, 1
    FROM content
"""
PHASHES = """
INSERT INTO fingerprint
    SELECT i + 1, 'PHASH', phash, duration_s, '5x5'
    FROM (SELECT generate_subscripts($1::UBIGINT[], 1) - 1 AS i, unnest($1::UBIGINT[]) AS phash,
        unnest($2::DOUBLE[]) AS duration_s)
"""
JOIN = """
SELECT a.id, b.id FROM hash a JOIN hash b
    ON (a.value & $1::UBIGINT) = (b.value & $1::UBIGINT) AND a.id < b.id
    AND bit_count(xor(a.value, b.value)) <= 4
"""


def normal_hashes(random: np.random.Generator, count: int) -> Hashes:
    """Return hashes with 32 bits set, as those of ordinary films."""
    found = np.zeros(0, dtype=np.uint64)
    while len(found) < count:
        drawn = random.integers(0, 2**64, size=10 * count, dtype=np.uint64)
        found = np.concatenate([found, drawn[np.bitwise_count(drawn) == 32]])
    return found[:count]


def uniform(random: np.random.Generator, count: int) -> tuple[Hashes, Seconds]:
    """Return unlike films: 15 minutes more or less."""
    return normal_hashes(random, count), lasting(random, count, 900)


def skewed(random: np.random.Generator, count: int) -> tuple[Hashes, Seconds]:
    """Return a library of which 3 in 10 are short clips that repeat one of 50 patterns.

    2 in 10 repeat it exactly, 1 in 10 with up to 6 bits changed.
    """
    hashes, durations_s = uniform(random, count)
    clips, changed = 3 * count // 10, count // 10
    hashes[:clips] = normal_hashes(random, 50)[random.integers(0, 50, clips)]
    for _ in range(3):
        hashes[:changed] = swapped(random, hashes[:changed])
    durations_s[:clips] = lasting(random, clips, 20)
    return hashes, durations_s


def swapped(random: np.random.Generator, hashes: Hashes) -> Hashes:
    """Return the hashes with a set and an unset bit exchanged, where chance finds such two."""
    one, other = (
        np.uint64(1) << random.integers(0, 64, len(hashes)).astype(np.uint64) for _ in range(2)
    )
    is_normal = ((hashes & one) != 0) != ((hashes & other) != 0)
    return np.where(is_normal, hashes ^ one ^ other, hashes)


def lasting(random: np.random.Generator, count: int, middle_s: float) -> Seconds:
    return np.round(random.lognormal(math.log(middle_s), 1, count) + 0.5, 2)


def timed(call: Callable[[], object]) -> float:
    began_s = time.perf_counter()
    call()
    return time.perf_counter() - began_s


def pairs_of_ours(hashes: Hashes) -> int:
    """Return how many pairs our index finds, whatever the durations."""
    lengths_s = np.ones(len(hashes))
    points = Points(hashes=hashes, shortest_s=lengths_s, longest_s=lengths_s)
    return sum(len(first) for first, _ in near_pairs(points, NEAR))


def pairs_of_duckdb(connection: Connection) -> int:
    """Return how many pairs DuckDB finds by the same bands: two of six are equal."""
    edges = [64 * at // 6 for at in range(7)]
    masks = [(1 << end) - (1 << start) for start, end in itertools.pairwise(edges)]
    found = set()
    for one, other in itertools.combinations(masks, 2):
        rows = connection.execute(JOIN, [one | other])
        found |= {tuple(row) for row in rows.fetchall()}
    return len(found)


def compare_ways(random: np.random.Generator, count: int) -> bool:
    """Time both ways in turns; return whether ours was as quick as promised."""
    hashes = normal_hashes(random, count)
    own, theirs = [], []
    with duckdb.connect(config={"threads": 2}) as connection:
        connection.execute("CREATE TABLE hash (id BIGINT, value UBIGINT)")
        connection.execute(
            "INSERT INTO hash SELECT generate_subscripts($1::UBIGINT[], 1), unnest($1::UBIGINT[])",
            [hashes.tolist()],
        )
        for _ in range(ROUNDS):
            own.append(timed(lambda: pairs_of_ours(hashes)))
            theirs.append(timed(lambda: pairs_of_duckdb(connection)))
        if pairs_of_ours(hashes) != pairs_of_duckdb(connection):
            tell("the two ways disagree")
            return False
    own_s, theirs_s = min(own), min(theirs)  # the rest is what else the machine did meanwhile
    tell(
        f"all pairs within 4 bits: {own_s:.2f} s on one core, {own_s / theirs_s:.2f} of "
        f"DuckDB's {theirs_s:.2f} s on two (best of {ROUNDS} in turns)"
    )
    return own_s < PAIRS_LIMIT_S


def cluster(name: str, hashes: Hashes, durations_s: Seconds, distance_bits: int) -> None:
    """Print what it takes to find the clusters."""
    order = np.lexsort((durations_s, hashes))
    prints = Prints(
        contents=np.arange(len(hashes), dtype=np.int64),
        phashes=hashes[order],
        durations_s=durations_s[order],
        grids=np.zeros(len(hashes), dtype=np.int64),
    )
    nearness = Nearness(distance_bits=distance_bits)
    began_s = time.perf_counter()
    found = find_clusters(prints, nearness, lambda: None)
    took_s = time.perf_counter() - began_s
    tell(
        f"clusters within {distance_bits:2} bits, {name:7}: {took_s:6.2f} s, {len(found)} of "
        f"{sum(map(len, found))} contents, peak {peak_mib()} MiB"
    )


def query(random: np.random.Generator, count: int, folder: Path) -> bool:
    """Time one query of a store; return whether it was as quick as promised."""
    path = folder / "doorman.duckdb"
    hashes, durations_s = uniform(random, count)
    with duckdb.connect(path, config={"threads": 2}) as connection:
        migrate(connection, path, now_s=1.0)
        first, *rest = FILL.split(";")
        connection.execute(first, [count])
        for statement in rest:
            connection.execute(statement)
        connection.execute(PHASHES, [hashes.tolist(), durations_s.tolist()])
    with duckdb.connect(path, config={"threads": 2, "memory_limit": STORE_MEMORY}) as connection:
        connection.execute("SET temp_directory = ''")
        read_s = timed(lambda: read_prints(connection))
        numbers = random.integers(1, count + 1, QUERIES).tolist()
        taken_ms = [1000 * timed(partial(near, connection, number)) for number in numbers]
    middle_ms = statistics.median(taken_ms)
    tell(f"all hashes read from the store: {read_s:.2f} s within {STORE_MEMORY}")
    tell(f"one query: {middle_ms:.1f} ms (median of {QUERIES}, worst {max(taken_ms):.1f} ms)")
    return middle_ms < QUERY_LIMIT_MS


def near(connection: Connection, number: int) -> object:
    content = contents.get(connection, number)
    return content and duplicates.near(connection, content.id, NEAR)


def peak_mib() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def main(count: int) -> int:
    """Print a line for each; return 1 if a promise was broken."""
    random = np.random.default_rng(SEED)
    tell(f"{count:,} hashes")
    kept = [compare_ways(random, count)]
    for distance_bits in (4, 8, 16):
        cluster("uniform", *uniform(random, count), distance_bits)
    for distance_bits in (4, 8):
        cluster("skewed", *skewed(random, count), distance_bits)
    with tempfile.TemporaryDirectory() as folder:
        kept.append(query(random, count, Path(folder)))
    return 0 if all(kept) else 1


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else COUNT))
