"""Everything that a decision about a file depends on, besides the rules, as the store has it."""

from __future__ import annotations

from collections.abc import Sequence

from rules.candidate import Answer, Known
from rules.decision import DecisionInput
from rules.media import path_to_text
from rules.premises import Premises
from rules.samework import own_id
from rules.work import ExternalId
from store import answers, contents, decisions, entities
from store.contents import Content
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord


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
    content = contents.get(connection, file.content_id) if file.content_id is not None else None
    if content is None:
        raise KeyError(f"file {file.id} has no fingerprints to decide by")

    return gather_for(connection, file=file, content=content, sources=sources, premises=premises)


def gather_for(
    connection: Connection,
    *,
    file: FileRecord,
    content: Content,
    sources: frozenset[str],
    premises: Premises,
    fresh: Sequence[Answer] = (),
) -> DecisionInput:
    """Return the same for a file of this content; both may be of a dry run only.

    `fresh` answers count for those of the same sources that are kept; those from which the file's
    library is kept do not count.
    """
    latest = {answer.source: answer for answer in answers.latest(connection, content.id)}
    latest |= {answer.source: answer for answer in fresh}
    of_today = (answer for answer in latest.values() if answer.source in sources)
    given = premises.discretion.answers_for(file.library, of_today)
    rejected = answers.rejected(connection, content.id)
    taken_back = decisions.taken_back(connection, content.id)
    linked = (
        entities.ids_of(connection, Kind.WORK, file.work_id) if file.work_id is not None else ()
    )
    return DecisionInput(
        fingerprints=content.fingerprints,
        file_name=path_to_text(file.path).rsplit("/", 1)[-1],
        library=file.library,
        answers=given,
        rejected=_under_any_name(rejected, given, sources),
        taken_back=_under_any_name(taken_back, given, sources),
        turned_down=answers.last_offers(connection, content.id, rejected | taken_back),
        linked=frozenset(linked),
        clues=premises.clues_of(file.library, file.path),
    )


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
