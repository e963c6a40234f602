from __future__ import annotations

from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest

from daemon.desk.taking_back import MOST_AT_ONCE, NothingMeant, TakingBack
from daemon.desk.taking_back_views import UndoBound, UndoPreview, UndoTotals
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.sidecar import digest
from store import files, journal, works
from store.database import Connection, Database
from store.journal import ChangeKind, ChangeState
from store.outbox import Errand, owed_for
from store.restore_order import RestoreOrder, read_order
from store.undoable import AcceptSieve
from store.works import StoredField
from tests.daemon.desk.shelf import Shelf, make_shelf, offer

A, B = offer("a"), offer("b", source="second")
MINE = StoredField(value='"My Harbour"', origin=Origin.PERSON, source=None)


@pytest.fixture
def taking_back(shelf: Shelf) -> TakingBack:
    return TakingBack(shelf.desk)


async def written_by_hand(shelf: Shelf, number: int) -> int:
    """Let a person write a title into a file's work; return the work's number."""
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    put = partial(works.put_field, work_id=work_id, field=Field.TITLE, stored=MINE, at_s=5.0)
    await shelf.change(put)
    return work_id


def _write_beside(
    connection: Connection, *, number: int, target: Path, before: bytes | None, after: bytes
) -> None:
    file = files.get(connection, number)
    assert file is not None
    plan_id = journal.latest_plan(connection, number)
    assert plan_id is not None
    change_id = journal.intend_file(
        connection,
        plan_id,
        ChangeKind.WRITE_SIDECAR,
        target,
        before_bytes=before,
        after_sha256=digest(after),
        at_s=3.0,
    )
    journal.mark(connection, change_id, ChangeState.DONE, at_s=3.0)


def bound_of(preview: UndoPreview) -> list[UndoBound]:
    return [line.bound for line in preview.lines]


async def test_what_is_shown_is_counted_and_nothing_of_it_is_done(
    shelf: Shelf, taking_back: TakingBack
) -> None:
    await shelf.put_accepted(A, name="One.mkv")
    await shelf.put_accepted(B, name="Two.mkv")

    preview = await taking_back.preview_all(AcceptSieve(rule="exact"))

    assert [(line.path, line.message, line.is_done) for line in preview.lines] == [
        ("/films/Two.mkv", 'accepted as "Harbour B" by rule "exact"', True),
        ("/films/One.mkv", 'accepted as "Harbour A" by rule "exact"', True),
    ]
    assert preview.beyond == 0
    assert preview.totals == UndoTotals(
        files=2,
        fields=8,
        works=2,
        performers=2,
        studios=1,
        tags=0,
        forgotten=0,
        sidecars=0,
        left=0,
    )
    assert await taking_back.preview_all(AcceptSieve(rule="exact")) == preview


async def test_what_was_shown_is_undone_and_comes_to_what_was_counted(
    shelf: Shelf, taking_back: TakingBack
) -> None:
    numbers = [await shelf.put_accepted(each, name=f"{each.remote_id}.mkv") for each in (A, B)]
    preview = await taking_back.preview_all(AcceptSieve(last=5))

    part = await taking_back.carry_out(bound_of(preview))

    assert ([line.bound.file for line in part.done], part.left_out, part.rest) == (
        numbers[::-1],
        (),
        (),
    )
    for number in numbers:
        assert (await shelf.file(number)).state is FileState.REVIEW
    assert (await taking_back.preview_all(AcceptSieve(last=5))).lines == ()


@pytest.mark.parametrize(
    ("sieve", "names"),
    [
        (AcceptSieve(last=1), ["Two.mkv"]),
        (AcceptSieve(rule="exact"), ["Two.mkv", "One.mkv"]),
        (AcceptSieve(rule="another"), []),
        (AcceptSieve(since_s=2.0), ["Two.mkv", "One.mkv"]),
        (AcceptSieve(since_s=2.5), []),
        (AcceptSieve(last=1, since_s=1.0, rule="exact"), ["Two.mkv"]),
    ],
    ids=["last", "rule", "another rule", "since", "since later", "all of it"],
)
async def test_accepts_are_sifted(
    shelf: Shelf, taking_back: TakingBack, sieve: AcceptSieve, names: list[str]
) -> None:
    await shelf.put_accepted(A, name="One.mkv")
    await shelf.put_accepted(B, name="Two.mkv")

    preview = await taking_back.preview_all(sieve)

    assert [line.path.rpartition("/")[2] for line in preview.lines] == names


async def test_nothing_is_no_sieve(taking_back: TakingBack) -> None:
    with pytest.raises(NothingMeant, match="--last N"):
        await taking_back.preview_all(AcceptSieve())


