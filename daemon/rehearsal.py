"""What would become of files if they were asked about now: asked and decided, and nothing done.

Nothing can leak from here: of the store it has only the reading side, and neither the stages that
apply and tell nor anything that writes to a library is within its reach.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import partial
from itertools import islice
from typing import TYPE_CHECKING, Protocol, TypeVar

import anyio.to_thread

from daemon.desk.judgement_views import ForeseenLine
from daemon.journey.decided_news import why_decided
from daemon.journey.gathering import gather_for
from daemon.journey.identify import BATCH_FILES
from daemon.journey.questions import Case, case_of
from rules.candidate import Answer
from rules.decide import decide
from rules.decision import Decision, DecisionInput, Verdict
from rules.errors import LibraryError
from rules.explain import name_candidate, ranked_works
from rules.journey import FileState
from rules.library_naming import KEEPS_NAMES, LibraryNaming
from rules.media import path_to_text
from rules.name_fields import name_values
from rules.premises import Premises
from rules.samework import own_id
from store import contents
from store.contents import Content
from store.database import Connection
from store.files import FileRecord
from store.sidecars import SidecarRecord

if TYPE_CHECKING:  # the rule engine takes long to import
    from rules.ruleset import RuleSet

Result = TypeVar("Result")

_ACCEPTED = (FileState.ACCEPTED, FileState.DONE)


class Reader(Protocol):
    """The reading side of the store; the database's other side is not to be had here."""

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """Return what `question` finds."""
        ...


class Asker(Protocol):
    """Whoever asks the sources and keeps nothing of it."""

    async def ask(self, cases: Sequence[Case]) -> dict[int, list[Answer]]:
        """Return what every source says, by the file's number."""
        ...

    async def beside(self, some: Sequence[FileRecord]) -> dict[int, SidecarRecord]:
        """Return the NFOs that lie beside files now, by their numbers."""
        ...


@dataclass(frozen=True, slots=True, kw_only=True)
class Subject:
    """A file as it would be asked about; it may be unknown to the store."""

    file: FileRecord
    content: Content


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """Foresees decisions, with everything it needs from outside."""

    reader: Reader
    asker: Asker
    rules: Callable[[], RuleSet]
    sources: frozenset[str]
    """Names of the sources configured now."""
    waits: int
    """How many waits there are for files without a match, as the daemon counts them."""
    premises: Premises = field(default_factory=Premises)
    """The libraries as configured."""
    naming: Mapping[str, LibraryNaming] = field(default_factory=dict)
    """How their files are called."""

    async def foresee(self, files: Sequence[FileRecord]) -> list[ForeseenLine]:
        """Return what would become of each of these files, in their order."""
        lines: list[ForeseenLine] = []
        for some in _batches(files):
            subjects = await self.reader.read(partial(_subjects, files=some))
            foreseen = await self.rehearse(list(subjects.values()))
            by_path = {line.path: line for line in foreseen}
            lines += [by_path.get(path_to_text(file.path)) or _not_asked(file) for file in some]
        return lines

    async def rehearse(self, subjects: Sequence[Subject]) -> list[ForeseenLine]:
        """Ask about one batch and decide; return what would be done, in the same order."""
        if not subjects:
            return []

        beside = await self.asker.beside([each.file for each in subjects])
        cases = await self.reader.read(
            partial(
                _cases,
                subjects=subjects,
                premises=self.premises,
                waits=self.waits,
                beside=beside,
            )
        )
        answered = await self.asker.ask(cases)
        inputs = await self.reader.read(
            partial(
                _inputs,
                subjects=subjects,
                answered=answered,
                sources=self.sources,
                premises=self.premises,
                beside=beside,
            )
        )
        return await anyio.to_thread.run_sync(self._decide, subjects, inputs)

    def _decide(
        self, subjects: Sequence[Subject], inputs: Sequence[DecisionInput]
    ) -> list[ForeseenLine]:
        rules = self.rules()
        return [
            _line(subject, decide(given, rules), self.naming)
            for subject, given in zip(subjects, inputs, strict=True)
        ]


