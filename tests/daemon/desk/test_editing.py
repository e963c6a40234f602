"""What a person writes by hand stays until a person takes it back."""

from __future__ import annotations

from functools import partial

import pytest

from daemon.desk.editing import Editing
from daemon.desk.refusals import FileChanged, NotAnswerable
from daemon.desk.writing_fields import WRITABLE, FieldUnwritable
from rules.journey import FileState
from rules.plan import Field, Origin
from rules.work import Performer, Work
from store import entities, journal, outbox, works
from store.database import Connection
from store.outbox import Errand
from tests.daemon.desk.shelf import Shelf, offer, short

A = offer("a")


async def work_of(shelf: Shelf, number: int) -> Work:
    work_id = (await shelf.file(number)).work_id
    assert work_id is not None
    return await shelf.read(partial(works.load, work_id=work_id))


async def edit(shelf: Shelf, number: int, field: str, text: str) -> tuple[FileState, bool, str]:
    return short(await Editing(shelf.desk).edit(str(number), field, text))


@pytest.mark.parametrize(
    ("field", "text", "kept"),
    [
        ("title", "  Harbour\n at  Dawn ", "Harbour at Dawn"),
        ("date", " 2024-05 ", "2024-05"),
        ("details", "One.  \n\nTwo.\n", "One.\n\nTwo."),
        ("director", "Ida Moss", "Ida Moss"),
        ("code", "NL-12", "NL-12"),
    ],
)
async def test_what_is_written_is_kept_as_a_persons_word(
    shelf: Shelf, field: str, text: str, kept: str
) -> None:
    number = await shelf.put_accepted(A)

    answered = await edit(shelf, number, field, text)

    assert answered == (FileState.DONE, True, f"{field} is what you wrote, and stays so")
    shown = {each.field: each for each in await Editing(shelf.desk).fields(str(number))}
    assert (shown[field].values, shown[field].origin) == ((kept,), "person")


