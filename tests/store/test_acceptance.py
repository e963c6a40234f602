from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

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
from rules.work import Appearance, ExternalId, Performer, Picture, Rating, Studio, Tag, Work
from store import acceptance, entities, events, files, journal, outbox, works
from store.changing import Applied
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.journal import ChangeKind, ChangeState
from store.outbox import Errand
from store.works import StoredField

AddFile = Callable[..., FileRecord]
Decide = Callable[..., int]
Offer = Callable[..., Candidate]

WHOLE = Work(
    title="Harbour at Dawn",
    code="HD-1",
    details="A quiet morning.",
    director="I. Mole",
    date="2024-05-17",
    duration_s=61.5,
    studio=Studio(name="Pier Pictures", parent=Studio(name="Coast Group")),
    appearances=(Appearance(performer=Performer(name="Mara Quay"), credited_as="M. Quay"),),
    tags=(Tag(name="Dawn"), Tag(name="Boats")),
    urls=("https://first.example/h-1",),
    pictures=(Picture(url="https://first.example/h-1.jpg", width=1920, height=1080),),
    groups=("Four Harbours",),
    trailer="https://first.example/h-1.mp4",
    ratings=(Rating(source="first", value=7.5, votes=4),),
)
DEFAULTS = IdentifyOptions()


def with_strategy(strategy: Strategy) -> IdentifyOptions:
    """Return options by which every field goes by one strategy."""
    return IdentifyOptions(
        skip_single_name_performers=False,
        fields={
            each: FieldOption(strategy=strategy, create_missing=each in MADE_OF_ENTITIES)
            for each in OptionField
        },
    )


OVERWRITE = with_strategy(Strategy.OVERWRITE)
TYPED = StoredField(value='"Typed by hand"', origin=Origin.PERSON, source=None)


@dataclass(frozen=True, slots=True)
class Accepted:
    """A file after an accept, and the plan that it was."""

    file: FileRecord
    plan_id: int
    applied: Applied

    @property
    def kept(self) -> tuple[Field, ...]:
        return self.applied.kept

    @property
    def work_id(self) -> int:
        assert self.file.work_id is not None
        return self.file.work_id


class Desk:
    """Accepts and takes back, as the daemon does."""

    def __init__(self, connection: Connection, decide: Decide) -> None:
        self.connection = connection
        self.decide = decide

    def fresh(self, file: FileRecord) -> FileRecord:
        found = files.get(self.connection, file.id)
        assert found is not None
        return found

    def accept(
        self,
        file: FileRecord,
        candidate: Candidate,
        options: IdentifyOptions = DEFAULTS,
        *,
        is_by_person: bool = False,
        at_s: float = 5.0,
    ) -> Accepted:
        present = self.fresh(file)
        decision_id = self.decide(present)
        applied = acceptance.apply_accept(
            self.connection,
            present,
            decision_id,
            candidate,
            options=options,
            is_by_person=is_by_person,
            at_s=at_s,
        )
        plan_id = journal.plan_of_decision(self.connection, decision_id)
        assert plan_id is not None
        return Accepted(self.fresh(file), plan_id, applied)

    def take_back(self, accepted: Accepted, *, at_s: float = 9.0) -> list[str]:
        present = self.fresh(accepted.file)
        return acceptance.take_back(self.connection, present, accepted.plan_id, at_s=at_s)

    def loaded(self, work_id: int) -> Work:
        return works.load(self.connection, work_id)


@pytest.fixture
def desk(connection: Connection, decide: Decide) -> Desk:
    return Desk(connection, decide)


@pytest.fixture
def file(add_file: AddFile) -> FileRecord:
    return add_file(state=FileState.ANSWERED)


def everything(connection: Connection) -> tuple[object, ...]:
    """Return all that acceptances change for good: links, fields and ids of works."""
    return tuple(
        connection.execute(statement).fetchall()
        for statement in (
            "SELECT id, work_id FROM file ORDER BY id",
            "SELECT work_id, field, value, origin, source FROM work_field ORDER BY ALL",
            "SELECT * FROM external_id WHERE kind = 'work' ORDER BY ALL",
        )
    )


def owed(connection: Connection) -> list[tuple[Errand, str]]:
    found = outbox.due(connection, tuple(Errand), now_s=1e9)
    return [(each.errand, each.payload) for each in found]


