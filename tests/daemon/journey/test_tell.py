from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import partial

import pytest
from pydantic import SecretStr

from daemon.journey.delivering import FIRST_RETRY_S, MOST_ATTEMPTS, UNSURE_RETRY_S
from daemon.journey.tell import LONGEST_GATHER_S, Mail, Tell
from daemon.journey.telling import Telling
from daemon.push.channels import Channel
from daemon.push.links import Links
from daemon.push.message import Message, MessageKind
from daemon.push.protocol import Outcome
from daemon.push.sender import Delivery, Target
from daemon.push.words import OwnWords
from rules.allowance import DAY_S, HOUR_S, Allowance
from rules.journey import FileState
from rules.quiet_hours import QuietHours
from store import news, outbox
from store.database import Connection
from store.files import FileRecord
from store.news import News, NewsKind
from store.outbox import Errand, Owed
from tests.daemon.ground import Ground

pytestmark = pytest.mark.anyio

GATHER_S = 3.0
PHONE = SecretStr("ntfy://token_verysecret@ntfy.example/one")
CHAT = SecretStr("json://user:alsosecret@chat.example/two")
ALL_KINDS = frozenset(kind.value for kind in NewsKind)
MUCH = Allowance(per_hour=1000, per_day=1000)


@dataclass
class Post:
    """Delivers as it was told to, and remembers what went where."""

    outcomes: dict[str, list[Outcome]] = field(default_factory=dict)
    """By address, one after the other; the last repeats; DELIVERED where nothing is said."""
    sent: list[tuple[str, Message]] = field(default_factory=list)
    before_sending: Callable[[str], object] = lambda _: None

    async def send(self, message: Message, targets: Sequence[Target]) -> tuple[Delivery, ...]:
        return tuple([self._send_one(message, target) for target in targets])

    def _send_one(self, message: Message, target: Target) -> Delivery:
        address = target.get_secret_value()
        self.before_sending(address)
        self.sent.append((address, message))
        coming = self.outcomes.get(address, [Outcome.DELIVERED])
        outcome = coming.pop(0) if len(coming) > 1 else coming[0]
        reason = None if outcome is Outcome.DELIVERED else f"{outcome} it is"
        return Delivery(target="target 1 (what the sender says)", outcome=outcome, reason=reason)

    def titles(self, target: SecretStr = PHONE) -> list[str]:
        return [
            message.title for address, message in self.sent if address == target.get_secret_value()
        ]


def channel(name: str = "phone", *targets: SecretStr, allowance: Allowance = MUCH) -> Channel:
    return Channel(
        name=name,
        targets=targets or (PHONE,),
        on=ALL_KINDS,
        allowance=allowance,
        digest_s=GATHER_S,
    )


def utc(at_s: float) -> datetime:
    return datetime.fromtimestamp(at_s, UTC)


class Bench:
    """The stage with a post that obeys."""

    def __init__(self, ground: Ground, *channels: Channel, links: Links | None = None) -> None:
        self.ground = ground
        self.post = Post()
        self.stage = Tell(
            database=ground.database,
            sender=self.post,
            channels=channels or (channel(),),
            word=OwnWords(),
            telling=Telling(links=links or Links()),
            now=ground.clock,
            local=utc,
            jitter=lambda: 0.5,
        )

    async def owe(
        self,
        subject: str = "first",
        *,
        kind: NewsKind = NewsKind.SOURCE,
        detail: str = "no key",
        about: tuple[str, ...] = (),
    ) -> None:
        told = News(kind=kind, subject=subject, detail=detail, about=about)
        add = partial(news.add, news=told, file_id=None, at_s=self.ground.clock())
        await self.ground.database.write(add)

    async def owe_review(self, name: str, question: str | None = None) -> FileRecord:
        file = await self.ground.add(name, FileState.REVIEW)
        await self.ask(file, question)
        return file

    async def ask(self, file: FileRecord, question: str | None = None) -> None:
        told = News(
            kind=NewsKind.REVIEW, subject=str(file.path), detail="not sure", question=question
        )
        add = partial(news.add_for, told={file.id: told}, at_s=self.ground.clock())
        await self.ground.database.write(add)

    async def send(self, after_s: float = GATHER_S) -> int:
        """Let time pass, and send what is to be sent; return how many mails that were."""
        self.ground.clock.pass_s(after_s)
        mails = await self.stage.take(frozenset())
        for mail in mails:
            await self.stage.work(mail)
        return len(mails)

    async def pass_until(self, hour: int) -> None:
        """Let time pass until the next full hour of that name; take note of it."""
        now_s = self.ground.clock()
        self.ground.clock.pass_s((hour * HOUR_S - now_s) % DAY_S)

    async def waiting(self) -> list[Owed]:
        return await self.ground.database.read(_waiting)


