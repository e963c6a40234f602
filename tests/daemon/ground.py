"""What the tests of the stages stand on: real files, a real store, a clock that is told."""

from __future__ import annotations

import os
from collections.abc import Collection
from dataclasses import dataclass
from functools import partial
from pathlib import Path, PurePath

import anyio

from daemon.looking.eyes import Eyes, Territory
from rules.candidate import Answer, Candidate, Known, RemoteFingerprint, Unknown
from rules.fingerprint import Algorithm, Oshash
from rules.journey import FileState
from rules.listing import Sighting
from rules.media import VideoFacts
from rules.samework import own_id
from rules.selection import VIDEO_EXTENSIONS, Selection
from rules.work import Work
from store import (
    acceptance,
    answers,
    contents,
    decisions,
    events,
    files,
    journal,
    news,
    outbox,
    sightings,
)
from store.contents import Finding
from store.database import Connection, Database
from store.decisions import Decider, NewDecision, Outcome
from store.files import FileRecord
from store.news import News
from store.outbox import Errand, Owed
from tests.daemon.doubles import Clock

FILMS = "films"
NAME = "Harbour at Dawn.mkv"
DURATION_S = 600.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Ground:
    """Libraries on the disk and the store that remembers them."""

    folder: Path
    database: Database
    clock: Clock
    territories: dict[str, Territory]
    eyes: Eyes

    @property
    def root(self) -> Path:
        return self.folder / FILMS

    def add_library(self, name: str, *, has_stable_inodes: bool = True) -> Path:
        root = self.folder / name
        root.mkdir()
        self.territories[name] = Territory(
            root=PurePath(root),
            selection=Selection.of(extensions=VIDEO_EXTENSIONS, excludes=["/excluded/"]),
            has_stable_inodes=has_stable_inodes,
        )
        return root

    def put(self, name: str = NAME, text: str = "a film") -> Path:
        """Put a file into the first library, or anywhere."""
        path = self.root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
        return path

    def remove(self, file: FileRecord) -> None:
        """Delete a file from the disk."""
        Path(file.path).unlink()

    def rename(self, file: FileRecord, name: str) -> Path:
        """Move a file on the disk, within the first library or anywhere."""
        target = Path(os.path.normpath(self.root / name))
        target.parent.mkdir(parents=True, exist_ok=True)
        return Path(file.path).rename(target)

    def touch(self, file: FileRecord, at_s: int = 1) -> None:
        """Give a file another time and leave its content."""
        os.utime(file.path, (at_s, at_s))

    async def look(self, path: Path, library: str = FILMS) -> Sighting:
        seen = await self.eyes.look(library, PurePath(path))
        assert isinstance(seen, Sighting)
        return seen

    async def add(
        self,
        name: str = NAME,
        state: FileState = FileState.SEEN,
        *,
        text: str = "a film",
        library: str = FILMS,
    ) -> FileRecord:
        """Put a file into a library and let the store know it in that state."""
        path = self.put(str(self.folder / library / name), text)
        seen = await self.look(path, library)
        add = partial(sightings.add_seen, library=library, sightings=[seen], at_s=self.clock())
        await self.database.write(add)
        file = await self.at(path)
        if state is not FileState.SEEN:
            await self.set_state(file, state)
        return await self.file(file.id)

    async def add_known(
        self,
        name: str = NAME,
        state: FileState = FileState.READY,
        *,
        text: str = "a film",
        oshash: int = 0xFEED,
        library: str = FILMS,
    ) -> FileRecord:
        """Add a file whose content was examined."""
        file = await self.add(name, state, text=text, library=library)
        await self.database.write(partial(_examined, file=file, oshash=Oshash(oshash)))
        return await self.file(file.id)

    async def set_state(
        self, file: FileRecord, state: FileState, *, due_at_s: float | None = None
    ) -> None:
        at_s = self.clock()
        change = partial(files.set_state, file=file, state=state, at_s=at_s, due_at_s=due_at_s)
        await self.database.write(change)

    async def note_gone(self, file: FileRecord) -> None:
        gone = partial(sightings.note_gone, file_ids=[file.id], at_s=self.clock())
        await self.database.write(gone)

    async def set_device(self, file: FileRecord, device: int) -> None:
        """Let the store believe that the file lies on the file system of this number."""
        seen = Sighting(path=file.path, stamp=file.stamp, device=device)
        await self.database.write(partial(sightings.set_sighting, file_id=file.id, sighting=seen))

    async def file(self, number: int) -> FileRecord:
        found = await self.database.read(partial(files.get, file_id=number))
        assert found is not None
        return found

    async def at(self, path: Path) -> FileRecord:
        found = await self.find(path)
        assert found is not None
        return found

    async def find(self, path: Path) -> FileRecord | None:
        return await self.database.read(partial(files.at_path, path=PurePath(path)))

    async def present(self) -> list[FileRecord]:
        """Return all files that are not missing, by number."""
        everyone = partial(files.in_state, states=frozenset(FileState))
        return sorted(await self.database.read(everyone), key=lambda file: file.id)

    async def history(self, number: int) -> list[str]:
        found = await self.database.read(partial(events.of_file, file_id=number))
        return [event.event for event in found]

    async def details(self, number: int, event: str) -> list[str | None]:
        """Return what the history says with each event of this name."""
        found = await self.database.read(partial(events.of_file, file_id=number))
        return [each.detail for each in found if each.event == event]

    async def owed(self, *errands: Errand) -> list[Owed]:
        """Return what is owed now or later, in order."""
        wanted = errands or tuple(Errand)
        return await self.database.read(partial(outbox.due, errands=wanted, now_s=float("inf")))

    async def told(self) -> list[News]:
        """Return the news that a person is still owed."""
        return [news.read(each.payload) for each in await self.owed(Errand.MESSAGE)]