async def test_fields_are_shown_with_who_said_them(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    bare = await shelf.put("Bare.mkv")

    fields = await Editing(shelf.desk).fields(str(number))

    assert [each.field for each in fields] == [field.value for field in WRITABLE]
    assert (fields[0].values, fields[0].origin) == (("Harbour A",), "first")
    assert fields[3].values == ("Ada Winter", "Ben Frost, as B. Frost")
    assert fields[3].has_lines
    assert (fields[5].values, fields[5].origin) == ((), None)
    assert await Editing(shelf.desk).fields(str(bare)) == ()


async def test_who_is_named_as_before_stays_and_others_are_found_or_made(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    before = await work_of(shelf, number)
    cleo = await shelf.change(
        lambda connection: entities.create_performer(
            connection, Performer(name="Cleo Marsh"), at_s=1.0
        )
    )

    await edit(shelf, number, "performers", "Ben Frost, as B. Frost\ncleo marsh\n\nDora Pike\n")

    cast = (await work_of(shelf, number)).appearances
    assert cast[0] == before.appearances[1]
    assert [each.performer.name for each in cast] == ["Ben Frost", "Cleo Marsh", "Dora Pike"]
    latest = await shelf.read(entities.latest_numbers)
    assert latest[entities.Kind.PERFORMER] == cleo + 1


async def test_tags_studio_and_addresses_are_written_too(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)

    await edit(shelf, number, "tags", "Boats\nDawn\nBoats")
    await edit(shelf, number, "studio", "Quayside")
    await edit(shelf, number, "urls", "https://a.example/1\nhttp://b.example")

    work = await work_of(shelf, number)
    assert [tag.name for tag in work.tags] == ["Boats", "Dawn"]
    assert work.studio is not None
    assert work.studio.name == "Quayside"
    assert work.urls == ("https://a.example/1", "http://b.example")


@pytest.mark.parametrize("field", [each.value for each in WRITABLE])
async def test_nothing_is_a_word_too_and_no_source_fills_it(shelf: Shelf, field: str) -> None:
    number = await shelf.put_accepted(A)
    await edit(shelf, number, field, " ")
    again = await shelf.put("Again.mkv", offers=(A,))

    await shelf.desk.accept(str(again))

    shown = {each.field: each for each in await Editing(shelf.desk).fields(str(again))}
    assert (shown[field].values, shown[field].origin) == ((), "person")


@pytest.mark.parametrize(
    ("field", "text", "said"),
    [
        ("cover", "x", "only these can be written: title, date"),
        ("duration", "60", "only these can be written"),
        ("date", "17 May 2024", "write it as 2024-05-17, 2024-05 or 2024"),
        ("urls", "javascript:alert(1)", "is no web address; begin with https://"),
        ("studio", "One\nTwo", "one line is enough"),
        ("tags", "\n".join(map(str, range(501))), "500 at the most"),
        ("details", "x" * 20_001, "longer than 20000 characters"),
    ],
    ids=["cover", "duration", "date", "urls", "studio", "tags", "details"],
)
async def test_what_cannot_be_kept_is_refused(
    shelf: Shelf, field: str, text: str, said: str
) -> None:
    number = await shelf.put_accepted(A)
    before = await work_of(shelf, number)

    with pytest.raises(FieldUnwritable, match=said):
        await edit(shelf, number, field, text)

    assert await work_of(shelf, number) == before


async def test_a_name_that_several_have_is_refused(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    for told_apart in ("sailor", "painter"):
        twin = Performer(name="Ada Twin", disambiguation=told_apart)
        await shelf.change(partial(entities.create_performer, performer=twin, at_s=1.0))

    with pytest.raises(FieldUnwritable, match="several known may be meant by 'Ada Twin'"):
        await edit(shelf, number, "performers", "Ada Twin")


async def test_only_what_is_accepted_can_be_written_to(shelf: Shelf) -> None:
    number = await shelf.put(offers=(A,))
    accepted = await shelf.put_accepted(A)

    with pytest.raises(NotAnswerable, match="accept a candidate first"):
        await edit(shelf, number, "title", "Mine")
    with pytest.raises(FileChanged):
        await Editing(shelf.desk).edit(str(accepted), "title", "Mine", revision=99)


async def test_the_same_again_changes_nothing(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    await edit(shelf, number, "title", "Mine")
    revision = (await shelf.show(number)).revision

    assert await edit(shelf, number, "title", "Mine") == (
        FileState.DONE,
        False,
        "title was so already",
    )
    assert (await shelf.show(number)).revision == revision


async def test_every_copy_is_owed_its_sidecar(shelf: Shelf) -> None:
    one = await shelf.put_accepted(A, name="One.mkv")
    two = await shelf.put_accepted(A, name="Two.mkv")
    await shelf.change(_settle_errands)

    await edit(shelf, one, "title", "Mine")

    owed = await shelf.read(partial(outbox.due, errands=(Errand.SIDECAR,), now_s=1e9))
    assert {each.file_id for each in owed} == {one, two}


def _settle_errands(connection: Connection) -> None:
    for each in outbox.due(connection, tuple(Errand), now_s=1e9):
        outbox.mark_done(connection, each.id, at_s=5.0)


async def test_undo_takes_back_what_was_written_last_and_then_the_accept(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    await edit(shelf, number, "title", "Mine")
    await edit(shelf, number, "details", "My own words.")

    messages = [(await shelf.desk.undo(str(number))).message for _ in range(3)]

    assert messages == [
        "details is as it was before you wrote it",
        "title is as it was before you wrote it",
        "no longer accepted; it waits for your answer",
    ]
    assert (await shelf.show(number)).work is None


async def test_a_later_word_is_not_lost_by_taking_back_an_earlier_one(shelf: Shelf) -> None:
    one = await shelf.put_accepted(A, name="One.mkv")
    two = await shelf.put_accepted(A, name="Two.mkv")
    await edit(shelf, one, "title", "First word")
    await edit(shelf, two, "title", "Second word")

    answered = await shelf.desk.undo(str(one))

    assert answered.left == ("title was changed since and stays as it is",)
    assert (await work_of(shelf, one)).title == "Second word"


async def test_a_written_word_is_journalled(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    await edit(shelf, number, "title", "Mine")

    plan = (await shelf.read(partial(journal.plans_of, file_id=number)))[-1]

    assert [(each.kind, each.target) for each in plan.changes] == [
        (journal.ChangeKind.SET_FIELD, "title")
    ]


async def test_no_source_replaces_a_written_word(shelf: Shelf) -> None:
    number = await shelf.put_accepted(A)
    await edit(shelf, number, "title", "Mine")
    again = await shelf.put("Again.mkv", offers=(A,))

    await shelf.desk.accept(str(again))

    assert (await work_of(shelf, again)).title == "Mine"
    work_id = (await shelf.file(again)).work_id
    assert work_id is not None
    held = await shelf.read(partial(works.fields, work_id=work_id))
    assert held[Field.TITLE].origin is Origin.PERSON
