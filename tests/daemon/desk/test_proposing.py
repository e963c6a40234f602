"""What is proposed is what accepting does: the law of the whole page, and each thing it says."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from daemon.desk.field_texts import values_of
from daemon.desk.proposal_views import FieldView, ProposalView, ValueView
from daemon.desk.proposing import Proposing
from daemon.desk.refusals import ChoiceNeeded, NotAnswerable
from rules.candidate import Candidate
from rules.identify_options import (
    FieldOption,
    IdentifyOptions,
    OptionField,
    SourceOptions,
    Strategy,
)
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.sidecar_says import SidecarSays
from rules.ticks import IDS, PARTS, PartUnknown
from rules.work import Appearance, ExternalId, Performer, Picture, Studio, Tag, Work
from store import entities, files, sidecars, works
from store.database import Connection, Database
from store.entities import Kind
from store.sidecars import SidecarRecord
from store.works import StoredField
from tests.daemon.desk.shelf import Shelf, make_shelf, offer

NAMES = ("Ada Winter", "Ben Frost", "Mononym", "A. Winter", "Cleo Marsh")
WORDS = ("harbour", "dawn", "night ferry")
PAGES = ("https://first.example/1", "https://first.example/2")
LINK = ExternalId(source="second", remote_id="77")

performers = st.builds(
    Performer,
    name=st.sampled_from(NAMES),
    aliases=st.lists(st.sampled_from(NAMES), max_size=1).map(tuple),
    ids=st.lists(
        st.builds(ExternalId, source=st.just("first"), remote_id=st.sampled_from("pqr")), max_size=1
    ).map(tuple),
)
appearances = st.lists(
    st.builds(Appearance, performer=performers, credited_as=st.sampled_from([None, "Ada W."])),
    max_size=3,
).map(tuple)
tags = st.lists(st.builds(Tag, name=st.sampled_from(WORDS)), max_size=3).map(tuple)
works_offered = st.builds(
    Work,
    title=st.sampled_from([None, "Harbour at Dawn", "Night Ferry"]),
    details=st.sampled_from([None, "A boat leaves."]),
    date=st.sampled_from([None, "2024-05-17", "2024", "soon"]),
    duration_s=st.sampled_from([None, 1800.0]),
    studio=st.sampled_from(
        [None, Studio(name="Northlight"), Studio(name="Quay", parent=Studio(name="Northlight"))]
    ),
    appearances=appearances,
    tags=tags,
    urls=st.lists(st.sampled_from(PAGES), unique=True).map(tuple),
    pictures=st.lists(st.builds(Picture, url=st.sampled_from(PAGES)), max_size=1).map(tuple),
    ids=st.sampled_from([(), (LINK,)]),
)
options_held = st.builds(
    lambda strategies, has_cover, creates: IdentifyOptions(
        set_cover_image=has_cover,
        fields={
            each: FieldOption(strategy=strategies[place], create_missing=creates)
            for place, each in enumerate(OptionField)
        },
    ),
    st.lists(st.sampled_from(Strategy), min_size=len(OptionField), max_size=len(OptionField)),
    st.booleans(),
    st.booleans(),
)
by_hand = st.frozensets(st.sampled_from([Field.TITLE, Field.DATE, Field.TAGS, Field.STUDIO]))
ticked = st.none() | st.frozensets(st.sampled_from(PARTS))
beside = st.none() | st.builds(
    SidecarSays,
    title=st.sampled_from([None, "Harbor"]),
    performers=st.sampled_from([(), ("Cleo Marsh",), ("Ada Winter", "Nobody Known")]),
    tags=st.sampled_from([(), ("Dawn",)]),
)


@dataclass(frozen=True, kw_only=True)
class Situation:
    """A candidate of a work that may be known already, and what is wanted of it."""

    former: Work | None
    """What another accept made of the work before."""
    mine: frozenset[Field]
    """Which of its fields a person set since."""
    says: SidecarSays | None
    """What an NFO beside the file says."""
    offered: Work
    options: IdentifyOptions
    ticked: frozenset[str] | None

    async def put(self, shelf: Shelf, mark: str) -> str:
        """Put the file that this is about; return its number."""
        if self.former is not None:
            first = await shelf.put(f"{mark} first.mkv", offers=(of(self.former, mark),))
            await shelf.desk.accept(str(first))
            await shelf.change(partial(edit_all, number=first, fields=self.mine))
        number = await shelf.put(f"{mark}.mkv", offers=(of(self.offered, mark),))
        if self.says is not None:
            record = SidecarRecord(
                path=PurePath(f"/films/{mark}.nfo"),
                size_bytes=9,
                mtime_ns=9,
                sha256="a",
                says=self.says,
            )
            await shelf.change(partial(sidecars.save, seen={number: record}, at_s=5.0))
        return str(number)


def texts(views: Sequence[ValueView]) -> list[str]:
    return [each.text for each in views]


def shown(work: Work, part: str) -> list[str]:
    if part == IDS:
        return [f"{each.source} {each.remote_id}" for each in work.ids]
    return texts(values_of(work, Field(part)))


def edit_all(connection: Connection, number: int, fields: frozenset[Field]) -> None:
    """Let a person have set these fields of a file's work."""
    file = files.get(connection, number)
    assert file is not None
    assert file.work_id is not None
    held = works.fields(connection, file.work_id)
    for field in fields & held.keys():
        mine = replace(held[field], origin=Origin.PERSON, source=None)
        works.put_field(connection, file.work_id, field, mine, at_s=4.0)


