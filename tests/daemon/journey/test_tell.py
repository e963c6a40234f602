from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass, field
from functools import partial

import pytest
from pydantic import SecretStr

from daemon.journey.tell import (
    CAP_PAUSE_S,
    FIRST_RETRY_S,
    HOUR_S,
    LONGEST_GATHER_S,
    MOST_ATTEMPTS,
    MOST_SINGLE,
    UNSURE_RETRY_S,
    Mail,
    Tell,
    put,
)
from daemon.push.message import Message, MessageKind
from daemon.push.protocol import Outcome
from daemon.push.sender import Delivery, Target
from rules.journey import FileState
from store import news, outbox
from store.files import FileRecord
from store.news import LIBRARY_IS_BACK, News, NewsKind
from store.outbox import Owed
from tests.daemon.ground import Ground

pytestmark = pytest.mark.anyio

GATHER_S = 3.0
PHONE = SecretStr("ntfy://token_verysecret@ntfy.example/one")
CHAT = SecretStr("json://user:alsosecret@chat.example/two")
ALL_KINDS = tuple(kind.value for kind in NewsKind)
A_DAY_S = 24 * HOUR_S


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
        return Delivery(target="targets[0] (what the sender says)", outcome=outcome, reason=reason)

    def titles(self, target: SecretStr = PHONE) -> list[str]:
        return [
            message.title for address, message in self.sent if address == target.get_secret_value()
        ]


class Bench:
    """The stage with a post that obeys."""

    def __init__(
        self,
        ground: Ground,
        *,
        targets: Sequence[SecretStr] = (PHONE,),
        kinds: Collection[str] = ALL_KINDS,
        max_per_hour: int = 10,
    ) -> None:
        self.ground = ground
        self.post = Post()
        self.stage = Tell(
            database=ground.database,
            sender=self.post,
            targets=targets,
            kinds=kinds,
            max_per_hour=max_per_hour,
            gather_s=GATHER_S,
            now=ground.clock,
            jitter=lambda: 0.5,
        )

    async def owe(
        self, subject: str = "first", *, kind: NewsKind = NewsKind.SOURCE, detail: str = "no key"
    ) -> None:
        told = News(kind=kind, subject=subject, detail=detail)
        add = partial(news.add, news=told, file_id=None, at_s=self.ground.clock())
        await self.ground.database.write(add)

    async def owe_review(self, name: str) -> FileRecord:
        file = await self.ground.add(name, FileState.REVIEW)
        told = News(kind=NewsKind.REVIEW, subject=str(file.path), detail="not sure")
        add = partial(news.add, news=told, file_id=file.id, at_s=self.ground.clock())
        await self.ground.database.write(add)
        return file

    async def send(self, after_s: float = GATHER_S) -> int:
        """Let time pass, and send what is to be sent; return how many mails that were."""
        self.ground.clock.pass_s(after_s)
        mails = await self.stage.take(frozenset())
        for mail in mails:
            await self.stage.work(mail)
        return len(mails)

    async def waiting(self) -> list[Owed]:
        return await self.ground.owed()


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


async def test_a_few_are_sent_one_by_one(bench: Bench) -> None:
    for number in range(MOST_SINGLE):
        await bench.owe(f"source {number}")

    await bench.send()

    assert bench.post.titles() == [
        f"source {number} refuses the key" for number in range(MOST_SINGLE)
    ]


async def test_many_become_one_digest(bench: Bench) -> None:
    for number in range(MOST_SINGLE + 1):
        await bench.owe(f"source {number}")

    await bench.send()

    ((_, message),) = bench.post.sent
    assert message.kind is MessageKind.DIGEST
    assert message.title == f"{MOST_SINGLE + 1} things need you"
    assert "source 0 refuses the key" in message.body
    assert await bench.waiting() == []


async def test_above_the_cap_messages_wait_and_go_out_together(ground: Ground) -> None:
    bench = Bench(ground, max_per_hour=2)
    for name in ("one", "two"):
        await bench.owe(name)
        await bench.send()
    assert len(bench.post.sent) == 2

    for number in range(4):
        await bench.owe(f"late {number}")
    assert await bench.send() == 1
    assert len(bench.post.sent) == 2
    assert await bench.stage.next_due_in_s() == CAP_PAUSE_S
    assert {owed.attempts for owed in await bench.waiting()} == {0}  # waiting is no failure

    await bench.send(after_s=HOUR_S)
    assert bench.post.titles()[2:] == ["4 things need you"]


async def test_target_that_took_a_message_does_not_get_it_again(ground: Ground) -> None:
    bench = Bench(ground, targets=(PHONE, CHAT))
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
    bench = Bench(ground, targets=(PHONE, CHAT))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED]
    bench.post.outcomes[CHAT.get_secret_value()] = [Outcome.UNKNOWN]
    await bench.owe()

    await bench.send()

    (owed,) = await bench.waiting()
    assert owed.last_error == ("targets[0] (ntfy): failed it is; targets[1] (json): unknown it is")
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
    assert 0.9 * A_DAY_S < sum(waits_s) < 1.1 * A_DAY_S
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
    bench = Bench(ground, targets=(PHONE, CHAT))
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.UNKNOWN]
    bench.post.outcomes[CHAT.get_secret_value()] = [Outcome.FAILED]
    await bench.owe()

    await bench.send()

    (owed,) = await bench.waiting()
    assert owed.due_at_s >= ground.clock() + UNSURE_RETRY_S


