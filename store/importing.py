"""Take what NFOs say of files as their works, each as one journalled accept of a person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.identify_options import SourceOptions
from rules.journey import UNEXAMINED, FileState
from rules.nfo_import import RULE, Left, Named, contradicts, named_by
from rules.sidecar_ids import SourceNames
from store import acceptance, answers, decisions, entities, files, sidecars, works
from store.database import Connection
from store.decisions import Decider, NewDecision, Outcome
from store.entities import Kind
from store.files import FileRecord

_ACCEPTED = frozenset({FileState.ACCEPTED, FileState.DONE})


@dataclass(frozen=True, slots=True, kw_only=True)
class Imported:
    """One file that became a copy of what its NFO names."""

    file: FileRecord
    work_id: int
    is_new: bool
    """Whether the work was not known before."""


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftAlone:
    """One file that has an NFO and was left as it is."""

    file: FileRecord
    reason: Left


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """One file that was accepted before."""

    file: FileRecord


Outcome_ = Imported | LeftAlone | Known


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """By which NFOs are taken."""

    sources: tuple[SourceNames, ...]
    options: SourceOptions
    is_rehearsal: bool = False
    """Whether only works and ids are made, which is all that later files depend on."""


def import_all(
    connection: Connection, file_ids: Sequence[int], terms: Terms, *, at_s: float
) -> list[Outcome_]:
    """Take the NFOs that were seen beside these files; return what came of each that has one."""
    seen = sidecars.of_files(connection, file_ids)
    found = files.numbered(connection, seen)
    return [
        _import(connection, found[file_id], terms, at_s=at_s)
        for file_id in file_ids
        if file_id in found
    ]


def _import(connection: Connection, file: FileRecord, terms: Terms, *, at_s: float) -> Outcome_:
    if file.state in _ACCEPTED:
        return Known(file=file)

    named = _named(connection, file, terms)
    if isinstance(named, Left):
        return LeftAlone(file=file, reason=named)

    is_new = works.find(connection, (named.own, *named.others)) is None
    if terms.is_rehearsal:
        return Imported(file=file, work_id=_rehearse(connection, named, at_s=at_s), is_new=is_new)

    _accept(connection, file, named, terms, at_s=at_s)
    after = files.get(connection, file.id)
    work_id = after.work_id if after is not None else None
    if work_id is None:
        raise TypeError(f"file {file.id} was accepted and is a copy of nothing")

    return Imported(file=file, work_id=work_id, is_new=is_new)


def _named(connection: Connection, file: FileRecord, terms: Terms) -> Named | Left:
    """Return which work the NFO beside a file names, if nothing speaks against taking it."""
    record = sidecars.of_file(connection, file.id)
    if record is None or record.says is None:
        return Left.UNREADABLE
    if record.is_own:
        return Left.OWN
    if file.state is FileState.FAILED:
        return Left.FAILED
    if file.state is FileState.DISMISSED:
        return Left.DISMISSED
    if file.state in UNEXAMINED or file.content_id is None:
        return Left.ON_ITS_WAY

    named = named_by(record.says, file.content_id, file.path.name, terms.sources)
    if isinstance(named, Left):
        return named

    return _objection(connection, file, file.content_id, named) or named


def _objection(
    connection: Connection, file: FileRecord, content_id: int, named: Named
) -> Left | None:
    """Return what was said before that speaks against a work, or None."""
    if named.ids & answers.rejected(connection, content_id):
        return Left.REJECTED

    owners = {
        owner
        for each in named.ids
        if (owner := entities.owner_of(connection, Kind.WORK, [each])) is not None
    }
    if len(owners) > 1:
        return Left.TWO_WORKS

    copies = {
        each.work_id
        for each in files.of_content(connection, content_id)
        if each.id != file.id and each.state in _ACCEPTED
    }
    if copies - owners:
        return Left.COPY

    stored = answers.offered(connection, content_id)
    offered = [each.candidate for each in stored if not each.is_rejected]
    return Left.OFFERED if contradicts(named, offered) else None


def _rehearse(connection: Connection, named: Named, *, at_s: float) -> int:
    ids = (named.own, *named.others)
    work_id = works.find(connection, ids) or works.create(connection, at_s=at_s)
    entities.add_ids(connection, Kind.WORK, work_id, ids)
    return work_id


def _accept(
    connection: Connection, file: FileRecord, named: Named, terms: Terms, *, at_s: float
) -> None:
    if file.content_id is None:
        raise TypeError(f"file {file.id} is to be accepted and was never examined")

    kept = NewDecision(
        outcome=Outcome.ACCEPTED,
        decided_by=Decider.PERSON,
        rule=RULE,
        reasons=("a person had its NFO taken for what it is",),
        chosen=named.own,
    )
    decision_id = decisions.add(connection, file, file.content_id, kept, at_s=at_s)
    acceptance.apply_accept(
        connection,
        file,
        decision_id,
        named.candidate,
        options=terms.options.of(named.own.source),
        is_by_person=True,
        at_s=at_s,
    )
