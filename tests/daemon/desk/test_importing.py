from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path, PurePath

import anyio
import pytest

from daemon.desk.importing import FolderOutside, Importing
from daemon.journey.sidecar_reading import SidecarReader
from daemon.looking.eyes import Territory
from rules.journey import FileState
from rules.nfo_import import RULE, Left
from rules.plan import Field, Origin
from rules.premises import Premises
from rules.selection import Selection
from rules.sidecar_ids import SourceNames
from rules.work import ExternalId
from store import decisions, works
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf, offer, remote

ONE = "5a1e0f3c-0000-4000-8000-00000000000a"
TWO = "5a1e0f3c-0000-4000-8000-00000000000b"
BOX = SourceNames(source="first", dialect="stashbox", addresses=("https://first.example",))
NFO = """<movie><title>Harbour at Dawn</title><plot>A quiet bay.</plot>
<premiered>2024-05-17</premiered><studio>Lantern</studio><tag>sea</tag>{ids}
<actor><name>Ada Holm</name></actor></movie>"""


def nfo(*ids: str, kind: str = "first") -> str:
    return NFO.format(ids="".join(f'<uniqueid type="{kind}">{each}</uniqueid>' for each in ids))


@pytest.fixture
def films(tmp_path: Path) -> Path:
    folder = tmp_path / "films"
    folder.mkdir()
    return folder


@pytest.fixture
def shelf(database: Database, films: Path) -> Shelf:
    made = make_shelf(database, PurePath(films))
    reader = SidecarReader(
        territories={"films": Territory(root=PurePath(films), selection=Selection())},
        limiter=anyio.CapacityLimiter(1),
    )
    household = replace(made.desk.household, nfo_reader=reader, premises=Premises(sources=(BOX,)))
    made.desk = replace(made.desk, household=household)
    return made


async def put(
    shelf: Shelf,
    films: Path,
    name: str,
    text: str | None,
    state: FileState = FileState.NO_MATCH,
) -> int:
    (films / f"{name}.mkv").write_bytes(b"")
    if text is not None:
        (films / f"{name}.nfo").write_text(text)
    return await shelf.put(f"{name}.mkv", state)


async def test_an_nfo_becomes_a_known_work_of_origin_sidecar(shelf: Shelf, films: Path) -> None:
    number = await put(shelf, films, "one", nfo(ONE))
    before = (films / "one.nfo").read_bytes()

    view = await Importing(shelf.desk).import_nfo(None)

    file = await shelf.file(number)
    assert file.work_id is not None
    work = await shelf.read(partial(works.load, work_id=file.work_id))
    held = await shelf.read(partial(works.fields, work_id=file.work_id))
    decision = await shelf.read(partial(decisions.standing, file_id=number))
    assert (view.imported, view.new_works, view.left) == (1, 1, 0)
    assert file.state is FileState.ACCEPTED
    assert (work.title, work.date, work.ids) == ("Harbour at Dawn", "2024-05-17", (remote(ONE),))
    assert [each.performer.name for each in work.appearances] == ["Ada Holm"]
    assert {stored.origin for stored in held.values()} == {Origin.SIDECAR}
    assert {Field.TITLE, Field.DETAILS, Field.STUDIO, Field.TAGS} < held.keys()
    assert decision is not None
    assert (decision.decided_by, decision.rule) == ("person", RULE)
    assert (films / "one.nfo").read_bytes() == before


async def test_what_was_imported_is_undone_as_anything_else(shelf: Shelf, films: Path) -> None:
    number = await put(shelf, films, "one", nfo(ONE))
    await Importing(shelf.desk).import_nfo(None)

    await shelf.desk.undo(str(number))

    file = await shelf.file(number)
    assert (file.state, file.work_id) == (FileState.REVIEW, None)
    assert await shelf.read(partial(works.find, ids=[remote(ONE)])) is None


