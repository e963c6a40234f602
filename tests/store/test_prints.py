from __future__ import annotations

from collections.abc import Callable

from store.database import Connection
from store.files import FileRecord
from store.prints import read_prints

BASE = 0x0F0F_3355_AA99_C3F0


def test_prints_stand_by_grid_phash_and_duration(
    connection: Connection, put_examined: Callable[..., FileRecord]
) -> None:
    last = put_examined("a", 2**64 - 2**32, duration_s=5.0)
    other_grid = put_examined("b", BASE, grid="2x2", duration_s=900.0)
    longer = put_examined("c", BASE, duration_s=700.0)
    shorter = put_examined("d", BASE, duration_s=600.0)

    found = read_prints(connection)

    ordered = [other_grid, shorter, longer, last]
    assert found.contents.tolist() == [each.content_id for each in ordered]
    assert found.phashes.tolist() == [BASE, BASE, BASE, 2**64 - 2**32]
    assert found.durations_s.tolist() == [900.0, 600.0, 700.0, 5.0]
    assert found.grids.tolist() == [1, 2, 2, 2]


def test_an_empty_store_has_no_prints(connection: Connection) -> None:
    found = read_prints(connection)

    assert len(found.contents) == len(found.phashes) == len(found.grids) == 0
