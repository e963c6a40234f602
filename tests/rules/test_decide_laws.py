"""What holds of every decision, whatever sources say and rules want."""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import replace

from hypothesis import event, given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from rules.candidate import (
    Answer,
    Candidate,
    Failed,
    Known,
    NotAsked,
    Refused,
    RemoteFingerprint,
    Unknown,
)
from rules.decide import decide
from rules.decision import Decision, DecisionInput, Ranked, Verdict
from rules.defaults import DEFAULT_RULES
from rules.evidence import Evidence, weigh
from rules.fingerprint import Algorithm, Fingerprints, Oshash, Phash
from rules.ruleset import RuleSet, RuleText, Then, compile_rules
from rules.samework import group_works, own_id
from rules.work import ExternalId, Studio, Work

OURS = int("01" * 32, 2)
FLAT = 0x8000000000000000
OSHASH = 77
DEFAULTS = compile_rules(DEFAULT_RULES)
INPUT_TEXT = TypeAdapter(DecisionInput)
DECISION_TEXT = TypeAdapter(Decision)
FAILING: list[Answer] = [
    Failed(source="down", reason="HTTP 500"),
    Refused(source="down", reason="the key was refused"),
]


def at_distance(bits: int) -> int:
    return OURS ^ sum(3 << 2 * pair for pair in range(bits // 2))


SOURCES = st.sampled_from(["alpha", "beta", "gamma"])
NAMES = st.builds(ExternalId, source=SOURCES, remote_id=st.sampled_from(["1", "2"]))
DURATIONS = st.sampled_from([600.0, 600.0, 600.0, 603.0, 590.0, 700.0, 0.0]) | st.none()
REMOTES = st.builds(
    RemoteFingerprint,
    algorithm=st.just(Algorithm.PHASH),
    value=st.sampled_from([*map(at_distance, (0, 2, 4, 6, 8, 20)), FLAT]),
    duration_s=DURATIONS,
    submissions=st.integers(min_value=0, max_value=4),
    reports=st.sampled_from([0, 0, 0, 1, 5]),
) | st.builds(
    RemoteFingerprint,
    algorithm=st.just(Algorithm.OSHASH),
    value=st.sampled_from([OSHASH, OSHASH, OSHASH + 1]),
    duration_s=DURATIONS,
    submissions=st.integers(min_value=0, max_value=4),
    reports=st.sampled_from([0, 0, 0, 1, 5]),
)
WORKS = st.builds(
    Work,
    title=st.sampled_from(["Harbour at Dawn", "Harbour at Dusk", None]),
    date=st.sampled_from(["2024-05-17", None]),
    studio=st.none() | st.just(Studio(name="Harbour Films")),
    duration_s=DURATIONS,
    ids=st.lists(NAMES, max_size=1).map(tuple),
)


def candidates_of(source: str) -> st.SearchStrategy[Candidate]:
    return st.builds(
        Candidate,
        source=st.just(source),
        remote_id=st.sampled_from(["1", "2"]),
        work=WORKS,
        fingerprints=st.lists(REMOTES, min_size=1, max_size=3).map(tuple),
    )


def answers_of(source: str) -> st.SearchStrategy[Answer]:
    reasons = st.just("told so")
    return st.one_of(
        st.builds(
            Known,
            source=st.just(source),
            candidates=st.lists(candidates_of(source), min_size=1, max_size=2).map(tuple),
        ),
        st.builds(Unknown, source=st.just(source)),
        st.builds(Failed, source=st.just(source), reason=reasons),
        st.builds(Refused, source=st.just(source), reason=reasons),
        st.builds(NotAsked, source=st.just(source), reason=reasons),
    )


INPUTS = st.builds(
    DecisionInput,
    fingerprints=st.builds(
        Fingerprints,
        oshash=st.just(Oshash(OSHASH)),
        size_bytes=st.just(9),
        duration_s=st.sampled_from([600.0, 600.0, 600.0, 60.0, 0.0]),
        phash=st.sampled_from([Phash(OURS), Phash(OURS), None, Phash(FLAT), Phash(0)]),
    ),
    file_name=st.just("dawn.mkv"),
    library=st.sampled_from(["films", "clips"]),
    answers=st.tuples(
        st.lists(answers_of("alpha"), max_size=1),
        st.lists(answers_of("beta"), max_size=1),
        st.lists(answers_of("gamma"), max_size=1),
    ).map(lambda lists: tuple(answer for answers in lists for answer in answers)),
    rejected=st.frozensets(NAMES, max_size=1),
    linked=st.frozensets(NAMES, max_size=1),
)
CLOSE = st.sampled_from([600.0, 601.0, 604.0])
SURE_PRINTS = st.builds(
    RemoteFingerprint,
    algorithm=st.just(Algorithm.OSHASH),
    value=st.just(OSHASH),
    duration_s=CLOSE,
    submissions=st.integers(min_value=0, max_value=4),
) | st.builds(
    RemoteFingerprint,
    algorithm=st.just(Algorithm.PHASH),
    value=st.sampled_from([at_distance(bits) for bits in (0, 2, 4)]),
    duration_s=CLOSE,
    submissions=st.integers(min_value=2, max_value=4),
    reports=st.integers(min_value=0, max_value=1),
)


def sure_offers_of(source: str) -> st.SearchStrategy[Answer]:
    work = Work(title="Harbour at Dawn", date="2024-05-17", studio=Studio(name="Harbour Films"))
    candidates = st.builds(
        Candidate,
        source=st.just(source),
        remote_id=st.just("1"),
        work=st.just(work),
        fingerprints=st.lists(SURE_PRINTS, min_size=1, max_size=3).map(tuple),
    )
    return candidates.map(lambda candidate: Known(source=source, candidates=(candidate,)))


SURE = st.builds(
    DecisionInput,
    fingerprints=st.just(
        Fingerprints(oshash=Oshash(OSHASH), size_bytes=9, duration_s=600.0, phash=Phash(OURS))
    ),
    file_name=st.just("dawn.mkv"),
    library=st.just("films"),
    answers=st.tuples(
        sure_offers_of("alpha"), sure_offers_of("beta") | answers_of("beta"), answers_of("gamma")
    ),
    linked=st.frozensets(NAMES, max_size=1),
)
"""Much of what is asked here can be accepted, as little of `INPUTS` can."""

ACCEPTING = st.sampled_from(
    [
        DEFAULTS,
        *(
            compile_rules([RuleText(name="mine", when=when, then=Then.ACCEPT)])
            for when in ("true", "oshash or linked", "phash_distance <= 8", 'source == "beta"')
        ),
    ]
)
CONDITIONS = st.sampled_from(
    [
        "true",
        "false",
        "oshash",
        "not linked",
        "phash_distance <= 8",
        "phash_distance > 4",
        "candidates == 0",
        "rivals >= 1",
        'library == "films"',
        'source == "beta"',
        "duration_difference <= 0.02 * file_duration",
        'title == "Harbour at Dawn"',
    ]
)
RULE_SETS = st.lists(st.tuples(CONDITIONS, st.sampled_from(Then)), max_size=4).map(
    lambda rules: compile_rules(
        [
            RuleText(name=f"rule {number}", when=when, then=then)
            for number, (when, then) in enumerate(rules)
        ]
    )
)
ANY_RULES = RULE_SETS | st.just(DEFAULTS)


def with_answer(given_: DecisionInput, answer: Answer) -> DecisionInput:
    return replace(given_, answers=(*given_.answers, answer))


def rebuilt(given_: DecisionInput, rebuild: Callable[[Candidate], Candidate]) -> DecisionInput:
    return replace(
        given_,
        answers=tuple(
            replace(answer, candidates=tuple(map(rebuild, answer.candidates)))
            if isinstance(answer, Known)
            else answer
            for answer in given_.answers
        ),
    )


def candidate_of(ranked: Ranked) -> Candidate:
    return ranked.candidate


def is_(candidate: Candidate, name: ExternalId) -> bool:
    return own_id(candidate) == name


def chosen_evidence(decision: Decision) -> Evidence:
    return next(
        each.evidence for each in decision.ranked if own_id(each.candidate) == decision.chosen
    )


@given(SURE | INPUTS, ANY_RULES)
def test_every_input_gets_a_whole_decision(given_: DecisionInput, rules: RuleSet) -> None:
    decision = decide(given_, rules)

    event(decision.verdict)
    assert decision.reasons
    assert all(decision.reasons)
    assert (decision.chosen is not None) is (decision.verdict is Verdict.ACCEPTED)
    assert decision.rules_digest == rules.digest


@given(SURE | INPUTS, ANY_RULES)
def test_a_stored_input_replays_to_the_same_decision(given_: DecisionInput, rules: RuleSet) -> None:
    stored = INPUT_TEXT.validate_json(INPUT_TEXT.dump_json(given_))
    decision = decide(given_, rules)

    assert stored == given_
    assert decide(stored, rules) == decision
    assert DECISION_TEXT.validate_json(DECISION_TEXT.dump_json(decision)) == decision


@given(st.data(), SURE | INPUTS, ANY_RULES)
def test_the_order_of_answers_and_candidates_says_nothing(
    data: st.DataObject, given_: DecisionInput, rules: RuleSet
) -> None:
    mixed = [
        replace(answer, candidates=tuple(data.draw(st.permutations(answer.candidates))))
        if isinstance(answer, Known)
        else answer
        for answer in data.draw(st.permutations(given_.answers))
    ]

    assert decide(replace(given_, answers=tuple(mixed)), rules) == decide(given_, rules)


@given(SURE | INPUTS, ANY_RULES)
def test_what_was_rejected_is_neither_chosen_nor_shown(
    given_: DecisionInput, rules: RuleSet
) -> None:
    decision = decide(given_, rules)

    assert decision.chosen not in given_.rejected
    assert given_.rejected.isdisjoint(own_id(each.candidate) for each in decision.ranked)


@given(SURE | INPUTS, ACCEPTING)
def test_rejecting_what_was_accepted_never_accepts_that_work_again(
    given_: DecisionInput, rules: RuleSet
) -> None:
    first = decide(given_, rules)
    if first.chosen is None:
        return

    second = decide(replace(given_, rejected=given_.rejected | {first.chosen}), rules)

    assert second.chosen != first.chosen
    offered = [each.candidate for each in first.ranked]
    for group in group_works(offered):
        names = {own_id(offered[position]) for position in group}
        if first.chosen in names:
            assert second.chosen not in names - given_.linked


@given(SURE | INPUTS, ACCEPTING, st.sampled_from(["rejected", "undone"]))
def test_what_was_turned_down_stays_so_when_its_source_is_silent(
    given_: DecisionInput, rules: RuleSet, how: str
) -> None:
    first = decide(given_, rules)
    if first.chosen is None:
        return

    turned_down = next(each for each in map(candidate_of, first.ranked) if is_(each, first.chosen))
    names, was_rejected = frozenset({first.chosen}), how == "rejected"
    silent = tuple(each for each in given_.answers if each.source != first.chosen.source)
    later = replace(
        given_,
        answers=silent,
        turned_down=(turned_down,),
        rejected=given_.rejected | (names if was_rejected else frozenset()),
        taken_back=frozenset() if was_rejected else names,
    )

    second = decide(later, rules)

    if second.chosen is not None:
        chosen = next(each for each in map(candidate_of, second.ranked) if is_(each, second.chosen))
        twins = len(group_works((chosen, turned_down))) == 1
        assert not twins or (was_rejected and second.chosen in given_.linked)


@given(SURE, ACCEPTING)
def test_an_accept_is_one_works_alone(given_: DecisionInput, rules: RuleSet) -> None:
    decision = decide(given_, rules)
    if decision.verdict is not Verdict.ACCEPTED:
        return

    offered = [each.candidate for each in decision.ranked]
    holding = {
        own_id(each.candidate)
        for each in decision.ranked
        if f'rule "{decision.rule}" holds for it too' in each.objections
    } | {decision.chosen}
    groups = group_works(offered)
    assert sum(any(own_id(offered[p]) in holding for p in group) for group in groups) == 1
    assert chosen_evidence(decision).is_positive


@given(SURE | INPUTS, RULE_SETS, st.sampled_from(FAILING))
def test_a_source_that_fails_can_only_put_a_decision_off(
    given_: DecisionInput, rules: RuleSet, failing: Answer
) -> None:
    before, after = decide(given_, rules), decide(with_answer(given_, failing), rules)

    assert after.chosen is None
    assert after.ranked == before.ranked
    if before.verdict is not Verdict.IGNORED:
        assert after.verdict is Verdict.DEFERRED
        is_answered = any(isinstance(each, Known | Unknown) for each in given_.answers)
        assert after.rule == (before.rule if is_answered else None)


@given(INPUTS, RULE_SETS)
def test_no_match_and_review_mean_that_everybody_asked_has_answered(
    given_: DecisionInput, rules: RuleSet
) -> None:
    decision = decide(given_, rules)
    if decision.verdict not in {Verdict.NO_MATCH, Verdict.REVIEW}:
        return

    assert not any(isinstance(answer, Failed | Refused) for answer in given_.answers)
    assert any(isinstance(answer, Known | Unknown) for answer in given_.answers)


def farther(duration_s: float | None, file_s: float, by_s: float) -> float | None:
    if not duration_s:
        return duration_s
    return duration_s + math.copysign(by_s, duration_s - file_s)


@given(SURE, st.floats(min_value=0, max_value=1000))
def test_durations_that_differ_more_never_make_an_accept(
    given_: DecisionInput, by_s: float
) -> None:
    file_s = given_.fingerprints.duration_s

    def widen(candidate: Candidate) -> Candidate:
        return replace(
            candidate,
            work=replace(
                candidate.work, duration_s=farther(candidate.work.duration_s, file_s, by_s)
            ),
            fingerprints=tuple(
                replace(remote, duration_s=farther(remote.duration_s, file_s, by_s))
                for remote in candidate.fingerprints
            ),
        )

    near, far = decide(given_, DEFAULTS), decide(rebuilt(given_, widen), DEFAULTS)

    assert far.chosen is None or far.chosen == near.chosen


@given(SURE | INPUTS)
def test_unknown_durations_are_never_accepted_by_default(given_: DecisionInput) -> None:
    unknown = replace(given_, fingerprints=replace(given_.fingerprints, duration_s=0.0))

    assert decide(unknown, DEFAULTS).verdict is not Verdict.ACCEPTED


@given(SURE, ACCEPTING, st.sampled_from([None, Phash(FLAT), Phash(0)]))
def test_a_degenerate_phash_never_accepts_anything(
    given_: DecisionInput, rules: RuleSet, phash: Phash | None
) -> None:
    plain = replace(given_, fingerprints=replace(given_.fingerprints, phash=phash))

    decision = decide(plain, rules)

    if decision.verdict is not Verdict.ACCEPTED:
        return
    evidence = chosen_evidence(decision)
    assert evidence.oshash_agrees or evidence.is_linked


@given(SURE)
def test_one_more_work_turns_every_default_accept_into_a_question(given_: DecisionInput) -> None:
    if decide(given_, DEFAULTS).verdict is not Verdict.ACCEPTED:
        return
    rival = Candidate(source="delta", remote_id="9", work=Work(title="Coast"))

    decision = decide(with_answer(given_, Known(source="delta", candidates=(rival,))), DEFAULTS)

    assert decision.verdict in {Verdict.REVIEW, Verdict.DEFERRED}


@given(SURE)
def test_a_default_accept_is_what_the_design_says_it_is(given_: DecisionInput) -> None:
    decision = decide(given_, DEFAULTS)
    if decision.verdict is not Verdict.ACCEPTED:
        return

    evidence = chosen_evidence(decision)
    file_s = given_.fingerprints.duration_s
    difference_s = evidence.duration_difference_s
    assert difference_s is not None
    assert evidence.rivals == 0
    assert evidence == weigh(
        given_.fingerprints,
        next(
            each.candidate for each in decision.ranked if own_id(each.candidate) == decision.chosen
        ),
        rivals=0,
        is_linked=decision.chosen in given_.linked,
    )
    is_exact = (
        (evidence.oshash_agrees or evidence.is_linked)
        and evidence.oshash_reports <= evidence.oshash_submissions
        and difference_s <= max(5.0, 0.01 * file_s)
    )
    is_near = (
        evidence.phash_distance_bits is not None
        and evidence.phash_distance_bits <= 4
        and evidence.phash_submissions >= 2
        and evidence.phash_share >= 0.5
        and evidence.phash_reports <= evidence.phash_submissions
        and difference_s <= 0.02 * file_s
        and file_s > 150
    )
    assert is_exact or is_near