async def test_what_was_sent_before_a_crash_is_not_sent_again(ground: Ground) -> None:
    bench = Bench(ground, targets=(PHONE, CHAT))
    await bench.owe()
    ground.clock.pass_s(GATHER_S)

    def crash_at_chat(address: str) -> None:
        if address == CHAT.get_secret_value():
            raise ZeroDivisionError

    bench.post.before_sending = crash_at_chat
    (mail,) = await bench.stage.take(frozenset())
    with pytest.raises(ZeroDivisionError):
        await bench.stage.work(mail)

    again = Bench(ground, targets=(PHONE, CHAT))
    await again.send()
    assert again.post.titles(PHONE) == []
    assert len(again.post.titles(CHAT)) == 1


async def test_digest_that_fails_is_owed_for_each_of_its_messages(bench: Bench) -> None:
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED, Outcome.DELIVERED]
    for number in range(MOST_SINGLE + 1):
        await bench.owe(f"source {number}")

    await bench.send()
    assert len(await bench.waiting()) == MOST_SINGLE + 1

    await bench.send(after_s=FIRST_RETRY_S)
    assert bench.post.titles() == ["4 things need you"] * 2
    assert await bench.waiting() == []


async def test_question_that_was_answered_meanwhile_is_not_asked(
    ground: Ground, bench: Bench
) -> None:
    answered, open_one = await bench.owe_review("a.mkv"), await bench.owe_review("b.mkv")
    await ground.set_state(answered, FileState.ACCEPTED)

    await bench.send()

    assert bench.post.titles() == [f"Review {open_one.id}: b.mkv"]
    assert await bench.waiting() == []


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
    bench = Bench(ground, kinds=("library",))
    await bench.owe("first")
    await bench.owe("films", kind=NewsKind.LIBRARY)

    await bench.send()

    assert bench.post.titles() == ["Library films is offline"]
    assert await bench.waiting() == []


async def test_without_targets_news_is_dropped(ground: Ground) -> None:
    bench = Bench(ground, targets=())
    await bench.owe()

    await bench.send()

    assert await bench.waiting() == []


async def test_mail_in_hand_is_not_taken_again(ground: Ground, bench: Bench) -> None:
    await bench.owe()
    ground.clock.pass_s(GATHER_S)
    (mail,) = await bench.stage.take(frozenset())

    assert await bench.stage.take(mail.keys) == []


async def test_mail_is_known_by_the_numbers_of_its_messages(bench: Bench) -> None:
    await bench.owe("first")
    await bench.owe("second")
    owed = await bench.waiting()

    assert Mail(owed=tuple(owed)).keys == {each.id for each in owed}


@pytest.mark.parametrize(
    ("told", "title", "said", "kind"),
    [
        (
            News(
                kind=NewsKind.REVIEW,
                subject="/films/Harbour at Dawn.mkv",
                detail="not sure\nnot at all",
                candidate='"Harbour at Dawn" from first',
                link="https://first.example/h-1",
            ),
            "Review 7: Harbour at Dawn.mkv",
            ('"Harbour at Dawn" from first', "not sure", "not at all", "doorman accept 7"),
            MessageKind.REVIEW,
        ),
        (
            News(kind=NewsKind.FAILED, subject="/films/a.mkv", detail="it is no video; replace"),
            "Cannot examine a.mkv",
            ("it is no video; replace",),
            MessageKind.FAILED,
        ),
        (
            News(kind=NewsKind.SOURCE, subject="first", detail="not authorised"),
            "first refuses the key",
            ("not authorised", "doorman check"),
            MessageKind.SOURCE,
        ),
        (
            News(kind=NewsKind.LIBRARY, subject="films", detail="it is empty; mount its disk"),
            "Library films is offline",
            ("it is empty; mount its disk", "Nothing counts as deleted"),
            MessageKind.LIBRARY,
        ),
        (
            News(kind=NewsKind.LIBRARY, subject="films", detail=LIBRARY_IS_BACK),
            "Library films is back",
            ("goes on",),
            MessageKind.LIBRARY,
        ),
    ],
    ids=["review", "failed", "source", "library", "library is back"],
)
def test_every_kind_of_news_has_its_words(
    told: News, title: str, said: tuple[str, ...], kind: MessageKind
) -> None:
    message = put(told, number=7)

    assert (message.title, message.kind, message.link) == (title, kind, told.link)
    for words in said:
        assert words in message.body


async def test_message_cancelled_while_it_was_retried_is_let_go(
    ground: Ground, bench: Bench
) -> None:
    bench.post.outcomes[PHONE.get_secret_value()] = [Outcome.FAILED]
    file = await bench.owe_review("a.mkv")
    ground.clock.pass_s(GATHER_S)
    (mail,) = await bench.stage.take(frozenset())
    cancel = partial(
        outbox.cancel, file_id=file.id, errand=mail.owed[0].errand, at_s=ground.clock()
    )
    await ground.database.write(cancel)

    await bench.stage.work(mail)

    assert await bench.waiting() == []
