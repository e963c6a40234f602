from dataclasses import replace
from pathlib import PurePath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.listing import Finding, Listing, NoListing, RootIdentity, Sighting
from rules.media import FileStamp
from rules.reconcile import (
    Expectation,
    KnownFile,
    Move,
    Reconciliation,
    Suspicion,
    reconcile,
)

ROOT = RootIdentity(device=1, inode=2)
OTHER_ROOT = RootIdentity(device=1, inode=99)
LIBRARY = PurePath("/library")
EXPECTED = Expectation(at_s=1000, confirm_after_s=600, root=ROOT)


def stamp(inode: int, size_bytes: int = 5) -> FileStamp:
    return FileStamp(size_bytes=size_bytes, mtime_ns=7, inode=inode)


def sighting(name: str, inode: int, *, size_bytes: int = 5, device: int = 1) -> Sighting:
    return Sighting(path=LIBRARY / name, stamp=stamp(inode, size_bytes), device=device)


def known(name: str, inode: int, *, device: int | None = 1, is_missing: bool = False) -> KnownFile:
    return KnownFile(path=LIBRARY / name, stamp=stamp(inode), device=device, is_missing=is_missing)


def listing(*sightings: Sighting, root: RootIdentity = ROOT) -> Listing:
    return Listing(root=root, sightings=sightings, devices=frozenset({root.device}))


def hide(found: Listing, name: str) -> Listing:
    finding = Finding(path=LIBRARY / name, reason="cannot be read", hides=True)
    return replace(found, findings=(finding,))


STAY = (known("stay.mp4", 50), sighting("stay.mp4", 50))
"""Keeps a library from being empty."""


def test_nothing_happened() -> None:
    assert reconcile([STAY[0]], listing(STAY[1]), EXPECTED) == Reconciliation()


def test_a_file_that_was_not_known_is_new() -> None:
    new = sighting("new.mp4", 3)

    assert reconcile([], listing(new), EXPECTED) == Reconciliation(new=(new,))


def test_another_stamp_at_a_known_path_is_a_change() -> None:
    seen = sighting("a.mp4", 3, size_bytes=6)

    assert reconcile([known("a.mp4", 3)], listing(seen), EXPECTED).changed == (seen,)


def test_a_file_that_is_not_there_is_gone() -> None:
    found = reconcile([STAY[0], known("a.mp4", 3)], listing(STAY[1]), EXPECTED)

    assert found == Reconciliation(gone=(LIBRARY / "a.mp4",))


def test_a_missing_file_stays_missing_in_silence() -> None:
    found = reconcile([STAY[0], known("a.mp4", 3, is_missing=True)], listing(STAY[1]), EXPECTED)

    assert found == Reconciliation()


def test_a_missing_file_is_back() -> None:
    seen = sighting("a.mp4", 3)

    found = reconcile([known("a.mp4", 3, is_missing=True)], listing(seen), EXPECTED)

    assert found == Reconciliation(back=(seen,))


def test_a_missing_file_that_is_back_with_other_content_is_changed() -> None:
    seen = sighting("a.mp4", 4)

    found = reconcile([known("a.mp4", 3, is_missing=True)], listing(seen), EXPECTED)

    assert found == Reconciliation(changed=(seen,))


@pytest.mark.parametrize("was_missing", [False, True])
def test_the_same_inode_under_a_new_name_is_a_move(*, was_missing: bool) -> None:
    seen = sighting("b.mp4", 3)

    found = reconcile([known("a.mp4", 3, is_missing=was_missing)], listing(seen), EXPECTED)

    assert found == Reconciliation(moved=(Move(origin=LIBRARY / "a.mp4", sighting=seen),))


@pytest.mark.parametrize(
    "seen",
    [
        sighting("b.mp4", 4),
        sighting("b.mp4", 3, size_bytes=6),
        sighting("b.mp4", 3, device=8),
    ],
)
def test_another_inode_size_or_file_system_is_no_move(seen: Sighting) -> None:
    found = reconcile([STAY[0], known("a.mp4", 3)], listing(STAY[1], seen), EXPECTED)

    assert found == Reconciliation(new=(seen,), gone=(LIBRARY / "a.mp4",))


def test_a_second_name_of_a_file_that_is_still_there_is_new() -> None:
    second = sighting("b.mp4", 3)

    found = reconcile([known("a.mp4", 3)], listing(sighting("a.mp4", 3), second), EXPECTED)

    assert found == Reconciliation(new=(second,))


