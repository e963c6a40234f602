from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from functools import partial
from pathlib import PurePath

import anyio
import pytest

from daemon.journey.batch import Batch
from daemon.journey.bell import Bell
from daemon.journey.identify import BATCH_FILES, Identify
from daemon.journey.putting_off import PUT_OFF_S
from rules.candidate import Answer, Failed, Known, NotAsked, Query, Refused, Unknown, Way
from rules.filename import NameClues, clues_of
from rules.journey import FileState
from rules.premises import Premises
from rules.work import ExternalId, Work
from store import answers, files
from store.database import Connection
from store.decisions import Decider
from store.files import FileRecord
from store.news import NewsKind
from tests.daemon.ground import FILMS, Ground, accept, answer, candidate, known

pytestmark = pytest.mark.anyio

GATHER_S = 5.0
DAY_S = 24 * 3600.0
WAITS = 5
RELEASE = "Northlight.24.05.17.Harbour.At.Dawn.XXX.1080p.mkv"
CLUES = clues_of(PurePath(RELEASE))


@dataclass
class Table:
    """A source that answers from a table, by oshash."""

    name: str
    given: dict[int, Answer] = field(default_factory=dict)
    asked: list[list[int]] = field(default_factory=list)
    """The oshashes of each request."""
    queries: list[Query] = field(default_factory=list)
    """Every query, in order."""
    begun: anyio.Event = field(default_factory=anyio.Event)
    may_answer: anyio.Event = field(default_factory=anyio.Event)
    is_slow: bool = False

    async def ask(self, queries: Sequence[Query]) -> list[Answer]:
        oshashes = [query.fingerprints.oshash.value for query in queries]
        self.asked.append(oshashes)
        self.queries.extend(queries)
        self.begun.set()
        if self.is_slow:
            await self.may_answer.wait()
        return [self.given.get(oshash, Unknown(source=self.name)) for oshash in oshashes]

    async def check(self) -> str:
        return "a table"


class Bench:
    """The stage with two sources."""

    def __init__(
        self, ground: Ground, *, gather_s: float = 0, premises: Premises | None = None
    ) -> None:
        self.ground = ground
        self.first = Table("first")
        self.second = Table("second")
        self.onward = Bell()
        self.stage = Identify(
            database=ground.database,
            sources=(self.first, self.second),
            now=ground.clock,
            gather_s=gather_s,
            onward=self.onward,
            waits=WAITS,
            premises=premises,
        )

    async def work(self) -> int:
        """Ask about one batch; return how many files were in it."""
        batches = await self.stage.take(frozenset())
        for batch in batches:
            await self.stage.work(batch)
        return sum(len(batch.files) for batch in batches)

    async def latest(self, file: FileRecord) -> list[Answer]:
        assert file.content_id is not None
        return await self.ground.database.read(partial(answers.latest, content_id=file.content_id))


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


async def test_every_source_is_asked_and_every_answer_is_kept(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    offer = known(candidate())
    bench.first.given[0xFEED] = offer

    assert await bench.work() == 1

    assert (await ground.file(file.id)).state is FileState.ANSWERED
    assert await bench.latest(file) == [offer, Unknown(source="second")]
    assert await bench.onward.heard(timeout_s=0)
    assert await bench.work() == 0


@pytest.mark.parametrize(
    "given",
    [
        known(candidate()),
        Unknown(source="first"),
        Failed(source="first", reason="no route", retry_after_s=90.0),
        Failed(source="first", reason="an error page"),
        Refused(source="first", reason="the key is not valid"),
        NotAsked(source="first", reason="it rests until noon"),
    ],
    ids=lambda given: given.kind,
)
async def test_kind_of_an_answer_stays_what_it_is(
    ground: Ground, bench: Bench, given: Answer
) -> None:
    file = await ground.add_known()
    bench.first.given[0xFEED] = given

    await bench.work()

    assert await bench.latest(file) == [given, Unknown(source="second")]
    assert (await ground.file(file.id)).state is FileState.ANSWERED


async def test_files_are_asked_about_forty_at_a_time(ground: Ground, bench: Bench) -> None:
    for number in range(BATCH_FILES + 2):
        await ground.add_known(f"{number}.mkv", oshash=number)

    assert await bench.work() == BATCH_FILES
    assert await bench.work() == 2

    assert [len(oshashes) for oshashes in bench.first.asked] == [BATCH_FILES, 2]
    assert bench.first.asked == bench.second.asked


async def test_sources_are_asked_at_the_same_time(ground: Ground, bench: Bench) -> None:
    await ground.add_known()
    bench.first.is_slow = bench.second.is_slow = True

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.work)
        with anyio.fail_after(10):
            await bench.first.begun.wait()
            await bench.second.begun.wait()
        bench.first.may_answer.set()
        bench.second.may_answer.set()


