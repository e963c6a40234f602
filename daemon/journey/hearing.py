"""Keep what sources answer about a batch, each as it comes, and lead the batch on when all have."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daemon.journey.batch import Batch, apart
from daemon.journey.questions import Case, with_copies
from daemon.journey.withholding import without_withheld
from rules.candidate import Answer, Refused
from rules.journey import FileState
from store import answers, choices, files, hearing, moves, news
from store.database import Connection
from store.files import FileRecord
from store.moves import Move
from store.news import News, NewsKind

Heard = Sequence[tuple[Case, Answer]]
"""What one source answers, with what it was asked about."""

SAY_AGAIN_S = 24 * 3600.0
"""A source that refuses our key is news once a day."""


def keep_answers(connection: Connection, *, source: str, given: Heard, at_s: float) -> None:
    """Keep what one source answered, but where a person, or the disk, was quicker."""
    by_file = {case.file.id: answer for case, answer in given}
    content_ids = {case.file.id: case.content_id for case, _ in given}
    present = hearing.in_round(connection, [case.file for case, _ in given])
    with hearing.hearing(connection, present, source):
        for strangers in apart(present):
            own = {content_ids[file.id]: [by_file[file.id]] for file in strangers.files}
            with choices.watched(connection, *own):
                answers.save_all(connection, _given(connection, own), at_s=at_s)
    _tell_refusals(connection, [answer for _, answer in given], at_s=at_s)


def lead_on(connection: Connection, *, batch: Batch, cases: Sequence[Case], at_s: float) -> None:
    """Let the files of a batch be answered, now that all sources have.

    Files without a case have no fingerprints and go back.
    """
    known = {case.file.id for case in cases}
    present = hearing.in_round(connection, batch.files)
    _send_back(connection, [file for file in present if file.id not in known], at_s=at_s)
    answered = [_answered(file) for file in present if file.id in known]
    moves.move_all(connection, answered, at_s=at_s)
    hearing.end_round(connection, batch.files)


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


def _tell_refusals(connection: Connection, given: Sequence[Answer], *, at_s: float) -> None:
    refusals = {answer.source: answer.reason for answer in given if isinstance(answer, Refused)}
    for source, reason in refusals.items():
        refused = News(kind=NewsKind.SOURCE, subject=source, detail=reason, about=(source,))
        news.add_once(connection, refused, quiet_s=SAY_AGAIN_S, at_s=at_s)
