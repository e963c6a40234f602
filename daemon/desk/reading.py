"""Read the store into views: lists of files, one file with everything about it."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from daemon.desk.candidate_views import CandidateView, WitnessView
from daemon.desk.choosing import Offered, choosable, choosable_of
from daemon.desk.generating import describe_again
from daemon.desk.past import Past
from daemon.desk.views import (
    MOST_LISTED,
    DecisionView,
    EventView,
    FileLine,
    FileView,
    FingerprintView,
)
from daemon.disk.sheets import Sheets
from rules.admission import explain_left_out
from rules.discretion import Discretion
from rules.explain import explain_answer, explain_evidence, label_work, tell_work
from rules.fingerprint import Algorithm
from rules.journey import FileState
from rules.media import VideoFacts, path_to_text
from rules.plan import Field
from rules.work import ExternalId
from store import contents, events, file_tags, files, journal, organized, outbox, works
from store.answers import StoredCandidate
from store.contents import Content
from store.database import Connection
from store.decisions import DecisionRecord
from store.files import FileRecord
from store.outbox import Errand

_NAMING = (Field.TITLE, Field.CODE, Field.DATE, Field.STUDIO)
"""What a work is called by."""


def list_files(
    connection: Connection,
    *,
    states: Collection[FileState],
    discretion: Discretion,
    limit: int = MOST_LISTED,
) -> tuple[FileLine, ...]:
    """Return files in any of `states`, whoever waits longest first."""
    listed = files.in_state(connection, states, limit=limit)
    offered = choosable_of(connection, listed, discretion)
    return tuple(file_line(file, offered[file.id]) for file in listed)


def file_line(file: FileRecord, offered: Sequence[Offered]) -> FileLine:
    """Return a file as a line of a list; `offered` is what may be chosen for it."""
    return FileLine(
        number=file.id,
        path=path_to_text(file.path),
        library=file.library,
        state=file.state,
        reason=file.reason,
        changed_at_s=file.changed_at_s,
        is_missing=file.missing_since_s is not None,
        best=label_work(offered[0].best.candidate) if offered else None,
        candidates=len(offered),
    )


def file_view(
    connection: Connection, file: FileRecord, past: Past, sheets: Sheets, discretion: Discretion
) -> FileView:
    """Return everything about one file."""
    content = contents.get(connection, file.content_id) if file.content_id is not None else None
    offered = choosable(connection, file, discretion)
    owed = outbox.owed_for(connection, file.id, Errand.SIDECAR)
    return FileView(
        line=file_line(file, offered),
        revision=file.revision,
        size_bytes=file.stamp.size_bytes,
        duration_s=content.facts.duration_s if content and content.facts else None,
        facts=describe_facts(content.facts) if content and content.facts else None,
        fingerprints=_fingerprints(content),
        phash_missing=content.phash_missing if content else None,
        alike=_alike(connection, file),
        sheet=_sheet(content, sheets),
        work=_work_label(connection, file),
        tags=_tags(connection, file),
        is_organized=content is not None and organized.is_organized(connection, content.id),
        left_out=tuple(map(explain_left_out, past.left_out_of_work)),
        sidecars=tuple(map(path_to_text, sorted(journal.sidecars_among(past.plans)))),
        candidates=tuple(candidate_view(each, past.identity) for each in offered),
        answers=_answers(past, file, discretion),
        decisions=tuple(map(_decision, past.decisions)),
        events=tuple(
            EventView(event=each.event, detail=each.detail, at_s=each.at_s)
            for each in events.of_file(connection, file.id)
        ),
        due_at_s=file.due_at_s,
        owed_error=owed[0].last_error if owed else None,
        examining_again=describe_again(connection, content.id) if content else None,
    )


def _alike(connection: Connection, file: FileRecord) -> int:
    """Return how many other files that are there have the content of this one."""
    if file.content_id is None:
        return 0

    return sum(
        copy.missing_since_s is None and _place(copy) != _place(file)
        for copy in files.of_content(connection, file.content_id)
    )


def _place(file: FileRecord) -> tuple[int, int]:
    """Return what the names of one file share: a link is no other file (as `rules.keeping`)."""
    return (-1, file.id) if file.device is None else (file.device, file.stamp.inode)


def describe_facts(facts: VideoFacts) -> str:
    """Return technical facts in one line, as people name them."""
    size = f"{facts.width}x{facts.height}" if facts.width and facts.height else None
    rate = f"{facts.frame_rate:.4g} fps" if facts.frame_rate else None
    sound = facts.audio[0].codec if facts.audio else "no sound"
    parts = (facts.container, facts.video_codec, size, rate, facts.hdr, sound)
    return ", ".join(part for part in parts if part)


def candidate_view(offered: Offered, accepted: ExternalId | None) -> CandidateView:
    """Return a candidate as a person chooses it; `accepted` is what the file is by now."""
    stored, candidate = offered.best, offered.best.candidate
    return CandidateView(
        number=offered.number,
        source=candidate.source,
        remote_id=candidate.remote_id,
        label=label_work(candidate),
        evidence=explain_evidence(stored.evidence) if stored.evidence else (),
        page_url=candidate.page_url,
        performers=tuple(
            each.credited_as or each.performer.name for each in candidate.work.appearances
        ),
        is_accepted=accepted in offered.names,
        facts=stored.evidence,
        witnesses=tuple(map(_witness, offered.witnesses)),
    )


def _witness(stored: StoredCandidate) -> WitnessView:
    candidate = stored.candidate
    return WitnessView(
        number=stored.number,
        source=candidate.source,
        remote_id=candidate.remote_id,
        text=tell_work(candidate),
        title=candidate.work.title,
        date=candidate.work.date,
        duration_s=candidate.work.duration_s,
        page_url=candidate.page_url,
        evidence=explain_evidence(stored.evidence) if stored.evidence else (),
        facts=stored.evidence,
    )


def _fingerprints(content: Content | None) -> tuple[FingerprintView, ...]:
    if content is None:
        return ()

    kept = (
        (Algorithm.OSHASH, content.oshash),
        (Algorithm.PHASH, content.phash),
        (Algorithm.MD5, content.md5),
    )
    return tuple(
        FingerprintView(algorithm=algorithm, text=str(value))
        for algorithm, value in kept
        if value is not None
    )


def _sheet(content: Content | None, sheets: Sheets) -> str | None:
    if content is None or not sheets.has(content.oshash, content.size_bytes):
        return None

    return path_to_text(sheets.path_of(content.oshash, content.size_bytes))


def _answers(past: Past, file: FileRecord, discretion: Discretion) -> tuple[str, ...]:
    latest = [each.answer for each in past.heard]
    return tuple(map(explain_answer, discretion.answers_for(file.library, latest)))


def _tags(connection: Connection, file: FileRecord) -> tuple[str, ...]:
    """Return what the file wears, whatever its work."""
    if file.content_id is None:
        return ()

    return tuple(tag.name for tag in file_tags.of_content(connection, file.content_id))


def _work_label(connection: Connection, file: FileRecord) -> str | None:
    if file.work_id is None:
        return None

    held = works.fields(connection, file.work_id)
    naming = {field: held[field] for field in _NAMING if field in held}
    work = works.assembled(connection, naming, ())
    details = [part for part in (work.studio and work.studio.name, work.date) if part]
    title = work.title or work.code or "untitled work"
    return f"{title} ({', '.join(details)})" if details else title


def _decision(record: DecisionRecord) -> DecisionView:
    chosen = f"{record.chosen.source} {record.chosen.remote_id}" if record.chosen else None
    return DecisionView(
        outcome=record.outcome,
        decided_by=record.decided_by,
        rule=record.rule,
        reasons=record.reasons,
        chosen=chosen,
        decided_at_s=record.decided_at_s,
        undone_at_s=record.undone_at_s,
    )