def test_two_new_names_for_one_lost_file_are_no_move() -> None:
    names = (sighting("b.mp4", 3), sighting("c.mp4", 3))

    found = reconcile([known("a.mp4", 3)], listing(*names), EXPECTED)

    assert found == Reconciliation(new=names, gone=(LIBRARY / "a.mp4",))


def test_one_new_name_for_two_lost_names_is_no_move() -> None:
    seen = sighting("c.mp4", 3)

    found = reconcile([known("a.mp4", 3), known("b.mp4", 3)], listing(seen), EXPECTED)

    assert found.moved == ()
    assert found.new == (seen,)


def test_a_file_without_a_known_file_system_is_not_moved_by_inode() -> None:
    seen = sighting("b.mp4", 3)

    assert reconcile([known("a.mp4", 3, device=None)], listing(seen), EXPECTED).new == (seen,)


def test_a_known_path_that_was_written_over_by_a_move_is_a_change() -> None:
    seen = sighting("b.mp4", 3)

    found = reconcile([known("a.mp4", 3), known("b.mp4", 4)], listing(seen), EXPECTED)

    assert found == Reconciliation(changed=(seen,), gone=(LIBRARY / "a.mp4",))


def test_nothing_is_gone_below_a_folder_that_cannot_be_read() -> None:
    found = reconcile(
        [STAY[0], known("shut/deep/a.mp4", 3), known("shut.mp4", 4), known("open/b.mp4", 5)],
        hide(listing(STAY[1]), "shut"),
        EXPECTED,
    )

    assert found.unknown == (LIBRARY / "shut/deep/a.mp4",)
    assert found.gone == (LIBRARY / "open/b.mp4", LIBRARY / "shut.mp4")


def test_a_file_that_cannot_be_read_is_not_gone() -> None:
    found = reconcile([STAY[0], known("a.mp4", 3)], hide(listing(STAY[1]), "a.mp4"), EXPECTED)

    assert found == Reconciliation(unknown=(LIBRARY / "a.mp4",))


def test_a_hidden_old_name_may_still_be_there_so_it_is_no_move() -> None:
    second = sighting("b.mp4", 3)

    found = reconcile([known("shut/a.mp4", 3)], hide(listing(second), "shut"), EXPECTED)

    assert found == Reconciliation(new=(second,), unknown=(LIBRARY / "shut/a.mp4",))


def test_an_unmounted_disk_inside_the_library_hides_its_files() -> None:
    files = [STAY[0], known("disk/a.mp4", 3, device=8), known("disk/b.mp4", 4, device=8)]

    found = reconcile(files, listing(STAY[1]), EXPECTED)

    assert found == Reconciliation(unknown=(LIBRARY / "disk/a.mp4", LIBRARY / "disk/b.mp4"))


def test_a_mounted_disk_inside_the_library_can_lose_all_its_files() -> None:
    found = reconcile(
        [STAY[0], known("disk/a.mp4", 3, device=8)],
        replace(listing(STAY[1]), devices=frozenset({1, 8})),
        EXPECTED,
    )

    assert found == Reconciliation(gone=(LIBRARY / "disk/a.mp4",))


def test_a_disk_inside_the_library_that_was_only_renumbered_hides_nothing() -> None:
    still = sighting("disk/b.mp4", 4, device=9)

    found = reconcile(
        [STAY[0], known("disk/a.mp4", 3, device=8), known("disk/b.mp4", 4, device=8)],
        listing(STAY[1], still),
        EXPECTED,
    )

    assert found == Reconciliation(gone=(LIBRARY / "disk/a.mp4",), renumbered=(still,))


def test_a_library_that_was_renumbered_as_a_whole_still_knows_moves() -> None:
    seen = sighting("b.mp4", 3, device=7)
    root = RootIdentity(device=7, inode=ROOT.inode)

    found = reconcile([known("a.mp4", 3)], listing(seen, root=root), EXPECTED)

    assert found == Reconciliation(moved=(Move(origin=LIBRARY / "a.mp4", sighting=seen),))


def test_where_inodes_do_not_last_only_size_and_time_count() -> None:
    seen, other = sighting("a.mp4", 77), sighting("c.mp4", 4)
    found = reconcile(
        [known("a.mp4", 3), known("b.mp4", 4)],
        replace(listing(seen, other), has_stable_inodes=False),
        EXPECTED,
    )

    assert found == Reconciliation(new=(other,), gone=(LIBRARY / "b.mp4",), renumbered=(seen,))


