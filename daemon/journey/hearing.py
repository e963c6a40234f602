"""What one transaction keeps of what sources answered about a batch."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daemon.journey.batch import apart
from daemon.journey.questions import with_copies
from daemon.journey.withholding import without_withheld
from rules.candidate import Answer
from rules.journey import FileState
from store import answers, choices, files, moves
from store.database import Connection
from store.files import FileRecord
from store.moves import Move


def keep_answers(
    connection: Connection,
    *,
    batch: Sequence[FileRecord],
    content_ids: Mapping[int, int],
    collected: Mapping[int, Sequence[Answer]],
    at_s: float,
) -> None:
    """Keep answers, by the file's number, and move the files on.

    Files without a number in `content_ids` have no fingerprints and go back. Those to which a
    person, or the disk, was quicker are left as they are.
    """
    # All first: what is kept for one file counts its copies, also in this batch, as changed.
    present = moves.unchanged(connection, batch)
    _send_back(connection, [file for file in present if file.id not in content_ids], at_s=at_s)
    for strangers in apart(file for file in present if file.id in content_ids):
        given = {content_ids[file.id]: collected[file.id] for file in strangers.files}
        with choices.watched(connection, *given):
            answers.save_all(connection, _given(connection, given), at_s=at_s)
        answered = [_answered(file) for file in strangers.files]
        moves.move_all(connection, answered, at_s=at_s)


def _given(
    connection: Connection, collected: Mapping[int, Sequence[Answer]]
) -> dict[int, Sequence[Answer]]:
    """Return the answers to keep, by content."""
    copied = files.copied(connection, list(collected))
    found: dict[int, Sequence[Answer]] = {}
    for content_id, given in collected.items():
        all_given = with_copies(connection, content_id, given) if content_id in copied else given
        found[content_id] = without_withheld(connection, content_id, all_given)
    return found


def _send_back(connection: Connection, unread: Sequence[FileRecord], *, at_s: float) -> None:
    reason = "it has no fingerprints to ask with"
    for file in unread:
        files.set_state(connection, file, FileState.SETTLED, at_s=at_s, reason=reason)


def _answered(file: FileRecord) -> Move:
    return Move(
        file=file,
        state=FileState.ANSWERED,
        reason=None,
        due_at_s=None,
        attempts=file.attempts,
        failures=file.failures,
    )
