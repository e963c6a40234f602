"""What an NFO said, kept when a work is accepted for its file."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import pytest

from rules.candidate import Candidate
from rules.identify_options import FieldOption, IdentifyOptions, OptionField, Strategy
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.sidecar_says import SidecarSays
from rules.work import Appearance, Performer, Studio, Tag, Work
from store import acceptance, files, journal, sidecars, works
from store.contents import Content
from store.database import Connection
from store.files import FileRecord
from store.sidecars import SidecarRecord

SAYS = SidecarSays(
    title="Harbour, by hand",
    studio="Pier Pictures",
    date="2024-05-16",
    performers=("Mara Quay",),
    tags=("Boats",),
    details="Typed by hand.",
)
OFFERED = Work(
    title="Harbour at Dawn",
    director="I. Mole",
    date="2024-05-17",
    studio=Studio(name="Coast"),
    appearances=(Appearance(performer=Performer(name="Ben Oar")),),
    tags=(Tag(name="boats"), Tag(name="Dawn")),
)


def options(strategy: Strategy) -> IdentifyOptions:
    every = FieldOption(strategy=strategy, create_missing=True)
    return IdentifyOptions(fields=dict.fromkeys(OptionField, every))


@dataclass(frozen=True, slots=True)
class Desk:
    connection: Connection
    decide: Callable[..., int]
    offer: Callable[..., Candidate]

    def lay_beside(
        self, file: FileRecord, says: SidecarSays = SAYS, *, is_own: bool = False
    ) -> None:
        record = SidecarRecord(
            path=file.path.with_suffix(".nfo"),
            size_bytes=1,
            mtime_ns=1,
            sha256="0" * 64,
            says=says,
            is_own=is_own,
        )
        sidecars.save(self.connection, {file.id: record}, at_s=1.0)

    def accept(
        self, file: FileRecord, strategy: Strategy = Strategy.MERGE, work: Work = OFFERED
    ) -> int:
        """Accept a work for a file; return the plan."""
        decision_id = self.decide(file)
        offered = self.offer(work=work)
        acceptance.apply_accept(
            self.connection, file, decision_id, offered, options=options(strategy), at_s=5.0
        )
        plan_id = journal.plan_of_decision(self.connection, decision_id)
        assert plan_id is not None
        return plan_id

    def fresh(self, file: FileRecord) -> FileRecord:
        found = files.get(self.connection, file.id)
        assert found is not None
        return found

    def work(self, file: FileRecord) -> Work:
        return works.load(self.connection, self.number(file))

    def origins(self, file: FileRecord) -> dict[Field, Origin]:
        held = works.fields(self.connection, self.number(file))
        return {field: stored.origin for field, stored in held.items()}

    def number(self, file: FileRecord) -> int:
        work_id = self.fresh(file).work_id
        assert work_id is not None
        return work_id


@pytest.fixture
def desk(
    connection: Connection, decide: Callable[..., int], offer: Callable[..., Candidate]
) -> Desk:
    return Desk(connection, decide, offer)


@pytest.fixture
def file(add_file: Callable[..., FileRecord], content: Content) -> FileRecord:
    return add_file("dawn.mkv", FileState.ANSWERED, content_id=content.id)


def names(work: Work) -> tuple[list[str], list[str]]:
    people = [each.performer.name for each in work.appearances]
    return people, [tag.name for tag in work.tags]


def test_merging_keeps_what_the_nfo_said(desk: Desk, file: FileRecord) -> None:
    desk.lay_beside(file)

    desk.accept(file)

    work = desk.work(file)
    assert (work.title, work.date, work.details) == (SAYS.title, SAYS.date, SAYS.details)
    assert work.studio is not None
    assert work.studio.name == "Pier Pictures"
    assert work.director == "I. Mole"
    assert names(work) == (["Mara Quay", "Ben Oar"], ["Boats", "Dawn"])
    assert desk.origins(file) == {
        Field.TITLE: Origin.SIDECAR,
        Field.DETAILS: Origin.SIDECAR,
        Field.DATE: Origin.SIDECAR,
        Field.STUDIO: Origin.SIDECAR,
        Field.DIRECTOR: Origin.SOURCE,
        Field.PERFORMERS: Origin.SOURCE,
        Field.TAGS: Origin.SOURCE,
    }


def test_overwriting_replaces_what_the_nfo_said_where_the_source_says_anything(
    desk: Desk, file: FileRecord
) -> None:
    desk.lay_beside(file)

    desk.accept(file, Strategy.OVERWRITE)

    work = desk.work(file)
    assert (work.title, work.date, work.details) == (OFFERED.title, OFFERED.date, SAYS.details)
    assert work.studio is not None
    assert work.studio.name == "Coast"
    assert names(work)[0] == ["Ben Oar"]
    assert desk.origins(file)[Field.DETAILS] is Origin.SIDECAR
    assert desk.origins(file)[Field.TITLE] is Origin.SOURCE


def test_ignoring_leaves_the_word_of_the_nfo_alone(desk: Desk, file: FileRecord) -> None:
    desk.lay_beside(file)

    desk.accept(file, Strategy.IGNORE)

    work = desk.work(file)
    assert (work.title, work.director) == (SAYS.title, None)
    assert names(work) == (["Mara Quay"], ["Boats"])
    assert set(desk.origins(file).values()) == {Origin.SIDECAR}


@pytest.mark.parametrize("strategy", Strategy)
def test_undoing_takes_off_again_what_the_nfo_said(
    desk: Desk, file: FileRecord, strategy: Strategy
) -> None:
    desk.lay_beside(file)
    plan_id = desk.accept(file, strategy)
    work_id = desk.number(file)

    left = acceptance.take_back(desk.connection, desk.fresh(file), plan_id, at_s=9.0)

    assert left == []
    assert works.fields(desk.connection, work_id) == {}
    assert desk.fresh(file).work_id is None


def test_what_is_held_already_stays_whatever_another_copys_nfo_says(
    desk: Desk, file: FileRecord, add_file: Callable[..., FileRecord], content: Content
) -> None:
    desk.accept(file)
    copy = add_file("copy.mkv", FileState.ANSWERED, content_id=content.id)
    desk.lay_beside(copy)

    desk.accept(copy)

    work = desk.work(copy)
    assert (work.title, work.date, work.details) == (OFFERED.title, OFFERED.date, SAYS.details)
    assert work == desk.work(file)


@pytest.mark.parametrize("title", ["dawn", "Dawn", "Harbour.at.Dawn.1080p"])
def test_mere_file_name_is_no_title_to_keep(desk: Desk, file: FileRecord, title: str) -> None:
    desk.lay_beside(file, replace(SAYS, title=title, date="2024"))

    desk.accept(file)

    assert desk.work(file).title == OFFERED.title
    assert desk.work(file).date == OFFERED.date


def test_what_doorman_wrote_itself_is_nobodys_word(desk: Desk, file: FileRecord) -> None:
    desk.lay_beside(file, is_own=True)

    desk.accept(file)

    assert set(desk.origins(file).values()) == {Origin.SOURCE}


def test_what_source_and_nfo_say_alike_is_the_word_of_the_nfo(desk: Desk, file: FileRecord) -> None:
    desk.lay_beside(file, SidecarSays(title=OFFERED.title))

    desk.accept(file, Strategy.OVERWRITE)

    assert desk.origins(file)[Field.TITLE] is Origin.SIDECAR
