"""What a library's root was when it was last seen whole, to tell an unmounted one."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import PurePath

from rules.media import path_to_text
from store.database import Connection
from store.rows import number_or_none, one, run, seconds_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class RootMemory:
    """The identity of a library's root folder."""

    device: int | None
    inode: int | None
    listed_at_s: float | None


def remembered(connection: Connection, library: str, root: PurePath) -> RootMemory | None:
    """Return what is remembered of a library at this root, or None."""
    row = one(
        connection,
        "SELECT device, inode, listed_at_s FROM library WHERE name = $1 AND root = $2",
        [library, path_to_text(root)],
    )
    if row is None:
        return None

    return RootMemory(
        device=number_or_none(row[0]),
        inode=number_or_none(row[1]),
        listed_at_s=seconds_or_none(row[2]),
    )


def remember(
    connection: Connection, library: str, root: PurePath, *, device: int, inode: int, at_s: float
) -> None:
    """Keep the identity of a root that was listed whole."""
    run(
        connection,
        "INSERT INTO library VALUES ($1, $2, $3, $4, $5, NULL) ON CONFLICT (name) DO UPDATE SET "
        "root = excluded.root, device = excluded.device, inode = excluded.inode, "
        "listed_at_s = excluded.listed_at_s, doubted_at_s = NULL",
        [library, path_to_text(root), device, inode, at_s],
    )


def mark_doubted(connection: Connection, library: str, root: PurePath, *, at_s: float) -> None:
    """Note that the library lacks files in a way that is not believed."""
    run(
        connection,
        "INSERT INTO library VALUES ($1, $2, NULL, NULL, NULL, $3) ON CONFLICT (name) DO UPDATE "
        "SET doubted_at_s = CASE WHEN library.root = excluded.root "
        "THEN coalesce(library.doubted_at_s, excluded.doubted_at_s) "
        "ELSE excluded.doubted_at_s END, "
        "device = CASE WHEN library.root = excluded.root THEN library.device END, "
        "inode = CASE WHEN library.root = excluded.root THEN library.inode END, "
        "listed_at_s = CASE WHEN library.root = excluded.root THEN library.listed_at_s END, "
        "root = excluded.root",
        [library, path_to_text(root), at_s],
    )


def is_doubted(connection: Connection, library: str, root: PurePath) -> bool:
    """Tell whether the library was last found lacking files in a way that is not believed."""
    row = one(
        connection,
        "SELECT doubted_at_s FROM library WHERE name = $1 AND root = $2",
        [library, path_to_text(root)],
    )
    return row is not None and row[0] is not None
