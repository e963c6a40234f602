from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from rules.identify_options import IdentifyOptions
from rules.namefold import fold_name
from rules.plan import OF_ENTITIES, Field, Origin, value_of
from rules.work import Appearance, ExternalId, Gender, Performer, Picture, Rating, Studio, Tag, Work
from store import entities, works
from store.database import Connection
from store.entities import Kind
from store.entity_fields import fill
from store.works import StoredField

OWN = ExternalId(source="first", remote_id="w-1")
OTHER = ExternalId(source="first", remote_id="w-2")
LINK = ExternalId(source="second", remote_id="77")

TEXT = st.text(min_size=1, max_size=12)
PIXELS = st.none() | st.integers(0, 2**31)
PICTURES = st.lists(st.builds(Picture, url=TEXT, width=PIXELS, height=PIXELS), max_size=2).map(
    tuple
)
NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=12)
# People and things get names of their own: what joins them is test_known's matter.
PERFORMERS = st.builds(
    Performer,
    name=NAMES,
    disambiguation=st.none() | TEXT,
    gender=st.none() | st.sampled_from(Gender),
    aliases=st.lists(TEXT.map("also {}".format), max_size=2).map(tuple),
    pictures=PICTURES,
)
STUDIOS = st.builds(Studio, name=NAMES, parent=st.none() | st.builds(Studio, name=NAMES)).filter(
    lambda studio: studio.parent is None or fold_name(studio.parent.name) != fold_name(studio.name)
)
WORKS = st.builds(
    Work,
    title=st.none() | TEXT,
    code=st.none() | TEXT,
    details=st.none() | TEXT,
    director=st.none() | TEXT,
    date=st.none() | st.sampled_from(["2024", "2024-05", "2024-05-17"]),
    duration_s=st.none() | st.floats(0, 1e6),
    studio=st.none() | STUDIOS,
    appearances=st.lists(
        st.builds(Appearance, performer=PERFORMERS, credited_as=st.none() | TEXT),
        max_size=3,
        unique_by=lambda appearance: fold_name(appearance.performer.name),
    ).map(tuple),
    tags=st.lists(
        st.builds(Tag, name=NAMES), max_size=4, unique_by=lambda tag: fold_name(tag.name)
    ).map(tuple),
    urls=st.lists(TEXT, max_size=3).map(tuple),
    pictures=PICTURES,
    groups=st.lists(TEXT, max_size=2).map(tuple),
    trailer=st.none() | TEXT,
    ratings=st.lists(
        st.builds(Rating, source=TEXT, value=st.floats(0, 10), votes=st.none() | st.integers(0, 9)),
        max_size=2,
    ).map(tuple),
)


@contextmanager
def undone(connection: Connection) -> Iterator[None]:
    connection.execute("BEGIN TRANSACTION")
    try:
        yield
    finally:
        connection.execute("ROLLBACK")


def said(work: Work) -> list[Field]:
    return [field for field in Field if value_of(work, field) not in (None, ())]


def encoded(connection: Connection, work: Work, field: Field) -> str:
    if field not in OF_ENTITIES:
        return works.encode(field, value_of(work, field))

    everybody = IdentifyOptions(skip_single_name_performers=False)
    filled = fill(connection, field, work, everybody, value=None, origin=None, at_s=1.0)
    assert filled.value is not None
    return filled.value


def put(connection: Connection, work_id: int, work: Work) -> None:
    for field in said(work):
        value = encoded(connection, work, field)
        stored = StoredField(value=value, origin=Origin.SOURCE, source="first")
        works.put_field(connection, work_id, field, stored, at_s=1.0)


@settings(max_examples=40, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(work=WORKS)
def test_any_work_comes_back_as_it_was_put(connection: Connection, work: Work) -> None:
    with undone(connection):
        work_id = works.create(connection, at_s=1.0)

        put(connection, work_id, work)

        assert works.load(connection, work_id) == work
        assert set(works.fields(connection, work_id)) == set(said(work))


def test_a_new_work_says_nothing(connection: Connection) -> None:
    work_id = works.create(connection, at_s=1.0)

    assert works.load(connection, work_id) == Work()
    assert works.fields(connection, work_id) == {}


def test_a_field_holds_its_value_and_who_said_so(connection: Connection) -> None:
    work_id = works.create(connection, at_s=1.0)
    typed = StoredField(value='"Dusk"', origin=Origin.PERSON, source=None)
    put(connection, work_id, Work(title="Dawn"))

    works.put_field(connection, work_id, Field.TITLE, typed, at_s=2.0)

    assert works.fields(connection, work_id) == {Field.TITLE: typed}
    works.remove_field(connection, work_id, Field.TITLE)
    assert works.load(connection, work_id) == Work()


def test_a_performer_or_tag_named_twice_is_there_once(connection: Connection) -> None:
    work_id = works.create(connection, at_s=1.0)
    mara = Appearance(performer=Performer(name="Mara Quay"), credited_as="M.")
    again = replace(mara, credited_as=None)

    put(
        connection,
        work_id,
        Work(appearances=(mara, again), tags=(Tag(name="Dawn"), Tag(name="dawn"))),
    )

    loaded = works.load(connection, work_id)
    assert loaded == Work(appearances=(mara,), tags=(Tag(name="Dawn"),))


def test_ids_belong_to_the_work(connection: Connection) -> None:
    work_id = works.create(connection, at_s=1.0)
    entities.add_ids(connection, Kind.WORK, work_id, [LINK, OWN])

    assert works.load(connection, work_id).ids == (OWN, LINK)


@pytest.mark.parametrize("field", Field)
def test_what_is_not_said_cannot_be_kept(field: Field) -> None:
    with pytest.raises(ValueError, match="nothing to keep"):
        works.encode(field, None)


@pytest.fixture
def make(connection: Connection) -> Callable[..., int]:
    """Return what makes a work with these ids."""

    def work_with(*ids: ExternalId) -> int:
        work_id = works.create(connection, at_s=1.0)
        entities.add_ids(connection, Kind.WORK, work_id, ids)
        return work_id

    return work_with


def test_a_work_is_found_by_the_sources_own_id(
    connection: Connection, make: Callable[..., int]
) -> None:
    work_id, linked = make(OWN), make(LINK)

    assert works.find(connection, [OWN, LINK]) == work_id
    assert works.find(connection, [LINK, OWN]) == linked
    assert works.find(connection, [OTHER]) is None
    assert works.find(connection, []) is None


def test_a_link_to_a_work_joins_it(connection: Connection, make: Callable[..., int]) -> None:
    work_id = make(LINK)

    assert works.find(connection, [OWN, LINK]) == work_id


def test_a_link_does_not_join_works_that_a_source_tells_apart(
    connection: Connection, make: Callable[..., int]
) -> None:
    make(OTHER, LINK)

    assert works.find(connection, [OWN, LINK]) is None


def test_a_link_joins_a_work_that_has_both_ids_of_a_source(
    connection: Connection, make: Callable[..., int]
) -> None:
    work_id = make(OTHER, LINK)

    assert works.find(connection, [OWN, OTHER, LINK]) == work_id
