"""What the store knows of the pictures beside one file, and of the work they show."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from daemon.journey.video_still import still_address
from rules.artwork import MOST_CONSIDERED
from rules.picture_names import is_own_name, own_role
from rules.plan import Field
from rules.sidecar import PictureRole
from rules.work import Performer, Picture
from store import decisions, events, files, found_pictures, journal, kept_sidecars, works
from store.database import Connection
from store.files import FileRecord
from store.found_pictures import Found

NO_USE_LASTS_S = 7 * 24 * 3600.0
"""A picture that was gone or broken is looked at again after that, should the work be written."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PictureSubject:
    """What pictures are about."""

    file: FileRecord
    plan_id: int | None
    pictures: tuple[Picture, ...]
    """Of its work, the best cover first."""
    source: str | None
    """Who told of them."""
    performers: tuple[Performer, ...]
    still_address: str | None
    """What a picture of the video itself is known by; None for an unexamined one."""
    known: Mapping[str, Found]
    """By address."""
    written: Mapping[Path, str]
    """Path and SHA-256 of every picture that doorman wrote for the file and that stands."""
    kept: frozenset[str]
    """The roles that somebody else's picture had last time."""

    def is_ours(self, path: Path, sha256: str | None) -> bool:
        """Tell whether doorman wrote that picture for this file, here or where the file was."""
        if sha256 is None:
            return False

        is_named = own_role(path, self.file.path) is not None
        is_where_it_was = self.written.get(path) == sha256
        return is_where_it_was or (is_named and sha256 in self.written.values())


def picture_subject_of(
    connection: Connection, *, file_id: int, now_s: float
) -> PictureSubject | None:
    """Return what the file's pictures show, or None when nothing is owed any more."""
    file = files.get(connection, file_id)
    if file is None or file.work_id is None:
        return None

    decision = decisions.standing(connection, file.id)
    work = works.load(connection, file.work_id)
    pictures = work.pictures[:MOST_CONSIDERED]
    address = still_address(file.content_id) if file.content_id is not None else None
    told = works.fields(connection, file.work_id).get(Field.PICTURES)
    written = journal.sidecars_of(connection, file.id)
    return PictureSubject(
        file=file,
        plan_id=journal.plan_of_decision(connection, decision.id) if decision else None,
        pictures=pictures,
        source=told.source if told is not None else None,
        still_address=address,
        performers=tuple(appearance.performer for appearance in work.appearances),
        known=found_pictures.known(
            connection,
            [*(picture.url for picture in pictures), *([address] if address else [])],
            no_use_since_s=now_s - NO_USE_LASTS_S,
        ),
        written={Path(path): sha256 for path, sha256 in written.items() if is_own_name(path)},
        kept=frozenset(
            role for role in PictureRole if kept_sidecars.is_kept(connection, file.id, role)
        ),
    )


def note_kept(
    connection: Connection,
    *,
    file: FileRecord,
    role: PictureRole,
    path: Path | None,
    at_s: float,
) -> None:
    """Remember whose picture stays, and tell it once in the file's history; None: nobody's."""
    if path is None:
        kept_sidecars.release(connection, file.id, role)
        return

    words = f"{path.name} stays: it is somebody else's, and serves as {role}"
    if kept_sidecars.keep(connection, file.id, role, path, words, at_s=at_s):
        events.add(connection, file.id, "sidecar kept", detail=words, at_s=at_s)
