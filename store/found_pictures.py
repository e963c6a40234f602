"""What was found at the addresses of pictures, so that nothing is fetched to be looked at twice."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from store.database import Connection
from store.rows import Row, many, number, run, text_or_none


@dataclass(frozen=True, slots=True, kw_only=True)
class FoundPicture:
    """A picture that can be written beside a video."""

    sha256: str
    extension: str
    """With its dot."""
    width: int
    """Pixels, as is `height`."""
    height: int


@dataclass(frozen=True, slots=True, kw_only=True)
class NoUse:
    """What stands at an address is of no use."""

    trouble: str
    """Why, in words."""


Found = FoundPicture | NoUse


def known(
    connection: Connection, addresses: Sequence[str], *, no_use_since_s: float
) -> dict[str, Found]:
    """Return what was found at each of these addresses that were looked at.

    What was of no use before `no_use_since_s` may be by now, and counts as unknown.
    """
    if not addresses:
        return {}

    rows = many(
        connection,
        "SELECT address, sha256, extension, width, height, trouble FROM found_picture "
        "WHERE address IN (SELECT unnest($1::VARCHAR[])) AND (trouble IS NULL OR found_at_s >= $2)",
        [list(addresses), no_use_since_s],
    )
    return {str(row[0]): _found(row[1:]) for row in rows}


def save(connection: Connection, address: str, found: Found, *, at_s: float) -> None:
    """Remember what was found at an address."""
    run(
        connection,
        "INSERT INTO found_picture "
        "(address, sha256, extension, width, height, trouble, found_at_s) "
        "VALUES ($1, $2, $3, $4, $5, $6, $7) ON CONFLICT (address) DO UPDATE SET "
        "sha256 = excluded.sha256, extension = excluded.extension, width = excluded.width, "
        "height = excluded.height, trouble = excluded.trouble, found_at_s = excluded.found_at_s",
        [address, *_row(found), at_s],
    )


def _row(found: Found) -> Row:
    match found:
        case FoundPicture():
            return found.sha256, found.extension, found.width, found.height, None
        case NoUse():
            return None, None, None, None, found.trouble


def _found(row: Row) -> Found:
    sha256, extension, width, height, trouble = row
    if sha256 is None:
        return NoUse(trouble=text_or_none(trouble) or "")

    return FoundPicture(
        sha256=str(sha256), extension=str(extension), width=number(width), height=number(height)
    )
