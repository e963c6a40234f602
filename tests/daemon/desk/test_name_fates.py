"""An undo that is shown first tells what becomes of the names that doorman gave."""

import io
from functools import partial
from pathlib import Path

from rich.console import Console

from daemon.cli.show_undo import show_preview
from daemon.desk.taking_back import TakingBack
from rules.listing import Sighting
from rules.media import path_to_text
from store import journal, renames, sightings
from store.database import Connection, Database
from store.files import FileRecord
from store.renames import Renaming
from tests.daemon.desk.shelf import make_shelf, offer


def _renamed(connection: Connection, *, file: FileRecord, path: Path) -> None:
    said = Renaming(
        former=path_to_text(file.path),
        path=path_to_text(path),
        beside=(".nfo",),
        size_bytes=file.stamp.size_bytes,
        mtime_ns=file.stamp.mtime_ns,
    )
    plan_id = journal.latest_plan(connection, file.id)
    renames.intend(connection, file, said, plan_id=plan_id, at_s=4.0)
    (change,) = renames.under_way(connection, file.id)
    seen = Sighting(path=path, stamp=file.stamp, device=1)
    renames.note_done(connection, change, file, seen, at_s=4.0)


async def test_an_undo_tells_what_the_file_is_called_then(
    database: Database, tmp_path: Path
) -> None:
    shelf = make_shelf(database, tmp_path)
    number = await shelf.put_accepted(offer("a"), name="Film.mkv")
    former, path = tmp_path / "Film.mkv", tmp_path / "Harbour A.mkv"
    await shelf.change(partial(_renamed, file=await shelf.file(number), path=path))

    async def told() -> str | None:
        preview = await TakingBack(shelf.desk).preview_of([str(number)])
        out = io.StringIO()
        show_preview(preview, Console(file=out, width=300))
        (line,) = preview.lines
        assert f"     - the file {line.name}\n" in out.getvalue()
        return line.name

    assert await told() == f"is called {former} again"
    _touch(former)
    assert await told() == (f"keeps its name: {former} is there already and is never written over")
    file = await shelf.file(number)
    seen = Sighting(path=tmp_path / "Mine.mkv", stamp=file.stamp, device=1)
    moved = partial(sightings.note_moved, file=file, library="films", sighting=seen, at_s=5.0)
    await shelf.change(moved)
    assert await told() == "keeps its name: it is not where doorman put it"


def _touch(path: Path) -> None:
    path.write_bytes(b"another film")
