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
