from __future__ import annotations

from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import Shelf, offer


def test_a_deleted_nfo_is_foreseen_and_written_again(home: Home) -> None:
    for name in ("One", "[bold]Two"):
        (home.films / f"{name}.mkv").write_bytes(b"x")
    (home.films / "[bold]Two.nfo").write_text("<movie><title>Mine</title></movie>")

    async def put(shelf: Shelf) -> None:
        await shelf.put_accepted(offer("a"), name="One.mkv")
        await shelf.put_accepted(offer("b"), name="[bold]Two.mkv")

    home.fill(put)

    foreseen = home.run("write", "--all", "--dry-run")
    assert not (home.films / "One.nfo").exists()
    written = home.run("write", "--library", "films")

    assert (foreseen.code, foreseen.err) == (0, "")
    assert "2 accepted files" in foreseen.out
    assert "write: 1" in foreseen.out
    assert "One.nfo" in foreseen.out
    assert "somebody else wrote it" in " ".join(foreseen.out.split())
    assert (written.code, written.err) == (0, "")
    assert "2 accepted files: what lies beside them is brought up to date" in written.out
    assert "<title>Harbour A</title>" in (home.films / "One.nfo").read_text()
    assert "Mine" in (home.films / "[bold]Two.nfo").read_text()
    assert '"nothing to change": 1' in home.run("write", "1", "--dry-run", "--json").out
