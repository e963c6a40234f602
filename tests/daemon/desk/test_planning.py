from __future__ import annotations

import io
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from rich.console import Console

from daemon.cli.show_plan import show_plan
from daemon.desk.plan_views import PlannedField, PlanView
from daemon.desk.planning import Planning
from daemon.desk.refusals import NotAnswerable
from daemon.journey.artwork_foresight import ArtworkTerms
from daemon.journey.name_foresight import NameTerms
from daemon.journey.nfo_foresight import NfoTerms
from daemon.looking.folder import sighting_of
from rules.journey import FileState
from rules.library_naming import LibraryNaming
from rules.naming import NameTemplate
from rules.nfo_ownership import OnChange
from rules.plan import Field, Origin
from rules.work import Picture
from store import journal, sightings, works
from store.database import Connection, Database
from store.journal import ChangeKind
from store.works import StoredField
from tests.daemon.desk.shelf import Shelf, make_shelf, offer, remote

A, B = offer("a"), offer("b", source="second")
MINE = StoredField(value='"My Harbour"', origin=Origin.PERSON, source=None)


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Shelf:
    """Return a shelf whose library is a folder that is there."""
    return make_shelf(database, tmp_path)


def _kinds(connection: Connection, *, number: int) -> list[tuple[ChangeKind, str]]:
    plan_id = journal.latest_plan(connection, number)
    assert plan_id is not None
    return [(each.kind, each.target) for each in journal.changes(connection, plan_id)]


async def test_a_plan_tells_what_the_accept_then_writes_down(home: Shelf) -> None:
    number = await home.put(offers=(A, B))

    plan = await Planning(home.desk).plan(str(number), number=1)

    assert (await home.file(number)).state is FileState.REVIEW
    assert [each.field for each in plan.fields] == ["title", "date", "studio", "performers"]
    assert plan.fields[0] == PlannedField(
        field="title", before=(), before_origin=None, after=("Harbour A",), after_origin="first"
    )
    assert plan.created == ("performer Ada Winter", "performer Ben Frost", "studio Northlight")
    assert plan.ids_added == ("first a",)
    assert (plan.is_known_work, plan.learning, plan.left_out) == (False, (), ())
    await home.desk.accept(str(number), number=1)
    made = await home.read(partial(_kinds, number=number))
    assert [target for kind, target in made if kind is ChangeKind.SET_FIELD] == [
        each.field for each in plan.fields
    ]
    assert [target for kind, target in made if kind is ChangeKind.CREATE][1:] == list(plan.created)


async def test_what_a_person_set_is_told_to_stay(home: Shelf) -> None:
    first = await home.put_accepted(A, name="One.mkv")
    work_id = (await home.file(first)).work_id
    assert work_id is not None
    await home.change(
        partial(works.put_field, work_id=work_id, field=Field.TITLE, stored=MINE, at_s=5.0)
    )
    newer = replace(A, work=replace(A.work, title="Harbour Anew", details="A quiet morning."))
    second = await home.put("Two.mkv", offers=(newer,))

    plan = await Planning(home.desk).plan(str(second))

    assert plan.is_known_work
    assert plan.kept == ("title",)
    assert [(each.field, each.after) for each in plan.fields] == [
        ("details", ("A quiet morning.",))
    ]


async def test_who_is_known_and_learns_is_named(home: Shelf) -> None:
    await home.put_accepted(A, name="One.mkv")
    (ada, ben) = B.work.appearances
    taught = replace(ada, performer=replace(ada.performer, ids=(remote("p-1", "second"),)))
    second = await home.put(
        "Two.mkv", offers=(replace(B, work=replace(B.work, appearances=(taught, ben))),)
    )

    plan = await Planning(home.desk).plan(str(second))

    assert (plan.created, plan.learning) == ((), ("performer Ada Winter",))


async def test_the_nfo_is_foreseen_with_a_difference(home: Shelf, tmp_path: Path) -> None:
    number = await home.put(offers=(A,))

    (sidecar,) = (await Planning(home.desk).plan(str(number))).sidecars

    assert (sidecar.path, sidecar.deed) == (str(tmp_path / "Harbour at Dawn.nfo"), "write")
    assert "+  <title>Harbour A</title>" in sidecar.diff


