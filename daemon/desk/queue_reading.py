"""Read files that wait into lines of the queue, and count what they have in common."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import PurePath
from types import MappingProxyType

from daemon.desk.choosing import Offered, choosable_of
from daemon.desk.queue_views import Choice, Facet, QueueLine
from rules.badges import badges
from rules.discretion import Discretion
from rules.explain import label_work
from rules.fingerprint import Oshash
from rules.journey import FileState
from rules.media import path_to_text
from rules.witnesses import told_by
from store import contents, decisions, files
from store.database import Connection
from store.decisions import DecisionRecord, Outcome
from store.files import FileRecord
from store.waiting import BY_RULE, FAILED, NO_RULE, UNDONE, Share, Sieve

_CAUSES: Mapping[str, str] = MappingProxyType(
    {
        FAILED: "could not be examined",
        UNDONE: "an accept was undone",
        NO_RULE: "no rule decided",
    }
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A line but for whether it has a contact sheet, which is not in the store."""

    line: QueueLine
    key: tuple[Oshash, int] | None
    """What the sheet is kept under."""


def rows_of(connection: Connection, numbers: Sequence[int], discretion: Discretion) -> list[Row]:
    """Return these files as lines, in the order of their numbers here; without unknown ones."""
    found = files.numbered(connection, numbers)
    listed = [found[each] for each in numbers if each in found]
    offered = choosable_of(connection, listed, discretion)
    standing = decisions.standing_of(connection, [file.id for file in listed])
    content_ids = [file.content_id for file in listed if file.content_id is not None]
    known = contents.get_many(connection, content_ids)
    rows: list[Row] = []
    for file in listed:
        content = known.get(file.content_id) if file.content_id is not None else None
        line = _line(file, offered[file.id], standing.get(file.id))
        rows.append(Row(line=line, key=(content.oshash, content.size_bytes) if content else None))
    return rows


def plain_lines_of(
    connection: Connection, numbers: Sequence[int], discretion: Discretion, *, has_choices: bool
) -> list[QueueLine]:
    """Return the same, but not why they wait; of thousands each thing that is read counts."""
    found = files.numbered(connection, numbers)
    listed = [found[each] for each in numbers if each in found]
    offered = choosable_of(connection, listed, discretion) if has_choices else {}
    return [_line(file, offered.get(file.id, ()), None) for file in listed]


def files_that_fit(shares: Iterable[Share], sieve: Sieve) -> int:
    """Return how many files fit the whole sieve."""
    return sum(
        share.files
        for share in shares
        if sieve.library in {None, share.library}
        and sieve.source in {None, share.source}
        and sieve.cause in {None, share.cause}
    )


def libraries_of(shares: Iterable[Share], sieve: Sieve) -> tuple[Facet, ...]:
    """Return the libraries of files that fit the rest of the sieve."""
    fitting = [
        share
        for share in shares
        if sieve.source in {None, share.source} and sieve.cause in {None, share.cause}
    ]
    return _facets(fitting, lambda share: share.library, sieve.library, str)


def sources_of(shares: Iterable[Share], sieve: Sieve) -> tuple[Facet, ...]:
    """Return the sources of the best candidates of files that fit the rest of the sieve."""
    fitting = [
        share
        for share in shares
        if sieve.library in {None, share.library} and sieve.cause in {None, share.cause}
    ]
    return _facets(fitting, lambda share: share.source, sieve.source, str)


def causes_of(shares: Iterable[Share], sieve: Sieve) -> tuple[Facet, ...]:
    """Return why files wait that fit the rest of the sieve."""
    fitting = [
        share
        for share in shares
        if sieve.library in {None, share.library} and sieve.source in {None, share.source}
    ]
    return _facets(fitting, lambda share: share.cause, sieve.cause, describe_cause)


def describe_cause(cause: str) -> str:
    """Return why files wait, in words."""
    if cause.startswith(BY_RULE):
        return f'rule "{cause.removeprefix(BY_RULE)}"'

    return _CAUSES.get(cause, cause)


def _facets(
    shares: Iterable[Share],
    value_of: Callable[[Share], str | None],
    chosen: str | None,
    describe: Callable[[str], str],
) -> tuple[Facet, ...]:
    """Return each value with its files, the most first; what is chosen also with none."""
    counted: Counter[str] = Counter() if chosen is None else Counter({chosen: 0})
    for share in shares:
        value = value_of(share)
        if value is not None:
            counted[value] += share.files
    ordered = sorted(counted.items(), key=lambda each: (-each[1], each[0]))
    return tuple(Facet(value=value, label=describe(value), files=files) for value, files in ordered)


def _line(
    file: FileRecord, offered: Sequence[Offered], standing: DecisionRecord | None
) -> QueueLine:
    return QueueLine(
        number=file.id,
        revision=file.revision,
        name=path_to_text(PurePath(file.path.name)),
        folder=path_to_text(file.path.parent),
        library=file.library,
        state=file.state,
        since_s=file.changed_at_s,
        due_at_s=file.due_at_s,
        why=_why(file, standing),
        has_sheet=False,
        choices=tuple(map(_choice, offered)),
        works=len(offered),
    )


def _why(file: FileRecord, standing: DecisionRecord | None) -> tuple[str, ...]:
    asked = standing if standing is not None and standing.outcome is Outcome.REVIEW else None
    if file.state is not FileState.REVIEW or asked is None or not asked.reasons:
        return (file.reason,) if file.reason else ()

    return _most_telling_first(asked)


def _most_telling_first(standing: DecisionRecord) -> tuple[str, ...]:
    """Return why nothing was accepted; that a rule asks says less than why none accepted."""
    first, *others = standing.reasons
    rule = f'rule "{standing.rule}"'
    is_plain = first == f"{rule} holds" or first.startswith(f"{rule}: ")
    return (*others, first) if is_plain else standing.reasons


def _choice(offered: Offered) -> Choice:
    stored = offered.best
    return Choice(
        number=offered.number,
        label=label_work(stored.candidate),
        source=stored.candidate.source,
        badges=badges(stored.evidence) if stored.evidence else (),
        page_url=stored.candidate.page_url,
        sources=told_by(offered.candidates),
        has_cover=bool(stored.candidate.work.pictures),
    )
