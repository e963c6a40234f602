"""What a stage takes in hand: one file, or a batch of them."""

from __future__ import annotations

from dataclasses import dataclass

from store.files import FileRecord


@dataclass(frozen=True, slots=True)
class Batch:
    """Files that are worked on together."""

    files: tuple[FileRecord, ...]

    @property
    def keys(self) -> frozenset[int]:
        """Return the files' numbers."""
        return frozenset(file.id for file in self.files)


def singles(files: list[FileRecord]) -> list[Batch]:
    """Return a batch of one for each file."""
    return [Batch((file,)) for file in files]
