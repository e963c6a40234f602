from dataclasses import dataclass, replace
from functools import partial
from pathlib import PurePath

import pytest

from daemon.journey.batch import Batch
from daemon.journey.bell import Bell
from daemon.journey.deciding import Deciding
from daemon.journey.gathering import UNHEARD, gather
from daemon.journey.resolving import LONGEST_DEFERRAL_S, Schedule
from rules.candidate import Answer, Candidate, Failed, NotAsked, Refused, Unknown
from rules.decide import decide
from rules.defaults import DEFAULT_RULES
from rules.filename import NameClues
from rules.journey import FileState
from rules.premises import Premises
from rules.ruleset import RuleText, Then, compile_rules
from rules.work import ExternalId, Studio
from store import acceptance, answers, decisions, entities, files, journal, outbox, works
from store.database import Connection
from store.decisions import Decider, DecisionRecord, NewDecision, Outcome
from store.entities import Kind
from store.files import FileRecord
from store.news import NewsKind
from store.outbox import Errand
from tests.daemon.doubles import Lines
from tests.daemon.ground import NAME, Ground, answer, answer_all, candidate, known

pytestmark = pytest.mark.anyio

HOUR_S = 3600.0
SCHEDULE = Schedule(no_match_s=(HOUR_S, 24 * HOUR_S), first_deferral_s=300.0)
IGNORE = RuleText(name="leave", when="candidates == 0", then=Then.IGNORE, reason="as I like")


class Bench:
    """The stage with the shipped rules and two sources."""

    def __init__(self, ground: Ground) -> None:
        self.ground = ground
        self.log = Lines()
        self.stage = Deciding(
            database=ground.database,
            rules=compile_rules(DEFAULT_RULES),
            sources=frozenset({"first", "second"}),
            schedule=SCHEDULE,
            now=ground.clock,
            jitter=lambda: 0.5,
            apply_bell=Bell(),
            tell_bell=Bell(),
            identify_bell=Bell(),
            log=self.log,
        )

    async def ask(self, file: FileRecord, *given: Answer) -> None:
        """Let both sources answer about a file, or neither; who says nothing knows nothing."""
        sources = self.stage.sources if given else ()
        await answer_all(self.ground, file, sources, *given)
        await self.ground.set_state(await self.ground.file(file.id), FileState.ANSWERED)

    async def work(self) -> int:
        """Decide about everything that waits for it; return how many files that were."""
        batches = await self.stage.take(frozenset())
        for batch in batches:
            await self.stage.work(batch)
        return len(batches)

    async def decided(self, file: FileRecord, *given: Answer) -> FileRecord:
        """Let sources answer, decide, and return what became of the file."""
        await self.ask(file, *given)
        assert await self.work() == 1
        return await self.ground.file(file.id)

    async def decisions(self, file: FileRecord) -> list[DecisionRecord]:
        return await self.ground.database.read(partial(decisions.of_file, file_id=file.id))


@pytest.fixture
def bench(ground: Ground) -> Bench:
    return Bench(ground)


UNKNOWN = (Unknown(source="first"), Unknown(source="second"))
DOWN = (Unknown(source="first"), Failed(source="second", reason="no route"))


