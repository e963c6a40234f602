"""What all contents are compared by, as arrays: a million of them fit into 32 MB."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from store.database import Connection
from store.duplicates import PRESENT, SPEAKING


@dataclass(frozen=True, slots=True, kw_only=True)
class Prints:
    """What contents are compared by, ascending by grid, phash and duration."""

    contents: NDArray[np.int64]
    phashes: NDArray[np.uint64]
    durations_s: NDArray[np.float64]
    grids: NDArray[np.int64]
    """A number for the version of the montage: hashes of two versions are not comparable."""


def read_prints(connection: Connection, library: str | None = None) -> Prints:
    """Return the phash of every content that a present file of the library, or of any, has."""
    found = connection.execute(
        f"""
        SELECT p.content_id, p.value, p.duration_s, dense_rank() OVER (ORDER BY p.version) AS grid
        FROM fingerprint p JOIN content c ON c.id = p.content_id AND c.phash_missing IS NULL
        WHERE {SPEAKING} AND p.content_id IN (SELECT f.content_id FROM file f WHERE {PRESENT})
        ORDER BY grid, p.value, p.duration_s, p.content_id
        """,  # noqa: S608  # put together from constants
        [library],
    ).fetchnumpy()
    return Prints(
        contents=np.asarray(found["content_id"], dtype=np.int64),
        phashes=np.asarray(found["value"], dtype=np.uint64),
        durations_s=np.asarray(found["duration_s"], dtype=np.float64),
        grids=np.asarray(found["grid"], dtype=np.int64),
    )