def _examined(connection: Connection, *, file: FileRecord, oshash: Oshash) -> None:
    content = contents.ensure(connection, oshash, file.stamp.size_bytes)
    contents.save_finding(connection, content, finding(), at_s=1.0)
    files.set_content(connection, file.id, content.id)


def finding() -> Finding:
    """Return what an examination gives."""
    facts = VideoFacts(container="matroska", duration_s=DURATION_S)
    return Finding(facts=facts, phash=None, phash_missing="too plain", grid="5x5")


def candidate(
    remote_id: str = "h-1",
    *,
    source: str = "first",
    title: str = "Harbour at Dawn",
    oshash: int | None = 0xFEED,
) -> Candidate:
    """Return an offer; with the oshash of the file the shipped rules accept it."""
    agreeing = RemoteFingerprint(
        algorithm=Algorithm.OSHASH, value=oshash or 0, duration_s=DURATION_S, submissions=3
    )
    return Candidate(
        source=source,
        remote_id=remote_id,
        work=Work(title=title, duration_s=DURATION_S),
        fingerprints=(agreeing,) if oshash is not None else (),
        page_url=f"https://{source}.example/{remote_id}",
    )


def known(*offered: Candidate) -> Known:
    return Known(source=offered[0].source, candidates=offered)


async def answer(ground: Ground, file: FileRecord, *given: Answer) -> None:
    """Let the store hold these answers about the file's content."""
    assert file.content_id is not None
    save = partial(
        answers.save, content_id=file.content_id, answers=list(given), at_s=ground.clock()
    )
    await ground.database.write(save)


async def answer_all(
    ground: Ground, file: FileRecord, sources: Collection[str], *given: Answer
) -> None:
    """Let the store hold these answers, and that all others of the sources know nothing."""
    assert file.content_id is not None
    latest = await ground.database.read(partial(answers.latest, content_id=file.content_id))
    heard = {each.source for each in (*latest, *given)}
    silent = (Unknown(source=each) for each in sorted(sources) if each not in heard)
    await answer(ground, file, *given, *silent)


def open_ground(folder: Path, database: Database) -> Ground:
    territories: dict[str, Territory] = {}
    eyes = Eyes(territories=territories, limiter=anyio.CapacityLimiter(4))
    ground = Ground(
        folder=folder, database=database, clock=Clock(), territories=territories, eyes=eyes
    )
    ground.add_library(FILMS)
    return ground


async def accept(
    ground: Ground,
    file: FileRecord,
    offer: Candidate | None = None,
    decided_by: Decider = Decider.RULE,
) -> int:
    """Accept a candidate for a file; return the plan's number."""
    offer = offer or candidate()
    decision = NewDecision(outcome=Outcome.ACCEPTED, decided_by=decided_by, chosen=own_id(offer))
    at_s = ground.clock()
    return await ground.database.write(
        partial(_accept, file=file, decision=decision, offer=offer, at_s=at_s)
    )


def _accept(
    connection: Connection,
    *,
    file: FileRecord,
    decision: NewDecision,
    offer: Candidate,
    at_s: float,
) -> int:
    assert file.content_id is not None
    decision_id = decisions.add(connection, file, file.content_id, decision, at_s=at_s)
    acceptance.apply_accept(connection, file, decision_id, offer, at_s=at_s)
    plan_id = journal.plan_of_decision(connection, decision_id)
    assert plan_id is not None
    return plan_id


async def take_back(ground: Ground, file: FileRecord, plan_id: int) -> None:
    """Undo an accept, as a person would."""
    await ground.database.write(
        partial(_take_back, file_id=file.id, plan_id=plan_id, at_s=ground.clock())
    )


def _take_back(connection: Connection, *, file_id: int, plan_id: int, at_s: float) -> None:
    file = files.get(connection, file_id)
    made = decisions.standing(connection, file_id)
    assert file is not None
    assert made is not None
    decisions.mark_undone(connection, made.id, at_s=at_s)
    acceptance.take_back(connection, file, plan_id, at_s=at_s)
    files.set_state(connection, file, FileState.REVIEW, at_s=at_s)