async def test_certain_match_is_accepted_and_owes_its_sidecar(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()

    done = await bench.decided(file, known(candidate()), Unknown(source="second"))

    assert (done.state, done.attempts, done.failures) == (FileState.ACCEPTED, 0, 0)
    assert done.work_id is not None
    work = await ground.database.read(partial(works.load, work_id=done.work_id))
    assert work.title == "Harbour at Dawn"
    (owed,) = await ground.owed()
    assert (owed.errand, owed.file_id) == (Errand.SIDECAR, file.id)
    (made,) = await bench.decisions(file)
    assert (made.outcome, made.decided_by, made.rule) == (
        Outcome.ACCEPTED,
        Decider.RULE,
        "known or exact",
    )
    assert made.chosen == ExternalId(source="first", remote_id="h-1")


async def test_uncertain_match_asks_a_person(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    offer = candidate(oshash=None)

    asked = await bench.decided(file, known(offer))

    assert (asked.state, asked.due_at_s) == (FileState.REVIEW, None)
    assert asked.reason is not None
    assert "Harbour at Dawn" in asked.reason
    (owed,) = await ground.owed()
    assert (owed.errand, owed.file_id) == (Errand.MESSAGE, file.id)
    (told,) = await ground.told()
    assert (told.kind, told.subject) == (NewsKind.REVIEW, str(file.path))
    assert told.candidate == '"Harbour at Dawn" from first'
    assert told.link == offer.page_url
    assert "a wrong match is worse than a question" in told.detail
    assert "known or exact" in told.detail  # what kept it from being accepted


async def test_question_without_a_candidate_is_asked_too(ground: Ground, bench: Bench) -> None:
    ask = RuleText(name="ask always", when="candidates == 0", then=Then.REVIEW)
    bench.stage = replace(bench.stage, rules=compile_rules([ask]))
    file = await ground.add_known()

    asked = await bench.decided(file, *UNKNOWN)

    assert asked.state is FileState.REVIEW
    (told,) = await ground.told()
    assert (told.candidate, told.link) == (None, None)
    assert told.detail


async def test_file_that_nobody_knows_is_asked_about_on_a_schedule(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()

    for attempt, wait_s in enumerate((HOUR_S, 24 * HOUR_S, 24 * HOUR_S), start=1):
        none = await bench.decided(file, *UNKNOWN)
        assert (none.state, none.attempts) == (FileState.NO_MATCH, attempt)
        assert none.due_at_s == ground.clock() + wait_s

    assert await ground.owed() == []
    assert await bench.stage.identify_bell.heard(timeout_s=0)


@pytest.mark.parametrize("given", [UNKNOWN, DOWN], ids=["no match", "deferred"])
async def test_files_that_are_asked_again_do_not_all_come_at_the_same_time(
    ground: Ground, bench: Bench, given: tuple[Answer, ...]
) -> None:
    chances = iter((0.0, 0.25, 0.75))
    bench.stage = replace(bench.stage, jitter=lambda: next(chances))
    together = [await ground.add_known(f"{number}.mkv", oshash=number) for number in (1, 2, 3)]
    for file in together:
        await bench.ask(file, *given)

    await bench.work()

    due = [(await ground.file(file.id)).due_at_s for file in together]
    assert len(set(due)) == len(together)


async def test_failed_source_defers_and_uses_up_no_attempt(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    await bench.decided(file, *UNKNOWN)

    for failures, wait_s in enumerate((300.0, 600.0, 1200.0, 2400.0), start=1):
        deferred = await bench.decided(file, *DOWN)
        assert (deferred.state, deferred.attempts) == (FileState.DEFERRED, 1)
        assert (deferred.failures, deferred.due_at_s) == (failures, ground.clock() + wait_s)

    assert (await bench.decided(file, *DOWN)).due_at_s == ground.clock() + LONGEST_DEFERRAL_S
    none = await bench.decided(file, *UNKNOWN)
    assert (none.state, none.attempts, none.failures) == (FileState.NO_MATCH, 2, 0)


async def test_source_that_says_when_to_come_back_is_not_asked_earlier(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    busy = Failed(source="second", reason="too many requests", retry_after_s=2 * HOUR_S)

    deferred = await bench.decided(file, Unknown(source="first"), busy)

    assert deferred.due_at_s is not None
    assert deferred.due_at_s >= ground.clock() + 2 * HOUR_S


@pytest.mark.parametrize(
    "given",
    [
        (Unknown(source="first"), Refused(source="second", reason="the key is not valid")),
        (NotAsked(source="first", reason="it rests"), NotAsked(source="second", reason="it rests")),
        (),
    ],
)
async def test_file_that_not_everybody_answered_about_is_deferred(
    ground: Ground, bench: Bench, given: tuple[Answer, ...]
) -> None:
    file = await ground.add_known()

    assert (await bench.decided(file, *given)).state is FileState.DEFERRED


async def test_ignored_file_is_left_alone(ground: Ground, bench: Bench) -> None:
    bench.stage = replace(bench.stage, rules=compile_rules([IGNORE]))
    file = await ground.add_known()

    ignored = await bench.decided(file, *UNKNOWN)

    assert (ignored.state, ignored.due_at_s) == (FileState.IGNORED, None)
    assert ignored.reason == 'rule "leave": as I like'
    assert await ground.owed() == []


@dataclass(frozen=True, slots=True)
class Repeated:
    """What is answered twice, and how often that is worth a line of history."""

    given: tuple[Answer, ...]
    kept: int


@pytest.mark.parametrize(
    "case",
    [
        pytest.param(Repeated(DOWN, 1), id="deferred"),
        pytest.param(Repeated(UNKNOWN, 1), id="no match"),
        pytest.param(Repeated((known(candidate(oshash=None)),), 2), id="review"),
    ],
)
async def test_the_same_silence_again_is_not_written_down_again(
    ground: Ground, bench: Bench, case: Repeated
) -> None:
    file = await ground.add_known()

    for _ in range(2):
        await bench.decided(file, *case.given)

    assert len(await bench.decisions(file)) == case.kept


async def test_question_that_is_asked_anew_is_told_once(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()

    for _ in range(2):
        await bench.decided(file, known(candidate(oshash=None)))

    assert len(await ground.told()) == 1


async def test_silence_for_another_reason_is_written_down(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()

    await bench.decided(file, *DOWN)
    await bench.decided(file, Failed(source="second", reason="an error page"))
    await bench.decided(file, *UNKNOWN)

    outcomes = [made.outcome for made in await bench.decisions(file)]
    assert outcomes == [Outcome.DEFERRED, Outcome.DEFERRED, Outcome.NO_MATCH]


async def test_what_a_removed_source_once_said_does_not_count(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()

    none = await bench.decided(file, *UNKNOWN, known(candidate(source="third")))

    assert none.state is FileState.NO_MATCH


async def test_match_that_was_taken_back_is_asked_about_and_not_accepted_again(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await bench.decided(file, known(candidate()))
    await ground.database.write(partial(_undo, file_id=file.id))

    asked = await bench.decided(await ground.file(file.id), known(candidate()))

    assert asked.state is FileState.REVIEW
    (told,) = await ground.told()
    assert "undone" in told.detail


def _undo(connection: Connection, *, file_id: int) -> None:
    file = files.get(connection, file_id)
    made = decisions.standing(connection, file_id)
    assert file is not None
    assert made is not None
    plan_id = journal.plan_of_decision(connection, made.id)
    assert plan_id is not None
    decisions.mark_undone(connection, made.id, at_s=2.0)
    acceptance.take_back(connection, file, plan_id, at_s=2.0)
    for owed in outbox.owed_for(connection, file_id, Errand.RESTORE):
        outbox.mark_done(connection, owed.id, at_s=2.0)


async def test_rejected_candidate_never_comes_back(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    assert file.content_id is not None
    rejected = ExternalId(source="first", remote_id="h-1")
    await ground.database.write(
        partial(answers.reject, content_id=file.content_id, rejected=rejected, at_s=1.0)
    )

    none = await bench.decided(file, known(candidate()))

    assert none.state is FileState.NO_MATCH


@pytest.mark.parametrize(
    "silent", [Unknown(source="first"), Failed(source="first", reason="no route")]
)
async def test_rejected_work_never_comes_back_from_another_source(
    ground: Ground, bench: Bench, silent: Answer
) -> None:
    file = await ground.add_known()
    unsure = replace(dated("a"), fingerprints=())
    await bench.decided(file, known(unsure), Unknown(source="second"))
    await ground.database.write(partial(_reject, file=file, name="a"))

    twin = known(dated("b", source="second"))
    later = await bench.decided(await ground.file(file.id), silent, twin)

    assert later.state in {FileState.NO_MATCH, FileState.DEFERRED}


async def test_work_that_was_taken_back_is_not_accepted_from_another_source(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await bench.decided(file, known(dated("a")), Unknown(source="second"))
    await ground.database.write(partial(_undo, file_id=file.id))

    twin = known(dated("b", source="second"))
    later = await bench.decided(await ground.file(file.id), Unknown(source="first"), twin)

    assert later.state is FileState.REVIEW


async def test_rejected_candidate_stays_away_when_its_source_gets_another_name(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await ground.database.write(partial(_reject, file=file, name="h-1", source="former"))

    again = await bench.decided(file, known(candidate("h-1")))

    assert again.state is FileState.NO_MATCH


async def test_same_id_at_another_configured_source_is_another_work(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    await ground.database.write(partial(_reject, file=file, name="h-1", source="second"))

    other = await bench.decided(file, known(candidate("h-1")))

    assert other.state is FileState.ACCEPTED


def dated(remote_id: str, *, source: str = "first") -> Candidate:
    """Return an offer with all that tells that two sources mean the same work."""
    offer = candidate(remote_id, source=source)
    work = replace(offer.work, studio=Studio(name="Northlight"), date="2024-05-17")
    return replace(offer, work=work)


def _reject(connection: Connection, *, file: FileRecord, name: str, source: str = "first") -> None:
    assert file.content_id is not None
    rejected = ExternalId(source=source, remote_id=name)
    answers.reject(connection, file.content_id, rejected, at_s=1.0)


async def test_rejection_of_a_copy_counts_at_the_very_last_moment(
    ground: Ground, bench: Bench
) -> None:
    """The file was taken in hand before; the decision is made from what the store holds then."""
    file = await ground.add_known()
    await bench.ask(file, known(candidate()))
    (batch,) = await bench.stage.take(frozenset())
    assert file.content_id is not None
    rejected = ExternalId(source="first", remote_id="h-1")
    await ground.database.write(
        partial(answers.reject, content_id=file.content_id, rejected=rejected, at_s=1.0)
    )

    await bench.stage.work(batch)

    assert (await ground.file(file.id)).state is FileState.NO_MATCH


async def test_file_that_was_overtaken_is_left_as_it_is(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    await bench.ask(file, known(candidate()))
    (batch,) = await bench.stage.take(frozenset())
    await ground.set_state(file, FileState.DISMISSED)
    dismissed = await ground.file(file.id)

    await bench.stage.work(batch)

    assert await ground.file(file.id) == dismissed
    assert await bench.decisions(file) == []
    assert await ground.owed() == []
    assert bench.log.lines == []  # it did not finish


async def test_file_without_fingerprints_goes_back_to_get_them(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add(state=FileState.ANSWERED)

    await bench.work()

    assert (await ground.file(file.id)).state is FileState.SETTLED
    assert bench.log.lines == []


async def test_decision_that_cannot_be_kept_changes_nothing(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    await bench.ask(file, known(candidate()))
    answered = await ground.file(file.id)

    def break_down() -> float:
        raise ZeroDivisionError

    bench.stage = replace(bench.stage, now=break_down)
    with pytest.raises(ZeroDivisionError):
        await bench.stage.work(Batch((answered,)))

    assert await ground.file(file.id) == answered
    assert await bench.decisions(file) == []


async def test_candidates_are_kept_in_the_order_of_what_speaks_for_them(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known()
    weak, strong = candidate("weak", oshash=None, title="Something else"), candidate("strong")
    await bench.decided(file, known(weak, strong))

    assert file.content_id is not None
    offered = await ground.database.read(partial(answers.offered, content_id=file.content_id))

    assert [each.candidate.remote_id for each in offered] == ["strong", "weak"]
    assert all(each.evidence is not None for each in offered)


async def test_one_line_says_what_became_of_a_file(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    ground.clock.pass_s(2.04)

    await bench.decided(file, known(candidate()))
    await bench.decided(await ground.add_known("other.mkv", oshash=2), *UNKNOWN)

    assert bench.log.lines[0] == (
        "file.finished",
        {
            "file": str(file.path),
            "number": file.id,
            "verdict": "accepted",
            "rule": "known or exact",
            "source": "first",
            "oshash": True,
            "distance_bits": None,
            "took_s": 2.0,
        },
    )
    facts = bench.log.lines[1][1]
    assert (facts["verdict"], facts["source"], facts["oshash"]) == ("no match", None, None)


async def test_all_who_may_have_something_to_do_are_woken(ground: Ground, bench: Bench) -> None:
    await bench.decided(await ground.add_known(), *UNKNOWN)

    for bell in (bench.stage.apply_bell, bench.stage.tell_bell, bench.stage.identify_bell):
        assert await bell.heard(timeout_s=0)
    assert await bench.stage.next_due_in_s() is None


async def test_decision_depends_on_content_name_library_answers_and_the_person(
    ground: Ground,
) -> None:
    file = await ground.add_known(f"Lakes/{NAME}")
    await answer(ground, file, known(candidate()), Unknown(source="third"))
    linked = ExternalId(source="first", remote_id="h-0")
    file = await ground.file(file.id)
    await ground.database.write(partial(_link, file=file, known_as=linked))
    file = await ground.file(file.id)

    given = await ground.database.read(
        partial(gather, file=file, sources=frozenset({"first"}), premises=Premises())
    )

    assert (given.file_name, given.library) == (NAME, "films")
    assert given.answers == (known(candidate()),)
    assert given.linked == {linked}
    assert given.rejected == given.taken_back == frozenset()
    assert given.fingerprints.oshash.value == 0xFEED


def _link(connection: Connection, *, file: FileRecord, known_as: ExternalId) -> None:
    work_id = works.create(connection, at_s=1.0)
    entities.add_ids(connection, Kind.WORK, work_id, [known_as])
    files.set_work(connection, file.id, work_id)


async def test_file_without_fingerprints_has_nothing_to_decide_by(ground: Ground) -> None:
    file = await ground.add()

    with pytest.raises(KeyError, match="no fingerprints"):
        await ground.database.read(
            partial(gather, file=file, sources=frozenset({"first"}), premises=Premises())
        )


async def test_person_who_accepted_is_not_overruled(ground: Ground, bench: Bench) -> None:
    file = await ground.add_known()
    await bench.ask(file, *UNKNOWN)
    stale = await ground.file(file.id)
    accepted = NewDecision(outcome=Outcome.ACCEPTED, decided_by=Decider.PERSON)
    assert file.content_id is not None
    await ground.database.write(
        partial(
            decisions.add,
            file=file,
            content_id=file.content_id,
            decision=accepted,
            at_s=1.0,
        )
    )
    await ground.set_state(file, FileState.ACCEPTED)

    await bench.stage.work(Batch((stale,)))

    assert (await ground.file(file.id)).state is FileState.ACCEPTED
    assert [made.decided_by for made in await bench.decisions(file)] == [Decider.PERSON]


async def test_file_in_a_name_that_is_no_utf8_is_decided_about(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known("caf\udce9.mkv")

    asked = await bench.decided(file, known(candidate(oshash=None)))

    assert asked.state is FileState.REVIEW
    assert asked.path == PurePath(ground.root / "caf\udce9.mkv")


async def test_another_order_of_candidates_is_a_change_of_every_copy(
    ground: Ground, bench: Bench
) -> None:
    waiting = await ground.add_known("1.mkv", FileState.REVIEW)
    copy = await ground.add_known("2.mkv")

    await bench.decided(copy, known(candidate("h-1", oshash=None), candidate("h-2")))

    assert (await ground.file(waiting.id)).revision > waiting.revision


async def test_the_input_of_a_decision_keeps_what_the_file_name_said(
    ground: Ground, bench: Bench
) -> None:
    file = await ground.add_known("Harbour Films - 2024-05-17 - Harbour at Dawn.mkv")

    await bench.decided(file, known(candidate(oshash=None)))

    (made,) = await bench.decisions(file)
    given = await ground.database.read(partial(decisions.given, decision_id=made.id))
    assert given is not None
    assert given.clues == NameClues(
        studio="Harbour Films", date="2024-05-17", title="Harbour at Dawn"
    )
    (ranked,) = decide(given, compile_rules(DEFAULT_RULES)).ranked
    (kept,) = await ground.database.read(partial(answers.offered, content_id=made.content_id))
    assert kept.evidence == ranked.evidence
    assert ranked.evidence.name.title_share == 1.0


async def test_several_files_are_decided_about_in_one_commit(ground: Ground, bench: Bench) -> None:
    accepted = await ground.add_known("1.mkv", oshash=0xFEED)
    asked = await ground.add_known("2.mkv", oshash=2)
    unknown = await ground.add_known("3.mkv", oshash=3)
    unread = await ground.add("4.mkv", state=FileState.ANSWERED)
    await bench.ask(accepted, known(candidate()), Unknown(source="second"))
    await bench.ask(asked, known(candidate("h-2", oshash=None)))
    await bench.ask(unknown, *UNKNOWN)

    (batch,) = await bench.stage.take(frozenset())
    await bench.stage.work(batch)

    found = [(await ground.file(file.id)).state for file in (accepted, asked, unknown, unread)]
    assert found == [
        FileState.ACCEPTED,
        FileState.REVIEW,
        FileState.NO_MATCH,
        FileState.SETTLED,
    ]
    assert [news.subject for news in await ground.told()] == [str(asked.path)]
    assert [facts["number"] for _, facts in bench.log.lines] == [accepted.id, asked.id, unknown.id]
    for file in (accepted, asked, unknown):
        (made,) = await bench.decisions(file)
        assert made.content_id == file.content_id


async def test_copies_of_one_content_are_decided_about_one_after_the_other(
    ground: Ground, bench: Bench
) -> None:
    first, stranger, copy = (
        await ground.add_known("1.mkv"),
        await ground.add_known("2.mkv", oshash=2),
        await ground.add_known("3.mkv"),
    )
    for file in (first, stranger, copy):
        await bench.ask(file, *UNKNOWN)

    batches = await bench.stage.take(frozenset())

    assert [sorted(batch.keys) for batch in batches] == [[first.id, stranger.id], [copy.id]]


async def test_copies_of_one_work_are_decided_about_one_after_the_other(
    ground: Ground, bench: Bench
) -> None:
    both = [await ground.add_known(f"{number}.mkv", oshash=number) for number in (1, 2)]
    work_id = await ground.database.write(partial(works.create, at_s=1.0))
    for file in both:
        await bench.ask(file, *UNKNOWN)
        await ground.database.write(partial(files.set_work, file_id=file.id, work_id=work_id))

    assert len(await bench.stage.take(frozenset())) == 2


async def test_file_whose_rows_say_nonsense_costs_only_itself(ground: Ground, bench: Bench) -> None:
    good = [await ground.add_known(f"{number}.mkv", oshash=number) for number in (1, 2)]
    bad = await ground.add_known("bad.mkv", oshash=3)
    for file in (good[0], bad, good[1]):
        await bench.ask(file, known(candidate(f"h-{file.id}", oshash=None)))
    await ground.database.write(partial(_spoil, content_id=bad.content_id))

    await bench.work()

    for file in good:
        assert (await ground.file(file.id)).state is FileState.REVIEW
        assert len(await bench.decisions(file)) == 1
    put_off = await ground.file(bad.id)
    assert (put_off.state, put_off.attempts, put_off.failures) == (FileState.DEFERRED, 0, 1)
    assert put_off.due_at_s == ground.clock() + SCHEDULE.first_deferral_s
    assert await bench.decisions(bad) == []
    (warning,) = (facts for event, facts in bench.log.lines if event == "decision.failed")
    assert warning["file"] == str(bad.path)
    assert put_off.reason == warning["reason"]


def _spoil(connection: Connection, *, content_id: int | None) -> None:
    """Let a candidate be what no doorman ever wrote."""
    connection.execute(
        "UPDATE candidate SET offered = '{\"source\": 7}' WHERE content_id = $1", [content_id]
    )


async def test_source_that_was_never_asked_about_a_file_is_waited_for(
    ground: Ground, bench: Bench
) -> None:
    """It came into the configuration after the others had answered; it may know a rival."""
    file = await ground.add_known()
    await answer(ground, file, known(candidate()))
    await ground.set_state(file, FileState.ANSWERED)

    await bench.work()

    waiting = await ground.file(file.id)
    assert waiting.state is FileState.DEFERRED
    assert waiting.reason == f"source second failed: {UNHEARD}"
