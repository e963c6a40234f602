"""Made-up situations in a real store, decided by the stage that decides."""

from __future__ import annotations

import tempfile
import time
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.resolving import Schedule
from rules.defaults import DEFAULT_RULES
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import FileStamp, VideoFacts
from rules.ruleset import compile_rules
from rules.work import ExternalId
from store import answers, contents, decisions, files, sightings
from store.contents import Finding
from store.database import Connection, open_database
from tests.bench.made_up import SOURCES, Sample

MEMORY_LIMIT_BYTES = 256 * 2**20
AT_S = 1.0


class _NoLog:
    """Keeps nothing."""

    def info(self, event: str, **facts: object) -> None:
        """Let it be."""

    def warning(self, event: str, **facts: object) -> None:
        """Let it be."""


@dataclass(frozen=True, slots=True, kw_only=True)
class InStore:
    """What became of samples in the store."""

    chosen: Sequence[ExternalId | None]
    """What was accepted, in the order of the samples."""
    took_s: float


async def decide_in_store(samples: Sequence[Sample]) -> InStore:
    """Decide about all samples, with everything that a decision leads to."""
    with tempfile.TemporaryDirectory(prefix="doorman-bench-") as folder:
        path = Path(folder) / "doorman.duckdb"
        database = open_database(path, memory_limit_bytes=MEMORY_LIMIT_BYTES, now_s=AT_S)
        try:
            numbers = await database.write(partial(_fill, samples=samples))
            stage = Deciding(
                database=database,
                rules=compile_rules(DEFAULT_RULES),
                sources=frozenset(SOURCES),
                schedule=Schedule(no_match_s=(3600.0,), first_deferral_s=300.0),
                now=lambda: AT_S,
                jitter=lambda: 0.5,
                apply_bell=Bell(),
                tell_bell=Bell(),
                identify_bell=Bell(),
                log=_NoLog(),
            )
            began_s = time.perf_counter()
            while batches := await stage.take(frozenset()):
                for batch in batches:
                    await stage.work(batch)
            took_s = time.perf_counter() - began_s
            chosen = await database.read(partial(_chosen, numbers=numbers))
        finally:
            database.close()
    return InStore(chosen=chosen, took_s=took_s)


def _fill(connection: Connection, *, samples: Sequence[Sample]) -> list[int]:
    return [_put(connection, number, sample) for number, sample in enumerate(samples)]


def _put(connection: Connection, number: int, sample: Sample) -> int:
    """Let a file wait for its decision; return its number."""
    given, prints = sample.given, sample.given.fingerprints
    stamp = FileStamp(size_bytes=prints.size_bytes, mtime_ns=1, inode=number)
    path = PurePath(f"/films/{number}/{given.file_name}")
    seen = Sighting(path=path, stamp=stamp, device=1)
    sightings.add_seen(connection, given.library, [seen], at_s=AT_S)
    file = files.at_path(connection, path)
    if file is None:
        raise AssertionError(f"{path} was not kept")

    content = contents.ensure(connection, prints.oshash, prints.size_bytes)
    finding = Finding(
        facts=VideoFacts(container="matroska", duration_s=prints.duration_s),
        phash=prints.phash,
        phash_missing=None,
        grid="5x5",
    )
    contents.save_finding(connection, content, finding, at_s=AT_S)
    files.set_content(connection, file.id, content.id)
    answers.save(connection, content.id, given.answers, at_s=AT_S)
    for name in given.rejected:
        answers.reject(connection, content.id, name, at_s=AT_S)
    files.set_state(connection, file, FileState.ANSWERED, at_s=AT_S)
    return file.id


def _chosen(connection: Connection, *, numbers: Sequence[int]) -> list[ExternalId | None]:
    standing = decisions.standing_of(connection, numbers)
    return [standing[number].chosen for number in numbers]