@pytest.mark.parametrize(
    ("there", "terms", "deed", "reason"),
    [
        (b"<movie><title>Mine</title></movie>", NfoTerms(), "leave", "somebody else wrote it"),
        (b"<movie/>", NfoTerms(on_change=OnChange.OVERWRITE), "change", None),
        (b"<movie/>", NfoTerms(is_written=False), "off", None),
    ],
    ids=["preserve", "overwrite", "off"],
)
async def test_an_nfo_that_is_there_is_treated_as_configured(
    home: Shelf, tmp_path: Path, there: bytes, terms: NfoTerms, *, deed: str, reason: str | None
) -> None:
    nfo = tmp_path / "Harbour at Dawn.nfo"
    nfo.write_bytes(there)
    number = await home.put(offers=(A,))
    household = replace(home.desk.household, nfo=terms)

    plan = await Planning(replace(home.desk, household=household)).plan(str(number))

    (sidecar,) = plan.sidecars
    assert (sidecar.deed, sidecar.reason) == (deed, reason)
    assert nfo.read_bytes() == there


async def test_nothing_is_planned_where_nothing_can_be_accepted(home: Shelf) -> None:
    number = await home.put_accepted(A)

    with pytest.raises(NotAnswerable, match="cannot be accepted"):
        await Planning(home.desk).plan(str(number))


async def test_a_plan_is_told_while_the_folder_is_not_there(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A,))

    plan = await Planning(shelf.desk).plan(str(number))

    assert [each.deed for each in plan.sidecars] == ["leave"]


async def test_pictures_are_foreseen_beside_the_nfo(home: Shelf, tmp_path: Path) -> None:
    (tmp_path / "Harbour at Dawn-fanart.jpg").write_bytes(b"somebody's")
    shown = (Picture(url="https://a.example/1", width=400, height=600),)
    number = await home.put(offers=(replace(A, work=replace(A.work, pictures=shown)),))
    terms = ArtworkTerms(is_written=True, roots={"films": tmp_path})
    household = replace(home.desk.household, artwork=terms)

    plan = await Planning(replace(home.desk, household=household)).plan(str(number))

    assert [(Path(each.path).name, each.deed) for each in plan.sidecars] == [
        ("Harbour at Dawn.nfo", "write"),
        ("Harbour at Dawn-poster", "write"),
    ]
    tmp_path.rename(tmp_path.with_name("gone"))  # noqa: ASYNC240  # nobody waits
    plan = await Planning(replace(home.desk, household=household)).plan(str(number))
    assert [each.deed for each in plan.sidecars] == ["leave", "leave"]


def _names(home: Shelf) -> NameTerms:
    naming = LibraryNaming(template=NameTemplate.parse("{studio}/{title}"))
    return NameTerms(roots={"films": Path(home.root)}, naming={"films": naming})


async def test_a_plan_tells_the_name_that_the_file_would_have(home: Shelf) -> None:
    path = Path(home.root) / "Film.mkv"
    _touch(path)
    number = await home.put(path.name, offers=(A,))
    seen = sighting_of(str(path), path.stat())  # a file of this test
    await home.change(partial(sightings.set_sighting, file_id=number, sighting=seen))
    desk = replace(home.desk, household=replace(home.desk.household, names=_names(home)))

    plan = await Planning(desk).plan(str(number))
    _touch(Path(home.root) / "Northlight" / "Harbour A.mkv")
    taken = await Planning(desk).plan(str(number))

    assert plan.renamed_to == str(home.root / "Northlight" / "Harbour A.mkv")
    assert (plan.name_kept, taken.renamed_to) == (None, None)
    assert "is never written over" in (taken.name_kept or "")
    assert _shown(plan).count("  rename: ") == _shown(taken).count("it keeps its name: ") == 1


def _touch(path: Path) -> None:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(b"a film")


def _shown(plan: PlanView) -> str:
    out = Console(file=io.StringIO(), width=400, highlight=False)
    show_plan(plan, out)
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()
