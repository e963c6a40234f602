"""How the store's calls grow with the library: run it by hand, nothing is asserted.

    python tests/bench/bench_store.py [files]

Each call is timed in a store with a quarter of the files and in one with all of them. A ratio near
1 does not care about the size; near 4 is linear; more is to be looked into.
"""

import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path, PurePath

import anyio
import duckdb

from rules.candidate import Candidate, Known
from rules.evidence import Evidence
from rules.fingerprint import Oshash, Phash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import FileStamp, VideoFacts
from rules.work import Appearance, ExternalId, Performer, Picture, Studio, Tag, Work
from store import (
    acceptance,
    answers,
    contents,
    decisions,
    entities,
    events,
    files,
    journal,
    news,
    outbox,
    ranking,
    sightings,
    source_records,
    works,
)
from store.contents import Finding
from store.database import Connection, open_database
from store.decisions import Decider, NewDecision, Outcome
from store.entities import Kind
from store.migration import migrate
from store.news import News, NewsKind
from store.outbox import Errand
from store.transaction import transaction

FILES = 100_000
BATCH = 1000
TIMES = 15
NEWS = News(kind=NewsKind.SOURCE, subject="first", detail="the key is refused")


HISTORY = """
INSERT INTO content (oshash, size_bytes, facts)
    SELECT hash(i), i, '{"container": "mkv", "duration_s": 60}'
    FROM range(getvariable('size')) t(i);
INSERT INTO fingerprint SELECT id, 'PHASH', hash(id), 60, '1' FROM content;
INSERT INTO answer (content_id, source, outcome, asked_at_s)
    SELECT i // 3 + 1, 'source ' || (i % 3), 'unknown', i
    FROM range(3 * getvariable('size')) t(i);
INSERT INTO candidate (content_id, source, remote_id, offered, position, offered_at_s)
    SELECT i // 3 + 1, 'source ' || (i % 3), i::VARCHAR,
        '{"source": "first", "remote_id": "1", "work": {"title": "Harbour at Dawn"}}', i % 3, i
    FROM range(3 * getvariable('size')) t(i);
INSERT INTO event (file_id, event, at_s)
    SELECT i % getvariable('size') + 1, 'ready', i FROM range(4 * getvariable('size')) t(i);
INSERT INTO decision
    (file_id, content_id, verdict, decided_by, reasons, source, remote_id, state_before,
     decided_at_s)
    SELECT i + 1, i + 1, 'accepted', 'rule', '[]', 'first', i::VARCHAR, 'answered', i
    FROM range(getvariable('size')) t(i);
INSERT INTO plan (file_id, decision_id, made_at_s)
    SELECT i + 1, i + 1, i FROM range(getvariable('size')) t(i);
INSERT INTO change (plan_id, kind, target, after_sha256, state, changed_at_s)
    SELECT i + 1, 'write sidecar', '/films/work ' || i || '.nfo', 'ab', 'done', i
    FROM range(getvariable('size')) t(i);
INSERT INTO outbox (kind, file_id, payload, state, due_at_s, made_at_s)
    SELECT 'message', i, '{"kind": "source", "subject": "x", "detail": "y"}',
        CASE WHEN i % 100 = 0 THEN 'due' ELSE 'done' END, i, i
    FROM range(getvariable('size')) t(i);
INSERT INTO external_id
    SELECT md5(i::VARCHAR), 'work', 'first', md5(i::VARCHAR), i
    FROM range(2 * getvariable('size')) t(i);
UPDATE file SET content_id = id;
UPDATE file SET state = 'done' WHERE id % 10 <> 0
"""


def sighting(number: int) -> Sighting:
    stamp = FileStamp(size_bytes=10**9 + number, mtime_ns=number, inode=number)
    return Sighting(
        path=PurePath(f"/films/{number % 997}/work {number}.mkv"), stamp=stamp, device=1
    )


