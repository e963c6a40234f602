"""What a stage takes in hand: one file, or a batch of them."""

from __future__ import annotations

from collections.abc import Iterable
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


def apart(found: Iterable[FileRecord]) -> list[Batch]:
    """Return batches in which no two files are copies of one content or of one work.

    What is kept or decided about one copy changes what the next is to be compared with.
    """
    batches: list[list[FileRecord]] = []
    for file in found:
        strangers = (batch for batch in batches if not any(_is_kin(file, each) for each in batch))
        batch = next(strangers, None)
        if batch is None:
            batches.append([file])
        else:
            batch.append(file)
    return [Batch(tuple(batch)) for batch in batches]


def _is_kin(one: FileRecord, other: FileRecord) -> bool:
    has_content, has_work = one.content_id is not None, one.work_id is not None
    is_copy = has_content and one.content_id == other.content_id
    return is_copy or (has_work and one.work_id == other.work_id)
