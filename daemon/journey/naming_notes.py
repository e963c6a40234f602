"""What the store knows of a file that may be given another name."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

from daemon.disk.renaming import Landed, Route
from daemon.journey.noticing import owe_sidecar
from rules.announcement import Audience, Occurrence
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import VideoFacts, path_from_text, path_to_text
from rules.name_fields import NameField, name_values
from rules.work import ExternalId, Work
from store import announcing, contents, decisions, events, files, journal, renames, works
from store.database import Connection
from store.files import FileRecord
from store.journal import Change, ChangeState
from store.renames import Renaming

_ACCEPTED = (FileState.ACCEPTED, FileState.DONE)


@dataclass(frozen=True, slots=True, kw_only=True)
class NameSubject:
    """A file whose name can tell of its work."""

    file: FileRecord
    work: Work
    facts: VideoFacts
    identity: ExternalId | None
    plan_id: int | None
    is_named_by_others: bool
    """Whether somebody moved it since it was accepted."""

    @property
    def values(self) -> dict[NameField, str]:
        """Return what its name can tell."""
        return name_values(self.work, self.facts, self.identity)


def name_subject_of(connection: Connection, *, file_id: int) -> NameSubject | None:
    """Return what a file is called after; None where it is a copy of nothing, or not there."""
    file = files.get(connection, file_id)
    if file is None or file.work_id is None or file.content_id is None:
        return None
    if file.state not in _ACCEPTED or file.missing_since_s is not None:
        return None

    content = contents.get(connection, file.content_id)
    decision = decisions.standing(connection, file.id)
    if content is None or content.facts is None or decision is None:
        return None

    return NameSubject(
        file=file,
        work=works.load(connection, file.work_id),
        facts=content.facts,
        identity=decisions.identity(connection, file.id),
        plan_id=journal.plan_of_decision(connection, decision.id),
        is_named_by_others=renames.is_named_by_others(
            connection, file.id, since_s=decision.decided_at_s
        ),
    )


def made_above(connection: Connection, *, root: Path, path: Path) -> tuple[Path, ...]:
    """Return the folders above a path that doorman made, the innermost first."""
    above = [each for each in path.parents if each.is_relative_to(root) and each != root]
    return tuple(Path(each) for each in renames.made_among(connection, above))


def renaming_for(
    route: Route, file: FileRecord, makes: tuple[Path, ...], *, is_back: bool
) -> Renaming:
    """Return what the journal keeps of a move."""
    return Renaming(
        former=path_to_text(route.former),
        path=path_to_text(route.path),
        beside=tuple(path_to_text(Path(each)) for each in route.ends),
        size_bytes=file.stamp.size_bytes,
        mtime_ns=file.stamp.mtime_ns,
        makes=tuple(map(path_to_text, makes)),
        leaves=tuple(map(path_to_text, route.leaves)),
        is_back=is_back,
    )


def route_of(renaming: Renaming, root: Path) -> Route:
    """Return the move that the journal tells of."""
    return Route(
        root=root,
        former=Path(renaming.former_path),
        path=Path(renaming.new_path),
        ends=tuple(str(path_from_text(each)) for each in renaming.beside),
        leaves=tuple(Path(path_from_text(each)) for each in renaming.leaves),
    )


def note_landed(
    connection: Connection,
    *,
    change: Change,
    file_id: int,
    landed: Landed,
    audience: Audience,
    at_s: float,
) -> None:
    """Let a file be where it was moved, and tell whoever is to know."""
    file = files.get(connection, file_id)
    if file is None:
        return

    said = renames.renaming_of(change)
    # What was examined is the record's: should it have changed by now, the next look tells.
    stamp = replace(file.stamp, inode=landed.stamp.inode)
    seen = Sighting(path=said.new_path, stamp=stamp, device=landed.device)
    renames.note_done(connection, change, file, seen, at_s=at_s)
    renames.forget_folders(connection, [path_to_text(each) for each in landed.removed])
    for reason in landed.left:
        events.add(connection, file_id, "left beside its former name", detail=reason, at_s=at_s)
    hearers = audience.of(file.library, Occurrence.RENAMED)
    announcing.owe(
        connection,
        file_id,
        Occurrence.RENAMED,
        hearers,
        former_path=said.former_path,
        at_s=at_s,
    )
    if not said.is_back and file.state in _ACCEPTED:
        owe_sidecar(connection, file_id, at_s=at_s)


def close_all(
    connection: Connection,
    *,
    file_id: int,
    changes: list[Change],
    state: ChangeState,
    event: str | None = None,
    detail: str | None = None,
    at_s: float,
) -> None:
    """Note how it ended with the names that a file was given."""
    for change in changes:
        journal.mark(connection, change.id, state, at_s=at_s)
    if event is not None:
        events.add(connection, file_id, event, detail=detail, at_s=at_s)
