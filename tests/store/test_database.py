import asyncio
import os
import signal
import stat
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread
import duckdb
import pytest

from rules.errors import DoormanError
from store import events
from store.database import GROUP_COMMIT, Connection, Database, open_database
from store.errors import StoreFailed, StoreHeld, StoreUnreadable
from store.hold import lock_path, take_hold

MEMORY_LIMIT_BYTES = 256 * 2**20
PATIENCE_S = 20

HOLD = """
import sys
from pathlib import Path
from store.database import open_database
database = open_database(Path(sys.argv[1]), memory_limit_bytes=2**28, now_s=1.0)
print("held", flush=True)
sys.stdin.read()
"""
HOLD_WITHOUT_OUR_LOCK = """
import sys
import duckdb
database = duckdb.connect(sys.argv[1])
print("held", flush=True)
sys.stdin.read()
"""


class Bench:
    """A change that stops in the middle of its transaction until it is told to go on."""

    def __init__(self, name: str) -> None:
        self.name = name
        self.has_begun = threading.Event()
        self.may_end = threading.Event()

    def __call__(self, connection: Connection) -> str:
        note(connection, name=self.name)
        self.has_begun.set()
        assert self.may_end.wait(PATIENCE_S)
        return self.name

    async def begun(self) -> None:
        assert await anyio.to_thread.run_sync(self.has_begun.wait, PATIENCE_S)


def note(connection: Connection, *, name: str) -> str:
    events.add(connection, 1, name, at_s=1.0)
    return name


def noted(connection: Connection) -> list[str]:
    return [each.event for each in events.of_file(connection, 1)]


def transaction_number(connection: Connection, *, name: str) -> int:
    note(connection, name=name)
    row = connection.execute("SELECT txid_current()").fetchone()
    assert row is not None
    return int(row[0])


def mode_of(path: Path) -> int:
    return stat.S_IMODE(path.stat().st_mode)


@pytest.fixture
def umask_022() -> Iterator[None]:
    before = os.umask(0o022)
    yield
    os.umask(before)


