"""Every reason for which a file can wait for a person leads to a message."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime
from functools import partial
from typing import assert_never

import pytest
from pydantic import SecretStr

from daemon.journey import arrival
from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.resolving import Schedule
from daemon.journey.tell import Tell
from daemon.journey.telling import Telling
from daemon.push.channels import Channel
from daemon.push.words import OwnWords
from daemon.settings.notify_section import NotifySettings
from rules.candidate import Answer
from rules.defaults import DEFAULT_RULES
from rules.journey import FileState
from rules.ruleset import RuleText, Then, compile_rules
from store.news import NewsKind
from tests.daemon.doubles import Lines
from tests.daemon.ground import Ground, answer, candidate, known
from tests.daemon.journey.test_tell import Post

pytestmark = pytest.mark.anyio


def waits_for_a_person(state: FileState) -> bool:
    """Tell of each state, all of which are named here, whether a person has to lead out of it."""
    match state:
        case FileState.REVIEW | FileState.FAILED:
            return True
        case (
            FileState.SEEN
            | FileState.SETTLED
            | FileState.READY
            | FileState.ANSWERED
            | FileState.ACCEPTED
            | FileState.DONE
            | FileState.NO_MATCH
            | FileState.DEFERRED
            | FileState.IGNORED
            | FileState.DISMISSED
        ):
            return False
        case _:
            assert_never(state)


def wants_a_person(kind: NewsKind) -> bool:
    """Tell of each kind of news, all of which are named here, whether a person has to act."""
    match kind:
        case (
            NewsKind.REVIEW
            | NewsKind.REMINDER
            | NewsKind.FAILED
            | NewsKind.SOURCE
            | NewsKind.SOURCE_DOWN
            | NewsKind.LIBRARY
        ):
            return True
        case NewsKind.SUMMARY | NewsKind.ACCEPTED:
            return False
        case _:
            assert_never(kind)


ASKS = RuleText(name="ask", when="candidates == 0", then=Then.REVIEW, reason="as I like")


async def decide(ground: Ground, *given: Answer) -> None:
    file = await ground.add_known("a.mkv")
    await answer(ground, file, *given)
    await ground.set_state(await ground.file(file.id), FileState.ANSWERED)
    stage = Deciding(
        database=ground.database,
        rules=compile_rules([*DEFAULT_RULES, ASKS]),
        sources=frozenset({"first", "second"}),
        schedule=Schedule(no_match_s=(1.0,), first_deferral_s=1.0),
        now=ground.clock,
        jitter=lambda: 0.5,
        apply_bell=Bell(),
        tell_bell=Bell(),
        identify_bell=Bell(),
        log=Lines(),
    )
    for batch in await stage.take(frozenset()):
        await stage.work(batch)


async def one_that_is_not_sure(ground: Ground) -> None:
    await decide(ground, known(candidate(oshash=None)))


async def several_works(ground: Ground) -> None:
    await decide(ground, known(candidate("h-1"), candidate("h-2", title="Another Harbour")))


async def sources_that_disagree(ground: Ground) -> None:
    other = candidate("o-1", source="second", title="Another Harbour")
    await decide(ground, known(candidate("h-1")), known(other))


async def cannot_be_examined(ground: Ground) -> None:
    file = await ground.add("a.mkv", FileState.SETTLED)
    note = partial(
        arrival.note_failed,
        file=file,
        attempt=3,
        reason="it holds no video",
        due_at_s=None,
        at_s=ground.clock(),
    )
    await ground.database.write(note)


SITUATIONS: dict[FileState, tuple[Callable[[Ground], Awaitable[None]], ...]] = {
    FileState.REVIEW: (one_that_is_not_sure, several_works, sources_that_disagree),
    FileState.FAILED: (cannot_be_examined,),
}


def test_every_state_that_waits_for_a_person_is_looked_at() -> None:
    assert set(SITUATIONS) == {state for state in FileState if waits_for_a_person(state)}


@pytest.mark.parametrize(
    ("state", "come_about"),
    [
        pytest.param(state, each, id=each.__name__)
        for state, situations in SITUATIONS.items()
        for each in situations
    ],
)
async def test_whatever_a_file_waits_for_leads_to_a_message(
    ground: Ground, state: FileState, come_about: Callable[[Ground], Awaitable[None]]
) -> None:
    await come_about(ground)
    assert [file.state for file in await ground.present()] == [state]
    post = Post()
    stage = Tell(
        database=ground.database,
        sender=post,
        channels=[
            Channel(
                name="phone",
                targets=[SecretStr("json://phone.example/one")],
                on=NotifySettings().on,
            )
        ],
        word=OwnWords(),
        telling=Telling(),
        now=ground.clock,
        local=lambda at_s: datetime.fromtimestamp(at_s, UTC),
        jitter=lambda: 0.5,
    )

    ground.clock.pass_s(10)
    for mail in await stage.take(frozenset()):
        await stage.work(mail)

    ((_, message),) = post.sent
    assert "a.mkv" in message.title
    assert message.body


def test_all_that_wants_a_person_is_told_unless_the_owner_says_otherwise() -> None:
    told = set(NotifySettings().on)

    assert {kind.value for kind in NewsKind if wants_a_person(kind)} <= told
    assert NewsKind.ACCEPTED.value not in told