async def test_what_changed_since_stays_unless_it_is_forced(
    shelf: Shelf, taking_back: TakingBack
) -> None:
    number = await shelf.put_accepted(A)
    work_id = await written_by_hand(shelf, number)

    gentle = await taking_back.preview_all(AcceptSieve(last=1))
    forced = await taking_back.preview_all(AcceptSieve(last=1), is_forced=True)

    assert gentle.lines[0].left == ("title was changed since and stays as it is",)
    assert (gentle.totals.left, gentle.totals.works) == (1, 0)
    assert (forced.lines[0].left, forced.totals.left, forced.totals.works) == ((), 0, 1)
    await taking_back.carry_out(bound_of(forced), is_forced=True)
    assert await shelf.read(partial(works.fields, work_id=work_id)) == {}
    (owed,) = await shelf.read(partial(owed_for, file_id=number, errand=Errand.RESTORE))
    assert read_order(owed.payload) == RestoreOrder(first_plan=1, is_forced=True)


async def test_a_file_that_changed_since_it_was_shown_is_left_out(
    shelf: Shelf, taking_back: TakingBack
) -> None:
    one, two = [await shelf.put_accepted(each, name=f"{each.remote_id}.mkv") for each in (A, B)]
    bound = bound_of(await taking_back.preview_all(AcceptSieve(last=2)))
    gone = UndoBound(file=99, revision=1, decision=1)
    await shelf.desk.undo(str(one))

    part = await taking_back.carry_out([*bound, gone])

    assert [line.bound.file for line in part.done] == [two]
    assert [(line.bound.file, "look at" in line.message) for line in part.left_out] == [
        (one, False),
        (99, True),
    ]


async def test_an_accept_that_was_taken_back_is_not_taken_back_twice(
    shelf: Shelf, taking_back: TakingBack
) -> None:
    number = await shelf.put_accepted(A)
    (bound,) = bound_of(await taking_back.preview_all(AcceptSieve(last=1)))
    await taking_back.carry_out([bound])
    again = replace(bound, revision=(await shelf.file(number)).revision)

    part = await taking_back.carry_out([again])

    assert "is not accepted as it was shown any more" in part.left_out[0].message


async def test_of_a_named_file_the_latest_is_shown_whatever_it_was(
    shelf: Shelf, taking_back: TakingBack
) -> None:
    number = await shelf.put("One.mkv", offers=[A])
    await shelf.desk.dismiss(str(number))

    preview = await taking_back.preview_of([str(number), "One.mkv"])

    assert [(line.message, line.is_done) for line in preview.lines] == [
        ("no longer dismissed", True)
    ]
    assert preview.totals.files == 1
    nothing = await taking_back.preview_of([str(await shelf.put("Two.mkv"))])
    assert (nothing.lines[0].is_done, nothing.totals.files) == (False, 0)


async def test_what_takes_too_long_is_left_for_the_next_request(
    shelf: Shelf,
) -> None:
    for place in range(12):
        await shelf.put_accepted(offer(f"x{place}"), name=f"{place}.mkv")
    taking_back = TakingBack(shelf.desk)
    bound = bound_of(await taking_back.preview_all(AcceptSieve(last=MOST_AT_ONCE)))

    part = await taking_back.carry_out(bound, within_s=0.0)

    assert (len(part.done), len(part.rest)) == (10, 2)
    rest = await taking_back.carry_out(part.rest)
    assert (len(rest.done), rest.rest) == (2, ())


@pytest.mark.parametrize(
    ("before", "present", "message", "counts"),
    [
        (None, b"ours", "Lantern.nfo is removed, as nothing was there before", (1, 0)),
        (b"theirs", b"ours", "Lantern.nfo gets its former content back", (1, 0)),
        (None, b"edited", "Lantern.nfo changed since doorman wrote it and stays", (0, 1)),
        (b"theirs", b"theirs", "Lantern.nfo is as it was before", (0, 0)),
    ],
    ids=["new", "replaced", "edited", "back already"],
)
async def test_the_fate_of_sidecars_is_told_as_the_disk_is_now(
    database: Database,
    tmp_path: Path,
    *,
    before: bytes | None,
    present: bytes,
    message: str,
    counts: tuple[int, int],
) -> None:
    shelf = make_shelf(database, tmp_path)
    number = await shelf.put_accepted(A)
    nfo = tmp_path / "Lantern.nfo"
    nfo.write_bytes(present)
    await shelf.change(
        partial(_write_beside, number=number, target=nfo, before=before, after=b"ours")
    )

    preview = await TakingBack(shelf.desk).preview_of([str(number)])

    (fate,) = preview.lines[0].sidecars
    assert fate.message == message
    assert (preview.totals.sidecars, preview.totals.left) == counts
    assert nfo.read_bytes() == present