def _batches(files: Sequence[FileRecord]) -> Iterator[list[FileRecord]]:
    rest = iter(files)
    while some := list(islice(rest, BATCH_FILES)):
        yield some


def _subjects(connection: Connection, *, files: Sequence[FileRecord]) -> dict[int, Subject]:
    """Return the files that can be asked about, by number."""
    found: dict[int, Subject] = {}
    for file in files:
        content = _content(connection, file)
        if content is not None:
            found[file.id] = Subject(file=file, content=content)
    return found


def _content(connection: Connection, file: FileRecord) -> Content | None:
    is_open = file.state in {FileState.SEEN, FileState.SETTLED, FileState.FAILED}
    if file.state in _ACCEPTED or is_open or file.content_id is None:
        return None

    content = contents.get(connection, file.content_id)
    return content if content and content.facts else None


def _not_asked(file: FileRecord) -> ForeseenLine:
    reason = "it has no fingerprints yet; doorman run --dry-run looks at such files, too"
    if file.state in _ACCEPTED:
        reason = "it is accepted already; undo that first to have it identified anew"
    return ForeseenLine(path=path_to_text(file.path), verdict=None, reasons=(reason,))


def _cases(
    connection: Connection,
    *,
    subjects: Sequence[Subject],
    premises: Premises,
    waits: int,
    beside: Mapping[int, SidecarRecord],
) -> list[Case]:
    return [
        case_of(
            connection,
            each.file,
            each.content,
            premises,
            waits=waits,
            beside=beside.get(each.file.id),
        )
        for each in subjects
    ]


def _inputs(
    connection: Connection,
    *,
    subjects: Sequence[Subject],
    answered: dict[int, list[Answer]],
    sources: frozenset[str],
    premises: Premises,
    beside: Mapping[int, SidecarRecord],
) -> list[DecisionInput]:
    given = gather_for(
        connection,
        subjects=[(each.file, each.content) for each in subjects],
        sources=sources,
        premises=premises,
        fresh=answered,
        beside=beside,
    )
    return [given[each.file.id] for each in subjects]


def _line(subject: Subject, made: Decision, naming: Mapping[str, LibraryNaming]) -> ForeseenLine:
    return ForeseenLine(
        path=path_to_text(subject.file.path),
        verdict=made.verdict,
        rule=made.rule,
        work=_work(made),
        reasons=tuple(why_decided(made)),
        name=_name(subject, made, naming.get(subject.file.library, KEEPS_NAMES)),
    )


def _name(subject: Subject, made: Decision, naming: LibraryNaming) -> str | None:
    """Return what an accepted file would be called; the disk is not asked whether it can be."""
    candidates = [each.candidate for each in made.ranked]
    chosen = next((each for each in candidates if own_id(each) == made.chosen), None)
    if made.verdict is not Verdict.ACCEPTED or chosen is None or subject.content.facts is None:
        return None

    path = subject.file.path
    values = name_values(chosen.work, subject.content.facts, own_id(chosen))
    try:
        place = naming.place_of(values, extension=path.suffix, longest_end_bytes=0)
    except LibraryError:
        return None

    is_there = place is None or path.parts[-len(place.parts) :] == place.parts
    return None if is_there else str(place)


def _work(made: Decision) -> str | None:
    """Return the work that would be accepted, or else the best that a person would be asked of."""
    if made.verdict not in {Verdict.ACCEPTED, Verdict.REVIEW} or not made.ranked:
        return None

    candidates = [each.candidate for each in made.ranked]
    chosen = next((each for each in candidates if own_id(each) == made.chosen), None)
    best = [each.candidate for each in ranked_works(made)[0]]
    return name_candidate([chosen] if chosen is not None else best)
