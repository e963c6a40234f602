from __future__ import annotations

from rules.journey import FileState
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import Shelf


def test_a_library_of_nfo_files_is_foreseen_and_taken(home: Home) -> None:
    text = "<movie><title>Harbour at Dawn</title></movie>"
    for name in ("one", "[bold]two"):
        (home.films / f"{name}.mkv").write_bytes(b"x")
    (home.films / "one.nfo").write_text(text)
    (home.films / "[bold]two.nfo").write_text("<movie><title>two</title></movie>" * 2)

    async def put(shelf: Shelf) -> None:
        await shelf.put("one.mkv", FileState.NO_MATCH)
        await shelf.put("[bold]two.mkv", FileState.NO_MATCH)

    home.fill(put)

    foreseen = home.run("import-nfo", str(home.films), "--dry-run")
    taken = home.run("import-nfo")

    undone = home.run("undo", "--rule", "import-nfo", "--yes")

    assert (foreseen.code, taken.code) == (0, 0)
    assert "1 would become copies of 1 new and 0 known works" in foreseen.out
    assert "1 became copies of 1 new and 0 known works" in taken.out
    assert "1 left: its NFO says neither an id nor a title" in taken.out
    assert "[bold]two.mkv" in taken.out
    assert (undone.code, undone.err) == (0, "")
    assert home.run("review", "--json").out.count('"state": "review"') == 1
    assert (home.films / "one.nfo").read_text() == text
