from __future__ import annotations

import json
from pathlib import Path

import duckdb

from store.database import Connection
from store.documented import DOCUMENTED, READ
from store.exporting import Form, copy_read
from store.query_child import answer
from store.query_protocol import QueryOrder

_FILL = """
INSERT INTO content (oshash, size_bytes, facts, md5) VALUES (18446744073709551615, 5,
    '{"container": "mp4", "duration_s": 3.5, "width": 640}', 'd41d8cd98f00b204e9800998ecf8427e');
INSERT INTO fingerprint VALUES (1, 'PHASH', 255, 3.5, '5x5');
INSERT INTO fingerprint VALUES (1, 'OSHASH', 18446744073709551615, 3.5, '1');
INSERT INTO file (library, path, size_bytes, mtime_ns, inode, state, content_id, work_id,
    first_seen_at_s, changed_at_s)
    VALUES ('films', '/films/é.mkv', 5, 1700000000000000000, 1, 'done', 1, 1, 1.25, 2);
INSERT INTO work (made_at_s) VALUES (1.5), (2);
INSERT INTO performer (name, aliases, pictures, made_at_s)
    VALUES ('Ada Holm', '[]', '[]', 1), ('Ben Ash', '[]', '[]', 1);
INSERT INTO tag (name, made_at_s) VALUES ('quiet', 1);
INSERT INTO studio (name, made_at_s) VALUES ('Lantern', 1);
INSERT INTO work_field VALUES
    (1, 'title', '"Harbour \\"at\\" Dawn"', 'source', 'first', 1),
    (1, 'performers', '[{"performer_id": 2, "credited_as": null},
        {"performer_id": 1, "credited_as": "A"}]', 'source', 'first', 1),
    (1, 'tags', '[1]', 'person', NULL, 1),
    (1, 'studio', '1', 'source', 'first', 1),
    (1, 'urls', '["https://a.example"]', 'source', 'first', 1),
    (1, 'duration', '12.5', 'source', 'first', 1),
    (2, 'studio', 'null', 'person', NULL, 1);
INSERT INTO external_id VALUES ('x', 'work', 'first', 'r1', 1),
    ('y', 'work', 'nfo', '0123456789abcdef0123456789abcdef', 1);
INSERT INTO decision (file_id, content_id, verdict, decided_by, reasons, state_before, decided_at_s)
    VALUES (1, 1, 'accepted', 'rule', '["a", "b"]', 'answered', 1);
"""


def lines(folder: Path, table: str) -> list[dict[str, object]]:
    """Return the objects of a file of JSON lines."""
    return [json.loads(line) for line in (folder / f"{table}.jsonl").read_text().splitlines()]


def test_both_forms_say_the_same_and_all_of_it(connection: Connection, tmp_path: Path) -> None:
    connection.execute(_FILL)

    copy_read(connection, DOCUMENTED, tmp_path)
    order = QueryOrder(
        folder=str(tmp_path),
        tables=tuple(table.name for table in DOCUMENTED),
        processor_s=10,
        forms=tuple(Form),
    )
    report = answer(order)

    assert report.problem is None
    assert {each.name: each.rows for each in report.exported} == {
        "files": 1,
        "fingerprints": 3,
        "works": 2,
        "decisions": 1,
    }
    with duckdb.connect(":memory:") as reader:
        for each in report.exported:
            parquet, jsonl = each.files
            found = reader.execute("SELECT * FROM read_parquet($1)", [str(tmp_path / parquet)])
            assert [column[0] for column in found.description or ()] == [
                column.name for column in each.columns
            ]
            assert len(found.fetchall()) == len(lines(tmp_path, each.name)) == each.rows
            assert jsonl == f"{each.name}.jsonl"
    assert {each["algorithm"]: each["value"] for each in lines(tmp_path, "fingerprints")} == {
        "oshash": "ffffffffffffffff",
        "phash": "00000000000000ff",
        "md5": "d41d8cd98f00b204e9800998ecf8427e",
    }
    work, empty = lines(tmp_path, "works")
    assert work == {
        "id": 1,
        "title": 'Harbour "at" Dawn',
        "date": None,
        "studio": "Lantern",
        "performers": ["Ben Ash", "Ada Holm"],
        "tags": ["quiet"],
        "details": None,
        "director": None,
        "code": None,
        "duration_s": 12.5,
        "urls": ["https://a.example"],
        "ids": [{"source": "first", "id": "r1"}],
        "origins": {
            "duration": "source",
            "performers": "source",
            "studio": "source",
            "tags": "person",
            "title": "source",
            "urls": "source",
        },
        "made_at": "1970-01-01 00:00:01.5",
    }
    assert (empty["studio"], empty["performers"]) == (None, [])
    assert lines(tmp_path, "decisions")[0]["reasons"] == ["a", "b"]
    assert lines(tmp_path, "files")[0]["path"] == "/films/é.mkv"


def test_every_column_says_what_it_holds() -> None:
    assert all(column.says for table in DOCUMENTED for column in table.columns)
    assert all(table.says for table in DOCUMENTED)


def test_nothing_leaves_the_store_but_what_tables_are_made_of() -> None:
    assert READ.keys() == {name for table in DOCUMENTED for name in table.reads}
    assert not {"session", "push_secret", "used_action", "outbox"} & READ.keys()


def test_an_export_that_cannot_be_made_says_why(tmp_path: Path) -> None:
    order = QueryOrder(folder=str(tmp_path), tables=("files",), processor_s=10, forms=(Form.JSONL,))

    assert "file.raw" in str(answer(order).problem)
