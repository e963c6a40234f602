"""What comes of fingerprinting a file, each in one transaction.

Only the file as it was taken in hand is meant: when it moved or changed meanwhile, nothing is
written, and it is taken up again as it is now.
"""

from __future__ import annotations

from collections.abc import Sequence

from daemon.journey.noticing import is_as_it_was, move, owe_sidecar
from rules.fingerprint import Oshash
from rules.journey import UNEXAMINED, FileState
from rules.listing import Sighting, Skipped
from store import (
    acceptance,
    contents,
    decisions,
    files,
    news,
    outbox,
    regeneration,
    sightings,
)
from store.contents import Content, Finding
from store.database import Connection
from store.decisions import Decider
from store.files import FileRecord
from store.outbox import Errand


def copies_of(connection: Connection, oshash: Oshash, size_bytes: int) -> list[FileRecord]:
    """Return all known files of this content, missing ones too."""
    content = contents.find(connection, oshash, size_bytes)
    return files.of_content(connection, content.id) if content else []


def is_examined(connection: Connection, oshash: Oshash, size_bytes: int) -> bool:
    """Tell whether what an examination of this content found still holds, and is enough.

    A download that makes room first and fetches both ends first keeps size and oshash while its
    middle is filled in. So once a file of this content has changed, it is examined again. Nor does
    it hold for a copy that a damaged one has no phash: its own middle may be sound.
    """
    content = contents.find(connection, oshash, size_bytes)
    if content is None or content.facts is None or content.phash is None:
        return False

    copies = files.of_content(connection, content.id)
    return all(copy.state not in UNEXAMINED for copy in copies)


def arrive(
    connection: Connection,
    *,
    file: FileRecord,
    seen: Sighting,
    oshash: Oshash,
    finding: Finding | None,
    lost: Sequence[FileRecord],
    at_s: float,
) -> None:
    """Let a fingerprinted file go on: as a new one, as itself, or as a lost one found again.

    `lost` are copies that were not at their place, of a content that is new to the file.
    """
    if not is_as_it_was(connection, file):
        return

    content = contents.ensure(connection, oshash, file.stamp.size_bytes)
    is_news = finding is not None and _differs(content, finding)
    if finding is not None:
        contents.save_finding(connection, content, finding, at_s=at_s)
        regeneration.mark_done(connection, content.id, at_s=at_s)
    found = _first_still_lost(connection, lost)
    if found is None:
        _go_on(connection, file, content, is_news=is_news, at_s=at_s)
    else:
        _make_way(connection, file, at_s=at_s)
        _take_over(connection, file.library, seen, known=found, at_s=at_s)


def return_to_door(
    connection: Connection, *, file: FileRecord, seen: Sighting | Skipped, at_s: float
) -> None:
    """Let a file settle again that is not what it was when it came to rest."""
    if not is_as_it_was(connection, file):
        return

    if isinstance(seen, Sighting):
        sightings.note_changed(connection, file, seen, at_s=at_s)
    else:
        reason = f"it {seen.why}"
        files.set_state(connection, file, FileState.SEEN, at_s=at_s, reason=reason)


def note_failed(
    connection: Connection,
    *,
    file: FileRecord,
    attempt: int,
    reason: str,
    due_at_s: float | None,
    at_s: float,
) -> None:
    """Remember why a file could not be examined; without a due time a person is told."""
    if not is_as_it_was(connection, file):
        return

    files.set_tries(connection, file.id, attempts=attempt, failures=file.failures)
    files.set_state(connection, file, FileState.FAILED, at_s=at_s, reason=reason, due_at_s=due_at_s)
    if due_at_s is None:
        news.file_failed(connection, file, reason, at_s=at_s)


def _first_still_lost(connection: Connection, lost: Sequence[FileRecord]) -> FileRecord | None:
    """Return the first that nobody else found meanwhile."""
    return next((file for file in lost if is_as_it_was(connection, file)), None)


def _differs(content: Content, finding: Finding) -> bool:
    """Tell whether an examination found something else than the one before."""
    if content.facts is None:
        return False

    found = (finding.phash, finding.facts.duration_s)
    return found != (content.phash, content.facts.duration_s)


def _go_on(
    connection: Connection, file: FileRecord, content: Content, *, is_news: bool, at_s: float
) -> None:
    is_same = file.content_id == content.id and not (
        is_news and _is_decided_by_rule(connection, file)
    )
    if file.work_id is not None and not is_same:
        acceptance.let_go(connection, file, at_s=at_s)
    files.set_content(connection, file.id, content.id)
    files.set_tries(connection, file.id, attempts=0, failures=0)
    if is_same and file.resume_state is not None:
        _resume(connection, file, file.resume_state, at_s=at_s)
    else:
        files.set_state(connection, file, FileState.READY, at_s=at_s)


def _is_decided_by_rule(connection: Connection, file: FileRecord) -> bool:
    decision = decisions.standing(connection, file.id)
    return decision is not None and decision.decided_by is Decider.RULE


def _make_way(connection: Connection, file: FileRecord, *, at_s: float) -> None:
    """Let go of a place that a lost file has taken: a newcomer was that file all along.

    One that was moved over is missing now, and remains what was known about it.
    """
    if file.content_id is None:
        sightings.forget(connection, file.id)
        return

    acceptance.take_off_sidecars(connection, file, at_s=at_s)
    outbox.cancel(connection, file.id, Errand.MESSAGE, at_s=at_s)
    sightings.note_gone(connection, [file.id], at_s=at_s)


def _take_over(
    connection: Connection, library: str, seen: Sighting, *, known: FileRecord, at_s: float
) -> None:
    """Let a known file that was lost be where it was seen; what it was stays true."""
    move(connection, file=known, library=library, seen=seen, at_s=at_s)
    if known.state in UNEXAMINED:
        files.set_tries(connection, known.id, attempts=0, failures=0)
        _resume(connection, known, known.resume_state or FileState.READY, at_s=at_s)


def _resume(connection: Connection, file: FileRecord, state: FileState, *, at_s: float) -> None:
    """Let a file of the same content be what it was; its sidecars may have been missed out."""
    reason = "the content is the same as before" if state is not FileState.READY else None
    due_at_s = at_s if state is FileState.NO_MATCH else None  # without one it would wait for ever
    files.set_state(connection, file, state, at_s=at_s, reason=reason, due_at_s=due_at_s)
    if state is FileState.ACCEPTED:
        owe_sidecar(connection, file.id, at_s=at_s)
