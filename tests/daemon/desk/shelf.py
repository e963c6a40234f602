"""A desk over a real database with files in every state, for whatever asks one."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath
from typing import TypeVar

from daemon.desk.desk import Bells, Desk
from daemon.desk.overview import Household
from daemon.desk.views import Answered, FileView, LibraryLine, SourceLine
from daemon.disk.sheets import Sheets
from rules.candidate import Candidate, Known
from rules.evidence import Evidence
from rules.fingerprint import Oshash, Phash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import FileStamp, VideoFacts
from rules.samework import own_id
from rules.work import Appearance, ExternalId, Performer, Studio, Work
from store import acceptance, answers, contents, decisions, files, ranking, sightings
from store.contents import Finding
from store.database import Connection, Database
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.regeneration import Complete

Result = TypeVar("Result")
NOW_S = 1000.0
GRID = "1"
ROOT = PurePath("/films")
SHEETS = Path("/state/sheets")
"""Not there: nothing is kept unless a test says where."""


def offer(remote_id: str = "a", *, source: str = "first", title: str | None = None) -> Candidate:
    """Return a candidate; its title tells its id unless it has one of its own."""
    work = Work(
        title=title or f"Harbour {remote_id.upper()}",
        date="2024-05-17",
        studio=Studio(name="Northlight"),
        appearances=(
            Appearance(performer=Performer(name="Ada Winter")),
            Appearance(performer=Performer(name="Ben Frost"), credited_as="B. Frost"),
        ),
    )
    page_url = f"https://{source}.example/{remote_id}"
    return Candidate(source=source, remote_id=remote_id, work=work, page_url=page_url)


@dataclass(kw_only=True)
class Shelf:
    """A desk, the files that stand before it, and who was woken by it."""

    desk: Desk
    database: Database
    rounds: list[tuple[str, bool]]
    library_lines: list[LibraryLine]
    """What the household tells beside the libraries of the files; tests add to it."""
    root: PurePath = ROOT
    """Of the library that files are put into."""
    _contents: int = 0

    async def change(self, change: Callable[[Connection], Result]) -> Result:
        """Change the store as the rest of the daemon would."""
        return await self.database.write(change)

    async def read(self, question: Callable[[Connection], Result]) -> Result:
        """Look into the store."""
        return await self.database.read(question)

    async def file(self, number: int) -> FileRecord:
        """Return what the store remembers of a file."""
        found = await self.read(partial(files.get, file_id=number))
        assert found is not None
        return found

    async def show(self, number: int) -> FileView:
        """Return everything about a file, as the desk shows it."""
        return await self.desk.show(str(number))

    async def put(
        self,
        name: str = "Harbour at Dawn.mkv",
        state: FileState = FileState.REVIEW,
        *,
        offers: Sequence[Candidate] = (),
        is_examined: bool = True,
        due_at_s: float | None = None,
        at_s: float = 1.0,
    ) -> int:
        """Put a file into a state, with what sources offer for it; return its number."""
        self._contents += 1
        return await self.change(
            partial(
                _put,
                path=self.root / name,
                state=state,
                offers=offers,
                size_bytes=1_000_000 + self._contents if is_examined else None,
                due_at_s=due_at_s,
                at_s=at_s,
            )
        )

    async def put_accepted(
        self, *offers: Candidate, state: FileState = FileState.DONE, name: str = "Lantern.mkv"
    ) -> int:
        """Put a file that a rule accepted as the first of these."""
        number = await self.put(name, FileState.ANSWERED, offers=offers)
        await self.change(partial(_accept, number=number, candidate=offers[0], state=state))
        return number


def make_shelf(database: Database, root: PurePath = ROOT, folder: Path = SHEETS) -> Shelf:
    """Return a desk over this database, and a library at `root`."""
    rounds: list[tuple[str, bool]] = []
    lines: list[LibraryLine] = []
    household = Household(
        version="0.1.0",
        is_running=True,
        started_at_s=500.0,
        store_path="/state/doorman.duckdb",
        sources=(SourceLine(name="first", url="https://first.example/graphql"),),
        library_lines=lambda counts: (*lines, *_lines(counts)),
        request_round=lambda name, is_confirmed: rounds.append((name, is_confirmed)),
        library_names=frozenset({"films", "series"}),
        complete=Complete(grid=GRID, has_md5=False),
        has_sheets=True,
    )
    sheets = Sheets(folder, budget_bytes=1 << 20)
    desk = Desk(
        database=database,
        household=household,
        bells=Bells(),
        sheets=sheets,
        now=lambda: NOW_S,
    )
    return Shelf(desk=desk, database=database, rounds=rounds, library_lines=lines, root=root)


def _lines(counts: Mapping[str, tuple[int, int]]) -> Iterator[LibraryLine]:
    for name, (here, gone) in counts.items():
        yield LibraryLine(name=name, root="/films", state="watching", files=here, missing=gone)


def _put(
    connection: Connection,
    *,
    path: PurePath,
    state: FileState,
    offers: Sequence[Candidate],
    size_bytes: int | None,
    due_at_s: float | None,
    at_s: float,
) -> int:
    stamp = FileStamp(
        size_bytes=size_bytes or 5, mtime_ns=7, inode=size_bytes or sum(map(ord, str(path)))
    )
    seen = Sighting(path=path, stamp=stamp, device=1)
    sightings.add_seen(connection, "films", [seen], at_s=at_s)
    file = files.at_path(connection, seen.path)
    assert file is not None
    if size_bytes is not None:
        content = contents.ensure(connection, Oshash(size_bytes), size_bytes)
        finding = Finding(
            facts=VideoFacts(
                container="matroska", duration_s=1800.5, video_codec="h264", width=640, height=360
            ),
            phash=Phash(0x00000000FFFFFFFF),
            phash_missing=None,
            grid=GRID,
        )
        contents.save_finding(connection, content, finding, at_s=at_s)
        files.set_content(connection, file.id, content.id)
        for source in dict.fromkeys(each.source for each in offers):
            own = tuple(each for each in offers if each.source == source)
            known = Known(source=source, candidates=own)
            answers.save(connection, content.id, [known], at_s=at_s)
        ranked = [(each, Evidence(oshash_agrees=True, oshash_submissions=3)) for each in offers]
        ranking.rank(connection, {content.id: ranked})
    files.set_state(connection, file, state, at_s=at_s, due_at_s=due_at_s)
    return file.id


def _accept(connection: Connection, *, number: int, candidate: Candidate, state: FileState) -> None:
    file = files.get(connection, number)
    assert file is not None
    assert file.content_id is not None
    kept = NewDecision(
        outcome=Outcome.ACCEPTED,
        decided_by=Decider.RULE,
        rule="exact",
        reasons=("the oshash is the same",),
        chosen=own_id(candidate),
    )
    decision_id = decisions.add(connection, file, file.content_id, kept, at_s=2.0)
    acceptance.apply_accept(connection, file, decision_id, candidate, at_s=2.0)
    if state is not FileState.ACCEPTED:
        files.set_state(connection, file, state, at_s=3.0)


def labels(view: FileView) -> list[str]:
    """Return the titles that a file is offered, in the order of their numbers."""
    return [candidate.label.split('"')[1] for candidate in view.candidates]


def standing(view: FileView) -> list[str]:
    """Return the decisions about a file that were not taken back, oldest first."""
    return [each.outcome for each in view.decisions if each.undone_at_s is None]


def short(answered: Answered) -> tuple[FileState, bool, str]:
    """Return what an answer says, without whom about."""
    return answered.state, answered.has_changed, answered.message


def remote(remote_id: str, source: str = "first") -> ExternalId:
    """Return the name that a source has for a work."""
    return ExternalId(source=source, remote_id=remote_id)
