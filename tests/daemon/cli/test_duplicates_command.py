from __future__ import annotations

import pytest

from daemon.desk.duplicate_views import DUPLICATES, NEAR
from tests.daemon.cli.home import Home
from tests.daemon.desk.shelf import Shelf
from tests.daemon.desk.twins import NEAR_PHASH, SMALL, Twin, put_twins

LARGE = Twin(name="Harbour at Dawn.mkv", content=1)
LITTLE = Twin(name="harbour.720p.mp4", content=2, phash=NEAR_PHASH, facts=SMALL)


@pytest.fixture
def numbers(home: Home) -> list[int]:
    async def put(shelf: Shelf) -> list[int]:
        return await put_twins(shelf, LITTLE, LARGE)

    return home.fill(put)


def test_clusters_are_shown_with_what_to_keep(home: Home, numbers: list[int]) -> None:
    little, large = numbers

    ran = home.run("duplicates")

    assert (ran.code, ran.err) == (0, "")
    assert f"keep  {large}  {home.films}/Harbour at Dawn.mkv" in ran.out
    assert f"      {little}  {home.films}/harbour.720p.mp4" in ran.out
    assert "smaller picture: 1280x720, not 1920x1080" in ran.out
    assert "1 cluster; up to 1.0 GiB could be freed. doorman deletes nothing" in ran.out


def test_clusters_for_programs_are_json(home: Home, numbers: list[int]) -> None:
    view = DUPLICATES.validate_json(home.run("duplicates", "--json").out)

    assert (view.found, view.distance_bits, len(view.clusters)) == (1, 4, 1)
    assert [each.file.number for each in view.clusters[0].files] == numbers[::-1]


@pytest.mark.parametrize(
    ("options", "found"),
    [
        (("--distance", "1"), 0),
        (("--distance", "2"), 1),
        (("-d", "16", "--limit", "1"), 1),
        (("--library", "films"), 1),
    ],
)
@pytest.mark.usefixtures("numbers")
def test_what_counts_as_near_can_be_said(home: Home, options: tuple[str, ...], found: int) -> None:
    view = DUPLICATES.validate_json(home.run("duplicates", *options, "--json").out)

    assert view.found == found


def test_one_file_is_compared_with_all_others(home: Home, numbers: list[int]) -> None:
    little, large = numbers

    ran = home.run("duplicates", "harbour.720p")
    view = NEAR.validate_json(home.run("duplicates", str(large), "--json").out)

    assert f"{large}  {home.films}/Harbour at Dawn.mkv" in ran.out
    assert "2 bits away; better; the file above: smaller picture" in ran.out
    assert [(each.file.number, each.is_better) for each in view.near] == [(little, False)]


@pytest.mark.parametrize(
    ("arguments", "remedy"),
    [
        (("--distance", "17"), "less than or equal to 16"),
        (("--distance", "-1"), "greater than or equal to 0"),
        (("--limit", "0"), "greater than or equal to 1"),
        (("--library", "nowhere"), "there is films"),
        (("/elsewhere/film.mkv",), "doorman knows no file '/elsewhere/film.mkv'"),
    ],
)
@pytest.mark.usefixtures("numbers")
def test_what_cannot_be_compared_is_a_wrong_usage(
    home: Home, arguments: tuple[str, ...], remedy: str
) -> None:
    ran = home.run("duplicates", *arguments)

    assert (ran.code, ran.out) == (2, "")
    assert remedy in ran.err


def test_an_empty_library_has_no_duplicates(home: Home) -> None:
    assert home.run("duplicates").out == (
        "0 contents compared within 4 bits\nNo two files are near-equal.\n"
    )