def test_an_accepted_file_is_a_copy_of_the_candidates_work(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    link = ExternalId(source="second", remote_id="77")
    candidate = offer(work=replace(WHOLE, ids=(link,)))

    accepted = desk.accept(file, candidate)

    assert desk.loaded(accepted.work_id) == replace(WHOLE, ids=(own_id(candidate), link))
    assert (accepted.file.state, accepted.kept) == (FileState.ACCEPTED, ())
    assert {
        (stored.origin, stored.source)
        for stored in works.fields(desk.connection, accepted.work_id).values()
    } == {(Origin.SOURCE, "first")}
    assert events.of_file(desk.connection, file.id)[-1].event == "accepted"


def test_accepting_owes_a_sidecar_and_no_message(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    outbox.add(desk.connection, Errand.MESSAGE, file_id=file.id, payload='"?"', at_s=1.0)
    outbox.add(desk.connection, Errand.MESSAGE, file_id=None, payload='"other"', at_s=1.0)
    files.set_tries(desk.connection, file.id, attempts=2, failures=3)

    accepted = desk.accept(file, offer())

    assert owed(desk.connection) == [(Errand.MESSAGE, '"other"'), (Errand.SIDECAR, "{}")]
    assert (accepted.file.attempts, accepted.file.failures) == (0, 0)


def test_what_a_candidate_does_not_say_erases_nothing(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    desk.accept(file, offer(work=WHOLE))

    accepted = desk.accept(file, offer(work=Work(title="Harbour at Dusk")))

    assert desk.loaded(accepted.work_id) == replace(
        WHOLE, title="Harbour at Dusk", ids=(own_id(offer()),)
    )


@pytest.mark.parametrize("strategy", Strategy)
@pytest.mark.parametrize("field", Field)
def test_what_a_person_set_is_never_overwritten(
    desk: Desk, file: FileRecord, offer: Offer, field: Field, strategy: Strategy
) -> None:
    other = Work(
        title="x",
        code="x",
        details="x",
        director="x",
        date="2000",
        duration_s=1.0,
        studio=Studio(name="x"),
        appearances=(Appearance(performer=Performer(name="x")),),
        tags=(Tag(name="x"),),
        urls=("x",),
        pictures=(Picture(url="x"),),
        groups=("x",),
        trailer="x",
        ratings=(Rating(source="x", value=1),),
    )
    accepted = desk.accept(file, offer(work=WHOLE))
    held = works.fields(desk.connection, accepted.work_id)[field]
    mine = replace(held, origin=Origin.PERSON, source=None)
    works.put_field(desk.connection, accepted.work_id, field, mine, at_s=6.0)

    again = desk.accept(file, offer(work=other), with_strategy(strategy))

    fields = works.fields(desk.connection, accepted.work_id)
    assert fields[field] == mine
    assert {each for each in Field if fields[each].origin is Origin.SOURCE} == set(Field) - {field}
    if strategy is Strategy.OVERWRITE:
        assert again.kept == (field,)


def test_every_change_is_in_the_journal(desk: Desk, file: FileRecord, offer: Offer) -> None:
    accepted = desk.accept(file, offer(work=WHOLE))

    changes = journal.changes(desk.connection, accepted.plan_id)
    assert [(change.kind, change.target) for change in changes] == [
        (ChangeKind.SET_WORK, "work"),
        (ChangeKind.ADD_ID, "ids"),
        *((ChangeKind.SET_FIELD, field.value) for field in Field),
        (ChangeKind.CREATE, "work"),
        (ChangeKind.CREATE, "performer Mara Quay"),
        (ChangeKind.CREATE, "studio Pier Pictures"),
        (ChangeKind.CREATE, "studio Coast Group"),
        (ChangeKind.CREATE, "tag Dawn"),
        (ChangeKind.CREATE, "tag Boats"),
    ]
    assert {change.state for change in changes} == {ChangeState.DONE}
    assert (changes[0].before, changes[0].after) == ("null", str(accepted.work_id))


def test_accepting_the_same_again_changes_nothing_but_the_link(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    first = desk.accept(file, offer(work=WHOLE))
    before = everything(desk.connection)

    second = desk.accept(file, offer(work=WHOLE))

    assert everything(desk.connection) == before
    changes = journal.changes(desk.connection, second.plan_id)
    assert [change.kind for change in changes] == [ChangeKind.SET_WORK]
    assert second.work_id == first.work_id


def test_people_under_another_name_are_no_change(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    def by(name: str) -> Candidate:
        known = ExternalId(source="first", remote_id="p-1")
        person = Performer(name=name, ids=(known,))
        return offer(work=Work(appearances=(Appearance(performer=person),)))

    desk.accept(file, by("Mara Quay"))

    second = desk.accept(file, by("Mara Q."))

    changes = journal.changes(desk.connection, second.plan_id)
    assert [change.kind for change in changes] == [ChangeKind.SET_WORK, ChangeKind.LEARN]


def test_copies_of_a_work_share_it(desk: Desk, add_file: AddFile, offer: Offer) -> None:
    link = ExternalId(source="first", remote_id="h-1")
    one = desk.accept(add_file("one.mkv"), offer())

    same = desk.accept(add_file("same.mkv"), offer())
    linked = offer("77", source="second", work=Work(title="Dawn", ids=(link,)))
    other_source = desk.accept(add_file("other source.mkv"), linked)

    assert {one.work_id, same.work_id, other_source.work_id} == {one.work_id}


def test_two_works_of_one_source_stay_two_whatever_links_them(
    desk: Desk, add_file: AddFile, offer: Offer
) -> None:
    link = ExternalId(source="second", remote_id="77")
    one = desk.accept(add_file("one.mkv"), offer("a", work=Work(title="Dawn", ids=(link,))))

    other = desk.accept(add_file("other.mkv"), offer("b", work=Work(title="Dusk", ids=(link,))))

    assert one.work_id != other.work_id
    assert desk.loaded(one.work_id).title == "Dawn"
    assert desk.loaded(other.work_id).ids == (own_id(offer("b")),)


def test_taking_back_leaves_nothing_and_owes_the_former_sidecar(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    before = everything(desk.connection)
    accepted = desk.accept(file, offer(work=WHOLE))

    left = desk.take_back(accepted)

    assert left == []
    assert everything(desk.connection) == before
    assert owed(desk.connection) == [(Errand.RESTORE, str(accepted.plan_id))]
    states = {each.state for each in journal.changes(desk.connection, accepted.plan_id)}
    assert states == {ChangeState.UNDONE}
    assert journal.latest_plan(desk.connection, file.id) is None


def test_taking_back_twice_is_taking_back_once(
    desk: Desk, file: FileRecord, add_file: AddFile, offer: Offer
) -> None:
    accepted = desk.accept(file, offer(work=WHOLE))
    desk.take_back(accepted)
    desk.accept(add_file("other.mkv"), offer(work=WHOLE))
    before = everything(desk.connection)

    assert desk.take_back(accepted) == []

    assert everything(desk.connection) == before


def test_a_field_that_was_changed_since_stays_and_is_told(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    accepted = desk.accept(file, offer(work=WHOLE))
    works.put_field(desk.connection, accepted.work_id, Field.TITLE, TYPED, at_s=6.0)

    left = desk.take_back(accepted)

    assert left == ["title was changed since and stays as it is"]
    assert works.fields(desk.connection, accepted.work_id) == {Field.TITLE: TYPED}
    states = {
        change.target: change.state for change in journal.changes(desk.connection, accepted.plan_id)
    }
    assert states["title"] is ChangeState.DROPPED
    assert states["date"] is ChangeState.UNDONE


def test_a_work_that_another_file_shares_keeps_what_is_known(
    desk: Desk, add_file: AddFile, offer: Offer
) -> None:
    one = desk.accept(add_file("one.mkv"), offer(work=WHOLE))
    other = desk.accept(add_file("other.mkv"), offer(work=WHOLE))
    before = desk.loaded(one.work_id)

    assert desk.take_back(one) == []

    assert desk.fresh(one.file).work_id is None
    assert desk.fresh(other.file).work_id == one.work_id
    assert desk.loaded(one.work_id) == before
    states = {change.kind: change.state for change in journal.changes(desk.connection, one.plan_id)}
    assert states == {
        ChangeKind.SET_WORK: ChangeState.UNDONE,
        ChangeKind.ADD_ID: ChangeState.DROPPED,
        ChangeKind.SET_FIELD: ChangeState.DROPPED,
        ChangeKind.CREATE: ChangeState.DONE,  # until the other is taken back, too
    }


def test_taking_an_older_plan_back_leaves_the_newer_work_alone(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    older = desk.accept(file, offer("a", work=Work(title="Dawn", date="2024")))
    newer = desk.accept(file, offer("b", work=Work(title="Dawn", date="2024")))

    left = desk.take_back(older)

    assert left == ["the file was given another work since and keeps it"]
    assert desk.fresh(file).work_id == newer.work_id
    assert desk.loaded(newer.work_id).title == "Dawn"
    assert desk.loaded(older.work_id) == Work()


def test_a_plan_about_sidecars_only_takes_nothing_from_the_store(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    accepted = desk.accept(file, offer())
    plan_id = journal.open_plan(desk.connection, file.id, None, at_s=6.0)
    change_id = journal.intend_file(
        desk.connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        file.path.with_suffix(".nfo"),
        before_bytes=None,
        after_sha256="00",
        at_s=6.0,
    )
    journal.mark(desk.connection, change_id, ChangeState.DONE, at_s=6.0)
    before = everything(desk.connection)

    assert desk.take_back(Accepted(accepted.file, plan_id, accepted.applied)) == []

    assert everything(desk.connection) == before
    (change,) = journal.changes(desk.connection, plan_id)
    assert change.state is ChangeState.DONE


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


SOME_TEXT = st.none() | st.sampled_from(["Dawn", "Dusk", "Noon"])
SOME_NAMES = st.lists(st.sampled_from(["Mara", "Ivo", "Pia"]), unique=True, max_size=3)
SOME_IDS = st.lists(
    st.builds(
        ExternalId,
        source=st.sampled_from(["first", "second", "third"]),
        remote_id=st.sampled_from(["1", "2"]),
    ),
    max_size=2,
).map(tuple)
SOME_WORKS = st.builds(
    Work,
    title=SOME_TEXT,
    details=SOME_TEXT,
    duration_s=st.none() | st.sampled_from([0.0, 60.5]),
    studio=st.none() | st.builds(Studio, name=st.sampled_from(["Pier", "Coast"])),
    appearances=SOME_NAMES.map(
        lambda names: tuple(Appearance(performer=Performer(name=name)) for name in names)
    ),
    tags=SOME_NAMES.map(lambda names: tuple(Tag(name=name) for name in names)),
    urls=SOME_NAMES.map(tuple),
    ids=SOME_IDS,
)
SOME_CANDIDATES = st.builds(
    Candidate,
    source=st.sampled_from(["first", "second"]),
    remote_id=st.sampled_from(["1", "2"]),
    work=SOME_WORKS,
)


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(candidates=st.lists(SOME_CANDIDATES, min_size=1, max_size=4))
def test_taking_back_step_by_step_restores_every_step_exactly(
    desk: Desk, file: FileRecord, candidates: list[Candidate]
) -> None:
    with undone(desk.connection):
        states, accepts = [everything(desk.connection)], []
        for candidate in candidates:
            accepts.append(desk.accept(file, candidate))
            states.append(everything(desk.connection))

        for accepted in reversed(accepts):
            assert everything(desk.connection) == states.pop()
            assert desk.take_back(accepted) == []

        assert everything(desk.connection) == states.pop()


@settings(max_examples=25, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(one=SOME_CANDIDATES, other=SOME_CANDIDATES)
def test_taking_one_files_accept_back_never_changes_another_files_work(
    desk: Desk, file: FileRecord, add_file: AddFile, one: Candidate, other: Candidate
) -> None:
    with undone(desk.connection):
        neighbour = add_file("neighbour.mkv")
        mine, theirs = desk.accept(file, one), desk.accept(neighbour, other)
        before = desk.loaded(theirs.work_id)

        desk.take_back(mine)

        assert desk.fresh(neighbour).work_id == theirs.work_id
        assert desk.loaded(theirs.work_id) == before


def test_a_field_may_go_and_come_in_one_transaction(
    desk: Desk, file: FileRecord, offer: Offer
) -> None:
    accepted = desk.accept(file, offer(work=WHOLE))
    desk.connection.execute("BEGIN TRANSACTION")
    desk.take_back(accepted)
    again = desk.accept(file, offer(work=WHOLE))
    desk.connection.execute("COMMIT")

    assert desk.loaded(again.work_id) == replace(WHOLE, ids=(own_id(offer()),))
    ids = entities.ids_of(desk.connection, Kind.WORK, accepted.work_id)
    assert ids == (() if again.work_id != accepted.work_id else (own_id(offer()),))
