"""The journal of names: where a file was and where it is now, with all that lies beside it."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from pathlib import PurePath

from pydantic import TypeAdapter

from rules.journey import FileState
from rules.listing import Sighting
from rules.media import path_from_text, path_to_text
from store import files, journal, sightings
from store.changes import Change, ChangeKind, ChangeState
from store.database import Connection
from store.files import FileRecord
from store.rows import from_json, inserted_id, many, number, one, run, to_json


@dataclass(frozen=True, slots=True, kw_only=True)
class Renaming:
    """A file that is given another name, as it stands in the journal."""

    former: str
    """As `rules.media.path_to_text` makes it, as are the others."""
    path: str
    beside: tuple[str, ...]
    """What follows its stem in the names of what goes along."""
    size_bytes: int
    """Of the file, which tells it from whatever else may be there, as does `mtime_ns`."""
    mtime_ns: int
    makes: tuple[str, ...] = ()
    """Folders that were not there, the outermost first."""
    leaves: tuple[str, ...] = ()
    """Folders that doorman made once and that may be empty then, the innermost first."""
    is_back: bool = False
    """Whether it takes former ones back; then it cannot be taken back itself."""

    @property
    def former_path(self) -> PurePath:
        """Return where the file was."""
        return path_from_text(self.former)

    @property
    def new_path(self) -> PurePath:
        """Return where it is when that is done."""
        return path_from_text(self.path)


_RENAMING = TypeAdapter(Renaming)
_PATH = TypeAdapter(str)


def renaming_of(change: Change) -> Renaming:
    """Return what a change of kind RENAME says."""
    return from_json(_RENAMING, change.after)


def intend(
    connection: Connection,
    file: FileRecord,
    renaming: Renaming,
    *,
    plan_id: int | None,
    at_s: float,
) -> int:
    """Write down what will be moved, before it is; return the change's number.

    Without a plan it is housekeeping.
    """
    plan_id = plan_id or journal.open_plan(connection, file.id, None, at_s=at_s)
    change_id = inserted_id(
        connection,
        "INSERT INTO change (plan_id, kind, target, before, after, state, changed_at_s) "
        "VALUES ($1, $2, $3, $4, $5, 'intended', $6) RETURNING id",
        [
            plan_id,
            ChangeKind.RENAME,
            renaming.former,
            to_json(_PATH, renaming.former),
            to_json(_RENAMING, renaming),
            at_s,
        ],
    )
    run(
        connection,
        "INSERT INTO rename_under_way (change_id, file_id, former, path) VALUES ($1, $2, $3, $4)",
        [change_id, file.id, renaming.former, renaming.path],
    )
    for folder in renaming.makes:
        run(
            connection,
            "INSERT INTO made_folder (path, made_at_s) VALUES ($1, $2) ON CONFLICT (path) "
            "DO NOTHING",
            [folder, at_s],
        )
    return change_id


def note_done(
    connection: Connection, change: Change, file: FileRecord, sighting: Sighting, *, at_s: float
) -> None:
    """Let a file be where it was moved; everything known about it goes along."""
    stranger = files.at_path(connection, sighting.path)
    if stranger is not None and stranger.id != file.id:
        _make_way(connection, stranger, at_s=at_s)
    is_back = renaming_of(change).is_back
    event = "name restored" if is_back else "renamed"
    sightings.note_moved(connection, file, file.library, sighting, event=event, at_s=at_s)
    _close(connection, change, ChangeState.UNDONE if is_back else ChangeState.DONE, at_s=at_s)


def note_dropped(connection: Connection, change: Change, *, at_s: float) -> None:
    """Note that a file kept its place after all, and that no folder was made for it."""
    forget_folders(connection, renaming_of(change).makes)
    _close(connection, change, ChangeState.DROPPED, at_s=at_s)


def under_way(connection: Connection, file_id: int) -> list[Change]:
    """Return what was begun with a file and is not known to be done, oldest first."""
    if file_id not in files_under_way(connection):
        return []

    begun = journal.intended(connection, file_id)
    return [each for each in begun if each.kind is ChangeKind.RENAME]


def is_under_way(connection: Connection, path: PurePath) -> bool:
    """Tell whether doorman itself is moving a file to, or from, that place."""
    return path in paths_under_way(connection)


def paths_under_way(connection: Connection) -> frozenset[PurePath]:
    """Return from where and to where doorman itself is moving files; a few at the most."""
    rows = many(connection, "SELECT former, path FROM rename_under_way")
    return frozenset(path_from_text(str(path)) for row in rows for path in row)


def files_under_way(connection: Connection) -> list[int]:
    """Return the files that were being moved."""
    rows = many(connection, "SELECT DISTINCT file_id FROM rename_under_way ORDER BY file_id")
    return [number(file_id) for (file_id,) in rows]


def is_former(connection: Connection, path: PurePath) -> bool:
    """Tell whether doorman moved a file away from there."""
    return (
        one(
            connection,
            "SELECT 1 FROM change WHERE target = $1 AND kind = $2 AND state <> 'dropped' LIMIT 1",
            [path_to_text(path), ChangeKind.RENAME],
        )
        is not None
    )


def standing(connection: Connection, file_id: int, first_plan_id: int) -> list[Change]:
    """Return how a file came to its name from a plan on, oldest first, as far as that stands."""
    return [
        change
        for plan in journal.plans_of(connection, file_id)
        if plan.id >= first_plan_id
        for change in plan.changes
        if change.kind is ChangeKind.RENAME and change.state is ChangeState.DONE
    ]


def is_named_by_others(connection: Connection, file_id: int, *, since_s: float) -> bool:
    """Tell whether somebody else moved a file since then: what they call it stays."""
    rows = many(
        connection,
        "SELECT 1 FROM event WHERE file_id = $1 AND event = 'moved' AND at_s >= $2 LIMIT 1",
        [file_id, since_s],
    )
    return bool(rows)


def made_among(connection: Connection, folders: Sequence[PurePath]) -> tuple[PurePath, ...]:
    """Return those of these folders that doorman made, in their order."""
    rows = many(
        connection,
        "SELECT path FROM made_folder WHERE list_contains($1::VARCHAR[], path)",
        [[path_to_text(each) for each in folders]],
    )
    made = {str(path) for (path,) in rows}
    return tuple(each for each in folders if path_to_text(each) in made)


def forget_folders(connection: Connection, folders: Collection[str]) -> None:
    """Note that these are there no more, or are not doorman's."""
    run(
        connection,
        "DELETE FROM made_folder WHERE list_contains($1::VARCHAR[], path)",
        [list(folders)],
    )


def _make_way(connection: Connection, stranger: FileRecord, *, at_s: float) -> None:
    """Let go of a newcomer that was the moved file all along."""
    if stranger.content_id is None and stranger.state is not FileState.DISMISSED:
        sightings.forget(connection, stranger.id)
    elif stranger.missing_since_s is None:
        sightings.note_gone(connection, [stranger.id], at_s=at_s)


def _close(connection: Connection, change: Change, state: ChangeState, *, at_s: float) -> None:
    journal.mark(connection, change.id, state, at_s=at_s)
    run(connection, "DELETE FROM rename_under_way WHERE change_id = $1", [change.id])
