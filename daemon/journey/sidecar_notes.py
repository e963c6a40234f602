"""What the store knows of one file's sidecars, and what is noted there before and after writing."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from rules.former_status import FormerStatus
from rules.media import VideoFacts, path_from_text
from rules.sidecar import nfo_path
from rules.work import ExternalId, Work
from store import (
    contents,
    decisions,
    file_tags,
    files,
    journal,
    kept_sidecars,
    sidecar_marks,
    works,
)
from store.database import Connection
from store.files import FileRecord
from store.journal import Change, ChangeKind, ChangeState, LastWrite
from store.sharing import plan_that_wrote


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """What a sidecar is about."""

    file: FileRecord
    work: Work
    facts: VideoFacts
    identity: ExternalId
    plan_id: int | None
    last_sha256: str | None
    """Of what was last written at its place; None when nothing was, or it was removed."""
    digests: frozenset[str]
    """Of what was written for this file, wherever it was then, and stands."""
    owner: FileRecord | None
    """Another present file, for which the sidecar at this place was written."""
    is_kept: bool
    """Whether somebody else's NFO was there last time, and stayed."""


def subject_of(connection: Connection, *, file_id: int, nfo: Path | None = None) -> Subject | None:
    """Return what the file's sidecar says, or None when nothing is owed any more.

    `nfo` is where its NFO lies; None: under its usual name.
    """
    file = files.get(connection, file_id)
    if file is None or file.work_id is None or file.content_id is None:
        return None

    content = contents.get(connection, file.content_id)
    identity = decisions.identity(connection, file.id)
    if content is None or content.facts is None or identity is None:
        return None

    decision = decisions.standing(connection, file.id)
    last_write = journal.last_write(connection, nfo or nfo_path(file.path))
    return Subject(
        file=file,
        work=_dressed(connection, works.load(connection, file.work_id), file.content_id),
        facts=content.facts,
        identity=identity,
        plan_id=journal.plan_of_decision(connection, decision.id) if decision else None,
        last_sha256=last_write.sha256 if last_write else None,
        digests=frozenset(journal.sidecars_of(connection, file.id).values()),
        owner=_owner(connection, file, last_write),
        is_kept=kept_sidecars.is_kept(connection, file.id, kept_sidecars.NFO),
    )


def _dressed(connection: Connection, work: Work, content_id: int) -> Work:
    """Return the work with the tags that the file wears by itself, behind its own."""
    worn = file_tags.of_content(connection, content_id)
    return replace(work, tags=(*work.tags, *(each for each in worn if each not in work.tags)))


def former_places(
    connection: Connection, *, file_id: int, keep: Collection[Path]
) -> dict[Path, str]:
    """Return path and SHA-256 of sidecars that were written for the file, but for some.

    Where another file's was written since, none of ours is left.
    """
    written = {
        Path(path): sha256 for path, sha256 in journal.sidecars_of(connection, file_id).items()
    }
    return {
        path: sha256
        for path, sha256 in written.items()
        if path not in keep and _is_last_writer(connection, file_id, path)
    }


def written_since(
    connection: Connection, *, file_id: int, first_plan_id: int
) -> tuple[FileRecord, dict[Path, list[Change]]]:
    """Return the file, and what was done to each of its sidecars from a plan on, oldest first.

    Raises:
        KeyError: there is no such file.

    """
    file = files.get(connection, file_id)
    if file is None:
        raise KeyError(f"an errand refers to file {file_id}, which is not there")

    written: dict[Path, list[Change]] = {}
    for change in journal.file_changes_since(connection, file_id, first_plan_id):
        written.setdefault(Path(path_from_text(change.target)), []).append(change)
    return file, written


def intend_write(  # noqa: PLR0913  # the facts of one change
    connection: Connection,
    *,
    file: FileRecord,
    plan_id: int | None,
    target: Path,
    present: bytes | None,
    sha256: str,
    marks: Mapping[str, str] | None = None,
    backup: str | None = None,
    former: FormerStatus | None = None,
    at_s: float,
) -> int:
    """Note what will be written and what stood there; return the change's number.

    `marks` tell what of it is doorman's; None for all. What stood there lies in the backup folder
    under `backup`, or is `present`.
    """
    plan_id = plan_id or journal.open_plan(connection, file.id, None, at_s=at_s)
    change_id = journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        target,
        before_bytes=present if backup is None else None,
        after_sha256=sha256,
        backup_sha256=backup,
        former=former,
        at_s=at_s,
    )
    if marks is not None:
        sidecar_marks.note(connection, change_id, marks)
    return change_id


def adopt(
    connection: Connection,
    *,
    file: FileRecord,
    target: Path,
    sha256: str,
    at_s: float,
) -> None:
    """Note that a sidecar of ours came along with its video: it is as if written here.

    By the plan that wrote it: undoing a later one leaves it there.
    """
    change_id = intend_write(
        connection,
        file=file,
        plan_id=plan_that_wrote(connection, file.id, sha256),
        target=target,
        present=None,
        sha256=sha256,
        at_s=at_s,
    )
    journal.mark(connection, change_id, ChangeState.DONE, at_s=at_s)


def intend_remove(
    connection: Connection,
    *,
    file: FileRecord,
    target: Path,
    present: bytes | None,
    backup: str | None = None,
    former: FormerStatus | None = None,
    at_s: float,
) -> int:
    """Note what will be removed; return the change's number.

    What stands there lies in the backup folder under `backup`, or is `present`.
    """
    plan_id = journal.open_plan(connection, file.id, None, at_s=at_s)
    return journal.intend_file(
        connection,
        plan_id,
        ChangeKind.REMOVE_SIDECAR,
        target,
        before_bytes=present if backup is None else None,
        after_sha256=None,
        backup_sha256=backup,
        former=former,
        at_s=at_s,
    )


def keep_forced(
    connection: Connection,
    *,
    file: FileRecord,
    target: Path,
    present: bytes | None,
    wanted_sha256: str | None,
    backup: str | None = None,
    at_s: float,
) -> None:
    """Keep what somebody wrote to a sidecar that is put back all the same.

    It counts as dropped from the start: what it leads to is the state before doorman wrote.
    """
    change_id = journal.intend_file(
        connection,
        journal.open_plan(connection, file.id, None, at_s=at_s),
        ChangeKind.REMOVE_SIDECAR if wanted_sha256 is None else ChangeKind.WRITE_SIDECAR,
        target,
        before_bytes=present if backup is None else None,
        after_sha256=wanted_sha256,
        backup_sha256=backup,
        at_s=at_s,
    )
    journal.mark(connection, change_id, ChangeState.DROPPED, at_s=at_s)


def close(
    connection: Connection, *, changes: Sequence[Change], state: ChangeState, at_s: float
) -> None:
    """Note how changes ended."""
    for change in changes:
        journal.mark(connection, change.id, state, at_s=at_s)


def _owner(
    connection: Connection, file: FileRecord, last_write: LastWrite | None
) -> FileRecord | None:
    if last_write is None or last_write.file_id == file.id or last_write.sha256 is None:
        return None

    other = files.get(connection, last_write.file_id)
    is_there = other is not None and other.missing_since_s is None
    is_beside = other is not None and nfo_path(other.path) == nfo_path(file.path)
    return other if is_there and is_beside else None


def _is_last_writer(connection: Connection, file_id: int, path: Path) -> bool:
    last_write = journal.last_write(connection, path)
    return last_write is not None and last_write.file_id == file_id
