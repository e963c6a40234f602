"""What the desk says before sidecars are brought up to date, and whose it owes."""

from __future__ import annotations

from functools import partial
from pathlib import Path

import pytest

from daemon.desk.finding import FileUnknown
from daemon.desk.refusals import LibraryUnknown, NotAnswerable
from daemon.desk.rewriting import NothingMeant, Rewriting
from daemon.desk.rewriting_views import RewriteLine
from rules.errors import DoormanError
from store import outbox
from store.database import Database
from store.outbox import Errand
from tests.daemon.desk.shelf import Shelf, make_shelf, offer

FOREIGN = "<movie><title>Mine</title></movie>"


@pytest.fixture
def home(database: Database, tmp_path: Path) -> Shelf:
    """Return a shelf whose library is a folder that is there."""
    return make_shelf(database, tmp_path)


async def owed(home: Shelf, number: int) -> int:
    """Return how often a file is owed to be brought up to date."""
    return len(await home.read(lambda each: outbox.owed_for(each, number, Errand.REWRITE)))


async def test_a_dry_run_counts_every_sidecar_and_owes_nothing(home: Shelf, tmp_path: Path) -> None:
    bare = await home.put_accepted(offer("a"), name="One.mkv")
    theirs = await home.put_accepted(offer("b"), name="Two.mkv")
    await home.put("Three.mkv", offers=(offer("c"),))
    (tmp_path / "Two.nfo").write_text(FOREIGN)

    view = await Rewriting(home.desk).rewrite((), is_all=True, is_dry=True)

    assert (view.is_dry, view.files, view.owed) == (True, 2, 0)
    assert view.deeds == {"leave": 1, "write": 1}
    assert view.lines == (
        RewriteLine(number=bare, path=str(tmp_path / "One.nfo"), deed="write", reason=None),
        RewriteLine(
            number=theirs,
            path=str(tmp_path / "Two.nfo"),
            deed="leave",
            reason="somebody else wrote it",
        ),
    )
    assert await owed(home, bare) == 0
    assert not (tmp_path / "One.nfo").exists()


async def test_files_and_libraries_are_owed_once(home: Shelf) -> None:
    one = await home.put_accepted(offer("a"), name="One.mkv")
    two = await home.put_accepted(offer("b"), name="Two.mkv")
    for number in (one, two):  # their sidecars are written
        await home.change(partial(outbox.cancel, file_id=number, errand=Errand.SIDECAR, at_s=1.0))
    bell = home.desk.bells.apply

    first = await Rewriting(home.desk).rewrite((str(one),), ("series",))
    await bell.heard(timeout_s=60)  # it was rung
    second = await Rewriting(home.desk).rewrite(("One.mkv",), ("films",))

    assert (first.files, first.owed) == (1, 1)
    assert (second.files, second.owed) == (2, 1)
    assert await owed(home, one) == 1


@pytest.mark.parametrize(
    ("references", "libraries", "error"),
    [
        ((), (), NothingMeant),
        (("gone.mkv",), (), FileUnknown),
        (("Three.mkv",), (), NotAnswerable),
        ((), ("nowhere",), LibraryUnknown),
    ],
    ids=["nothing", "no file", "not accepted", "no library"],
)
async def test_what_cannot_be_meant_is_refused(
    home: Shelf,
    references: tuple[str, ...],
    libraries: tuple[str, ...],
    error: type[DoormanError],
) -> None:
    await home.put("Three.mkv", offers=(offer("c"),))

    with pytest.raises(error):
        await Rewriting(home.desk).rewrite(references, libraries)
