"""What was confirmed survives kill -9 and a full disk."""

import json
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import Connection, Database
from store.events import of_file

ROUNDS = 15

WRITE_UNTIL_KILLED = """
import sys
from functools import partial
from pathlib import Path
import anyio
from store import events
from store.database import open_database

async def write(database, number):
    for position in range(1_000_000):
        name = f"{sys.argv[2]}-{number}-{position}"
        await database.write(partial(change, name=name))
        print(name, flush=True)

def change(connection, *, name):
    events.add(connection, 1, name, at_s=1.0)
    connection.execute("DELETE FROM library WHERE name = 'films'")
    connection.execute("INSERT INTO library (name, root) VALUES ('films', $1)", [name])
    connection.execute(
        "INSERT INTO external_id VALUES ($1, 'tag', 'first', $1, 1) "
        "ON CONFLICT (name) DO UPDATE SET owner_id = owner_id + 1",
        [name[-1]],
    )

async def main():
    database = open_database(Path(sys.argv[1]), memory_limit_bytes=2**28, now_s=1.0)
    async with anyio.create_task_group() as tasks:
        for number in range(4):
            tasks.start_soon(write, database, number)

anyio.run(main)
"""

FILL_THE_DISK = """
import json, sys
from functools import partial
from pathlib import Path
import anyio
from rules.errors import StoreError
from store import events
from store.database import open_database

def change(connection, *, position):
    for part in range(20):
        events.add(connection, 1, f"{position}-{part}", at_s=1.0, detail="x" * 4000)

async def main(path):
    database = open_database(path, memory_limit_bytes=2**28, now_s=1.0)
    kept, refused = [], ""
    while not refused:
        try:
            await database.write(partial(change, position=len(kept)))
            kept.append(len(kept))
        except StoreError as error:
            refused = type(error).__name__
    try:
        database.close()
        closed = ""
    except StoreError as error:
        closed = type(error).__name__
    for junk in path.parent.glob("junk*"):
        junk.unlink()
    database = open_database(path, memory_limit_bytes=2**28, now_s=1.0)
    there = {each.event for each in await database.read(partial(events.of_file, file_id=1))}
    database.close()
    lost = [number for number in kept if not {f"{number}-{part}" for part in range(20)} <= there]
    print(json.dumps({"refused": refused, "closed": closed, "kept": len(kept), "lost": lost}))

folder = Path(sys.argv[1])
(folder / "junk").write_bytes(bytes(4_000_000))
anyio.run(main, folder / "doorman.duckdb")
"""


def confirmed_before_the_kill(path: Path, *, round_number: int, count: int) -> list[str]:
    """Let a process write, kill it after so many confirmations, and return all it confirmed."""
    command = [sys.executable, "-c", WRITE_UNTIL_KILLED, str(path), str(round_number)]
    child = subprocess.Popen(command, stdout=subprocess.PIPE, text=True)  # noqa: S603  # ours
    assert child.stdout is not None
    confirmed = [child.stdout.readline().strip() for _ in range(count)]
    child.send_signal(signal.SIGKILL)
    rest, _ = child.communicate()
    return [*confirmed, *(line for line in rest.splitlines(keepends=False) if line)]


def written(connection: Connection) -> set[str]:
    return {each.event for each in of_file(connection, 1)}


def is_sound(connection: Connection) -> bool:
    """Tell whether the one library row is that of some write, and no key is there twice."""
    rows = connection.execute("SELECT root FROM library").fetchall()
    keys = connection.execute("SELECT count(*), count(DISTINCT remote_id) FROM external_id")
    pair = keys.fetchone()
    return (
        len(rows) == 1
        and rows[0][0] in written(connection)
        and pair is not None
        and (pair[0] == pair[1])
    )


@pytest.mark.timeout(180)
async def test_kill_loses_no_confirmed_write(
    store_path: Path, open_store: Callable[[], Database]
) -> None:
    confirmed: set[str] = set()
    for round_number in range(ROUNDS):
        count = 1 + 17 * round_number % 60
        confirmed.update(
            confirmed_before_the_kill(store_path, round_number=round_number, count=count)
        )

    database = open_store()

    assert len(confirmed) >= ROUNDS
    assert confirmed - await database.read(written) == set()
    assert await database.read(is_sound)


def test_a_full_disk_is_told_and_loses_nothing(tmp_path: Path) -> None:
    unshare = shutil.which("unshare")
    if unshare is None:
        pytest.skip("there is no unshare to make a small disk with")
    small_disk = f"mount -t tmpfs -o size=12m doorman {tmp_path} || exit 77"
    run = f'{small_disk}; exec "$0" -c "$1" "$2"'
    command = [unshare, "-rm", "sh", "-c", run, sys.executable, FILL_THE_DISK, str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603  # ours
    if done.returncode in {1, 77} and "Traceback" not in done.stderr:
        pytest.skip("no small disk may be made here")

    assert done.returncode == 0, done.stderr
    answered = json.loads(done.stdout)
    assert answered["refused"] == "StoreFull"
    assert answered["lost"] == []
    assert answered["kept"] > 10
