"""Deciding by the options of each source, and what the file wears because of them."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.resolving import Schedule
from daemon.journey.sidecar_notes import subject_of
from rules.candidate import Candidate
from rules.defaults import DEFAULT_RULES
from rules.identify_options import IdentifyOptions, SourceOptions
from rules.journey import FileState
from rules.premises import Premises
from rules.ruleset import RuleText, Then, compile_rules
from rules.work import Appearance, Performer, Tag
from store import decisions, file_tags, works
from store.files import FileRecord
from tests.daemon.doubles import Lines
from tests.daemon.ground import Ground, accept, answer_all, candidate, known

pytestmark = pytest.mark.anyio

EAGER = RuleText(name="eager", when="oshash", then=Then.ACCEPT)
TAGGED = IdentifyOptions(skip_multiple_match_tag="Several matches")
EASY = replace(TAGGED, skip_multiple_matches=False, set_organized=True)
RIVAL = candidate("h-2", title="Night Ferry", oshash=None)


async def decided(ground: Ground, file: FileRecord, *offered: Candidate) -> FileRecord:
    """Decide by an eager rule; `first` is taken at its word, `second` is not."""
    stage = Deciding(
        database=ground.database,
        rules=compile_rules([EAGER, *DEFAULT_RULES]),
        sources=frozenset({"first", "second"}),
        schedule=Schedule(no_match_s=(60.0,), first_deferral_s=300.0),
        now=ground.clock,
        jitter=lambda: 0.5,
        apply_bell=Bell(),
        tell_bell=Bell(),
        identify_bell=Bell(),
        log=Lines(),
        premises=Premises(options=SourceOptions(defaults=TAGGED, by_source={"first": EASY})),
    )
    told = dict.fromkeys(each.source for each in offered)
    answers = [known(*(each for each in offered if each.source == source)) for source in told]
    await answer_all(ground, file, stage.sources, *answers)
    await ground.set_state(await ground.file(file.id), FileState.ANSWERED)
    (batch,) = await stage.take(frozenset())
    await stage.work(batch)
    return await ground.file(file.id)


async def worn(ground: Ground, file: FileRecord) -> list[str]:
    assert file.content_id is not None
    read = partial(file_tags.of_content, content_id=file.content_id)
    return [tag.name for tag in await ground.database.read(read)]


async def test_several_matches_of_a_source_are_a_question_that_wears_its_tag(
    ground: Ground,
) -> None:
    file = await ground.add_known()
    theirs = [replace(each, source="second") for each in (candidate(), RIVAL)]

    asked = await decided(ground, file, *theirs)
    again = await decided(ground, asked, *theirs)

    assert (asked.state, again.state) == (FileState.REVIEW, FileState.REVIEW)
    assert await worn(ground, file) == ["Several matches"]
    made = await ground.database.read(partial(decisions.of_file, file_id=file.id))
    assert "second offers 2 works for it" in made[-1].reasons[0]
    assert sum("skip_multiple_matches" in reason for reason in made[-1].reasons) == 1


async def test_where_a_source_may_offer_several_the_rules_decide_by_its_options(
    ground: Ground,
) -> None:
    file = await ground.add_known()

    done = await decided(ground, file, candidate(), RIVAL)

    assert done.state is FileState.ACCEPTED
    assert await worn(ground, file) == []


async def test_an_organized_content_is_accepted_as_nothing_else(ground: Ground) -> None:
    first = await decided(ground, await ground.add_known("one.mkv"), candidate())
    copy = await ground.add_known("two.mkv")
    other = replace(candidate("h-9", title="Night Ferry"), source="second")

    asked = await decided(ground, copy, other)

    assert first.state is FileState.ACCEPTED
    assert asked.state is FileState.REVIEW


async def test_the_nfo_has_the_tags_of_the_work_and_then_those_of_the_file(
    ground: Ground,
) -> None:
    file = await ground.add_known(state=FileState.ANSWERED)
    offered = candidate()
    tagged = replace(offered, work=replace(offered.work, tags=(Tag(name="Dawn"),)))
    await accept(ground, file, tagged)
    assert file.content_id is not None
    for name in ("Several matches", "dawn"):
        put_on = partial(file_tags.put_on, content_id=file.content_id, name=name, at_s=1.0)
        await ground.database.write(put_on)

    subject = await ground.database.read(partial(subject_of, file_id=file.id))

    assert subject is not None
    assert [tag.name for tag in subject.work.tags] == ["Dawn", "Several matches"]


async def test_whom_the_options_of_a_source_leave_out_stays_out(ground: Ground) -> None:
    file = await ground.add_known()
    offered = candidate()
    people = tuple(Appearance(performer=Performer(name=name)) for name in ("Mara Quay", "Mononym"))

    done = await decided(
        ground, file, replace(offered, work=replace(offered.work, appearances=people))
    )

    assert done.work_id is not None
    work = await ground.database.read(partial(works.load, work_id=done.work_id))
    assert [each.performer.name for each in work.appearances] == ["Mara Quay"]
