"""Every reason for which a file can wait for a person leads to a message."""

from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime
from functools import partial
from pathlib import PurePath
from typing import assert_never

import pytest
from pydantic import SecretStr

from daemon.journey import arrival
from daemon.journey.bell import Bell
from daemon.journey.decided_news import review_news
from daemon.journey.deciding import Deciding
from daemon.journey.resolving import Schedule
from daemon.journey.tell import Tell
from daemon.journey.telling import Telling
from daemon.push.channels import Channel
from daemon.push.facts import Facts
from daemon.push.message import LINE_LIMIT, shorten
from daemon.push.words import OwnWords, in_words
from daemon.settings.notify_section import NotifySettings
from rules.candidate import Answer, Unknown
from rules.decide import decide as decided
from rules.decision import Verdict
from rules.defaults import DEFAULT_RULES
from rules.journey import FileState
from rules.media import FileStamp
from rules.ruleset import RuleText, Then, compile_rules
from store.files import FileRecord
from store.news import NewsKind
from tests.daemon.doubles import Lines
from tests.daemon.ground import Ground, answer, candidate, known
from tests.daemon.journey.test_tell import Post
from tests.rules.situations import SITUATIONS as RULE_SITUATIONS
from tests.rules.situations import Situation

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


FILE = FileRecord(
    id=7,
    library="films",
    path=PurePath("/films/a.mkv"),
    stamp=FileStamp(size_bytes=9, mtime_ns=1, inode=2),
    device=1,
    state=FileState.ANSWERED,
    resume_state=None,
    reason=None,
    content_id=3,
    work_id=None,
    attempts=0,
    failures=0,
    due_at_s=None,
    revision=1,
    first_seen_at_s=0.0,
    changed_at_s=0.0,
    missing_since_s=None,
)
SOURCES = frozenset({"first", "second"})
ASKS = RuleText(name="ask", when="candidates == 0", then=Then.REVIEW, reason="as I like")


async def decide(ground: Ground, *given: Answer, rules: Sequence[RuleText] = DEFAULT_RULES) -> None:
    file = await ground.add_known("a.mkv")
    silent = SOURCES - {each.source for each in given}  # else the file waits for them
    await answer(ground, file, *given, *(Unknown(source=each) for each in sorted(silent)))
    await ground.set_state(await ground.file(file.id), FileState.ANSWERED)
    stage = Deciding(
        database=ground.database,
        rules=compile_rules(list(rules)),
        sources=SOURCES,
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


async def one_that_no_rule_is_about(ground: Ground) -> None:
    await decide(ground, known(candidate("h-1")), rules=())


async def nothing_that_the_owner_wants_to_see(ground: Ground) -> None:
    await decide(ground, Unknown(source="first"), rules=(ASKS,))


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
    FileState.REVIEW: (
        one_that_is_not_sure,
        several_works,
        sources_that_disagree,
        one_that_no_rule_is_about,
        nothing_that_the_owner_wants_to_see,
    ),
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


@pytest.mark.parametrize(
    "situation",
    [
        pytest.param(each, id=each.name)
        for each in RULE_SITUATIONS
        if each.verdict is Verdict.REVIEW
    ],
)
async def test_message_says_why_whatever_the_question_came_from(situation: Situation) -> None:
    made = decided(situation.given, compile_rules(list(DEFAULT_RULES)))

    told = review_news(FILE, made)
    facts = Facts(
        kind=told.kind.value,
        subject=told.subject,
        reasons=tuple(told.detail.split("\n")),
        candidate=told.candidate or "",
    )
    message = in_words(facts)
    assert "a.mkv" in message.title
    assert shorten(made.reasons[0], LINE_LIMIT) in message.body
    assert ("Best candidate: " in message.body) is bool(made.ranked)


def test_all_that_wants_a_person_is_told_unless_the_owner_says_otherwise() -> None:
    told = set(NotifySettings().on)

    assert {kind.value for kind in NewsKind if wants_a_person(kind)} <= told
    assert NewsKind.ACCEPTED.value not in told
