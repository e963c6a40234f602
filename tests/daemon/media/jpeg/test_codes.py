from __future__ import annotations

import random

import pytest

from daemon.media.jpeg.bits import bits_of
from daemon.media.jpeg.codes import USED, tables_from
from daemon.media.picture_errors import PictureDamaged

WINDOWS = range(0, 1 << 16, 31)


def drawn_table(kind: int, generator: random.Random) -> bytes:
    """A table of codes that leave some sixteen bits without meaning."""
    counts, room = [], 1 << 16
    for length in range(1, 17):
        most = room >> (16 - length)
        counts.append(generator.randint(0, min(most - 1, 60)) if length > 2 and most > 1 else 0)
        room -= counts[-1] << (16 - length)
    values = generator.sample(range(12 if kind == 0 else 256), 12 if kind == 0 else 256)
    values = (values * 80)[: sum(counts)]
    return bytes((kind << 4, *counts, *values))


@pytest.mark.parametrize("kind", [0, 1])
@pytest.mark.parametrize("seed", range(4))
def test_what_one_look_tells_is_what_the_bits_say_one_by_one(kind: int, seed: int) -> None:
    content = drawn_table(kind, random.Random(seed))  # noqa: S311  # the same tables each time
    (table,) = tables_from(content[: 17 + sum(content[1:17])])
    looked_up = 0

    for window in WINDOWS:
        bits = bits_of(window.to_bytes(2))
        entry = table.codes.entries[window]
        if entry:
            looked_up += 1
            assert entry == table.codes.longer(bits, 0)
            assert entry & USED <= 16
        elif not int(table.codes.symbols[window]):
            with pytest.raises(PictureDamaged, match="means nothing"):
                table.codes.longer(bits, 0)
        else:
            assert table.codes.longer(bits, 0) & USED > 16

    assert looked_up