def test_a_library_that_cannot_be_walked_loses_nothing() -> None:
    found = reconcile([known("a.mp4", 3)], NoListing(reason="not there"), EXPECTED)

    assert found.gone == ()
    assert found.unknown == (LIBRARY / "a.mp4",)
    assert found.suspicion == Suspicion(
        reason="not there",
        root=None,
        missing=frozenset({LIBRARY / "a.mp4"}),
        since_s=1000,
        is_confirmable=False,
    )


@pytest.mark.parametrize("root", [ROOT, OTHER_ROOT])
def test_an_empty_listing_is_never_believed(root: RootIdentity) -> None:
    first = reconcile([known("a.mp4", 3)], listing(root=root), EXPECTED)
    later = replace(EXPECTED, at_s=10**9, suspicion=first.suspicion)
    second = reconcile([known("a.mp4", 3)], listing(root=root), later)

    assert first.gone == second.gone == ()
    assert second.suspicion
    assert not second.suspicion.is_confirmable
    assert ("another" in second.suspicion.reason) is (root is OTHER_ROOT)


def test_an_empty_library_of_which_nothing_is_known_is_unsuspicious() -> None:
    assert reconcile([], listing(root=OTHER_ROOT), EXPECTED) == Reconciliation()


def lose(count: int, of: int) -> tuple[list[KnownFile], Listing]:
    files = [known(f"{number}.mp4", number + 100) for number in range(of)]
    seen = [sighting(f"{number}.mp4", number + 100) for number in range(count, of)]
    return files, listing(*seen)


@pytest.mark.parametrize(
    ("count", "of", "suspicious"),
    [(5, 10, False), (6, 10, True), (8, 9, False), (500, 1000, False), (501, 1000, True)],
)
def test_losing_most_of_many_files_at_once_is_suspicious(
    count: int, of: int, *, suspicious: bool
) -> None:
    found = reconcile(*lose(count, of), EXPECTED)

    assert (found.suspicion is not None) is suspicious
    assert len(found.gone) == (0 if suspicious else count)


def test_in_another_folder_than_before_any_number_is_suspicious() -> None:
    files, found = lose(2, 3)

    result = reconcile(files, replace(found, root=OTHER_ROOT), EXPECTED)

    assert result.suspicion
    assert not result.suspicion.is_confirmable


def test_a_great_move_is_no_loss() -> None:
    files = [known(f"{number}.mp4", number + 100) for number in range(20)]
    seen = [sighting(f"new/{number}.mp4", number + 100) for number in range(20)]

    found = reconcile(files, listing(*seen), EXPECTED)

    assert found.suspicion is None
    assert len(found.moved) == 20


def test_two_looks_far_enough_apart_that_agree_are_believed() -> None:
    files, found = lose(8, 10)
    first = reconcile(files, found, EXPECTED)
    too_soon = reconcile(files, found, replace(EXPECTED, at_s=1599, suspicion=first.suspicion))
    later = reconcile(files, found, replace(EXPECTED, at_s=1600, suspicion=too_soon.suspicion))

    assert first.suspicion
    assert first.suspicion.is_confirmable
    assert too_soon.suspicion == first.suspicion
    assert later.suspicion is None
    assert len(later.gone) == 8


def test_a_look_that_disagrees_starts_again() -> None:
    files, found = lose(8, 10)
    first = reconcile(files, found, EXPECTED)
    _, worse = lose(9, 10)

    second = reconcile(files, worse, replace(EXPECTED, at_s=1600, suspicion=first.suspicion))

    assert second.suspicion
    assert second.suspicion.since_s == 1600


def test_a_suspicion_that_could_not_be_confirmed_confirms_no_other() -> None:
    files, _ = lose(10, 10)
    empty = reconcile(files, listing(), EXPECTED)
    stray = listing(sighting("stray.mp4", 1))

    later = reconcile(files, stray, replace(EXPECTED, at_s=9000, suspicion=empty.suspicion))

    assert later.suspicion
    assert later.suspicion.since_s == 9000


def test_a_person_s_word_is_believed() -> None:
    files, _ = lose(10, 10)

    found = reconcile(files, listing(root=OTHER_ROOT), replace(EXPECTED, is_trusted=True))

    assert found.suspicion is None
    assert len(found.gone) == 10