@contextmanager
def holding(program: str, path: Path) -> Iterator["subprocess.Popen[bytes]"]:
    child = subprocess.Popen(  # noqa: S603  # our own program
        [sys.executable, "-c", program, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
    )
    try:
        assert child.stdout is not None
        assert child.stdout.readline() == b"held\n"
        yield child
    finally:
        child.kill()
        child.communicate()


def open_at(path: Path) -> Database:
    return open_database(path, memory_limit_bytes=MEMORY_LIMIT_BYTES, now_s=1.0)


async def test_a_change_is_there_when_write_returns(database: Database) -> None:
    answered = await database.write(partial(note, name="seen"))

    assert answered == "seen"
    assert await database.read(noted) == ["seen"]


async def test_what_was_written_is_there_after_opening_again(
    open_store: Callable[[], Database], store_path: Path
) -> None:
    first = open_at(store_path)
    await first.write(partial(note, name="seen"))
    first.close()

    assert await open_store().read(noted) == ["seen"]


async def test_closing_writes_the_log_into_the_file(store_path: Path) -> None:
    opened = open_at(store_path)
    await opened.write(partial(note, name="seen"))
    log = store_path.with_name(f"{store_path.name}.wal")
    assert log.exists()

    opened.close()

    assert not log.exists()


@pytest.mark.usefixtures("umask_022")
async def test_only_the_owner_can_read_what_doorman_remembers(
    database: Database, store_path: Path
) -> None:
    await database.write(partial(note, name="seen"))

    assert mode_of(store_path.parent) == 0o700
    assert {path.name: mode_of(path) for path in store_path.parent.iterdir()} == {
        "doorman.duckdb": 0o600,
        "doorman.duckdb.lock": 0o600,
        "doorman.duckdb.wal": 0o600,
    }


async def test_a_folder_that_was_there_keeps_its_mode(store_path: Path) -> None:
    store_path.parent.mkdir(mode=0o750)
    store_path.parent.chmod(0o750)

    open_at(store_path).close()

    assert mode_of(store_path.parent) == 0o750


async def test_changes_that_wait_together_share_commits(database: Database) -> None:
    numbers: list[int] = []

    async def write(name: str) -> None:
        numbers.append(await database.write(partial(transaction_number, name=name)))

    async with anyio.create_task_group() as tasks:
        for position in range(200):
            tasks.start_soon(write, f"event {position}")

    assert len(numbers) == 200
    assert len(set(numbers)) <= 5
    assert len(await database.read(noted)) == 200


async def test_more_changes_than_fit_one_commit_are_all_made_in_order(database: Database) -> None:
    names = [f"event {position}" for position in range(2 * GROUP_COMMIT + 3)]
    async with anyio.create_task_group() as tasks:
        for name in names:
            tasks.start_soon(partial(database.write, partial(note, name=name)))

    assert await database.read(noted) == names


class Refusal(DoormanError):
    """What a change raises when it does not like what it finds."""


def refuse(connection: Connection) -> str:
    note(connection, name="refused")
    raise Refusal("not like this; try another way")


def break_a_constraint(connection: Connection) -> str:
    note(connection, name="refused")
    connection.execute("INSERT INTO library (name) VALUES (NULL)")
    return "never"


def have_a_bug(connection: Connection) -> str:
    note(connection, name="refused")
    raise KeyError("no such thing")


def let_a_failure_pass(connection: Connection) -> str:
    note(connection, name="refused")
    try:
        connection.execute("INSERT INTO library (name) VALUES (NULL)")
    except duckdb.Error:  # the fault that this test is about
        return "went on"
    return "never"


@pytest.mark.parametrize(
    ("fails", "error"),
    [
        (refuse, Refusal),
        (break_a_constraint, StoreFailed),
        (have_a_bug, KeyError),
        (let_a_failure_pass, StoreFailed),
    ],
)
class TestAChangeThatFails:
    async def test_keeps_nothing_of_it(
        self, database: Database, fails: Callable[[Connection], str], error: type[Exception]
    ) -> None:
        with pytest.raises(error):
            await database.write(fails)

        assert await database.read(noted) == []
        assert await database.write(partial(note, name="after")) == "after"
        assert await database.read(noted) == ["after"]

    async def test_fails_alone_and_the_others_stay(
        self, database: Database, fails: Callable[[Connection], str], error: type[Exception]
    ) -> None:
        answers: dict[str, str] = {}
        failures: list[BaseException] = []

        async def write(name: str) -> None:
            answers[name] = await database.write(partial(note, name=name))

        async def fail() -> None:
            try:
                await database.write(fails)
            except error as caught:
                failures.append(caught)

        async with anyio.create_task_group() as tasks:
            for position in range(50):
                tasks.start_soon(write, f"event {position}")
                if position % 10 == 3:
                    tasks.start_soon(fail)

        assert len(failures) == 5
        assert len(answers) == 50
        assert all(name == answered for name, answered in answers.items())
        assert sorted(await database.read(noted)) == sorted(answers)


async def test_a_change_that_is_cancelled_while_it_waits_never_happens(database: Database) -> None:
    first = Bench("first")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.write, first)
        await first.begun()
        with anyio.move_on_after(0) as scope:
            await database.write(partial(note, name="cancelled"))
        first.may_end.set()

    assert scope.cancelled_caught
    await database.write(partial(note, name="last"))
    assert await database.read(noted) == ["first", "last"]


async def test_a_change_that_is_cancelled_during_its_commit_is_finished_and_known(
    database: Database,
) -> None:
    change = Bench("first")
    known: list[str] = []

    async def write(scope: anyio.CancelScope) -> None:
        with scope:
            known.append(await database.write(change))

    scope = anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(write, scope)
        await change.begun()
        scope.cancel()
        change.may_end.set()

    assert known == ["first"]
    assert await database.read(noted) == ["first"]


