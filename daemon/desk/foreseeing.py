"""What would become of all that lies beside a file, seen in the store and on the disk."""

from __future__ import annotations

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from daemon.desk.overview import Household
from daemon.desk.plan_views import PlannedSidecar
from daemon.disk.artwork import pictures_beside
from daemon.disk.beside import nfo_of
from daemon.journey.artwork_foresight import PictureForeseen, foresee_pictures
from daemon.journey.artwork_notes import PictureSubject, picture_subject_of
from daemon.journey.nfo_foresight import NfoTerms, foresee_nfo
from daemon.journey.sidecar_hand import ask
from daemon.journey.sidecar_notes import Subject, subject_of
from rules.errors import LibraryError
from rules.media import path_to_text
from rules.nfo_ownership import LastNfo
from store import sidecar_marks
from store.database import Connection
from store.files import FileRecord

LEFT = "leave"


@dataclass(frozen=True, slots=True, kw_only=True)
class Outlook:
    """What the store knows of what lies beside one file, or would."""

    nfo: Path | None
    """Where its NFO lies, or would lie; None while the disk does not say so."""
    subject: Subject | None
    last: LastNfo | None
    """What doorman last wrote there."""
    pictures: PictureSubject | None


async def nfo_place(file: FileRecord) -> Path | None:
    """Return where the NFO of a file lies, or would; None while the disk does not say so."""
    try:
        return await ask(partial(nfo_of, Path(file.path)))
    except LibraryError:
        return None


def outlook_of(connection: Connection, *, file_id: int, nfo: Path | None, now_s: float) -> Outlook:
    """Return what the store knows of it; `nfo` is what `nfo_place` returned."""
    subject = subject_of(connection, file_id=file_id, nfo=nfo)
    return Outlook(
        nfo=nfo,
        subject=subject,
        last=_last(connection, subject),
        pictures=picture_subject_of(connection, file_id=file_id, now_s=now_s),
    )


async def foreseen(outlook: Outlook, household: Household) -> tuple[PlannedSidecar, ...]:
    """Return what would become of a file's pictures and its NFO; nothing is written."""
    pictures = await _pictures(outlook.pictures, household)
    if outlook.nfo is None or outlook.subject is None:
        return pictures

    return (await _nfo(outlook.subject, outlook.nfo, outlook.last, household.nfo), *pictures)


def _last(connection: Connection, subject: Subject | None) -> LastNfo | None:
    if subject is None or subject.last_sha256 is None:
        return None

    marks = sidecar_marks.of_digest(connection, subject.last_sha256)
    return LastNfo(sha256=subject.last_sha256, marks=marks)


async def _nfo(
    subject: Subject, target: Path, last: LastNfo | None, terms: NfoTerms
) -> PlannedSidecar:
    path = path_to_text(target)
    try:
        found = await ask(partial(foresee_nfo, subject, target, last, terms))
    except LibraryError as error:
        return PlannedSidecar(path=path, deed=LEFT, reason=str(error))

    return PlannedSidecar(path=path, deed=found.deed, reason=found.reason, diff=found.diff)


async def _pictures(
    subject: PictureSubject | None, household: Household
) -> tuple[PlannedSidecar, ...]:
    terms = household.artwork
    root = None if subject is None else terms.roots.get(subject.file.library)
    if subject is None or root is None or not terms.is_written:
        return ()

    video = Path(subject.file.path)
    try:
        present = await ask(partial(pictures_beside, video, root))
    except LibraryError as error:
        return (PlannedSidecar(path=path_to_text(video), deed=LEFT, reason=str(error)),)

    found = foresee_pictures(subject, present, takes_stills=terms.takes_stills)
    return tuple(map(_planned, found))


def _planned(found: PictureForeseen) -> PlannedSidecar:
    return PlannedSidecar(path=path_to_text(found.path), deed=found.deed, reason=found.reason)
