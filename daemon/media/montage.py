"""Paste 25 tiles into one picture (facts: `stash.md` §1.4)."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from daemon.media.bitmap import Tile
from daemon.media.grid import COLUMNS, ROWS


def montage(tiles: Sequence[Tile]) -> Tile:
    """Return the tiles in rows of 5, each in a cell of the first tile's size.

    A tile of another size (the video changed) is clipped; what no tile covers stays black.
    """
    height, width = tiles[0].shape[:2]
    canvas = np.zeros((height * ROWS, width * COLUMNS, 3), np.uint8)
    for index, tile in enumerate(tiles):
        top, left = height * (index // COLUMNS), width * (index % COLUMNS)
        # Clipped at the edge of the canvas, not of the cell: a larger tile covers its neighbours.
        place = canvas[top : top + tile.shape[0], left : left + tile.shape[1]]
        place[:] = tile[: place.shape[0], : place.shape[1]]

    return canvas