def _waiting(connection: Connection) -> list[Owed]:
    """Return what any channel is still to be told."""
    rows = connection.execute(
        f"{outbox.SELECT} FROM outbox WHERE state = 'due' AND channel IS NOT NULL ORDER BY id"
    ).fetchall()
    return [outbox.owed_of(row) for row in rows]


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


async def test_news_is_sent_when_nothing_more_has_come_for_a_while(bench: Bench) -> None:
    await bench.owe()

    assert await bench.send(after_s=GATHER_S - 1) == 0
    assert await bench.stage.next_due_in_s() == 1
    assert await bench.send(after_s=1) == 1

    assert bench.post.titles() == ["first refuses the key"]
    assert await bench.waiting() == []
    assert await bench.stage.next_due_in_s() is None


async def test_later_news_makes_the_earlier_wait_but_not_for_ever(bench: Bench) -> None:
    for number in range(20):
        await bench.owe(f"source {number}")
        if await bench.send(after_s=GATHER_S - 0.5):
            break

    assert number * (GATHER_S - 0.5) <= LONGEST_GATHER_S
    assert len(bench.post.sent) == 1


async def test_several_within_the_window_become_one(bench: Bench) -> None:
    for number in range(2):
        await bench.owe(f"source {number}")

    await bench.send()

    ((_, message),) = bench.post.sent
    assert (message.kind, message.title) == (MessageKind.DIGEST, "2 things to know")
    assert "source 0 refuses the key\nsource 1 refuses the key" in message.body
    assert await bench.waiting() == []


async def test_a_long_window_gathers_all_that_comes_within_it(ground: Ground) -> None:
    bench = Bench(ground, replace(channel(), digest_s=600.0))
    for _ in range(3):
        await bench.owe()
        assert await bench.send(after_s=199) == 0
    assert await bench.stage.next_due_in_s() == 600 - 3 * 199

    assert await bench.send(after_s=600 - 3 * 199) == 1
    assert bench.post.titles() == ["3 things to know"]


async def test_above_the_cap_of_an_hour_messages_wait_and_go_out_together(ground: Ground) -> None:
    bench = Bench(ground, channel(allowance=Allowance(per_hour=2, per_day=100)))
    for name in ("one", "two"):
        await bench.owe(name)
        await bench.send()
    assert len(bench.post.sent) == 2

    for number in range(4):
        await bench.owe(f"late {number}")
    assert await bench.send() == 0
    assert await bench.stage.next_due_in_s() == HOUR_S - 2 * GATHER_S + GATHER_S - GATHER_S
    assert {owed.attempts for owed in await bench.waiting()} == {0}  # waiting is no failure

    await bench.send(after_s=HOUR_S)
    assert bench.post.titles()[2:] == ["4 things to know"]


async def test_above_the_cap_of_a_day_messages_wait_for_the_next(ground: Ground) -> None:
    bench = Bench(ground, channel(allowance=Allowance(per_hour=100, per_day=2)))
    for name in ("one", "two", "three"):
        await bench.owe(name)
        await bench.send(after_s=2 * HOUR_S)
    assert len(bench.post.sent) == 2

    assert await bench.send(after_s=DAY_S - 5 * HOUR_S) == 0
    assert await bench.send(after_s=2 * HOUR_S) == 1
    assert bench.post.titles()[2:] == ["three refuses the key"]


async def test_a_digest_counts_as_one_message(ground: Ground) -> None:
    bench = Bench(ground, channel(allowance=Allowance(per_hour=2, per_day=2)))
    for _ in range(2):
        for number in range(5):
            await bench.owe(f"source {number}")
        await bench.send()

    assert bench.post.titles() == ["5 things to know"] * 2


async def test_what_reached_nobody_does_not_count(ground: Ground) -> None:
    bench = Bench(ground, channel(allowance=Allowance(per_hour=1, per_day=1)))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED, Outcome.DELIVERED]
    await bench.owe()
    await bench.send()

    assert await bench.send(after_s=FIRST_RETRY_S) == 1
    assert await bench.waiting() == []


