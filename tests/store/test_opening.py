"""Files that cannot be opened are refused with a way out, and nothing is changed."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from store.database import open_database
from store.errors import StoreUnreachable, StoreUnreadable

HEADERS_BYTES = 3 * 4096
"""Of a DuckDB file, before its blocks; the last blocks may be of no use any more."""
LEAVE_A_LOG = """
import os, signal, sys
from pathlib import Path
from store import events
from store.database import open_database
import anyio

async def write():
    database = open_database(Path(sys.argv[1]), memory_limit_bytes=2**28, now_s=1.0)
    for position in range(50):
        await database.write(lambda connection: events.add(connection, 1, "seen", at_s=1.0))
    os.kill(os.getpid(), signal.SIGKILL)

anyio.run(write)
"""


@pytest.fixture(scope="module")
def left_behind(tmp_path_factory: pytest.TempPathFactory) -> tuple[bytes, bytes]:
    """Return a database and its log, as a killed process left them."""
    path = tmp_path_factory.mktemp("left") / "doorman.duckdb"
    command = [sys.executable, "-c", LEAVE_A_LOG, str(path)]
    killed = subprocess.run(command, check=False)  # noqa: S603  # our own program
    assert killed.returncode == -signal.SIGKILL
    return path.read_bytes(), log_of(path).read_bytes()


def log_of(path: Path) -> Path:
    return path.with_name(f"{path.name}.wal")


def refused(path: Path) -> StoreUnreadable:
    with pytest.raises(StoreUnreadable) as error:
        open_database(path, memory_limit_bytes=2**28, now_s=1.0)
    return error.value


def one_word_damaged(log: bytes) -> bytes:
    """Return the log with one value changed in the middle: lengths stay, only a checksum tells."""
    word = log.index(b"seen", len(log) // 2)
    return log[:word] + b"SEEN" + log[word + 4 :]


@pytest.mark.parametrize(
    "damage",
    [
        lambda _: b"",
        lambda _: b"a text that somebody saved here\n" * 500,
        lambda whole: whole[:100],
        lambda whole: whole[:4096],
        lambda whole: whole[: HEADERS_BYTES + 1000],
        lambda whole: bytes(4096) + whole[4096:],
    ],
    ids=["empty", "text", "first bytes", "first header", "all headers", "no header"],
)
def test_a_damaged_file_is_refused_and_left_as_it_is(
    damage: Callable[[bytes], bytes], left_behind: tuple[bytes, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "doorman.duckdb"
    damaged = damage(left_behind[0])
    path.write_bytes(damaged)

    error = refused(path)

    assert path.read_bytes() == damaged
    assert sorted(each.name for each in tmp_path.iterdir()) == [path.name, f"{path.name}.lock"]
    assert str(path) in str(error)
    assert "put a backup" in str(error)


def test_a_log_that_is_damaged_in_the_middle_is_refused_and_left_as_it_is(
    left_behind: tuple[bytes, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "doorman.duckdb"
    path.write_bytes(left_behind[0])
    log_of(path).write_bytes(one_word_damaged(left_behind[1]))

    refused(path)

    assert path.read_bytes() == left_behind[0]
    assert log_of(path).read_bytes() == one_word_damaged(left_behind[1])


def test_a_log_whose_database_is_gone_is_refused_and_kept(
    left_behind: tuple[bytes, bytes], tmp_path: Path
) -> None:
    path = tmp_path / "doorman.duckdb"
    log_of(path).write_bytes(left_behind[1])

    assert "only its log" in str(refused(path))

    assert log_of(path).read_bytes() == left_behind[1]
    assert not path.exists()


def test_a_backup_beside_a_log_that_is_not_its_own_is_refused(
    left_behind: tuple[bytes, bytes], tmp_path: Path
) -> None:
    path, other = tmp_path / "doorman.duckdb", tmp_path / "other.duckdb"
    open_database(other, memory_limit_bytes=2**28, now_s=1.0).close()
    other.rename(path)
    log_of(path).write_bytes(left_behind[1])

    refused(path)

    assert log_of(path).read_bytes() == left_behind[1]


def test_a_folder_in_the_place_of_the_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "doorman.duckdb"
    path.mkdir()

    refused(path)


def test_a_folder_that_cannot_be_made_is_named(tmp_path: Path) -> None:
    in_the_way = tmp_path / "state"
    in_the_way.write_text("a file where a folder should be")

    with pytest.raises(StoreUnreachable, match=r"set another \[store\] path"):
        open_database(in_the_way / "doorman.duckdb", memory_limit_bytes=2**28, now_s=1.0)


@pytest.mark.skipif(os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    tmp_path.chmod(0o500)

    with pytest.raises(StoreUnreachable, match="Permission denied"):
        open_database(tmp_path / "doorman.duckdb", memory_limit_bytes=2**28, now_s=1.0)
