from pathlib import PurePath

from store import libraries
from store.database import Connection
from store.libraries import RootMemory

ROOT = PurePath("/films/caf\udce9")


def test_a_root_is_remembered_as_it_was_listed(connection: Connection) -> None:
    assert libraries.remembered(connection, "films", ROOT) is None

    libraries.remember(connection, "films", ROOT, device=2**64 - 1, inode=2**63, at_s=5.0)

    assert libraries.remembered(connection, "films", ROOT) == RootMemory(
        device=2**64 - 1, inode=2**63, listed_at_s=5.0
    )


def test_only_the_last_root_of_a_library_is_remembered(connection: Connection) -> None:
    other = PurePath("/series")
    libraries.remember(connection, "films", ROOT, device=1, inode=2, at_s=5.0)

    libraries.remember(connection, "films", other, device=3, inode=4, at_s=6.0)

    assert libraries.remembered(connection, "films", ROOT) is None
    assert libraries.remembered(connection, "films", other) == RootMemory(
        device=3, inode=4, listed_at_s=6.0
    )


def test_a_doubt_is_remembered_until_the_root_was_listed_whole(connection: Connection) -> None:
    assert not libraries.is_doubted(connection, "films", ROOT)

    libraries.mark_doubted(connection, "films", ROOT, at_s=5.0)
    libraries.mark_doubted(connection, "films", ROOT, at_s=6.0)

    assert libraries.is_doubted(connection, "films", ROOT)
    assert connection.execute("SELECT doubted_at_s FROM library").fetchall() == [(5.0,)]
    libraries.remember(connection, "films", ROOT, device=1, inode=2, at_s=7.0)
    assert not libraries.is_doubted(connection, "films", ROOT)


def test_a_doubt_keeps_the_identity_of_the_root(connection: Connection) -> None:
    libraries.remember(connection, "films", ROOT, device=1, inode=2, at_s=5.0)

    libraries.mark_doubted(connection, "films", ROOT, at_s=6.0)

    assert libraries.remembered(connection, "films", ROOT) == RootMemory(
        device=1, inode=2, listed_at_s=5.0
    )


def test_a_doubt_is_about_the_root_that_was_looked_at(connection: Connection) -> None:
    other = PurePath("/series")
    libraries.remember(connection, "films", ROOT, device=1, inode=2, at_s=5.0)
    libraries.mark_doubted(connection, "films", ROOT, at_s=6.0)

    libraries.mark_doubted(connection, "films", other, at_s=9.0)

    assert libraries.is_doubted(connection, "films", other)
    assert not libraries.is_doubted(connection, "films", ROOT)
    assert libraries.remembered(connection, "films", other) == RootMemory(
        device=None, inode=None, listed_at_s=None
    )
