"""Find the file that a person means: by number, by path, or by part of its name."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import PurePath

from rules.errors import NotFound, UsageError
from rules.media import path_from_text, path_to_text
from store import files
from store.database import Connection
from store.files import FileRecord

MOST_NAMED = 5
MOST_COMPARED = 1000
"""More files than this are not told apart; part of a name that fits so many means none."""
_LARGEST_NUMBER = 2**63 - 1
"""What a number in the store can be."""


class FileUnknown(NotFound):
    """Nothing known fits."""

    def __init__(self, reference: str) -> None:
        """Build the message from what was asked for."""
        super().__init__(
            f"doorman knows no file {reference!r}; give its number (doorman review lists them), "
            "its path, or a part of its name"
        )


class FileAmbiguous(UsageError):
    """Several fit."""

    def __init__(self, reference: str, found: Sequence[FileRecord]) -> None:
        """Build the message from what was asked for and what fits."""
        named = "; ".join(f"{file.id} {_name(file)}" for file in found[:MOST_NAMED])
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        super().__init__(
            f"{len(found)} files fit {reference!r} ({named}{more}); give the number of one"
        )


def find(connection: Connection, reference: str) -> FileRecord:
    """Return the one file that `reference` means.

    A number and an absolute path mean exactly that file: what is mistyped must not fit another
    one by chance. Anything else is part of a name; a whole name outweighs part of one, a name
    outweighs the folders above it, and what is there outweighs what is missing.

    Raises:
        FileUnknown: none fits.
        FileAmbiguous: several do.

    """
    if reference.isascii() and reference.isdigit():
        return _only(reference, _numbered(connection, reference))
    if reference.startswith("/"):
        there = files.at_path(connection, path_from_text(reference))
        return _only(reference, [there] if there else [])
    if not reference.strip():
        raise FileUnknown(reference)

    found = files.search(connection, reference, limit=MOST_COMPARED)
    present = [file for file in found if file.missing_since_s is None] or found
    return _only(reference, next(filter(None, _fitting(present, reference)), []))


def _numbered(connection: Connection, digits: str) -> list[FileRecord]:
    if len(digits) > len(str(_LARGEST_NUMBER)) or int(digits) > _LARGEST_NUMBER:
        return []

    file = files.get(connection, int(digits))
    return [file] if file else []


def _fitting(found: list[FileRecord], reference: str) -> Iterator[list[FileRecord]]:
    """Yield who fits, the closest way of fitting first."""
    part = path_to_text(PurePath(reference))
    yield [file for file in found if _name(file) == part]
    yield [file for file in found if part.lower() in _name(file).lower()]
    yield found


def _only(reference: str, found: list[FileRecord]) -> FileRecord:
    if not found:
        raise FileUnknown(reference)
    if len(found) > 1:
        raise FileAmbiguous(reference, found)
    return found[0]


def _name(file: FileRecord) -> str:
    """Return the file's name as text that can be shown and typed again."""
    return path_to_text(PurePath(file.path.name))
