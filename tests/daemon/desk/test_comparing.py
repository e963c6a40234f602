from __future__ import annotations

from dataclasses import replace

import pytest

from daemon.desk.comparing import Comparing
from daemon.desk.duplicate_views import ClusterView, NearView
from daemon.desk.finding import FileUnknown
from daemon.desk.refusals import LibraryUnknown
from rules.duplicates import Nearness
from rules.journey import FileState
from tests.daemon.desk.shelf import Shelf
from tests.daemon.desk.twins import FACTS, NEAR_PHASH, PHASH, SMALL, Twin, put_twins

NEAR = Nearness()
LARGE = Twin(name="Harbour at Dawn.mkv", content=1)
LITTLE = Twin(name="harbour.720p.mp4", content=2, phash=NEAR_PHASH, facts=SMALL, size_bytes=1 << 28)
OTHER = Twin(name="Lantern Street.mkv", content=3, phash=~PHASH & (2**64 - 1))


@pytest.fixture
def comparing(shelf: Shelf) -> Comparing:
    return Comparing(shelf.desk)


def advice(cluster: ClusterView) -> list[tuple[int, bool, str]]:
    return [(each.file.number, each.is_kept, each.reason) for each in cluster.files]


def near(view: NearView) -> list[tuple[int, int | None, bool | None]]:
    return [(each.file.number, each.distance_bits, each.is_better) for each in view.near]


async def test_two_encodings_of_one_film_are_a_cluster(shelf: Shelf, comparing: Comparing) -> None:
    little, large, _ = await put_twins(shelf, LITTLE, LARGE, OTHER)

    view = await comparing.duplicates(NEAR)

    (cluster,) = view.clusters
    assert advice(cluster) == [
        (large, True, "larger picture"),
        (little, False, "smaller picture: 1280x720, not 1920x1080"),
    ]
    assert (view.compared, view.found) == (3, 1)
    assert view.frees_bytes == cluster.frees_bytes == 1 << 28
    assert not cluster.is_tie
    assert cluster.cautions == ()


async def test_a_file_is_shown_with_all_that_it_is_compared_by(
    shelf: Shelf, comparing: Comparing
) -> None:
    twin = replace(LITTLE, is_named=True, facts=replace(SMALL, bit_rate=None, hdr="hlg", audio=()))
    await put_twins(shelf, LARGE, twin)

    (cluster,) = (await comparing.duplicates(NEAR)).clusters

    shown = cluster.files[1].file
    assert shown.path == "/films/harbour.720p.mp4"
    assert (shown.size_bytes, shown.duration_s) == (1 << 28, 1800.5)
    assert (shown.width, shown.height, shown.video_codec, shown.hdr) == (1280, 720, "h264", "hlg")
    assert (shown.bit_rate, shown.has_sound, shown.is_named) == (
        round((1 << 31) / 1800.5),
        False,
        True,
    )
    assert (shown.phash, shown.library) == (f"{NEAR_PHASH:x}", "films")


async def test_copies_of_one_content_are_a_cluster_whatever_its_phash(
    shelf: Shelf, comparing: Comparing
) -> None:
    flat = replace(OTHER, phash=2**63)
    one, again = await put_twins(shelf, flat, replace(flat, name="Copy.mkv"))

    view = await comparing.duplicates(NEAR)

    (cluster,) = view.clusters
    assert {number for number, _, _ in advice(cluster)} == {one, again}
    assert cluster.is_tie
    assert "the same oshash and size" in cluster.files[1].reason
    assert view.compared == 0


async def test_two_names_of_one_file_are_no_duplicates(shelf: Shelf, comparing: Comparing) -> None:
    linked = replace(LARGE, inode=7)
    one, link = await put_twins(shelf, linked, replace(linked, name="Link.mkv"))

    view = await comparing.duplicates(NEAR)
    (near,) = (await comparing.near(str(one), NEAR)).near

    assert (view.clusters, view.found) == ((), 0)
    assert (near.file.number, near.is_better) == (link, None)
    assert near.reason == "another name of the file to keep; deleting it frees nothing"


async def test_copies_stand_in_the_cluster_of_their_content(
    shelf: Shelf, comparing: Comparing
) -> None:
    numbers = await put_twins(shelf, LARGE, replace(LARGE, name="Copy.mkv"), LITTLE)

    (cluster,) = (await comparing.duplicates(NEAR)).clusters

    assert {number for number, _, _ in advice(cluster)} == set(numbers)


async def test_what_frees_most_comes_first_and_all_of_it_is_counted(
    shelf: Shelf, comparing: Comparing
) -> None:
    copy = replace(OTHER, name="Copy of Lantern Street.mkv")
    await put_twins(shelf, LARGE, LITTLE, OTHER, copy)

    view = await comparing.duplicates(NEAR, limit=1)

    assert [cluster.frees_bytes for cluster in view.clusters] == [1 << 30]
    assert (view.found, view.frees_bytes) == (2, (1 << 30) + (1 << 28))