async def test_a_dry_run_says_exactly_what_would_come_of_it_and_keeps_nothing(
    shelf: Shelf, films: Path
) -> None:
    for name, text in (
        ("a", nfo(ONE)),
        (
            "b",
            nfo(ONE, kind="first").replace(
                "</movie>", '<uniqueid type="tmdb">7</uniqueid></movie>'
            ),
        ),
        ("c", nfo("7", kind="tmdb")),
        ("d", nfo()),
        ("e", None),
        ("f", nfo(ONE, TWO)),
    ):
        await put(shelf, films, name, text)
    importing = Importing(shelf.desk)

    foreseen = await importing.import_nfo(None, is_dry=True)
    standing = [(await shelf.file(number)).state for number in range(1, 7)]
    came = await importing.import_nfo(str(films))
    again = await importing.import_nfo(None)

    assert set(standing) == {FileState.NO_MATCH}
    assert replace(foreseen, is_dry=False) == came
    assert (came.looked_at, came.without_nfo, came.imported) == (6, 1, 4)
    assert (came.new_works, came.known_works, came.left) == (2, 0, 1)
    assert came.reasons == {Left.CONTRADICTORY.value: 1}
    assert [line.path for line in came.lines] == [str(films / "f.mkv")]
    assert (again.imported, again.accepted_before, again.left) == (0, 4, 1)


async def test_what_a_source_or_a_person_said_is_not_overruled(shelf: Shelf, films: Path) -> None:
    offered = await put(shelf, films, "offered", nfo(ONE), FileState.REVIEW)
    other = await shelf.put("other.mkv", offers=[offer("b")])
    (films / "other.mkv").write_bytes(b"")
    (films / "other.nfo").write_text(nfo(ONE))
    rejected = await shelf.put("rejected.mkv", offers=[offer(TWO)])
    (films / "rejected.mkv").write_bytes(b"")
    (films / "rejected.nfo").write_text(nfo(TWO))
    await shelf.desk.reject(str(rejected))
    dismissed = await put(shelf, films, "dismissed", nfo(ONE), FileState.DISMISSED)
    unexamined = await put(shelf, films, "new", nfo(ONE), FileState.SETTLED)

    view = await Importing(shelf.desk).import_nfo(None)

    assert (await shelf.file(offered)).state is FileState.ACCEPTED
    assert {line.number: line.reason for line in view.lines} == {
        other: Left.OFFERED.value,
        rejected: Left.REJECTED.value,
        dismissed: Left.DISMISSED.value,
        unexamined: Left.ON_ITS_WAY.value,
    }


async def test_ids_of_two_known_works_are_left(shelf: Shelf, films: Path) -> None:
    both = nfo(ONE).replace("</movie>", '<uniqueid type="tmdb">7</uniqueid></movie>')
    await put(shelf, films, "a", nfo(ONE))
    await put(shelf, films, "b", nfo("7", kind="tmdb"))
    await put(shelf, films, "c", both)

    view = await Importing(shelf.desk).import_nfo(None)

    assert view.imported == 2
    assert view.reasons == {Left.TWO_WORKS.value: 1}


async def test_what_is_no_text_is_listed_and_left(shelf: Shelf, films: Path) -> None:
    number = await put(shelf, films, "one", "")
    (films / "one.nfo").write_bytes(b"\0\1\2binary")

    view = await Importing(shelf.desk).import_nfo(None)

    assert [(line.number, line.reason) for line in view.lines] == [(number, Left.UNREADABLE.value)]
    assert (films / "one.nfo").read_bytes() == b"\0\1\2binary"


async def test_only_files_of_the_folder_are_looked_at(shelf: Shelf, films: Path) -> None:
    (films / "sub").mkdir()
    await put(shelf, films, "one", nfo(ONE))
    await put(shelf, films, "sub/two", nfo(TWO))

    view = await Importing(shelf.desk).import_nfo(str(films / "sub"))

    assert (view.looked_at, view.imported) == (1, 1)
    with pytest.raises(FolderOutside):
        await Importing(shelf.desk).import_nfo("/elsewhere")


async def test_works_without_an_id_are_known_by_their_nfo(shelf: Shelf, films: Path) -> None:
    number = await put(shelf, films, "one", nfo())

    await Importing(shelf.desk).import_nfo(None)

    identity = await shelf.read(partial(decisions.identity, file_id=number))
    assert isinstance(identity, ExternalId)
    assert identity.source == "nfo"