def candidate(number: int, source: str = "first") -> Candidate:
    people = range(number % 50, number % 50 + 4)
    work = Work(
        title=f"Work {number}",
        date="2024-05-17",
        details="A quiet morning. " * 20,
        studio=Studio(name=f"Studio {number % 40}", ids=(identity("s", number % 40),)),
        appearances=tuple(
            Appearance(performer=Performer(name=f"Name {each}", ids=(identity("p", each),)))
            for each in people
        ),
        tags=tuple(
            Tag(name=f"Tag {each % 300}", ids=(identity("t", each % 300),))
            for each in range(number, number + 20)
        ),
        pictures=(Picture(url=f"https://first.example/{number}.jpg"),),
    )
    return Candidate(source=source, remote_id=str(number), work=work)


def identity(kind: str, number: int) -> ExternalId:
    return ExternalId(source="first", remote_id=f"{kind}-{number}")


def fill(connection: Connection, size: int) -> Iterator[tuple[str, float]]:
    """Put `size` files and their history into the store; yield what each batch took."""
    for start in range(0, size, BATCH):
        batch = [sighting(number) for number in range(start, start + BATCH)]
        add = partial(sightings.add_seen, connection, "films", batch, at_s=1.0)
        yield "add_seen of 1000", timed(add)
    for start in range(0, size, BATCH):
        batch = [sighting(number) for number in range(start, start + BATCH)]
        yield (
            "note_settled of 1000",
            timed(partial(sightings.note_settled, connection, batch, at_s=2.0)),
        )
    connection.execute(f"SET VARIABLE size = {size}")
    for statement in HISTORY.split(";"):
        connection.execute(statement)
    for number in range(100):
        accept(connection, number)


def accept(connection: Connection, number: int) -> None:
    file = files.get(connection, number + 1)
    if file is None:
        raise LookupError(number)
    decision = NewDecision(outcome=Outcome.ACCEPTED, decided_by=Decider.RULE)
    with transaction(connection):
        decision_id = decisions.add(connection, file, file.id, decision, at_s=1.0)
        acceptance.apply_accept(connection, file, decision_id, candidate(number), at_s=1.0)


def calls(connection: Connection, size: int) -> dict[str, Callable[[], object]]:
    """Return what is timed, by name."""
    middle = size // 2
    file = files.get(connection, middle)
    content = contents.get(connection, middle)
    if file is None or content is None:
        raise LookupError(middle)
    finding = Finding(
        facts=VideoFacts(container="mkv", duration_s=60),
        phash=Phash(5),
        phash_missing=None,
        grid="1",
    )
    offers = Known(source="first", candidates=tuple(candidate(number) for number in range(3)))
    fresh = iter(range(10**6, 2 * 10**6))
    ready = partial(
        files.ready_for, connection, [FileState.SETTLED, FileState.FAILED], now_s=1e9, limit=40
    )
    return {
        "files.get": partial(files.get, connection, middle),
        "files.at_path": partial(files.at_path, connection, file.path),
        "files.of_content": partial(files.of_content, connection, middle),
        "files.ready_for": ready,
        "files.ready_for without 200": partial(ready, without=range(200)),
        "files.next_due_s": partial(files.next_due_s, connection, [FileState.NO_MATCH]),
        "files.in_state limit 1": partial(files.in_state, connection, [FileState.SETTLED], limit=1),
        "files.counts": partial(files.counts, connection),
        "files.search": partial(files.search, connection, f"work {middle}.mkv"),
        "files.set_state": partial(files.set_state, connection, file, FileState.READY, at_s=1.0),
        "add_seen of 1": lambda: sightings.add_seen(
            connection, "films", [sighting(next(fresh))], at_s=1.0
        ),
        "note_settled of 1": lambda: sightings.note_settled(connection, [sighting(1)], at_s=1.0),
        "contents.find": partial(contents.find, connection, content.oshash, content.size_bytes),
        "contents.get": partial(contents.get, connection, middle),
        "contents.ensure new": lambda: contents.ensure(connection, Oshash(next(fresh)), 1),
        "contents.save_finding": partial(
            contents.save_finding, connection, content, finding, at_s=1.0
        ),
        "answers.save 3 offers": partial(answers.save, connection, middle, [offers], at_s=1.0),
        "answers.latest": partial(answers.latest, connection, size + 1),
        "answers.offered": partial(answers.offered, connection, size + 1),
        "ranking.rank 3": partial(
            ranking.rank, connection, {middle: [(each, Evidence()) for each in offers.candidates]}
        ),
        "answers.rejected": partial(answers.rejected, connection, middle),
        "source_records.by_source": partial(source_records.by_source, connection),
        "works.load": partial(works.load, connection, 50),
        "accept": lambda: accept(connection, 200 + next(fresh) % 1000),
        "entities.ids_of": partial(entities.ids_of, connection, Kind.WORK, 50),
        "decisions.standing": partial(decisions.standing, connection, middle),
        "decisions.identity": partial(decisions.identity, connection, middle),
        "journal.last_write": partial(
            journal.last_write, connection, PurePath(f"/films/work {middle}.nfo")
        ),
        "journal.sidecars_of": partial(journal.sidecars_of, connection, middle),
        "journal.intended": partial(journal.intended, connection, middle),
        "journal.plan_of_decision": partial(journal.plan_of_decision, connection, middle),
        "outbox.due": partial(outbox.due, connection, (Errand.MESSAGE,), now_s=1e9),
        "outbox.next_due_s": partial(outbox.next_due_s, connection, (Errand.MESSAGE,)),
        "outbox.cancel": partial(outbox.cancel, connection, middle, Errand.MESSAGE, at_s=1.0),
        "news.add_once": partial(news.add_once, connection, NEWS, quiet_s=1e12, at_s=1.0),
        "events.of_file": partial(events.of_file, connection, middle),
        "note_gone of half": lambda: sightings.note_gone(connection, range(1, middle), at_s=1.0),
    }


