"""Find the file that a person means: by number, by path, or by part of its name."""

from __future__ import annotations

from pathlib import PurePath

from rules.errors import NotFound, UsageError
from rules.media import path_from_text, path_to_text
from store import files
from store.database import Connection
from store.files import FileRecord

MOST_NAMED = 5


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

    def __init__(self, reference: str, found: list[FileRecord]) -> None:
        """Build the message from what was asked for and what fits."""
        named = "; ".join(f"{file.id} {file.path.name}" for file in found[:MOST_NAMED])
        more = f" and {len(found) - MOST_NAMED} more" if len(found) > MOST_NAMED else ""
        super().__init__(
            f"{len(found)} files fit {reference!r} ({path_to_text(PurePath(named))}{more}); "
            "give the number of one"
        )


def find(connection: Connection, reference: str) -> FileRecord:
    """Return the one file that `reference` means.

    Raises:
        FileUnknown: none fits.
        FileAmbiguous: several do.

    """
    exact = _exact(connection, reference)
    if exact is not None:
        return exact

    found = files.search(connection, reference) if reference.strip() else []
    present = [file for file in found if file.missing_since_s is None] or found
    named = [file for file in present if file.path.name == reference]
    present = named or present
    if not present:
        raise FileUnknown(reference)
    if len(present) > 1:
        raise FileAmbiguous(reference, present)
    return present[0]


def _exact(connection: Connection, reference: str) -> FileRecord | None:
    if reference.isascii() and reference.isdigit():
        return files.get(connection, int(reference))

    if reference.startswith("/"):
        return files.at_path(connection, path_from_text(reference))

    return None
