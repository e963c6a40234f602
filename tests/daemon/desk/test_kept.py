from functools import partial
from pathlib import PurePath

from daemon.desk.judging import Judging
from rules.journey import FileState
from store import kept_sidecars
from store.kept_sidecars import NFO
from tests.daemon.desk.shelf import Shelf, offer

PATH = PurePath("/films/dawn.nfo")


async def test_what_stays_is_told_by_why_and_counted_by_status(shelf: Shelf) -> None:
    number = await shelf.put_accepted(offer("a"))
    unknown = await shelf.put("dusk.mkv", FileState.NO_MATCH)
    for each in (number, unknown):
        keep = partial(
            kept_sidecars.keep, file_id=each, what=NFO, path=PATH, reason="it stays", at_s=1.0
        )
        await shelf.change(keep)

    told = await Judging(shelf.desk).why(str(number))
    of_no_work = await Judging(shelf.desk).why(str(unknown))

    assert (told.kept, of_no_work.kept) == (("it stays",), ())
    status = await shelf.desk.status()
    assert (status.kept, status.kept_lately) == (1, ("/films: it stays",))