def timed(call: Callable[[], object]) -> float:
    start = time.perf_counter()
    call()
    return (time.perf_counter() - start) * 1000


def measure(folder: Path, size: int) -> dict[str, float]:
    """Return the median milliseconds of each call in a store with `size` files."""
    path = folder / f"{size}.duckdb"
    taken: dict[str, list[float]] = {}
    with duckdb.connect(path, config={"threads": 2, "memory_limit": "256MB"}) as connection:
        migrate(connection, path, now_s=1.0)
        for name, took_ms in fill(connection, size):
            taken.setdefault(name, []).append(took_ms)
        connection.execute("CHECKPOINT")
        for name, call in calls(connection, size).items():
            times = 1 if name == "note_gone of half" else TIMES
            taken[name] = [timed(call) for _ in range(times)]
    last = {name: each[-1] for name, each in taken.items() if name.endswith("1000")}
    return {name: statistics.median(each) for name, each in taken.items()} | {
        f"{name}, the last": took_ms for name, took_ms in last.items()
    }


async def commits_per_second(folder: Path, changes: int = 2000) -> float:
    """Return how many waiting changes are committed in a second."""
    database = open_database(folder / "commits.duckdb", memory_limit_bytes=2**28, now_s=1.0)
    start = time.perf_counter()
    async with anyio.create_task_group() as tasks:
        for _ in range(changes):
            tasks.start_soon(database.write, partial(events.add, file_id=1, event="seen", at_s=1.0))
    took_s = time.perf_counter() - start
    database.close()
    return changes / took_s


def main(size: int) -> None:
    """Print a line for each call."""
    with tempfile.TemporaryDirectory() as folder:
        small, large = measure(Path(folder), size // 4), measure(Path(folder), size)
        tell(f"{'call':32} {size // 4:>9} {size:>9}   ratio")
        for name, took_ms in large.items():
            mark = "  <-- slow" if took_ms > 50 else ""
            ratio = took_ms / small[name]
            tell(f"{name:32} {small[name]:6.2f} ms {took_ms:6.2f} ms {ratio:7.1f}{mark}")
        tell(f"{anyio.run(commits_per_second, Path(folder)):.0f} waiting changes in a second")


def tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else FILES)
