from __future__ import annotations

import io
import tarfile
import time
from collections.abc import AsyncIterator
from pathlib import Path

import anyio
import httpx
import pytest
from starlette.requests import Request
from starlette.types import ASGIApp, Receive, Scope, Send

from daemon.desk.outward_views import EXPORT, MANIFEST, QUERY
from daemon.desk.querying import Querying, QueryRefused, QueryTooLong
from daemon.desk.reading_apart import ReaderBroken
from daemon.desk.taking_out import TakingOut
from daemon.outward.backup import make_backup
from daemon.remote import Remote
from daemon.web.api import build_api
from daemon.web.errors import status_code_of
from daemon.web.visitor import Visitor, Way, let_in
from tests.daemon.desk.shelf import Shelf, offer

BASE = "http://doorman/api/v1"


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_api(shelf.desk))
    async with httpx.AsyncClient(transport=transport) as opened:
        yield opened


async def ask(client: httpx.AsyncClient, sql: str, **more: int) -> httpx.Response:
    return await client.post(f"{BASE}/query", json={"sql": sql, **more})


async def test_sql_is_answered_and_what_is_wrong_with_it_told(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    await shelf.put_accepted(offer("a"))

    answered = await ask(
        client, "SELECT f.state, w.title FROM files f JOIN works w ON w.id=work_id"
    )
    refused = await ask(client, "DELETE FROM files")

    assert QUERY.validate_json(answered.content).rows == (("done", "Harbour A"),)
    assert refused.status_code == 400
    assert "one SELECT" in refused.json()["error"]["message"]
    assert not any(shelf.database.workshop.iterdir())


@pytest.mark.parametrize("sql", ["", "x", "/* a */ DROP TABLE files", "INSERT INTO files"])
async def test_what_is_no_question_costs_nothing(shelf: Shelf, sql: str) -> None:
    with pytest.raises(QueryRefused, match="one SELECT"):
        await Querying(shelf.desk, command=("false",)).query(sql)


@pytest.mark.parametrize("sql", ["from files", " (SELECT 1)", "-- a\n/* b */ WITH x AS (SELECT 1)"])
async def test_any_question_is_passed_on(shelf: Shelf, sql: str) -> None:
    with pytest.raises(ReaderBroken):
        await Querying(shelf.desk, command=("false",)).query(sql)


async def test_secrets_are_not_there_to_be_asked_for(client: httpx.AsyncClient) -> None:
    refused = await ask(client, "SELECT * FROM push_secret")

    assert refused.status_code == 400
    assert "push_secret does not exist" in refused.json()["error"]["message"]
    assert "files, fingerprints, works, decisions" in refused.json()["error"]["message"]


async def test_all_tables_are_shown_though_none_is_named(client: httpx.AsyncClient) -> None:
    shown = QUERY.validate_json((await ask(client, "SHOW TABLES")).content)

    assert [row[0] for row in shown.rows] == ["decisions", "files", "fingerprints", "works"]


async def test_a_query_that_takes_too_long_is_stopped_and_nothing_waits_for_it(
    shelf: Shelf,
) -> None:
    began_s = time.monotonic()

    with pytest.raises(QueryTooLong) as stopped:
        await Querying(shelf.desk).query(
            "SELECT count(*) FROM range(100000000) a, range(100000000) b", within_s=0.5
        )

    assert time.monotonic() - began_s < 20
    assert status_code_of(stopped.value) == 400  # who asks says how long it may take


async def test_an_export_is_one_archive_that_explains_itself(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    await shelf.put_accepted(offer("a"))

    answered = await client.get(f"{BASE}/export", params={"form": "jsonl"})

    with tarfile.open(fileobj=io.BytesIO(answered.content)) as archive:
        names = archive.getnames()
        manifest = archive.extractfile(MANIFEST)
        assert manifest is not None
        view = EXPORT.validate_json(manifest.read())
    assert names == [
        MANIFEST,
        "files.jsonl",
        "fingerprints.jsonl",
        "works.jsonl",
        "decisions.jsonl",
    ]
    assert [(table.name, table.rows) for table in view.tables] == [
        ("files", 1),
        ("fingerprints", 2),
        ("works", 1),
        ("decisions", 1),
    ]
    assert all(column.says for table in view.tables for column in table.columns)
    assert not any(shelf.database.workshop.iterdir())


async def test_a_backup_holds_what_the_store_holds(
    shelf: Shelf, client: httpx.AsyncClient, tmp_path: Path
) -> None:
    await shelf.put_accepted(offer("a"))
    remote = Remote(client, tmp_path)

    contents = await make_backup(
        lambda file: remote.download("/backup", {}, file, timeout_s=30), tmp_path / "b.duckdb"
    )

    assert (contents.rows_of("file"), contents.rows_of("work")) == (1, 1)
    assert not any(shelf.database.workshop.iterdir())


@pytest.mark.parametrize(
    ("way", "status"),
    [(Way.SOCKET, 200), (Way.TOKEN, 403), (Way.SESSION, 403), (Way.LOOPBACK, 403)],
)
async def test_a_backup_goes_over_the_socket_only(shelf: Shelf, way: Way, status: int) -> None:
    api = build_api(shelf.desk)

    async def entered(scope: Scope, receive: Receive, send: Send) -> None:
        let_in(Request(scope), Visitor(way=way, csrf=""))
        await api(scope, receive, send)

    app: ASGIApp = entered
    async with httpx.AsyncClient(transport=httpx.ASGITransport(app=app)) as client:
        answered = await client.get(f"{BASE}/backup")

    assert answered.status_code == status


async def test_one_export_is_made_at_a_time(shelf: Shelf) -> None:
    taking = TakingOut(shelf.desk)

    async with anyio.create_task_group() as tasks:
        for _ in range(2):
            tasks.start_soon(taking.export, ())
        await anyio.wait_all_tasks_blocked()
        begun = list(shelf.database.workshop.iterdir())
        tasks.cancel_scope.cancel()

    assert len(begun) == 1
    assert not list(shelf.database.workshop.iterdir())
