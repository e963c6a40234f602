"""The contact sheet of a file: the 25 pictures that its phash was made of."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.desk.finding import find
from rules.errors import NotFound
from rules.fingerprint import Oshash
from rules.media import path_to_text
from store import contents
from store.database import Connection


class NoSheet(NotFound):
    """There is no contact sheet of the file."""

    def __init__(self, path: str) -> None:
        """Build the message from the file's path as text."""
        super().__init__(
            f"there is no contact sheet of {path}; it comes with the phash when the file is "
            "examined, and doorman generate --sheets makes those that are missing"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Pictured:
    """A file, and what its sheet is kept under."""

    path: str
    """As text."""
    key: tuple[Oshash, int] | None
    """None while its content is not known."""


def pictured(connection: Connection, reference: str) -> Pictured:
    """Return the file that `reference` means.

    Raises:
        FileUnknown: none fits.
        FileAmbiguous: several do.

    """
    file = find(connection, reference)
    content = contents.get(connection, file.content_id) if file.content_id is not None else None
    key = (content.oshash, content.size_bytes) if content else None
    return Pictured(path=path_to_text(file.path), key=key)
