from __future__ import annotations

from pathlib import Path

import anyio
import pytest

from daemon.desk.finding import FileUnknown
from daemon.desk.sheet import NoSheet
from rules.fingerprint import Oshash
from rules.journey import FileState
from store import contents
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf

SHEET = b"RIFF" + (8).to_bytes(4, "little") + b"WEBPVP8 "


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    return make_shelf(database, folder=tmp_path / "sheets")


async def key_of(shelf: Shelf, number: int) -> tuple[Oshash, int]:
    """Return what the content of a file is known by."""
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    content = await shelf.desk.database.read(
        lambda connection: contents.get(connection, content_id)
    )
    assert content is not None
    return content.oshash, content.size_bytes


async def test_file_shows_its_sheet_and_where_it_lies(shelf: Shelf, tmp_path: Path) -> None:
    number = await shelf.put()
    oshash, size_bytes = await key_of(shelf, number)
    assert (await shelf.show(number)).sheet is None

    shelf.desk.sheets.keep(oshash, size_bytes, SHEET)

    assert await shelf.desk.sheet(str(number)) == SHEET
    lies_at = (await shelf.show(number)).sheet
    assert lies_at == str(tmp_path / "sheets" / str(oshash)[:2] / f"{oshash}-{size_bytes}.webp")
    assert await anyio.Path(lies_at).read_bytes() == SHEET


async def test_file_without_a_sheet_says_how_to_get_one(shelf: Shelf) -> None:
    number = await shelf.put("Harbour at Dawn.mkv")
    new = await shelf.put("Lantern.mkv", FileState.SEEN, is_examined=False)

    with pytest.raises(NoSheet, match=r"no contact sheet of .*Harbour at Dawn\.mkv; it comes with"):
        await shelf.desk.sheet(str(number))
    with pytest.raises(NoSheet):
        await shelf.desk.sheet(str(new))
    assert (await shelf.show(new)).sheet is None


async def test_sheet_of_a_file_that_is_not_known_is_no_sheet_either(shelf: Shelf) -> None:
    with pytest.raises(FileUnknown):
        await shelf.desk.sheet("777")