@pytest.mark.parametrize(
    "lonely",
    [
        replace(LITTLE, state=FileState.SETTLED),
        replace(LITTLE, facts=replace(SMALL, duration_s=1850.0)),
        replace(LITTLE, phash=PHASH ^ 0b111_1110),
        replace(LITTLE, phash=None),
    ],
    ids=["changing", "other duration", "6 bits", "no phash"],
)
async def test_what_is_not_near_is_no_cluster(
    shelf: Shelf, comparing: Comparing, lonely: Twin
) -> None:
    await put_twins(shelf, LARGE, lonely)

    view = await comparing.duplicates(NEAR)

    assert (view.clusters, view.found, view.frees_bytes) == ((), 0, 0)


async def test_missing_files_are_no_duplicates(shelf: Shelf, comparing: Comparing) -> None:
    _, gone = await put_twins(shelf, LARGE, LITTLE)
    await shelf.change(
        lambda connection: connection.execute(
            "UPDATE file SET missing_since_s = 5 WHERE id = $1", [gone]
        )
    )

    assert (await comparing.duplicates(NEAR)).clusters == ()
    view = await comparing.near(str(gone), NEAR)
    assert (view.file, view.near) == (None, ())
    assert view.remark == "it is missing, so it is not compared"


async def test_a_library_is_compared_by_itself(shelf: Shelf, comparing: Comparing) -> None:
    large, _ = await put_twins(shelf, LARGE, replace(LITTLE, library="old"))

    assert (await comparing.duplicates(NEAR)).found == 1
    for library in ("films", "series", "old"):
        view = await comparing.duplicates(NEAR, library=library)
        assert (view.found, view.library) == (0, library)
        assert (await comparing.near(str(large), NEAR, library="films")).near == ()
    with pytest.raises(LibraryUnknown, match="no library 'nowhere'; there is films, old, series"):
        await comparing.duplicates(NEAR, library="nowhere")
    with pytest.raises(LibraryUnknown):
        await comparing.near(str(large), NEAR, library="nowhere")


async def test_files_near_one_are_shown_with_what_is_better(
    shelf: Shelf, comparing: Comparing
) -> None:
    twin = replace(LITTLE, name="Twin.mkv", content=9, phash=PHASH, facts=FACTS)
    copy = replace(LITTLE, name="Copy.mp4")
    little, same, large, tie, _ = await put_twins(shelf, LITTLE, copy, LARGE, twin, OTHER)

    of_little = await comparing.near(LITTLE.name, NEAR)
    of_large = await comparing.near(str(large), NEAR)

    assert (of_little.number, of_little.path) == (little, "/films/harbour.720p.mp4")
    assert near(of_little) == [(same, 0, None), (large, 2, True), (tie, 2, True)]
    assert near(of_large) == [(tie, 0, None), (little, 2, False), (same, 2, False)]
    assert of_large.near[1].reason == "smaller picture: 1280x720, not 1920x1080"
    assert of_large.remark is None


@pytest.mark.parametrize(
    ("twin", "remark"),
    [
        (replace(LARGE, phash=None), "it has no phash"),
        (replace(LARGE, phash=0xFF), "its pictures are too plain for a phash"),
        (replace(LARGE, facts=replace(FACTS, duration_s=0.0)), "it does not say how long it is"),
    ],
    ids=["none", "plain", "endless"],
)
async def test_a_file_whose_phash_says_nothing_has_only_copies(
    shelf: Shelf, comparing: Comparing, twin: Twin, remark: str
) -> None:
    number, copy, _ = await put_twins(
        shelf, twin, replace(twin, name="Copy.mkv"), replace(twin, name="Two.mkv", content=2)
    )

    view = await comparing.near(str(number), NEAR)

    assert view.remark == f"{remark}, so only files with the same oshash and size are found"
    assert near(view) == [(copy, None, None)]


async def test_a_file_that_is_not_examined_is_said_to_be_so(
    shelf: Shelf, comparing: Comparing
) -> None:
    seen = await shelf.put("Seen.mkv", FileState.SEEN, is_examined=False)
    odd = await shelf.put("Odd.mkv", FileState.DISMISSED, is_examined=False)

    assert (await comparing.near(str(seen), NEAR)).remark == (
        "it is seen, so its content is not known yet"
    )
    assert (await comparing.near(str(odd), NEAR)).remark == (
        "it was not examined, so its content is not known"
    )


async def test_a_path_that_doorman_does_not_know_is_said_to_be_unknown(
    comparing: Comparing,
) -> None:
    with pytest.raises(FileUnknown, match=r"/elsewhere/film\.mkv"):
        await comparing.near("/elsewhere/film.mkv", NEAR)