async def test_slow_source_costs_the_quick_one_nothing(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    offer = known(candidate(source="second"))
    bench.first.given[0xFEED] = Failed(source="first", reason="no answer in time")
    bench.first.is_slow = True
    bench.second.given[0xFEED] = offer

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.work)
        await bench.second.begun.wait()
        assert (await ground.file(file.id)).state is FileState.READY
        bench.first.may_answer.set()

    assert await bench.latest(file) == [
        Failed(source="first", reason="no answer in time"),
        offer,
    ]


async def test_deferred_file_is_asked_about_only_where_no_answer_stands(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known(oshash=1)
    other = await ground.add_known("other.mkv", oshash=2)
    await answer(ground, file, Unknown(source="first"), Failed(source="second", reason="down"))
    await answer(ground, other, Refused(source="first", reason="key"), Unknown(source="second"))
    for each in (file, other):
        await ground.set_state(each, FileState.DEFERRED, due_at_s=ground.clock())

    await bench.work()

    assert bench.first.asked == [[2]]
    assert bench.second.asked == [[1]]


async def test_deferred_file_with_all_answers_goes_on_unasked(ground: Ground, bench: Bench) -> None:
    """The source that had failed is no longer configured."""
    file = await ground.add_known()
    await answer(ground, file, Unknown(source="first"), known(candidate(source="second")))
    await answer(ground, file, Failed(source="third", reason="down"))
    await ground.set_state(file, FileState.DEFERRED, due_at_s=ground.clock())

    await bench.work()

    assert bench.first.asked == bench.second.asked == []
    assert (await ground.file(file.id)).state is FileState.ANSWERED


async def test_file_that_nobody_knew_is_asked_about_everywhere_when_it_is_due(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await answer(ground, file, Unknown(source="first"), Unknown(source="second"))
    await ground.set_state(file, FileState.NO_MATCH, due_at_s=ground.clock() + 60)

    assert await bench.stage.next_due_in_s() == 60
    assert await bench.work() == 0

    ground.clock.pass_s(60)
    assert await bench.work() == 1
    assert bench.first.asked == bench.second.asked == [[0xFEED]]


async def test_refused_key_is_news_once_a_day(ground: Ground, bench: Bench) -> None:
    refusal = Refused(source="first", reason="the key is not valid")
    for number in range(3):
        await ground.add_known(f"{number}.mkv", oshash=number)
        bench.first.given[number] = refusal

    await bench.work()
    (told,) = await ground.told()
    assert (told.kind, told.subject) == (NewsKind.SOURCE, "first")
    assert told.detail == "the key is not valid"

    await ground.set_state((await ground.present())[0], FileState.READY)
    await bench.work()
    assert len(await ground.told()) == 1

    ground.clock.pass_s(DAY_S + 1)
    await ground.set_state((await ground.present())[0], FileState.READY)
    await bench.work()
    assert len(await ground.told()) == 2


async def test_file_that_was_overtaken_is_left_as_it_is(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    other = await ground.add_known("other.mkv", oshash=2)
    (batch,) = await bench.stage.take(frozenset())
    await ground.set_state(file, FileState.DISMISSED)
    dismissed = await ground.file(file.id)

    await bench.stage.work(batch)

    assert await ground.file(file.id) == dismissed
    assert await bench.latest(file) == []
    assert (await ground.file(other.id)).state is FileState.ANSWERED


async def test_file_without_fingerprints_goes_back_to_get_them(
    ground: Ground, bench: Bench
) -> None:
    """It would be taken again and again, and ask about nothing."""
    file = await ground.add(state=FileState.READY)

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.SETTLED
    assert bench.first.asked == []


async def test_nothing_configured_to_ask_leads_on_all_the_same(ground: Ground) -> None:
    file = await ground.add_known()
    stage = Identify(
        database=ground.database, sources=(), now=ground.clock, gather_s=0, onward=Bell()
    )
    (batch,) = await stage.take(frozenset())

    await stage.work(batch)

    assert (await ground.file(file.id)).state is FileState.ANSWERED


async def test_file_in_hand_is_not_taken_again(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()

    assert await bench.stage.take(frozenset({file.id})) == []


async def test_empty_store_is_due_never(bench: Bench) -> None:
    assert await bench.stage.take(frozenset()) == []
    assert await bench.stage.next_due_in_s() is None


async def test_small_batch_waits_for_files_that_are_being_fingerprinted(ground: Ground) -> None:
    bench = Bench(ground, gather_s=GATHER_S)
    await ground.add("coming.mkv", FileState.SETTLED)
    await ground.add_known()

    assert await bench.work() == 0
    assert await bench.stage.next_due_in_s() == GATHER_S

    ground.clock.pass_s(GATHER_S - 1)
    assert await bench.work() == 0
    assert await bench.stage.next_due_in_s() == 1

    ground.clock.pass_s(1)
    assert await bench.work() == 1


async def test_batch_does_not_wait_when_nothing_is_coming(ground: Ground) -> None:
    bench = Bench(ground, gather_s=GATHER_S)
    await ground.add("at the door.mkv", FileState.SEEN)
    await ground.add_known()

    assert await bench.work() == 1


async def test_batch_goes_as_soon_as_nothing_more_is_coming(ground: Ground) -> None:
    bench = Bench(ground, gather_s=GATHER_S)
    coming = await ground.add("coming.mkv", FileState.SETTLED)
    await ground.add_known()
    assert await bench.work() == 0

    await ground.set_state(coming, FileState.FAILED)

    assert await bench.work() == 1


async def test_full_batch_does_not_wait(ground: Ground) -> None:
    bench = Bench(ground, gather_s=GATHER_S)
    await ground.add("coming.mkv", FileState.SETTLED)
    for number in range(BATCH_FILES):
        await ground.add_known(f"{number}.mkv", oshash=number)

    assert await bench.work() == BATCH_FILES


async def test_next_batch_gathers_anew(ground: Ground) -> None:
    bench = Bench(ground, gather_s=GATHER_S)
    await ground.add("coming.mkv", FileState.SETTLED)
    await ground.add_known()
    await bench.work()
    ground.clock.pass_s(GATHER_S)
    assert await bench.work() == 1

    await ground.add_known("late.mkv", oshash=2)

    assert await bench.work() == 0
    assert await bench.stage.next_due_in_s() == GATHER_S


async def test_gathering_ends_when_there_is_nothing_left_to_ask_about(ground: Ground) -> None:
    """Its time would be over for ever, and the stage would look again and again."""
    bench = Bench(ground, gather_s=GATHER_S)
    await ground.add("coming.mkv", FileState.SETTLED)
    file = await ground.add_known()
    assert await bench.work() == 0
    await ground.note_gone(file)
    ground.clock.pass_s(2 * GATHER_S)

    assert await bench.work() == 0

    assert await bench.stage.next_due_in_s() is None


async def test_answer_too_few_is_a_bug_that_shows(ground: Ground, bench: Bench) -> None:
    class Forgetful(Table):
        async def ask(self, queries: Sequence[Query]) -> list[Answer]:
            return (await super().ask(queries))[1:]

    file = await ground.add_known()
    stage = Identify(
        database=ground.database,
        sources=(Forgetful("first"),),
        now=ground.clock,
        gather_s=0,
        onward=Bell(),
    )

    with pytest.RaisesGroup(ValueError):
        await stage.work(Batch((file,)))

    assert await ground.file(file.id) == file
    assert await bench.latest(file) == []


async def test_offers_of_a_known_answer_are_kept_in_their_order(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    offer = Known(source="first", candidates=(candidate("h-2"), candidate("h-1")))
    bench.first.given[0xFEED] = offer

    await bench.work()

    assert (await bench.latest(file))[0] == offer


async def test_copies_in_one_batch_are_all_answered(ground: Ground, bench: Bench) -> None:
    copies = [await ground.add_known(name) for name in ("1.mkv", "2.mkv")]
    bench.first.given[0xFEED] = known(candidate())

    assert await bench.work() == 2

    states = [(await ground.file(copy.id)).state for copy in copies]
    assert states == [FileState.ANSWERED, FileState.ANSWERED]


async def test_other_offers_for_a_copy_are_a_change_of_the_file(
    ground: Ground, bench: Bench
) -> None:
    asked = await ground.add_known("1.mkv", FileState.REVIEW)
    await answer(ground, asked, known(candidate("h-1"), candidate("h-2")))
    await ground.add_known("2.mkv")
    bench.first.given[0xFEED] = known(candidate("h-2"))

    await bench.work()

    assert (await ground.file(asked.id)).revision > asked.revision


async def told_again(ground: Ground, bench: Bench, *, attempts: int) -> list[Query]:
    """Return what sources are told of a file that nobody knew so often."""
    file = await ground.add_known(RELEASE)
    await answer(ground, file, Unknown(source="first"), Unknown(source="second"))
    await ground.set_state(file, FileState.NO_MATCH, due_at_s=ground.clock())
    tries = partial(files.set_tries, file_id=file.id, attempts=attempts, failures=0)
    await ground.database.write(tries)
    assert await bench.work() == 1
    return [*bench.first.queries, *bench.second.queries]


async def test_new_file_is_asked_about_with_what_its_name_says(
    ground: Ground, bench: Bench
) -> None:
    await ground.add_known(RELEASE)

    await bench.work()

    assert CLUES is not None
    assert (CLUES.studio, CLUES.date) == ("Northlight", "2024-05-17")
    assert [query.clues for query in bench.first.queries] == [CLUES]


async def test_folder_of_the_library_is_not_told(ground: Ground) -> None:
    bench = Bench(ground, premises=Premises(roots={FILMS: PurePath(ground.root)}))
    await ground.add_known("2024-05-17 Harbour at Dawn.mkv")

    await bench.work()

    (query,) = bench.first.queries
    assert query.clues == NameClues(date="2024-05-17", title="Harbour at Dawn")


@pytest.mark.parametrize(
    ("attempts", "is_told"), [(0, True), (1, False), (4, False), (5, True), (9, True)]
)
async def test_name_is_told_at_first_and_then_as_rarely_as_the_last_wait(
    ground: Ground, bench: Bench, attempts: int, *, is_told: bool
) -> None:
    queries = await told_again(ground, bench, attempts=attempts)

    assert [query.clues for query in queries] == [CLUES if is_told else None] * 2


async def test_person_who_asks_again_asks_with_the_name(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known(RELEASE)
    await answer(ground, file, Unknown(source="first"))
    tries = partial(files.set_tries, file_id=file.id, attempts=2, failures=0)
    await ground.database.write(tries)

    await bench.work()

    assert [query.clues for query in bench.first.queries] == [CLUES]


async def test_source_that_was_added_is_asked_at_once_and_told_the_name(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known(RELEASE)
    asked = await ground.add_known("asked.mkv", oshash=2)
    await answer(ground, file, Unknown(source="first"))
    await answer(ground, asked, Unknown(source="first"), NotAsked(source="second", reason="sfw"))
    for each in (file, asked):
        await ground.set_state(each, FileState.NO_MATCH, due_at_s=ground.clock() + DAY_S)
        tries = partial(files.set_tries, file_id=each.id, attempts=3, failures=0)
        await ground.database.write(tries)

    assert await bench.work() == 1

    assert bench.second.asked == bench.first.asked == [[0xFEED]]
    assert [query.clues for query in bench.first.queries] == [None]
    assert [query.clues for query in bench.second.queries] == [CLUES]
    assert (await ground.file(asked.id)).due_at_s == ground.clock() + DAY_S


async def test_new_files_go_before_those_that_were_asked_about(
    ground: Ground, bench: Bench
) -> None:
    for number in range(BATCH_FILES):
        file = await ground.add_known(f"{number}.mkv", oshash=number)
        await ground.set_state(file, FileState.NO_MATCH, due_at_s=0)
    ground.clock.pass_s(1)
    await ground.add_known(oshash=0xFEED)

    await bench.work()

    assert bench.first.asked[0][0] == 0xFEED
    assert len(bench.first.asked[0]) == BATCH_FILES


async def test_linked_work_is_asked_about_by_its_ids_and_addresses(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    url = "https://northlight.example/harbour"
    offer = replace(candidate(), work=Work(title="Harbour at Dawn", urls=(url,)))
    await accept(ground, file, offer)
    await ground.set_state(await ground.file(file.id), FileState.READY)

    await bench.work()

    (query,) = bench.first.queries
    assert query.ids == (ExternalId(source="first", remote_id="h-1"),)
    assert query.urls == (url,)


async def test_copy_with_another_name_does_not_withdraw_what_a_name_found(
    ground: Ground, bench: Bench
) -> None:
    named = replace(candidate(oshash=None), found_by=Way.TEXT)
    asked = await ground.add_known(RELEASE, FileState.REVIEW)
    await answer(ground, asked, known(named), Unknown(source="second"))
    await ground.add_known("copy.mkv")
    printed = candidate("h-2", source="second")
    bench.second.given[0xFEED] = known(printed)

    await bench.work()

    assert await bench.latest(asked) == [known(named), known(printed)]


async def test_lone_file_keeps_no_offer_that_its_name_finds_no_more(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known(RELEASE)
    await answer(ground, file, known(replace(candidate(oshash=None), found_by=Way.TEXT)))

    await bench.work()

    assert (await bench.latest(file))[0] == Unknown(source="first")


async def test_failure_stays_one_whatever_a_copys_name_found(ground: Ground, bench: Bench) -> None:
    failure = Failed(source="first", reason="down")
    asked = await ground.add_known(RELEASE, FileState.REVIEW)
    await answer(ground, asked, known(replace(candidate(oshash=None), found_by=Way.TEXT)))
    await ground.add_known("copy.mkv")
    bench.first.given[0xFEED] = failure

    await bench.work()

    assert (await bench.latest(asked))[0] == failure


async def killed_while_waiting_for_second(ground: Ground, bench: Bench, *files: FileRecord) -> None:
    """Have the first source answer, and be killed before the second does."""
    bench.second.is_slow = True
    (batch,) = await bench.stage.take(frozenset())
    assert {file.id for file in batch.files} == {file.id for file in files}
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.stage.work, batch)
        await bench.second.begun.wait()
        await until_first_is_kept(ground, files[-1])
        tasks.cancel_scope.cancel()


async def until_first_is_kept(ground: Ground, file: FileRecord) -> None:
    assert file.content_id is not None
    latest = partial(answers.latest, content_id=file.content_id)
    with anyio.fail_after(10):
        while not _says_first(await ground.database.read(latest)):  # noqa: ASYNC110  # nobody tells
            await anyio.sleep(0.01)


def _says_first(latest: Sequence[Answer]) -> bool:
    return any(each.source == "first" for each in latest)


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (FileState.READY, known(candidate())),
        (FileState.READY, Unknown(source="first")),
        (FileState.READY, Failed(source="first", reason="no route")),
        (FileState.READY, Refused(source="first", reason="the key is not valid")),
        (FileState.READY, NotAsked(source="first", reason="it rests until noon")),
        (FileState.NO_MATCH, known(candidate())),
        (FileState.DEFERRED, Failed(source="first", reason="no route")),
    ],
    ids=["known", "unknown", "failed", "refused", "not asked", "no match before", "deferred"],
)
async def test_after_a_kill_only_sources_that_had_not_answered_are_asked(
    ground: Ground, state: FileState, said: Answer
) -> None:
    bench, again = Bench(ground), Bench(ground)
    file = await ground.add_known(RELEASE)
    await ground.set_state(file, state, due_at_s=ground.clock())
    tries = partial(files.set_tries, file_id=file.id, attempts=2, failures=1)
    await ground.database.write(tries)
    bench.first.given[0xFEED] = said
    await killed_while_waiting_for_second(ground, bench, file)

    between = await ground.file(file.id)
    assert (between.state, between.attempts, between.failures) == (state, 2, 1)

    again.second.given[0xFEED] = known(candidate("h-2", source="second"))
    assert await again.work() == 1

    assert (again.first.asked, again.second.asked) == ([], [[0xFEED]])
    assert await again.latest(file) == [said, known(candidate("h-2", source="second"))]
    after = await ground.file(file.id)
    assert (after.state, after.attempts, after.failures) == (FileState.ANSWERED, 2, 1)


async def test_round_that_is_over_does_not_shorten_the_next(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    await killed_while_waiting_for_second(ground, bench, file)
    again = Bench(ground)
    await again.work()
    await ground.set_state(await ground.file(file.id), FileState.READY)

    await again.work()

    assert (again.first.asked, again.second.asked) == ([[0xFEED]], [[0xFEED], [0xFEED]])


async def test_person_who_asks_again_after_a_kill_asks_everybody(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await killed_while_waiting_for_second(ground, bench, file)
    await ground.set_state(await ground.file(file.id), FileState.READY)

    again = Bench(ground)
    await again.work()

    assert (again.first.asked, again.second.asked) == ([[0xFEED]], [[0xFEED]])


async def test_copies_in_one_batch_are_each_asked_about_once_over_a_kill(
    ground: Ground, bench: Bench
) -> None:
    """What is kept for one changes the other, which must not pass for a person's doing."""
    copies = [await ground.add_known(name) for name in ("1.mkv", "2.mkv")]
    bench.first.given[0xFEED] = known(candidate())
    await killed_while_waiting_for_second(ground, bench, *copies)

    again = Bench(ground)
    assert await again.work() == 2

    assert (again.first.asked, again.second.asked) == ([], [[0xFEED, 0xFEED]])
    states = [(await ground.file(copy.id)).state for copy in copies]
    assert states == [FileState.ANSWERED, FileState.ANSWERED]


async def test_slow_source_holds_back_no_answer_of_another(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    bench.second.is_slow = True
    offer = known(candidate())
    bench.first.given[0xFEED] = offer
    (batch,) = await bench.stage.take(frozenset())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.stage.work, batch)
        await until_first_is_kept(ground, file)
        waiting = await ground.file(file.id)
        assert await bench.latest(file) == [offer]
        assert waiting.state is FileState.READY
        assert not await bench.onward.heard(timeout_s=0)
        bench.second.may_answer.set()

    assert (await ground.file(file.id)).state is FileState.ANSWERED
    assert await bench.latest(file) == [offer, Unknown(source="second")]


async def test_person_who_is_quicker_than_a_slow_source_keeps_the_last_word(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await ground.set_state(file, FileState.NO_MATCH, due_at_s=ground.clock())
    bench.second.is_slow = True
    bench.first.given[0xFEED] = known(candidate())
    (batch,) = await bench.stage.take(frozenset())

    async with anyio.create_task_group() as tasks:
        tasks.start_soon(bench.stage.work, batch)
        await until_first_is_kept(ground, file)
        await accept(ground, await ground.file(file.id), decided_by=Decider.PERSON)
        bench.second.may_answer.set()

    assert (await ground.file(file.id)).state is FileState.ACCEPTED
    assert await bench.latest(file) == [known(candidate())]


async def test_file_whose_rows_say_nonsense_is_put_off_and_costs_no_other(
    ground: Ground, bench: Bench
) -> None:
    good = await ground.add_known("good.mkv", FileState.NO_MATCH, oshash=1)
    bad = await ground.add_known("bad.mkv", FileState.NO_MATCH, oshash=2)
    await answer(ground, bad, known(candidate()))
    await ground.database.write(partial(_spoil, content_id=bad.content_id))
    bench.first.given[1] = known(candidate("h-2"))

    await bench.stage.work(Batch((good, bad)))

    assert (await ground.file(good.id)).state is FileState.ANSWERED
    put_off = await ground.file(bad.id)
    assert (put_off.state, put_off.attempts, put_off.failures) == (FileState.DEFERRED, 0, 1)
    assert put_off.due_at_s == ground.clock() + PUT_OFF_S
    assert "cannot be asked with" in (put_off.reason or "")
    assert bench.first.asked == [[1]]


async def test_answer_that_cannot_be_kept_puts_off_its_own_file_and_keeps_the_others(
    ground: Ground, bench: Bench
) -> None:
    """What is kept of a copy is read together with what is offered for the content already."""
    good = await ground.add_known("good.mkv", oshash=1)
    bad = await ground.add_known("bad.mkv", oshash=2)
    copy = await ground.add_known("copy.mkv", FileState.REVIEW, oshash=2)
    await answer(ground, copy, known(candidate()))
    await ground.database.write(partial(_spoil, content_id=bad.content_id))
    bench.first.given[1] = known(candidate("h-2"))
    bench.second.given[1] = known(candidate("h-3", source="second"))

    await bench.work()

    assert (await ground.file(good.id)).state is FileState.ANSWERED
    assert await bench.latest(good) == [bench.first.given[1], bench.second.given[1]]
    put_off = await ground.file(bad.id)
    assert (put_off.state, put_off.failures) == (FileState.DEFERRED, 1)
    assert await bench.onward.heard(timeout_s=0)


def _spoil(connection: Connection, *, content_id: int | None) -> None:
    """Let a candidate be what no doorman ever wrote."""
    connection.execute(
        "UPDATE candidate SET offered = '{\"source\": 7}' WHERE content_id = $1", [content_id]
    )
