"""What an accept does under the options of Stash's Identify; each known trap by its number."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.admission import LeftOut, LeftOutReason
from rules.candidate import Candidate
from rules.identify_options import (
    MADE_OF_ENTITIES,
    FieldOption,
    IdentifyOptions,
    OptionField,
    Strategy,
)
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.samework import own_id
from rules.work import Appearance, ExternalId, Gender, Performer, Studio, Tag, Work
from store import (
    acceptance,
    entities,
    events,
    file_tags,
    files,
    journal,
    left_out,
    organized,
    works,
)
from store.changing import Applied
from store.contents import Content
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.journal import ChangeKind
from store.works import StoredField

Offer = Callable[..., Candidate]

MARA = Performer(name="Mara Quay", gender=Gender.FEMALE)
BEN = Performer(name="Ben Frost", gender=Gender.MALE)
MONONYM = Performer(name="Mononym")
DEFAULTS = IdentifyOptions()


def cast(*performers: Performer) -> Work:
    return Work(
        title="Harbour at Dawn",
        appearances=tuple(Appearance(performer=each) for each in performers),
    )


def with_field(field: OptionField, option: FieldOption) -> IdentifyOptions:
    return IdentifyOptions(fields={**DEFAULTS.fields, field: option})


def every_field(strategy: Strategy, *, create_missing: bool = True) -> IdentifyOptions:
    return IdentifyOptions(
        fields={
            each: FieldOption(
                strategy=strategy, create_missing=create_missing and each in MADE_OF_ENTITIES
            )
            for each in OptionField
        }
    )


class Desk:
    """Accepts and takes back, as the daemon does."""

    def __init__(
        self, connection: Connection, decide: Callable[..., int], file: FileRecord
    ) -> None:
        self.connection = connection
        self.decide = decide
        self.file = file

    def accept(
        self,
        candidate: Candidate,
        options: IdentifyOptions = DEFAULTS,
        *,
        file: FileRecord | None = None,
        is_by_person: bool = False,
    ) -> Applied:
        present = self.fresh(file)
        return acceptance.apply_accept(
            self.connection,
            present,
            self.decide(present),
            candidate,
            options=options,
            is_by_person=is_by_person,
            at_s=5.0,
        )

    def undo(self, file: FileRecord | None = None) -> list[str]:
        present = self.fresh(file)
        plan_id = journal.latest_plan(self.connection, present.id)
        assert plan_id is not None
        return acceptance.take_back(self.connection, present, plan_id, at_s=9.0)

    def fresh(self, file: FileRecord | None = None) -> FileRecord:
        found = files.get(self.connection, (file or self.file).id)
        assert found is not None
        return found

    @property
    def work_id(self) -> int:
        work_id = self.fresh().work_id
        assert work_id is not None
        return work_id

    @property
    def work(self) -> Work:
        return works.load(self.connection, self.work_id)

    @property
    def cast(self) -> list[str]:
        return [each.performer.name for each in self.work.appearances]

    @property
    def tags(self) -> list[str]:
        return [tag.name for tag in self.work.tags]

    @property
    def worn(self) -> list[str]:
        content_id = self.fresh().content_id
        assert content_id is not None
        return [tag.name for tag in file_tags.of_content(self.connection, content_id)]

    def kinds(self) -> list[ChangeKind]:
        plan = journal.plans_of(self.connection, self.file.id)[-1]
        return [change.kind for change in plan.changes]


@pytest.fixture
def desk(
    connection: Connection,
    decide: Callable[..., int],
    add_file: Callable[..., FileRecord],
    content: Content,
) -> Desk:
    file = add_file(state=FileState.ANSWERED, content_id=content.id)
    return Desk(connection, decide, file)


@pytest.fixture
def other(add_file: Callable[..., FileRecord]) -> FileRecord:
    """Return a file of another content."""
    return add_file("Harbour at Dawn, again.mkv", FileState.ANSWERED, content_id=9)


def test_trap_11_by_default_a_title_is_overwritten_and_the_rest_is_merged(
    desk: Desk, offer: Offer
) -> None:
    desk.accept(offer(work=Work(title="Harbour", code="H-1", tags=(Tag(name="Dawn"),))))

    desk.accept(offer(work=Work(title="Harbour at Dawn", code="H-2", tags=(Tag(name="Boats"),))))

    assert (desk.work.title, desk.work.code) == ("Harbour at Dawn", "H-1")
    assert desk.tags == ["Dawn", "Boats"]


@pytest.mark.parametrize("strategy", [Strategy.MERGE, Strategy.OVERWRITE])
@pytest.mark.parametrize("field", [Field.PERFORMERS, Field.TAGS, Field.STUDIO])
def test_trap_13_what_matches_nobody_clears_nothing(
    desk: Desk, offer: Offer, field: Field, strategy: Strategy
) -> None:
    first = replace(cast(MARA), tags=(Tag(name="Dawn"),), studio=Studio(name="Pier Pictures"))
    desk.accept(offer(work=first))
    before = works.fields(desk.connection, desk.work_id)[field]
    strangers = replace(cast(BEN), tags=(Tag(name="Dusk"),), studio=Studio(name="Elsewhere Films"))

    applied = desk.accept(offer(work=strangers), every_field(strategy, create_missing=False))

    assert works.fields(desk.connection, desk.work_id)[field] == before
    is_settled = field is Field.STUDIO and strategy is Strategy.MERGE
    assert (field in {each.field for each in applied.left_out}) is not is_settled


@pytest.mark.parametrize("strategy", Strategy)
def test_trap_13_no_strategy_drops_the_ids_of_other_sources(
    desk: Desk, offer: Offer, strategy: Strategy
) -> None:
    elsewhere = ExternalId(source="second", remote_id="77")
    desk.accept(offer(work=Work(title="Harbour", ids=(elsewhere,))))

    desk.accept(offer(), every_field(strategy))

    assert set(desk.work.ids) == {own_id(offer()), elsewhere}


def test_an_id_of_the_same_source_gives_way_and_comes_back(desk: Desk, offer: Offer) -> None:
    former = ExternalId(source="first", remote_id="h-0")
    desk.accept(offer())
    entities.add_ids(desk.connection, Kind.WORK, desk.work_id, [former])

    desk.accept(offer())

    assert former not in desk.work.ids
    assert ChangeKind.REMOVE_ID in desk.kinds()
    desk.undo()
    assert set(works.load(desk.connection, desk.work_id).ids) == {own_id(offer()), former}


def test_ignoring_ids_adds_none(desk: Desk, offer: Offer) -> None:
    ignoring = with_field(OptionField.STASH_IDS, FieldOption(strategy=Strategy.IGNORE))

    desk.accept(offer(), ignoring)

    assert desk.work.ids == ()


def test_trap_13_the_tag_for_a_single_name_wipes_no_other_tag(desk: Desk, offer: Offer) -> None:
    options = IdentifyOptions(skip_single_name_performer_tag="Single name left out")
    desk.accept(offer(work=Work(title="Harbour", tags=(Tag(name="Dawn"), Tag(name="Boats")))))

    applied = desk.accept(offer(work=cast(MARA, MONONYM)), options)

    assert desk.cast == ["Mara Quay"]
    assert desk.tags == ["Dawn", "Boats"]
    assert desk.worn == ["Single name left out"]
    expected = LeftOut(field=Field.PERFORMERS, name="Mononym", reason=LeftOutReason.SINGLE_NAME)
    assert applied.left_out == (expected,)
    plan_id = journal.latest_plan(desk.connection, desk.file.id)
    assert plan_id is not None
    assert left_out.of_plan(desk.connection, plan_id) == (expected,)


def test_the_tag_for_a_single_name_is_taken_off_with_the_accept(desk: Desk, offer: Offer) -> None:
    options = IdentifyOptions(skip_single_name_performer_tag="Single name left out")
    desk.accept(offer(work=cast(MONONYM)), options)

    assert desk.undo() == []
    assert desk.worn == []

    desk.accept(offer(work=cast(MONONYM)), options)
    assert desk.worn == ["Single name left out"]


def test_trap_5_5_a_single_name_that_is_known_is_added(desk: Desk, offer: Offer) -> None:
    everybody = IdentifyOptions(skip_single_name_performers=False)
    known = replace(MONONYM, ids=(ExternalId(source="first", remote_id="p-1"),))
    desk.accept(offer(work=cast(known)), everybody)

    applied = desk.accept(offer("h-2", work=cast(known)))

    assert desk.cast == ["Mononym"]
    assert applied.left_out == ()


def test_genders_filter_who_is_added_and_not_who_is_there(desk: Desk, offer: Offer) -> None:
    desk.accept(offer(work=cast(BEN)))
    women = IdentifyOptions(performer_genders=frozenset({Gender.FEMALE}))
    adam = Performer(name="Adam Reed", gender=Gender.MALE)
    unknown = Performer(name="Robin Lake")

    applied = desk.accept(offer(work=cast(adam, MARA, unknown)), women)

    assert desk.cast == ["Ben Frost", "Mara Quay", "Robin Lake"]
    assert [(each.name, each.reason) for each in applied.left_out] == [
        ("Adam Reed", LeftOutReason.GENDER)
    ]


def test_nobody_is_created_who_does_not_come_in(desk: Desk, offer: Offer) -> None:
    desk.accept(offer(work=replace(cast(MARA), studio=Studio(name="Pier Pictures"))))
    ignoring = with_field(OptionField.PERFORMERS, FieldOption(strategy=Strategy.IGNORE))

    desk.accept(offer(work=replace(cast(BEN, MONONYM), studio=Studio(name="Late"))), ignoring)

    rows = desk.connection.execute(
        "SELECT name FROM performer UNION ALL SELECT name FROM studio"
    ).fetchall()
    assert sorted(name for (name,) in rows) == ["Mara Quay", "Pier Pictures"]


def test_ambiguous_people_stay_out_and_are_named(desk: Desk, offer: Offer) -> None:
    for words in ("the elder", "the younger"):
        entities.create_performer(desk.connection, replace(MARA, disambiguation=words), at_s=1.0)

    applied = desk.accept(offer(work=cast(MARA)))

    assert "performers" not in works.fields(desk.connection, desk.work_id)
    (left,) = applied.left_out
    assert left.reason is LeftOutReason.AMBIGUOUS
    assert left.known == ("Mara Quay (the elder)", "Mara Quay (the younger)")
    plan_id = journal.plans_of(desk.connection, desk.file.id)[-1].id
    assert left_out.of_plan(desk.connection, plan_id) == (left,)


@pytest.mark.parametrize(
    ("work", "known"),
    [
        (Work(tags=(Tag(name="Shore"),)), ("Sea (first t-1)", "Coast")),
        (Work(studio=Studio(name="Pier")), ("Pier Films", "Pier Pictures")),
    ],
    ids=["tag", "studio"],
)
def test_ambiguous_tags_and_studios_are_named_too(
    desk: Desk, offer: Offer, work: Work, known: tuple[str, ...]
) -> None:
    sea = ExternalId(source="first", remote_id="t-1")
    entities.create_tag(desk.connection, Tag(name="Sea", aliases=("Shore",), ids=(sea,)), at_s=1.0)
    entities.create_tag(desk.connection, Tag(name="Coast", aliases=("Shore",)), at_s=1.0)
    for name in ("Pier Films", "Pier Pictures"):
        entities.create_studio(desk.connection, Studio(name=name, aliases=("Pier",)), at_s=1.0)

    (left,) = desk.accept(offer(work=work)).left_out

    assert left.known == known


def test_trap_15_creating_a_studio_leaves_its_known_parent_as_it_is(
    desk: Desk, offer: Offer
) -> None:
    known = Studio(name="Coast Group", ids=(ExternalId(source="first", remote_id="s-1"),))
    number = entities.create_studio(desk.connection, known, at_s=1.0)
    told = Studio(name="Pier Pictures", parent=replace(known, name="Coast Group Intl"))

    desk.accept(offer(work=Work(title="Harbour", studio=told)), every_field(Strategy.OVERWRITE))

    assert entities.studio(desk.connection, number).name == "Coast Group"
    assert desk.work.studio is not None
    assert desk.work.studio.parent is not None
    assert desk.work.studio.parent.name == "Coast Group"


def test_a_studio_that_may_not_be_created_brings_no_parent_either(desk: Desk, offer: Offer) -> None:
    number = entities.create_studio(desk.connection, Studio(name="Pier Pictures"), at_s=1.0)
    told = Studio(name="Pier Pictures", parent=Studio(name="Coast Group"))

    desk.accept(
        offer(work=Work(title="Harbour", studio=told)),
        every_field(Strategy.MERGE, create_missing=False),
    )

    assert desk.work.studio == entities.studio(desk.connection, number)
    assert desk.work.studio.parent is None


def test_trap_16_whoever_is_matched_by_name_learns_the_sources_id(desk: Desk, offer: Offer) -> None:
    number = entities.create_performer(desk.connection, MARA, at_s=1.0)
    told = replace(MARA, ids=(ExternalId(source="first", remote_id="p-1"),))

    desk.accept(offer(work=cast(told)))

    assert entities.ids_of(desk.connection, Kind.PERFORMER, number) == told.ids
    assert len(desk.work.appearances) == 1


def test_twins_in_one_offer_are_created_once(desk: Desk, offer: Offer) -> None:
    desk.accept(offer(work=cast(MARA, MARA)))

    assert desk.cast == ["Mara Quay"]


def test_a_persons_cast_is_neither_added_to_nor_taken_from(desk: Desk, offer: Offer) -> None:
    desk.accept(offer(work=cast(MARA)))
    held = works.fields(desk.connection, desk.work_id)[Field.PERFORMERS]
    mine = replace(held, origin=Origin.PERSON, source=None)
    works.put_field(desk.connection, desk.work_id, Field.PERFORMERS, mine, at_s=6.0)

    for strategy in Strategy:
        applied = desk.accept(offer(work=cast(BEN, MONONYM)), every_field(strategy))

        assert desk.cast == ["Mara Quay"]
        assert applied.left_out == ()
    assert works.fields(desk.connection, desk.work_id)[Field.PERFORMERS] == mine


def test_organizing_happens_also_where_nothing_else_changes(desk: Desk, offer: Offer) -> None:
    desk.accept(offer())

    desk.accept(offer(), IdentifyOptions(set_organized=True))

    assert desk.kinds() == [ChangeKind.SET_WORK, ChangeKind.ORGANIZE]
    assert organized.is_organized(desk.connection, desk.file.content_id or 0)


def test_organizing_is_undone_with_the_accept_that_did_it(desk: Desk, offer: Offer) -> None:
    desk.accept(offer(), IdentifyOptions(set_organized=True))

    desk.undo()

    assert not organized.is_organized(desk.connection, desk.file.content_id or 0)


def test_trap_14_a_rule_changes_nothing_of_an_organized_file(
    desk: Desk, offer: Offer, other: FileRecord
) -> None:
    desk.accept(offer(work=Work(title="Harbour")), IdentifyOptions(set_organized=True))
    before = (works.fields(desk.connection, desk.work_id), desk.work.ids)
    link = ExternalId(source="second", remote_id="77")
    changed = offer(work=Work(title="Harbour at Dawn", code="H-1", ids=(link,)))

    applied = desk.accept(changed, every_field(Strategy.OVERWRITE), file=other)

    assert desk.fresh(other).work_id == desk.work_id
    assert (works.fields(desk.connection, desk.work_id), desk.work.ids) == before
    assert applied == Applied(work=applied.work, latest=applied.latest)
    assert "work kept" in [each.event for each in events.of_file(desk.connection, other.id)]


def test_a_person_may_change_an_organized_file(desk: Desk, offer: Offer, other: FileRecord) -> None:
    desk.accept(offer(work=Work(title="Harbour")), IdentifyOptions(set_organized=True))

    desk.accept(offer(work=Work(title="Harbour at Dawn")), file=other, is_by_person=True)

    assert desk.work.title == "Harbour at Dawn"


def test_what_a_content_wears_stays_while_a_copy_of_it_is_accepted(
    desk: Desk, offer: Offer, add_file: Callable[..., FileRecord]
) -> None:
    options = IdentifyOptions(set_organized=True, skip_single_name_performer_tag="Single name")
    copy = add_file("copy.mkv", FileState.ANSWERED, content_id=desk.file.content_id)
    desk.accept(offer(work=cast(MONONYM)), options)
    desk.accept(offer(work=cast(MONONYM)), options, file=copy)

    desk.undo()

    assert desk.worn == ["Single name"]
    assert organized.is_organized(desk.connection, desk.file.content_id or 0)


def test_organized_contents_are_told_with_the_ids_of_their_work(desk: Desk, offer: Offer) -> None:
    content_id = desk.file.content_id or 0
    assert organized.ids_of(desk.connection, [content_id]) == {}

    desk.accept(offer(), IdentifyOptions(set_organized=True))
    assert organized.ids_of(desk.connection, [content_id, 9]) == {
        content_id: frozenset({own_id(offer())})
    }

    acceptance.let_go(desk.connection, desk.file, at_s=6.0)
    assert organized.ids_of(desk.connection, [content_id]) == {content_id: frozenset()}


def test_a_value_of_a_sidecar_is_merged_around_and_overwritten(desk: Desk, offer: Offer) -> None:
    desk.accept(offer(work=Work(title="Harbour", code="H-1")))
    said = StoredField(value='"H-0"', origin=Origin.SIDECAR, source=None)
    works.put_field(desk.connection, desk.work_id, Field.CODE, said, at_s=6.0)

    desk.accept(offer(work=Work(code="H-2")))
    assert works.fields(desk.connection, desk.work_id)[Field.CODE] == said

    desk.accept(offer(work=Work(code="H-2")), every_field(Strategy.OVERWRITE))
    assert works.fields(desk.connection, desk.work_id)[Field.CODE].origin is Origin.SOURCE
    assert desk.work.code == "H-2"