NAMES = st.sampled_from(["a.mp4", "b.mp4", "c/a.mp4", "c/b.mp4", "d.mp4", "e/f.mp4"])
STAMPS = st.builds(stamp, st.integers(1, 4), st.integers(1, 2))
DEVICES = st.integers(1, 2)
KNOWN = st.lists(
    st.builds(
        KnownFile,
        path=NAMES.map(LIBRARY.joinpath),
        stamp=STAMPS,
        device=st.none() | DEVICES,
        is_missing=st.booleans(),
    ),
    unique_by=lambda file: file.path,
)
ROOTS = st.builds(RootIdentity, device=DEVICES, inode=st.integers(1, 2))
SEEN = st.builds(
    Listing,
    root=ROOTS,
    sightings=st.lists(
        st.builds(Sighting, path=NAMES.map(LIBRARY.joinpath), stamp=STAMPS, device=DEVICES),
        unique_by=lambda seen: seen.path,
    ).map(tuple),
    devices=st.frozensets(DEVICES),
    findings=st.lists(
        st.builds(
            Finding,
            path=st.sampled_from([LIBRARY / "c", LIBRARY / "e", LIBRARY / "d.mp4"]),
            reason=st.just("cannot be read"),
            hides=st.booleans(),
        ),
        max_size=1,
    ).map(tuple),
    has_stable_inodes=st.booleans(),
)
EXPECTATIONS = st.builds(
    Expectation,
    at_s=st.just(0.0),
    confirm_after_s=st.just(1.0),
    root=st.none() | ROOTS,
    suspicion=st.none(),
    is_trusted=st.booleans(),
)


def remembered(seen: Sighting) -> KnownFile:
    return KnownFile(path=seen.path, stamp=seen.stamp, device=seen.device)


def apply(files: list[KnownFile], found: Reconciliation) -> list[KnownFile]:
    """Do what a caller does with a reconciliation."""
    kept = {file.path: file for file in files}
    for path in found.gone:
        kept[path] = replace(kept[path], is_missing=True)
    for move in found.moved:
        del kept[move.origin]
        kept[move.sighting.path] = remembered(move.sighting)
    for seen in (*found.new, *found.changed, *found.back, *found.renumbered):
        kept[seen.path] = remembered(seen)
    return list(kept.values())


@given(KNOWN, SEEN, EXPECTATIONS)
def test_no_path_is_in_two_groups(
    files: list[KnownFile], found: Listing, expected: Expectation
) -> None:
    result = reconcile(files, found, expected)
    paths = [
        *(seen.path for seen in (*result.new, *result.changed, *result.back)),
        *(seen.path for seen in result.renumbered),
        *(path for move in result.moved for path in (move.origin, move.sighting.path)),
        *result.gone,
        *result.unknown,
    ]

    assert len(paths) == len(set(paths))


@given(KNOWN, SEEN | st.just(NoListing(reason="away")), EXPECTATIONS)
def test_nothing_is_gone_while_anything_is_suspicious(
    files: list[KnownFile], found: Listing | NoListing, expected: Expectation
) -> None:
    result = reconcile(files, found, expected)

    assert not (result.suspicion and result.gone)


@given(KNOWN, SEEN, EXPECTATIONS)
def test_what_is_gone_was_there_and_is_not_listed(
    files: list[KnownFile], found: Listing, expected: Expectation
) -> None:
    present = {file.path for file in files if not file.is_missing}
    listed = {seen.path for seen in found.sightings}

    assert set(reconcile(files, found, expected).gone) <= present - listed


@given(KNOWN, SEEN, EXPECTATIONS)
def test_looking_again_finds_nothing_more(
    files: list[KnownFile], found: Listing, expected: Expectation
) -> None:
    first = reconcile(files, found, expected)
    later = replace(expected, root=found.root, suspicion=first.suspicion)

    second = reconcile(apply(files, first), found, later)

    assert (second.new, second.changed, second.back, second.moved, second.renumbered) == (
        (),
        (),
        (),
        (),
        (),
    )
    if first.suspicion is None:
        assert second.gone == ()


@given(KNOWN.flatmap(lambda files: st.tuples(st.just(files), st.permutations(files))), SEEN)
def test_the_order_of_what_is_known_does_not_matter(
    orders: tuple[list[KnownFile], list[KnownFile]], found: Listing
) -> None:
    files, mixed = orders

    assert reconcile(files, found, EXPECTED) == reconcile(mixed, found, EXPECTED)
