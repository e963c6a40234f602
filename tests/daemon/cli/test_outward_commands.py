from __future__ import annotations

import json
from functools import partial

import pytest

from daemon.desk.outward_views import EXPORT, MANIFEST
from store import news, outbox, post
from store.database import Connection
from store.news import News, NewsKind
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import Shelf, offer

TOLD = News(kind=NewsKind.SOURCE, subject="first", detail="it refuses our key")
BELL = "Bell\x07 [bold]at[/] Dawn.mkv"


@pytest.fixture
def accepted(home: Home) -> int:
    async def put(shelf: Shelf) -> int:
        return await shelf.put_accepted(offer("a"), name=BELL)

    return home.fill(put)


@pytest.mark.usefixtures("accepted")
def test_query_prints_a_table_or_csv(home: Home) -> None:
    sql = "SELECT id, path, ['a'] AS some, NULL AS none FROM files"

    table = home.run("query", sql)
    as_csv = home.run("query", sql, "--csv")

    assert (table.code, table.err) == (0, "")
    assert "[bold]at[/] Dawn.mkv" in table.out
    assert "\x07" not in table.out
    assert "1 row" in table.out
    assert as_csv.out.startswith("id,path,some,none\n1,")
    assert as_csv.out.endswith(",['a'],\n")


@pytest.mark.usefixtures("accepted")
def test_query_says_when_there_is_more(home: Home) -> None:
    ran = home.run("query", "FROM range(5)", "--limit", "2", "--csv")

    assert ran.out == "range\n0\n1\n"
    assert "--limit" in ran.err


@pytest.mark.parametrize("sql", [(), ("  ",)])
def test_query_without_a_question_says_how_to_ask(home: Home, sql: tuple[str, ...]) -> None:
    ran = home.run("query", *sql)

    assert ran.code == 2
    assert "--tables" in ran.err


def test_query_says_what_tables_there_are(home: Home) -> None:
    ran = home.run("query", "--tables")

    assert "fingerprints" in ran.out
    assert "hexadecimal digits" in ran.out


@pytest.mark.usefixtures("accepted")
def test_export_writes_a_folder_and_refuses_what_is_not_its_own(home: Home) -> None:
    folder = home.folder / "out"

    first = home.run("export", str(folder), "--json")
    again = home.run("export", str(folder), "--form", "jsonl")
    (folder / "works.jsonl").write_text("mine")
    refused = home.run("export", str(folder))

    view = EXPORT.validate_json(first.out)
    assert [table.rows for table in view.tables] == [1, 2, 1, 1]
    assert (folder / MANIFEST).exists()
    assert "works" in again.out
    assert refused.code == 2
    assert (folder / "works.jsonl").read_text() == "mine"


@pytest.mark.usefixtures("accepted")
def _drop_news(connection: Connection) -> None:
    for each in post.unrouted(connection, now_s=9.0):
        outbox.drop(connection, each.id, at_s=9.0)


def test_what_is_backed_up_can_be_restored(home: Home, accepted: int) -> None:
    file = home.folder / "backup.duckdb"
    home.fill(lambda shelf: shelf.change(partial(news.add, news=TOLD, file_id=None, at_s=1.0)))

    made = home.run("backup", str(file))
    home.fill(lambda shelf: shelf.change(_drop_news))
    twice = home.run("backup", str(file))
    home.run("undo", str(accepted))
    restored = home.run("restore", str(file))

    assert (made.code, twice.code, restored.code) == (0, 2, 0)
    assert "1 files, 1 works, 1 decisions" in made.out
    assert "before-restore-" in restored.out
    assert "dealt with since, are not sent: 1;" in restored.out
    assert json.loads(home.run("query", "SELECT state FROM files", "--json").out)["rows"] == [
        ["done"]
    ]


def test_restore_of_nothing_touches_nothing(home: Home) -> None:
    ran = home.run("restore", str(home.folder / "gone"), "--json")

    assert ran.code == 2
    assert "gone" in ran.err
