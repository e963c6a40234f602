from collections.abc import Sequence
from functools import partial
from pathlib import PurePath

import pytest

from daemon.desk.finding import FileAmbiguous, FileUnknown, find
from rules.media import path_to_text
from store import sightings
from tests.daemon.desk.shelf import ROOT, Shelf

NAMES = (
    "Harbour at Dawn.mkv",
    "Harbour at Dawn 2.mkv",
    "Lantern Street/Lantern Street.mp4",
    "Lantern Street/Extra.mp4",
    "7 Ferries.mkv",
    "caf\udce9.mkv",
)


async def found(shelf: Shelf, reference: str) -> str:
    """Return the path below the library of the file that is meant."""
    file = await shelf.read(partial(find, reference=reference))
    return str(file.path.relative_to(ROOT))


async def put_all(shelf: Shelf, names: Sequence[str] = NAMES) -> list[int]:
    return [await shelf.put(name) for name in names]


@pytest.mark.parametrize(
    ("reference", "name"),
    [
        ("/films/Harbour at Dawn.mkv", "Harbour at Dawn.mkv"),
        ("Harbour at Dawn.mkv", "Harbour at Dawn.mkv"),
        ("DAWN 2", "Harbour at Dawn 2.mkv"),
        ("extra", "Lantern Street/Extra.mp4"),
        ("Street/Extra", "Lantern Street/Extra.mp4"),
        ("lantern", "Lantern Street/Lantern Street.mp4"),
        ("ferries", "7 Ferries.mkv"),
        ("caf\udce9.mkv", "caf\udce9.mkv"),
        ("/films/caf\udce9.mkv", "caf\udce9.mkv"),
        (path_to_text(PurePath("/films/caf\udce9.mkv")), "caf\udce9.mkv"),
        (path_to_text(PurePath("caf\udce9")), "caf\udce9.mkv"),
    ],
)
async def test_file_is_meant_by_path_name_or_part(shelf: Shelf, reference: str, name: str) -> None:
    await put_all(shelf)

    assert await found(shelf, reference) == name


async def test_number_means_that_file_only(shelf: Shelf) -> None:
    numbers = await put_all(shelf)

    assert [await found(shelf, str(number)) for number in numbers] == list(NAMES)


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "   ",
        "Quiet Orchard",
        "7",
        "99999999999999999999999999",
        "9223372036854775807",
        "/films",
        "/films/Lantern Street/Ext",
        "/elsewhere/Harbour at Dawn.mkv",
    ],
)
async def test_what_fits_nothing_is_never_taken_for_something_near(
    shelf: Shelf, reference: str
) -> None:
    await shelf.put("7 Ferries.mkv")
    await put_all(shelf, NAMES[:4])

    with pytest.raises(FileUnknown, match="part of its name") as caught:
        await found(shelf, reference)

    assert repr(reference) in str(caught.value)


async def test_what_fits_several_is_refused_with_their_numbers(shelf: Shelf) -> None:
    first, second, *_ = await put_all(shelf)

    with pytest.raises(FileAmbiguous) as caught:
        await found(shelf, "harbour")

    assert str(caught.value) == (
        f"2 files fit 'harbour' ({first} Harbour at Dawn.mkv; {second} Harbour at Dawn 2.mkv); "
        "give the number of one"
    )


async def test_of_many_only_a_few_are_named(shelf: Shelf) -> None:
    await put_all(shelf, [f"Clip {letter}.mkv" for letter in "abcdefgh"])

    with pytest.raises(FileAmbiguous, match=r"^8 files fit 'clip' \(.*Clip e.mkv and 3 more\)"):
        await found(shelf, "clip")


async def test_whole_name_is_found_behind_many_that_contain_it(shelf: Shelf) -> None:
    await put_all(shelf, [f"Ferry.mkv/{number}.mkv" for number in range(30)])
    await shelf.put("Ferry.mkv")

    assert await found(shelf, "Ferry.mkv") == "Ferry.mkv"


async def test_what_is_there_outweighs_what_is_missing(shelf: Shelf) -> None:
    gone, _ = await put_all(shelf, ["old/Harbour.mkv", "new/Harbour.mkv"])
    await shelf.change(partial(sightings.note_gone, file_ids=[gone], at_s=2.0))

    assert await found(shelf, "Harbour.mkv") == "new/Harbour.mkv"
    assert await found(shelf, "old/Harbour") == "old/Harbour.mkv"
