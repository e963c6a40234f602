"""A real database for every test, and short ways to put things into it."""

from collections.abc import Callable, Iterator
from pathlib import Path, PurePath

import duckdb
import pytest

from rules.candidate import Candidate, RemoteFingerprint
from rules.fingerprint import Algorithm, Oshash, Phash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import FileStamp, VideoFacts
from rules.work import Work
from store import contents, decisions, files, sightings
from store.contents import Content, Finding
from store.database import Connection, Database, open_database
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from tests.stores import put_store

MEMORY_LIMIT_BYTES = 256 * 2**20


@pytest.fixture
def anyio_backend() -> str:
    return "asyncio"


@pytest.fixture
def store_path(tmp_path: Path) -> Path:
    return tmp_path / "state" / "doorman.duckdb"


@pytest.fixture
def open_store(store_path: Path) -> Iterator[Callable[[], Database]]:
    """Return what opens the database of this test; all are closed at the end."""
    opened: list[Database] = []

    def open_once_more() -> Database:
        opened.append(open_database(store_path, memory_limit_bytes=MEMORY_LIMIT_BYTES, now_s=1.0))
        return opened[-1]

    yield open_once_more
    for each in opened:
        each.close()


@pytest.fixture
def database(store_path: Path, empty_store: Path, open_store: Callable[[], Database]) -> Database:
    put_store(empty_store, store_path)
    return open_store()


@pytest.fixture
def connection(tmp_path: Path, empty_store: Path) -> Iterator[Connection]:
    """Return a connection to a new database file with all tables."""
    with duckdb.connect(put_store(empty_store, tmp_path / "tables.duckdb")) as opened:
        yield opened


@pytest.fixture
def see() -> Callable[..., Sighting]:
    """Return what makes a sighting; each name has an inode of its own unless told otherwise."""

    def make(
        name: str = "Harbour at Dawn.mkv",
        *,
        size_bytes: int = 1000,
        mtime_ns: int = 5,
        inode: int | None = None,
        device: int = 1,
    ) -> Sighting:
        number = sum(name.encode("utf-8", "surrogateescape")) if inode is None else inode
        stamp = FileStamp(size_bytes=size_bytes, mtime_ns=mtime_ns, inode=number)
        return Sighting(path=PurePath("/films") / name, stamp=stamp, device=device)

    return make


@pytest.fixture
def add_file(connection: Connection, see: Callable[..., Sighting]) -> Callable[..., FileRecord]:
    """Return what adds a file in a state, with the content of that number if one is given."""

    def add(
        name: str = "Harbour at Dawn.mkv",
        state: FileState = FileState.SEEN,
        *,
        content_id: int | None = None,
        due_at_s: float | None = None,
        at_s: float = 1.0,
    ) -> FileRecord:
        sighting = see(name)
        sightings.add_seen(connection, "films", [sighting], at_s=at_s)
        file = files.at_path(connection, sighting.path)
        assert file is not None
        if content_id is not None:
            files.set_content(connection, file.id, content_id)
        files.set_state(connection, file, state, at_s=at_s, due_at_s=due_at_s)
        found = files.get(connection, file.id)
        assert found is not None
        return found

    return add


@pytest.fixture
def put_examined(
    connection: Connection, add_file: Callable[..., FileRecord]
) -> Callable[..., FileRecord]:
    """Return what adds a file with a content of its own, or of the number given."""

    def add(
        name: str,
        phash: int | None = 0x0F0F_3355_AA99_C3F0,
        *,
        duration_s: float = 600.0,
        grid: str = "5x5",
        state: FileState = FileState.DONE,
        content_id: int | None = None,
    ) -> FileRecord:
        if content_id is None:
            content = contents.ensure(connection, Oshash(sum(name.encode())), 1000)
            finding = Finding(
                facts=VideoFacts(container="matroska", duration_s=duration_s),
                phash=None if phash is None else Phash(phash),
                phash_missing=None,
                grid=grid,
            )
            contents.save_finding(connection, content, finding, at_s=1.0)
            content_id = content.id
        return add_file(name, state, content_id=content_id)

    return add


@pytest.fixture
def content(connection: Connection) -> Content:
    return contents.ensure(connection, Oshash(0xFEED), 1000)


@pytest.fixture
def offer() -> Callable[..., Candidate]:
    """Return what makes a candidate: of a source, with an id, and what it says of the work."""

    def make(
        remote_id: str = "h-1", *, source: str = "first", work: Work | None = None
    ) -> Candidate:
        return Candidate(
            source=source,
            remote_id=remote_id,
            work=work or Work(title=f"Harbour at Dawn {remote_id}"),
            fingerprints=(
                RemoteFingerprint(
                    algorithm=Algorithm.PHASH, value=2**64 - 1, duration_s=60.5, submissions=3
                ),
            ),
            page_url=f"https://{source}.example/{remote_id}",
        )

    return make


@pytest.fixture
def decide(connection: Connection) -> Callable[..., int]:
    """Return what keeps a decision about a file and returns its number."""

    def add(
        file: FileRecord,
        outcome: Outcome = Outcome.ACCEPTED,
        decided_by: Decider = Decider.RULE,
        *,
        at_s: float = 2.0,
    ) -> int:
        decision = NewDecision(outcome=outcome, decided_by=decided_by)
        return decisions.add(connection, file, file.content_id or 0, decision, at_s=at_s)

    return add
