"""Fingerprints that sources are told of, read from the store as the desk shows them."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.submission_views import (
    MOST_SUBMISSIONS,
    SubmissionLine,
    SubmissionsView,
    SubmittingView,
)
from rules.submission import Terms
from store import sending
from store.database import Connection
from store.submissions import SubmissionRecord, SubmissionState

OPEN = (SubmissionState.DUE, SubmissionState.FAILED, SubmissionState.REFUSED)
"""States of what a source has not taken yet."""
_HELD = "the configuration does not let it go: see submit, report and nsfw"


def counts(connection: Connection, terms: Terms, *, now_s: float) -> SubmittingView:
    """Return how many fingerprints sources are still to be told of."""
    tally = sending.tally(connection, terms)
    return SubmittingView(
        due=tally.due,
        held=tally.held,
        sent=tally.sent,
        failed=tally.failed,
        refused=tally.refused,
        is_sending=tally.next_at_s is not None and tally.next_at_s <= now_s,
        last_error=tally.last_error,
    )


def lines_of_content(
    connection: Connection, content_id: int, terms: Terms
) -> tuple[SubmissionLine, ...]:
    """Return all that sources are or were told of one content."""
    if not sending.is_any(connection, content_id):
        return ()

    records = sending.listed(
        connection,
        terms,
        states=tuple(SubmissionState),
        limit=MOST_SUBMISSIONS,
        content_id=content_id,
    )
    return _lines(connection, records, terms)


def open_submissions(connection: Connection, *, terms: Terms, now_s: float) -> SubmissionsView:
    """Return what sources are still to be told, or could not be."""
    records = sending.listed(connection, terms, states=OPEN, limit=MOST_SUBMISSIONS)
    return SubmissionsView(
        counts=counts(connection, terms, now_s=now_s),
        lines=_lines(connection, records, terms),
        is_anyone_told=bool(terms.recipients),
    )


def _lines(
    connection: Connection, records: Sequence[SubmissionRecord], terms: Terms
) -> tuple[SubmissionLine, ...]:
    paths = sending.paths_of(connection, records)
    return tuple(_line(record, paths.get(record.file_id, ""), terms) for record in records)


def _line(record: SubmissionRecord, path: str, terms: Terms) -> SubmissionLine:
    subject = record.subject
    recipient = terms.to(subject.endpoint)
    is_due = record.state is SubmissionState.DUE
    is_held = is_due and not record.is_open
    return SubmissionLine(
        number=record.file_id,
        path=path,
        source=recipient.source if recipient else subject.endpoint,
        work=record.label,
        remote_id=subject.remote_id,
        algorithm=subject.algorithm,
        hash=subject.text,
        duration_s=record.duration_s,
        vote=record.vote,
        reason=record.reason,
        state="held" if is_held else record.state.value,
        error=_HELD if is_held else record.error,
        due_at_s=record.due_at_s if is_due and not is_held else None,
        sent_at_s=record.sent_at_s,
    )
