from collections.abc import Callable
from dataclasses import replace

import pytest

from rules.candidate import Candidate
from rules.identify_options import IdentifyOptions
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.work import Appearance, ExternalId, Gender, Performer, Picture, Studio, Tag, Work
from store import acceptance, editing, entities, file_tags, files, journal, works
from store.database import Connection
from store.entities import Kind
from store.files import FileRecord
from store.works import StoredField

AddFile = Callable[..., FileRecord]
Decide = Callable[..., int]
Offer = Callable[..., Candidate]

MARA = Performer(name="Mara Quay", ids=(ExternalId(source="first", remote_id="p-1"),))
PIER = Studio(
    name="Pier Pictures",
    ids=(ExternalId(source="first", remote_id="s-1"),),
    parent=Studio(name="Coast Group", ids=(ExternalId(source="first", remote_id="s-2"),)),
)
WHOLE = Work(
    title="Harbour at Dawn",
    studio=PIER,
    appearances=(Appearance(performer=MARA),),
    tags=(Tag(name="Dawn", ids=(ExternalId(source="first", remote_id="t-1"),)), Tag(name="Boats")),
)
OTHER = replace(WHOLE, title="Harbour at Dusk", tags=(Tag(name="Dusk"),))
THINGS = {
    "work": "SELECT id FROM work",
    "performer": "SELECT * EXCLUDE (made_at_s) FROM performer ORDER BY id",
    "studio": "SELECT * EXCLUDE (made_at_s) FROM studio ORDER BY id",
    "tag": "SELECT * EXCLUDE (made_at_s) FROM tag ORDER BY id",
}


def held(connection: Connection) -> dict[str, list[tuple[object, ...]]]:
    """Return all that is known of works, people, studios and tags, and under which names."""
    found = {table: connection.execute(statement).fetchall() for table, statement in THINGS.items()}
    found["work_field"] = connection.execute(
        "SELECT work_id, field, value, origin, source FROM work_field ORDER BY ALL"
    ).fetchall()
    found["external_id"] = connection.execute("SELECT * FROM external_id ORDER BY ALL").fetchall()
    found["name"] = connection.execute(
        "SELECT * FROM entity_name WHERE owners <> '[]' ORDER BY ALL"
    ).fetchall()
    found["worn"] = connection.execute(
        "SELECT content_id, tag_id FROM file_tag WHERE taken_off_at_s IS NULL ORDER BY ALL"
    ).fetchall()
    return found


class Hand:
    """Accepts and takes back."""

    def __init__(self, connection: Connection, decide: Decide, add_file: AddFile) -> None:
        self.connection = connection
        self.decide = decide
        self.add_file = add_file

    def fresh(self, file: FileRecord) -> FileRecord:
        found = files.get(self.connection, file.id)
        assert found is not None
        return found

    def accept(
        self, name: str, candidate: Candidate, *, content_id: int | None = None
    ) -> tuple[FileRecord, int]:
        """Return the new file as it is then, and the plan."""
        file = self.add_file(name, FileState.ANSWERED, content_id=content_id)
        return self.accept_again(file, candidate)

    def accept_again(self, file: FileRecord, candidate: Candidate) -> tuple[FileRecord, int]:
        decision_id = self.decide(self.fresh(file))
        acceptance.apply_accept(
            self.connection,
            self.fresh(file),
            decision_id,
            candidate,
            options=IdentifyOptions(skip_single_name_performer_tag="Odd name"),
            at_s=5.0,
        )
        plan_id = journal.plan_of_decision(self.connection, decision_id)
        assert plan_id is not None
        return self.fresh(file), plan_id

    def take_back(self, accepted: tuple[FileRecord, int]) -> list[str]:
        file, plan_id = accepted
        return acceptance.take_back(self.connection, self.fresh(file), plan_id, at_s=9.0)


@pytest.fixture
def hand(connection: Connection, decide: Decide, add_file: AddFile) -> Hand:
    return Hand(connection, decide, add_file)


def test_what_an_accept_created_goes_with_it(hand: Hand, offer: Offer) -> None:
    before = held(hand.connection)
    accepted = hand.accept("a.mkv", offer(work=WHOLE))
    assert held(hand.connection) != before

    assert hand.take_back(accepted) == []

    assert held(hand.connection) == before


def test_whoever_another_work_names_stays_until_that_is_taken_back_too(
    hand: Hand, offer: Offer
) -> None:
    first = hand.accept("a.mkv", offer(work=WHOLE))
    second = hand.accept("b.mkv", offer("h-2", work=OTHER))

    hand.take_back(first)

    present = held(hand.connection)
    names = {kind: {row[1] for row in present[kind]} for kind in ("performer", "studio", "tag")}
    assert names == {
        "performer": {"Mara Quay"},
        "studio": {"Pier Pictures", "Coast Group"},
        "tag": {"Dusk"},
    }
    hand.take_back(second)
    assert not any(held(hand.connection).values())


@pytest.mark.parametrize("order", [(0, 1, 2, 3), (3, 2, 1, 0), (1, 3, 0, 2)], ids=str)
def test_in_whatever_order_all_is_taken_back_nothing_is_left(
    hand: Hand, offer: Offer, order: tuple[int, ...]
) -> None:
    told = replace(
        MARA, aliases=("M. Quay",), gender=Gender.FEMALE, pictures=(Picture(url="https://x/1"),)
    )
    elsewhere = replace(MARA, ids=(ExternalId(source="second", remote_id="p-9"),))
    accepts = [
        hand.accept("a.mkv", offer(work=WHOLE)),
        hand.accept("copy of a.mkv", offer(work=WHOLE)),
        hand.accept(
            "b.mkv", offer("h-2", work=replace(OTHER, appearances=(Appearance(performer=told),)))
        ),
        hand.accept(
            "c.mkv",
            offer(
                "h-3",
                source="second",
                work=replace(
                    WHOLE, title="Night Ferry", appearances=(Appearance(performer=elsewhere),)
                ),
            ),
        ),
    ]

    for place in order:
        hand.take_back(accepts[place])

    assert not any(held(hand.connection).values())