situations = st.builds(
    Situation,
    former=st.none() | works_offered,
    mine=by_hand,
    says=beside,
    offered=works_offered,
    options=options_held,
    ticked=ticked,
)


@settings(max_examples=20, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(situation=situations)
async def test_accepting_leaves_what_was_proposed(shelf: Shelf, situation: Situation) -> None:
    number = await situation.put(shelf, uuid4().hex)
    household = replace(shelf.desk.household, options=SourceOptions(defaults=situation.options))
    desk = replace(shelf.desk, household=household)

    proposal = await Proposing(desk).proposal(number)
    await desk.accept(number, fields=situation.ticked)

    work_id = (await shelf.file(int(number))).work_id
    assert work_id is not None
    accepted = await shelf.read(partial(works.load, work_id=work_id))
    for each in proposal.fields:
        is_set = each.is_ticked if situation.ticked is None else each.field in situation.ticked
        wanted = each.proposed if is_set and each.is_changed else each.current
        assert shown(accepted, each.field) == texts(wanted)
        assert each.is_ticked <= each.is_changed


def of(work: Work, mark: str) -> Candidate:
    """Return the candidate of this example; its links are of this example, too."""
    ids = tuple(ExternalId(source=each.source, remote_id=mark) for each in work.ids)
    return Candidate(source="first", remote_id=mark, work=replace(work, ids=ids))


def field(proposal: ProposalView, name: str) -> FieldView:
    return next(each for each in proposal.fields if each.field == name)


async def proposed(shelf: Shelf, number: int) -> ProposalView:
    return await Proposing(shelf.desk).proposal(str(number))


async def test_a_proposal_says_what_is_new_and_what_is_known(shelf: Shelf) -> None:
    await shelf.change(
        lambda connection: entities.create_performer(
            connection, Performer(name="Ada Winter"), at_s=1.0
        )
    )
    number = await shelf.put(offers=(offer(),))

    proposal = await proposed(shelf, number)

    assert [(each.field, each.is_ticked) for each in proposal.fields] == [
        ("title", True),
        ("date", True),
        ("studio", True),
        ("performers", True),
        ("ids", True),
    ]
    cast = field(proposal, "performers").proposed
    assert [(each.text, each.is_new) for each in cast] == [
        ("Ada Winter", False),
        ("Ben Frost, as B. Frost", True),
    ]
    assert [each.is_new for each in field(proposal, "studio").proposed] == [True]
    assert (proposal.is_known_work, proposal.label) == (
        False,
        '"Harbour A" (Northlight, 2024-05-17)',
    )


async def test_a_proposal_changes_nothing(shelf: Shelf) -> None:
    number = await shelf.put(offers=(offer(),))
    before = await shelf.show(number)
    marks = await shelf.read(entities.latest_numbers)

    await proposed(shelf, number)

    assert await shelf.show(number) == before
    assert await shelf.read(entities.latest_numbers) == marks
    assert marks == dict.fromkeys(Kind, 0)


async def known_work(shelf: Shelf) -> int:
    """Put a file whose candidate's work is known, with a title that a person set."""
    first = await shelf.put("One.mkv", offers=(offer(),))
    await shelf.desk.accept(str(first))
    work_id = (await shelf.file(first)).work_id
    assert work_id is not None
    mine = StoredField(value='"My Harbour"', origin=Origin.PERSON, source=None)
    await shelf.change(
        partial(works.put_field, work_id=work_id, field=Field.TITLE, stored=mine, at_s=5.0)
    )
    fresh = offer()
    return await shelf.put(
        "Two.mkv", offers=(replace(fresh, work=replace(fresh.work, date="2024-06-01")),)
    )


async def test_what_stays_is_not_ticked_and_says_why(shelf: Shelf) -> None:
    proposal = await proposed(shelf, await known_work(shelf))

    title, date = field(proposal, "title"), field(proposal, "date")
    assert (title.origin, texts(title.current), texts(title.proposed)) == (
        "person",
        ["My Harbour"],
        ["Harbour A"],
    )
    assert (title.is_ticked, title.note) == (
        False,
        "you set it yourself; tick it to have this instead",
    )
    assert (date.origin, date.is_ticked) == ("first", False)
    assert date.note == (
        "your options only add what is missing (merge); tick it to have this instead"
    )
    assert not field(proposal, "studio").is_changed
    assert proposal.is_known_work


async def test_a_tick_sets_what_a_person_and_the_options_would_keep(shelf: Shelf) -> None:
    number = await known_work(shelf)

    await shelf.desk.accept(str(number), fields=("title", "date"))

    assert (await shelf.show(number)).work == "Harbour A (Northlight, 2024-06-01)"
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    held = await shelf.read(partial(works.fields, work_id=work_id))
    assert held[Field.TITLE].origin is Origin.SOURCE


async def test_what_a_tick_replaced_comes_back_with_undo(shelf: Shelf) -> None:
    number = await shelf.put(offers=(offer(),))
    await shelf.desk.accept(str(number), fields=("title",))
    assert (await shelf.show(number)).work == "Harbour A"

    await shelf.desk.undo(str(number))

    assert (await shelf.show(number)).work is None
    assert (await shelf.show(number)).line.state is FileState.REVIEW


async def test_only_what_is_ticked_is_set(shelf: Shelf) -> None:
    number = await shelf.put(offers=(offer(),))

    answered = await shelf.desk.accept(str(number), fields=())

    assert answered.state is FileState.ACCEPTED
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    assert await shelf.read(partial(works.load, work_id=work_id)) == Work()


async def test_ids_are_ticked_against_the_options(database: Database) -> None:
    ignoring = IdentifyOptions(
        set_cover_image=False,
        fields={each: FieldOption(strategy=Strategy.IGNORE) for each in OptionField},
    )
    shelf = make_shelf(database)
    household = replace(shelf.desk.household, options=SourceOptions(defaults=ignoring))
    shelf = replace(shelf, desk=replace(shelf.desk, household=household))
    candidate = offer()
    work = replace(candidate.work, pictures=(Picture(url=PAGES[0], width=16, height=9),))
    number = await shelf.put(offers=(replace(candidate, work=work),))

    proposal = await proposed(shelf, number)
    await shelf.desk.accept(str(number), fields=("ids", "pictures"))

    ids, pictures = field(proposal, "ids"), field(proposal, "pictures")
    assert (ids.is_ticked, ids.note) == (
        False,
        "your options leave it alone (ignore); tick it to set it all the same",
    )
    assert pictures.note == (
        "your options set no cover (set_cover_image); tick it to set it all the same"
    )
    assert texts(pictures.proposed) == [f"{PAGES[0]} (16x9)"]
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    accepted = await shelf.read(partial(works.load, work_id=work_id))
    assert accepted == Work(
        pictures=work.pictures, ids=(ExternalId(source="first", remote_id="a"),)
    )


async def test_whoever_stays_out_is_named_with_the_reason(shelf: Shelf) -> None:
    candidate = offer()
    cast = (Appearance(performer=Performer(name="Mononym")),)
    number = await shelf.put(
        offers=(replace(candidate, work=replace(candidate.work, appearances=cast)),)
    )

    performers_there = field(await proposed(shelf, number), "performers")

    assert not performers_there.is_changed
    assert performers_there.left_out[0].startswith('performer "Mononym" is left out: nobody known')


async def test_nothing_is_proposed_where_nothing_can_be_accepted(shelf: Shelf) -> None:
    accepted = await shelf.put_accepted(offer())
    several = await shelf.put(offers=(offer("a"), offer("b")))

    with pytest.raises(NotAnswerable):
        await proposed(shelf, accepted)
    with pytest.raises(ChoiceNeeded):
        await proposed(shelf, several)


async def test_an_unknown_field_is_refused(shelf: Shelf) -> None:
    number = await shelf.put(offers=(offer(),))

    with pytest.raises(PartUnknown, match="a work has no field 'titel'; it has title, code"):
        await shelf.desk.accept(str(number), fields=("titel",))
