from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial
from pathlib import Path

import httpx
import pytest

from daemon.web.api import build_api
from rules.fingerprint import Oshash
from store import contents
from store.database import Database
from tests.daemon.desk.shelf import Shelf, make_shelf

SHEET, OTHER = (b"RIFF" + (8).to_bytes(4, "little") + b"WEBP" + body for body in (b"VP8 ", b"VP8L"))


@pytest.fixture
def shelf(database: Database, tmp_path: Path) -> Shelf:
    return make_shelf(database, folder=tmp_path / "sheets")


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_api(shelf.desk))
    async with httpx.AsyncClient(transport=transport, base_url="http://doorman/api/v1") as opened:
        yield opened


async def put_with_sheet(shelf: Shelf) -> tuple[int, Oshash, int]:
    number = await shelf.put("Harbour at Dawn.mkv")
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    content = await shelf.desk.database.read(partial(contents.get, content_id=content_id))
    assert content is not None
    shelf.desk.sheets.keep(content.oshash, content.size_bytes, SHEET)
    return number, content.oshash, content.size_bytes


async def test_sheet_is_a_picture_and_nothing_else(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number, _, _ = await put_with_sheet(shelf)

    answer = await client.get("/sheet", params={"file": str(number)})

    assert (answer.status_code, answer.content) == (200, SHEET)
    assert answer.headers["content-type"] == "image/webp"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert answer.headers["content-security-policy"] == "default-src 'none'; sandbox"
    assert answer.headers["cache-control"] == "private, no-cache"


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}'])
async def test_sheet_that_the_asker_has_is_not_sent_again(
    shelf: Shelf, client: httpx.AsyncClient, form: str
) -> None:
    number, oshash, size_bytes = await put_with_sheet(shelf)
    tag = (await client.get(f"/sheet?file={number}")).headers["etag"]
    asked = {"If-None-Match": form.format(tag)}

    same = await client.get(f"/sheet?file={number}", headers=asked)
    shelf.desk.sheets.keep(oshash, size_bytes, OTHER)
    changed = await client.get(f"/sheet?file={number}", headers=asked)

    assert (same.status_code, same.content, same.headers["etag"]) == (304, b"", tag)
    assert (changed.status_code, changed.content) == (200, OTHER)
    assert changed.headers["etag"] != tag


@pytest.mark.parametrize("reference", ["Harbour", "777", ""])
async def test_where_there_is_none_a_sentence_says_so(
    shelf: Shelf, client: httpx.AsyncClient, reference: str
) -> None:
    await shelf.put("Harbour at Dawn.mkv")

    answer = await client.get("/sheet", params={"file": reference})

    assert answer.status_code == 404
    assert answer.headers["content-type"] == "application/json"
    assert answer.json()["error"]["message"].startswith(
        ("there is no contact sheet of /films/Harbour at Dawn.mkv; ", "doorman knows no file")
    )