async def test_a_change_cancelled_while_another_commits_it_is_finished_and_known(
    database: Database,
) -> None:
    opening, leader = Bench("opening"), Bench("leader")
    known: list[str] = []

    async def follow(scope: anyio.CancelScope) -> None:
        with scope:
            known.append(await database.write(partial(note, name="follower")))

    scope = anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.write, opening)
        await opening.begun()
        tasks.start_soon(database.write, leader)
        tasks.start_soon(follow, scope)
        await anyio.wait_all_tasks_blocked()
        opening.may_end.set()
        await leader.begun()
        scope.cancel()
        await anyio.wait_all_tasks_blocked()
        leader.may_end.set()

    assert known == ["follower"]
    assert await database.read(noted) == ["opening", "leader", "follower"]


async def test_the_one_that_would_commit_next_may_be_cancelled(database: Database) -> None:
    opening = Bench("opening")

    async def give_up(scope: anyio.CancelScope) -> None:
        with scope:
            await database.write(partial(note, name="gave up"))

    scope = anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.write, opening)
        await opening.begun()
        tasks.start_soon(give_up, scope)
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(partial(database.write, partial(note, name="follower")))
        await anyio.wait_all_tasks_blocked()
        opening.may_end.set()
        scope.cancel()

    assert "follower" in await database.read(noted)


async def test_a_change_cancelled_in_the_moment_its_commit_begins_is_finished_first(
    database: Database,
) -> None:
    there_at_the_end: list[bool] = []

    async def follow(scope: anyio.CancelScope) -> None:
        with scope:
            await database.write(partial(note, name="follower"))
        there_at_the_end.append("follower" in await database.read(noted))

    scope = anyio.CancelScope()
    async with anyio.create_task_group() as tasks:
        database._turn.acquire_nowait()
        tasks.start_soon(database.write, partial(note, name="leader"))
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(follow, scope)
        await anyio.wait_all_tasks_blocked()
        database._turn.release()  # the leader runs next and takes both in hand
        scope.cancel()

    assert scope.cancelled_caught
    assert there_at_the_end == [True]


async def test_those_who_waited_learn_that_a_commit_was_cut_off(database: Database) -> None:
    opening, leader = Bench("opening"), Bench("leader")
    learned: list[StoreFailed] = []

    async def follow() -> None:
        try:
            await database.write(partial(note, name="follower"))
        except StoreFailed as error:
            learned.append(error)

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.write, opening)
        await opening.begun()
        leading = asyncio.create_task(database.write(leader))
        await anyio.wait_all_tasks_blocked()
        tasks.start_soon(follow)
        await anyio.wait_all_tasks_blocked()
        opening.may_end.set()
        await leader.begun()
        leading.cancel()  # not by a scope: as when the event loop is torn down
        with pytest.raises(asyncio.CancelledError):
            await leading
        leader.may_end.set()

    assert len(learned) == 1
    assert await database.write(partial(note, name="after")) == "after"


async def test_a_reader_sees_committed_state_only(database: Database) -> None:
    change = Bench("first")
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(database.write, change)
        await change.begun()
        before = await database.read(noted)
        change.may_end.set()

    assert before == []
    assert await database.read(noted) == ["first"]


async def test_a_reader_sees_one_state_however_often_it_looks(database: Database) -> None:
    looked, may_look_again = threading.Event(), threading.Event()

    def look_twice(connection: Connection) -> tuple[list[str], list[str]]:
        before = noted(connection)
        looked.set()
        assert may_look_again.wait(PATIENCE_S)
        return before, noted(connection)

    seen: list[tuple[list[str], list[str]]] = []

    async def read() -> None:
        seen.append(await database.read(look_twice))

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(read)
        await anyio.to_thread.run_sync(looked.wait, PATIENCE_S)
        await database.write(partial(note, name="meanwhile"))
        may_look_again.set()

    assert seen == [([], [])]
    assert await database.read(noted) == ["meanwhile"]


