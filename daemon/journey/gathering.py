"""Everything that a decision about a file depends on, besides the rules, as the store has it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from daemon.journey.hearsay import sidecar_of
from rules.candidate import Answer, Failed, Known
from rules.decision import DecisionInput
from rules.media import path_to_text
from rules.premises import Premises
from rules.samework import own_id
from rules.work import ExternalId
from store import answers, contents, decisions, entities, organized, sidecars
from store.contents import Content
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.sidecars import SidecarRecord

UNHEARD: Final = "it was not asked about this yet"
"""Why a configured source that never answered counts as one that failed: it may have a rival."""


def gather(
    connection: Connection,
    *,
    file: FileRecord,
    sources: frozenset[str],
    premises: Premises,
) -> DecisionInput:
    """Return everything that a decision about `file` depends on, besides the rules.

    Raises:
        KeyError: the file was never fingerprinted.

    """
    return gather_all(connection, files=[file], sources=sources, premises=premises)[file.id]


def gather_all(
    connection: Connection,
    *,
    files: Sequence[FileRecord],
    sources: frozenset[str],
    premises: Premises,
) -> dict[int, DecisionInput]:
    """Return the same for several files, by number, in few statements.

    Raises:
        KeyError: a file was never fingerprinted.

    """
    known = contents.get_many(connection, [file.content_id for file in files if file.content_id])
    subjects = [(file, _content_of(file, known)) for file in files]
    return gather_for(connection, subjects=subjects, sources=sources, premises=premises)


def gather_for(
    connection: Connection,
    *,
    subjects: Sequence[tuple[FileRecord, Content]],
    sources: frozenset[str],
    premises: Premises,
    fresh: Mapping[int, Sequence[Answer]] | None = None,
    beside: Mapping[int, SidecarRecord] | None = None,
) -> dict[int, DecisionInput]:
    """Return the same for files of these contents; both may be of a dry run only.

    `fresh` answers, by file, count for those of the same sources that are kept; those from which
    the file's library is kept do not count. `beside`, by file, is what lies there now; None: what
    the store holds.
    """
    if beside is None:
        beside = sidecars.of_files(connection, [file.id for file, _ in subjects])
    kept = _kept(connection, [content.id for _, content in subjects])
    found: dict[int, DecisionInput] = {}
    for file, content in subjects:
        latest = {answer.source: answer for answer in kept.answers[content.id]}
        latest |= {answer.source: answer for answer in (fresh or {}).get(file.id, ())}
        unheard = (Failed(source=each, reason=UNHEARD) for each in sorted(sources - latest.keys()))
        of_today = (*(each for each in latest.values() if each.source in sources), *unheard)
        given = premises.discretion.answers_for(file.library, of_today)
        rejected, taken_back = kept.rejected[content.id], kept.taken_back[content.id]
        turned_down = answers.last_offers(connection, content.id, rejected | taken_back)
        found[file.id] = DecisionInput(
            fingerprints=content.fingerprints,
            file_name=path_to_text(file.path).rsplit("/", 1)[-1],
            library=file.library,
            answers=given,
            rejected=_under_any_name(rejected, given, sources),
            taken_back=_under_any_name(taken_back, given, sources),
            turned_down=turned_down,
            linked=_linked(connection, file),
            clues=premises.clues_of(file.library, file.path),
            one_work_only=premises.options.skipping_multiple(each.source for each in given),
            organized=kept.organized.get(content.id),
            sidecar=sidecar_of(beside.get(file.id), file, premises),
        )
    return found


@dataclass(frozen=True, slots=True, kw_only=True)
class _Kept:
    """What the store holds about contents, by content."""

    answers: Mapping[int, Sequence[Answer]]
    rejected: Mapping[int, frozenset[ExternalId]]
    taken_back: Mapping[int, frozenset[ExternalId]]
    organized: Mapping[int, frozenset[ExternalId]]
    """Those that are finished, and as what."""


def _kept(connection: Connection, content_ids: Sequence[int]) -> _Kept:
    return _Kept(
        answers=answers.latest_of(connection, content_ids),
        rejected=answers.rejected_of(connection, content_ids),
        taken_back=decisions.taken_back_of(connection, content_ids),
        organized=organized.ids_of(connection, content_ids),
    )


def _content_of(file: FileRecord, known: Mapping[int, Content]) -> Content:
    content = known.get(file.content_id) if file.content_id is not None else None
    if content is None:
        raise KeyError(f"file {file.id} has no fingerprints to decide by")

    return content


def _linked(connection: Connection, file: FileRecord) -> frozenset[ExternalId]:
    """Return the ids of the work that the file is linked to already, as few files are."""
    if file.work_id is None:
        return frozenset()

    return frozenset(entities.ids_of(connection, Kind.WORK, file.work_id))


def _under_any_name(
    names: frozenset[ExternalId], given: Sequence[Answer], sources: frozenset[str]
) -> frozenset[ExternalId]:
    """Return these names, and what they are at a source that is called otherwise now.

    A source may get another name in the configuration; its ids stay. One of a source that is not
    configured any more is taken for the same wherever it comes from.
    """
    orphaned = {name.remote_id for name in names if name.source not in sources}
    offered = (each for answer in given if isinstance(answer, Known) for each in answer.candidates)
    return names.union(own_id(each) for each in offered if each.remote_id in orphaned)