async def test_the_cap_holds_after_a_restart(ground: Ground) -> None:
    allowance = Allowance(per_hour=1, per_day=10)
    bench = Bench(ground, channel(allowance=allowance))
    await bench.owe("one")
    await bench.send()

    again = Bench(ground, channel(allowance=allowance))
    await again.owe("two")

    assert await again.send() == 0


async def test_quiet_hours_hold_back_and_end_with_one_digest(ground: Ground) -> None:
    night = QuietHours.parse("22:00-07:00")
    bench = Bench(ground, replace(channel(), quiet=night), channel("chat", CHAT))
    await bench.pass_until(22)
    for number in range(3):
        await bench.owe(f"source {number}")
        await bench.send(after_s=HOUR_S)

    assert bench.post.titles(PHONE) == []
    assert len(bench.post.titles(CHAT)) == 3  # the night of one is not that of another
    assert await bench.stage.next_due_in_s() == 6 * HOUR_S

    assert await bench.send(after_s=6 * HOUR_S) == 1
    assert bench.post.titles(PHONE) == ["3 things to know"]


async def test_a_retry_keeps_to_the_quiet_hours(ground: Ground) -> None:
    bench = Bench(ground, replace(channel(), quiet=QuietHours.parse("22:00-07:00")))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED, Outcome.DELIVERED]
    await bench.pass_until(22)
    ground.clock.pass_s(-GATHER_S - 10)
    await bench.owe()
    await bench.send()

    assert await bench.send(after_s=FIRST_RETRY_S) == 0
    assert await bench.send(after_s=9 * HOUR_S) == 1
    assert len(bench.post.sent) == 2


async def test_each_channel_gets_what_it_wants(ground: Ground) -> None:
    phone = replace(channel("phone"), on=frozenset({"library"}))
    chat = replace(channel("chat", CHAT), tags=frozenset({"films", "first"}))
    bench = Bench(ground, phone, chat)
    await bench.owe("first", about=("first",))
    await bench.owe("second", about=("second",))
    await bench.owe("films", kind=NewsKind.LIBRARY, about=("films",))
    await bench.owe("shorts", kind=NewsKind.LIBRARY, about=("shorts",))

    await bench.send()

    (to_phone,) = [message for address, message in bench.post.sent if "one" in address]
    (to_chat,) = [message for address, message in bench.post.sent if "two" in address]
    assert "films is offline\nLibrary shorts" in to_phone.body
    assert "first refuses the key\nLibrary films" in to_chat.body
    assert await bench.waiting() == []


async def test_a_channel_that_fails_delays_no_other(ground: Ground) -> None:
    bench = Bench(ground, channel("phone"), channel("chat", CHAT))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED]
    await bench.owe("one")
    await bench.send()
    await bench.owe("two")

    await bench.send()

    assert len(bench.post.titles(CHAT)) == 2


async def test_what_waits_for_a_channel_that_is_gone_is_dropped(ground: Ground) -> None:
    night = QuietHours.parse("00:00-23:59")
    bench = Bench(ground, replace(channel("old"), quiet=night))
    await bench.owe()
    await bench.send()
    assert len(await bench.waiting()) == 1

    again = Bench(ground, channel("new"))
    await again.send()

    assert await again.waiting() == []
    assert again.post.sent == []


async def test_target_that_took_a_message_does_not_get_it_again(ground: Ground) -> None:
    bench = Bench(ground, channel("both", PHONE, CHAT))
    bench.post.outcomes[CHAT.get_secret_value()] = [Outcome.FAILED, Outcome.DELIVERED]
    await bench.owe()

    await bench.send()
    (owed,) = await bench.waiting()
    assert owed.due_at_s == ground.clock() + FIRST_RETRY_S

    await bench.send(after_s=FIRST_RETRY_S)
    assert len(bench.post.titles(PHONE)) == 1
    assert len(bench.post.titles(CHAT)) == 2
    assert await bench.waiting() == []


async def test_what_failed_is_said_of_each_target_and_never_its_secret(ground: Ground) -> None:
    bench = Bench(ground, channel("both", PHONE, CHAT))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED]
    bench.post.outcomes[CHAT.get_secret_value()] = [Outcome.UNKNOWN]
    await bench.owe()

    await bench.send()

    (owed,) = await bench.waiting()
    assert owed.last_error == ("target 1 (ntfy): failed it is; target 2 (json): unknown it is")
    assert not any("secret" in name for name in owed.reached)