async def test_a_question_cannot_change_anything(database: Database) -> None:
    with pytest.raises(StoreFailed):
        await database.read(partial(note, name="by the way"))

    assert await database.read(noted) == []


async def test_a_question_that_fails_leaves_nothing_open(database: Database) -> None:
    def ask_nonsense(connection: Connection) -> None:
        connection.execute("SELECT * FROM nowhere")

    with pytest.raises(StoreFailed, match="nowhere"):
        await database.read(ask_nonsense)

    await database.write(partial(note, name="after"))
    assert await database.read(noted) == ["after"]


async def test_sql_reaches_no_other_file(database: Database, tmp_path: Path) -> None:
    other = tmp_path / "other.csv"
    other.write_text("a\n1\n")

    for statement in (
        f"FROM read_csv('{other}')",
        f"ATTACH '{tmp_path / 'other.duckdb'}'",
        f"COPY event TO '{tmp_path / 'copy.csv'}'",
        "INSTALL sqlite",
        "SET enable_external_access = true",
        "SET memory_limit = '1GB'",
    ):
        with pytest.raises(StoreFailed):
            await database.write(partial(_execute, statement=statement))


def _execute(connection: Connection, statement: str) -> None:
    connection.execute(statement)


@pytest.mark.usefixtures("database")
def test_a_database_is_opened_once_in_a_process(store_path: Path) -> None:
    with pytest.raises(StoreHeld, match=f"process {os.getpid()};"):
        open_at(store_path)


@pytest.mark.usefixtures("database")
def test_a_link_to_an_open_database_is_the_same_database(store_path: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.duckdb"
    link.symlink_to(store_path)

    with pytest.raises(StoreHeld):
        open_at(link)


def test_another_process_is_refused_with_the_holders_number(store_path: Path) -> None:
    with holding(HOLD, store_path) as child:
        with pytest.raises(StoreHeld, match=f"held by process {child.pid}") as refused:
            open_at(store_path)

        assert refused.value.holder_pid == child.pid


def test_the_database_of_a_killed_process_can_be_opened(store_path: Path) -> None:
    with holding(HOLD, store_path) as child:
        child.send_signal(signal.SIGKILL)
        child.wait(PATIENCE_S)

        open_at(store_path).close()


def test_a_program_that_ignores_our_lock_is_named_too(store_path: Path) -> None:
    open_at(store_path).close()
    with holding(HOLD_WITHOUT_OUR_LOCK, store_path) as child:
        with pytest.raises(StoreHeld) as refused:
            open_at(store_path)

        assert refused.value.holder_pid == child.pid


def test_the_lock_is_let_go_when_opening_fails(store_path: Path) -> None:
    store_path.parent.mkdir()
    store_path.write_bytes(b"this is no database")
    with pytest.raises(StoreUnreadable):
        open_at(store_path)

    os.close(take_hold(store_path))
    assert lock_path(store_path).exists()


async def test_a_rehearsal_is_kept_by_nobody(database: Database) -> None:
    assert await database.rehearse(partial(_note_and_look, name="rehearsed")) == ["rehearsed"]

    assert await database.read(noted) == []
    assert await database.rehearse(partial(_note_and_look, name="again")) == ["again"]
    await database.write(partial(note, name="kept"))
    assert await database.read(noted) == ["kept"]


async def test_a_rehearsal_that_fails_leaves_the_writer_as_it_was(database: Database) -> None:
    with pytest.raises(StoreFailed):
        await database.rehearse(lambda connection: connection.execute("SELECT nothing_like_it"))

    await database.write(partial(note, name="kept"))
    assert await database.read(noted) == ["kept"]


async def test_each_commit_is_told_to_whoever_took_a_look_before(database: Database) -> None:
    first = database.next_change()
    assert not first.is_set()

    await database.write(partial(note, name="one"))
    second = database.next_change()
    await database.read(noted)

    assert first.is_set()
    assert not second.is_set()


def _note_and_look(connection: Connection, *, name: str) -> list[str]:
    note(connection, name=name)
    return noted(connection)