def test_who_was_known_forgets_just_what_the_accept_taught(hand: Hand, offer: Offer) -> None:
    hand.accept("a.mkv", offer(work=WHOLE))
    before = held(hand.connection)
    told = replace(
        MARA,
        aliases=("M. Quay",),
        gender=Gender.FEMALE,
        ids=(*MARA.ids, ExternalId(source="second", remote_id="p-9")),
        pictures=(Picture(url="https://first.example/p.jpg"),),
    )
    studio = replace(PIER, aliases=("Pier",))
    tags = (Tag(name="Dawn", aliases=("Sunrise",)),)
    work = replace(OTHER, appearances=(Appearance(performer=told),), studio=studio, tags=tags)
    second = hand.accept("b.mkv", offer("h-2", work=work))

    hand.take_back(second)

    assert held(hand.connection) == before
    match = entities.match_performer(hand.connection, Performer(name="M. Quay"))
    assert match == entities.match_performer(hand.connection, Performer(name="Nobody"))


def test_what_a_later_accept_may_rest_on_is_not_forgotten(hand: Hand, offer: Offer) -> None:
    hand.accept("a.mkv", offer(work=WHOLE))
    taught = replace(MARA, aliases=("M. Quay",))
    second = hand.accept(
        "b.mkv", offer("h-2", work=replace(OTHER, appearances=(Appearance(performer=taught),)))
    )
    by_alias = Work(title="Night Ferry", appearances=(Appearance(performer=taught),))
    hand.accept("c.mkv", offer("h-3", work=by_alias))

    hand.take_back(second)

    (mara,) = entities.performers(hand.connection, [1])
    assert mara.aliases == ("M. Quay",)


def test_a_studio_put_below_another_stands_alone_again(hand: Hand, offer: Offer) -> None:
    alone = replace(PIER, parent=None)
    hand.accept("a.mkv", offer(work=replace(WHOLE, studio=alone)))
    before = held(hand.connection)
    second = hand.accept("b.mkv", offer("h-2", work=OTHER))
    assert entities.studio(hand.connection, 1).parent is not None

    hand.take_back(second)

    assert held(hand.connection) == before


def test_a_work_in_which_a_person_wrote_stays(hand: Hand, offer: Offer) -> None:
    accepted = hand.accept("a.mkv", offer(work=WHOLE))
    file, _ = accepted
    assert file.work_id is not None
    editing.edit(hand.connection, file, file.work_id, Field.TITLE, '"My own title"', at_s=6.0)

    assert hand.take_back(accepted) == ["title was changed since and stays as it is"]

    mine = StoredField(value='"My own title"', origin=Origin.PERSON, source=None)
    assert works.fields(hand.connection, file.work_id) == {Field.TITLE: mine}


def test_nobody_goes_whom_taking_back_a_later_accept_puts_in_place_again(
    hand: Hand, offer: Offer
) -> None:
    file, first = hand.accept("a.mkv", offer(work=WHOLE))
    ivo = Performer(name="Ivo Strand")
    later = hand.accept_again(
        file, offer(work=replace(WHOLE, appearances=(Appearance(performer=ivo),)))
    )

    hand.take_back((file, first))
    hand.take_back(later)

    assert file.work_id is not None
    works.load(hand.connection, file.work_id)  # nobody in it is missing


def test_a_tag_that_a_person_took_off_for_good_is_remembered(
    hand: Hand, offer: Offer, put_examined: Callable[..., FileRecord]
) -> None:
    examined = put_examined("a.mkv", state=FileState.ANSWERED)
    shortened = replace(WHOLE, appearances=(Appearance(performer=Performer(name="Mara")),))
    accepted = hand.accept_again(examined, offer(work=shortened))
    assert examined.content_id is not None
    assert [tag.name for tag in file_tags.of_content(hand.connection, examined.content_id)] == [
        "Odd name"
    ]
    file_tags.take_off_all(hand.connection, examined.content_id, at_s=7.0)

    hand.take_back(accepted)

    assert file_tags.is_settled(hand.connection, examined.content_id, "Odd name")


def test_a_tag_that_only_the_accept_put_on_goes(
    hand: Hand, offer: Offer, put_examined: Callable[..., FileRecord]
) -> None:
    before = held(hand.connection)
    examined = put_examined("a.mkv", state=FileState.ANSWERED)
    shortened = replace(WHOLE, appearances=(Appearance(performer=Performer(name="Mara")),))
    accepted = hand.accept_again(examined, offer(work=shortened))

    hand.take_back(accepted)

    assert held(hand.connection) == before


def test_an_id_that_a_known_one_learnt_is_free_again(hand: Hand, offer: Offer) -> None:
    hand.accept("a.mkv", offer(work=WHOLE))
    extra = ExternalId(source="second", remote_id="t-9")
    dawn = Tag(name="Dawn", ids=(extra,))
    second = hand.accept("b.mkv", offer("h-2", work=replace(OTHER, tags=(dawn,))))
    assert entities.owner_of(hand.connection, Kind.TAG, [extra]) is not None

    hand.take_back(second)

    assert entities.owner_of(hand.connection, Kind.TAG, [extra]) is None