async def test_failing_target_is_tried_with_longer_waits_and_given_up_after_a_day(
    bench: Bench,
) -> None:
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED]
    await bench.owe()
    await bench.send()

    waits_s: list[float] = []
    while (due_in_s := await bench.stage.next_due_in_s()) is not None:
        waits_s.append(due_in_s)
        assert await bench.send(after_s=due_in_s) == 1

    assert waits_s[:4] == [FIRST_RETRY_S * doubled for doubled in (1, 2, 4, 8)]
    assert max(waits_s) == HOUR_S
    assert len(bench.post.sent) == MOST_ATTEMPTS
    assert 0.9 * DAY_S < sum(waits_s) < 1.1 * DAY_S
    assert await bench.waiting() == []


async def test_unsure_delivery_is_tried_again_late_and_once(bench: Bench) -> None:
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.UNKNOWN]
    await bench.owe()

    await bench.send()
    due_in_s = await bench.stage.next_due_in_s()
    assert due_in_s is not None
    assert due_in_s >= UNSURE_RETRY_S

    await bench.send(after_s=due_in_s)
    assert len(bench.post.sent) == 2
    assert await bench.waiting() == []


async def test_unsure_delivery_after_a_certain_failure_is_tried_again(bench: Bench) -> None:
    """A line that comes back slowly must not lose the message."""
    outcomes = [Outcome.FAILED, Outcome.UNKNOWN, Outcome.DELIVERED]
    bench.post.outcomes[PHONE.get_secret_value()] = outcomes
    await bench.owe()

    await bench.send()
    await bench.send(after_s=FIRST_RETRY_S)
    assert len(await bench.waiting()) == 1

    await bench.send(after_s=2 * UNSURE_RETRY_S)
    assert len(bench.post.sent) == 3
    assert await bench.waiting() == []


async def test_failure_of_another_target_does_not_hurry_an_unsure_one(ground: Ground) -> None:
    bench = Bench(ground, channel("both", PHONE, CHAT))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.UNKNOWN]
    bench.post.outcomes[CHAT.get_secret_value()] = [Outcome.FAILED]
    await bench.owe()

    await bench.send()

    (owed,) = await bench.waiting()
    assert owed.due_at_s >= ground.clock() + UNSURE_RETRY_S


async def test_what_was_on_its_way_when_doorman_ended_is_repeated_late_and_once(
    ground: Ground,
) -> None:
    both = channel("both", PHONE, CHAT)
    bench = Bench(ground, both)
    await bench.owe()

    def crash_at_chat(address: str) -> None:
        if address == CHAT.get_secret_value():
            raise ZeroDivisionError

    bench.post.before_sending = crash_at_chat
    with pytest.raises(ZeroDivisionError):
        await bench.send()

    again = Bench(ground, both)
    await again.send()
    assert again.post.sent == []
    (owed,) = await again.waiting()
    assert owed.due_at_s >= ground.clock() + UNSURE_RETRY_S
    assert "doorman ended" in (owed.last_error or "")

    await again.send(after_s=2 * UNSURE_RETRY_S)
    assert again.post.titles(PHONE) == []
    assert len(again.post.titles(CHAT)) == 1
    assert await again.waiting() == []


async def test_who_ends_twice_on_the_way_has_sent_it_for_all_we_know(ground: Ground) -> None:
    def crash(_: str) -> None:
        raise ZeroDivisionError

    await Bench(ground).owe()
    for _ in range(2):
        bench = Bench(ground)
        bench.post.before_sending = crash
        with pytest.raises(ZeroDivisionError):
            await bench.send(after_s=2 * UNSURE_RETRY_S)
        await Bench(ground).send(after_s=0)

    assert await Bench(ground).waiting() == []


async def test_digest_that_fails_is_owed_for_each_of_its_messages(bench: Bench) -> None:
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED, Outcome.DELIVERED]
    for number in range(4):
        await bench.owe(f"source {number}")

    await bench.send()
    assert len(await bench.waiting()) == 4

    await bench.send(after_s=FIRST_RETRY_S)
    assert bench.post.titles() == ["4 things to know"] * 2
    assert await bench.waiting() == []


async def test_question_that_was_answered_meanwhile_is_not_asked(
    ground: Ground, bench: Bench
) -> None:
    answered, open_one = await bench.owe_review("a.mkv"), await bench.owe_review("b.mkv")
    await ground.set_state(answered, FileState.ACCEPTED)

    await bench.send()

    assert bench.post.titles() == [f"Review {open_one.id}: b.mkv"]
    assert await bench.waiting() == []


async def test_the_same_question_is_asked_once_also_after_a_restart(ground: Ground) -> None:
    bench = Bench(ground, channel("phone"))
    file = await bench.owe_review("a.mkv", "one of two works")
    await bench.send()

    again = Bench(ground, channel("phone"), channel("chat", CHAT))
    await again.ask(file, "one of two works")
    await again.send()
    assert again.post.titles(PHONE) == []
    assert len(again.post.titles(CHAT)) == 1  # who was not asked

    await again.ask(file, "one of three works")
    await again.send()
    assert len(again.post.titles(PHONE)) == 1


async def test_a_question_that_was_dropped_before_it_was_asked_is_asked(
    ground: Ground, bench: Bench
) -> None:
    file = await bench.owe_review("a.mkv", "one of two works")
    await ground.set_state(file, FileState.READY)
    await bench.send()
    await ground.set_state(file, FileState.REVIEW)
    await bench.ask(file, "one of two works")

    await bench.send()

    assert len(bench.post.sent) == 1


async def test_nothing_is_sent_when_all_is_answered(ground: Ground, bench: Bench) -> None:
    file = await bench.owe_review("a.mkv")
    await ground.set_state(file, FileState.DISMISSED)

    assert await bench.send() == 1
    assert bench.post.sent == []
    assert await bench.send() == 0


async def test_failed_file_is_told_of_only_while_it_is_failed(ground: Ground, bench: Bench) -> None:
    for name, state in (("a.mkv", FileState.FAILED), ("b.mkv", FileState.READY)):
        file = await ground.add(name, FileState.FAILED)
        await ground.database.write(
            partial(news.file_failed, file=file, reason="no video", at_s=ground.clock())
        )
        await ground.set_state(file, state)

    await bench.send()

    assert bench.post.titles() == ["Cannot examine a.mkv"]


async def test_kinds_that_nobody_wants_are_dropped(ground: Ground) -> None:
    bench = Bench(ground, replace(channel(), on=frozenset({"library"})))
    await bench.owe("first")
    await bench.owe("films", kind=NewsKind.LIBRARY)

    await bench.send()

    assert bench.post.titles() == ["Library films is offline"]
    assert await bench.waiting() == []
    assert await ground.owed(Errand.MESSAGE) == []


async def test_message_says_how_many_others_wait_and_opens_exactly_that_review(
    ground: Ground,
) -> None:
    links = Links(public_url="https://doorman.example/", acting_s=60.0)
    bench = Bench(ground, links=links)
    file = await bench.owe_review("a.mkv")
    await ground.add("b.mkv", FileState.REVIEW)

    await bench.send()

    ((_, message),) = bench.post.sent
    assert message.link == f"https://doorman.example/files/{file.id}"
    assert "1 other file waits for you." in message.body
    assert f"Dismiss: https://doorman.example/act/d.{file.id}." in message.body


async def test_mail_in_hand_is_not_taken_again(ground: Ground, bench: Bench) -> None:
    await bench.owe()
    ground.clock.pass_s(GATHER_S)
    (mail,) = await bench.stage.take(frozenset())

    assert await bench.stage.take(mail.keys) == []


async def test_mail_is_known_by_the_numbers_of_its_messages(ground: Ground, bench: Bench) -> None:
    await bench.owe("first")
    await bench.owe("second")
    ground.clock.pass_s(GATHER_S)

    (mail,) = await bench.stage.take(frozenset())

    assert isinstance(mail, Mail)
    assert mail.keys == {each.id for each in await bench.waiting()}


async def test_message_cancelled_while_it_was_retried_is_let_go(
    ground: Ground, bench: Bench
) -> None:
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED]
    file = await bench.owe_review("a.mkv")
    ground.clock.pass_s(GATHER_S)
    (mail,) = await bench.stage.take(frozenset())
    cancel = partial(outbox.cancel, file_id=file.id, errand=Errand.MESSAGE, at_s=ground.clock())
    await ground.database.write(cancel)

    await bench.stage.work(mail)

    assert await bench.waiting() == []
