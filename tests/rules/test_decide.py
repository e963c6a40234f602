"""Decisions, case by case; the laws stand in test_decide_laws."""

from __future__ import annotations

from dataclasses import replace

import pytest

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
from rules.decision import Decision, DecisionInput, Verdict
from rules.defaults import DEFAULT_RULES
from rules.discretion import KEPT_SAFE
from rules.fingerprint import Algorithm, Fingerprints, Oshash, Phash
from rules.journey import FileState
from rules.ruleset import RuleText, Then, compile_rules
from rules.work import ExternalId, Studio, Work

OURS = int("01" * 32, 2)
OSHASH = 77
FILE = Fingerprints(oshash=Oshash(OSHASH), size_bytes=9, duration_s=600.0, phash=Phash(OURS))
DEFAULTS = compile_rules(DEFAULT_RULES)

DOWN = Failed(source="down", reason="HTTP 500", retry_after_s=60.0)
LOCKED = Refused(source="locked", reason="the key was refused")
SKIPPED = NotAsked(source="skipped", reason="it takes no oshash")


def offered(
    remote_id: str = "1",
    *,
    source: str = "alpha",
    title: str = "Harbour at Dawn",
    bits: int | None = 2,
    is_exact: bool = False,
    duration_s: float = 600.0,
    submissions: int = 3,
) -> Candidate:
    phash = (
        ()
        if bits is None
        else ((Algorithm.PHASH, OURS ^ sum(3 << 2 * i for i in range(bits // 2))),)
    )
    oshash = ((Algorithm.OSHASH, OSHASH),) if is_exact else ()
    return Candidate(
        source=source,
        remote_id=remote_id,
        work=Work(title=title, date="2024-05-17", studio=Studio(name="Harbour Films")),
        fingerprints=tuple(
            RemoteFingerprint(
                algorithm=algorithm, value=value, duration_s=duration_s, submissions=submissions
            )
            for algorithm, value in (*oshash, *phash)
        ),
    )


def known(*candidates: Candidate, source: str = "alpha") -> Known:
    return Known(source=source, candidates=candidates)


def asked(*answers: Answer) -> DecisionInput:
    return DecisionInput(fingerprints=FILE, file_name="dawn.mkv", library="films", answers=answers)


def decided(*answers: Answer, rules: tuple[RuleText, ...] = DEFAULT_RULES) -> Decision:
    return decide(asked(*answers), compile_rules(rules))


def name(remote_id: str, source: str = "alpha") -> ExternalId:
    return ExternalId(source=source, remote_id=remote_id)


def rule(when: str, then: Then) -> RuleText:
    return RuleText(name="mine", when=when, then=then)


def names(decision: Decision) -> list[tuple[str, str]]:
    return [(each.candidate.source, each.candidate.remote_id) for each in decision.ranked]


def test_a_sure_match_is_accepted_with_its_reasons() -> None:
    decision = decided(known(offered()), Unknown(source="beta"))

    assert decision.verdict is Verdict.ACCEPTED
    assert decision.rule == "near phash"
    assert decision.chosen == name("1")
    assert decision.reasons == (
        'rule "near phash": the same pictures, confirmed by two or more, and their duration agrees',
        "phash 2 of 64 bits away, 3 submissions",
        "file is as long as copies with this fingerprint",
    )
    assert decision.ranked[0].objections == ()
    assert decision.rules_digest == DEFAULTS.digest


def test_an_unsure_match_is_a_question_that_says_what_was_missing() -> None:
    decision = decided(known(offered(duration_s=614.0, submissions=1)))

    assert decision.verdict is Verdict.REVIEW
    assert decision.chosen is None
    assert decision.reasons == (
        'rule "anything offered": a wrong match is worse than a question',
        'best candidate: "Harbour at Dawn" (Harbour Films, 2024-05-17)',
        "phash 2 of 64 bits away, 1 submission",
        "file is 14 s shorter than copies with this fingerprint",
    )
    assert decision.ranked[0].objections == (
        (
            'rule "known or exact" needs (linked or oshash), but linked is false, oshash is false;'
            " and (duration_difference <= 5 or duration_difference <= 0.01 * file_duration),"
            " but duration_difference is 14, file_duration is 600"
        ),
        (
            'rule "near phash" needs phash_submissions >= 2, but phash_submissions is 1;'
            " and duration_difference <= 0.02 * file_duration,"
            " but duration_difference is 14, file_duration is 600"
        ),
    )


def test_nobody_knows_it_is_no_match() -> None:
    decision = decided(Unknown(source="beta"), Unknown(source="alpha"), SKIPPED)

    assert decision.verdict is Verdict.NO_MATCH
    assert decision.rule == "nothing offered"
    assert decision.reasons == (
        'rule "nothing offered": nothing was offered for the file',
        "source alpha does not know it",
        "source beta does not know it",
        "source skipped was not asked: it takes no oshash",
    )
    assert decision.ranked == ()


@pytest.mark.parametrize(
    ("answers", "reasons"),
    [
        ((), ("no source could be asked: none is configured",)),
        ((SKIPPED,), ("no source could be asked: skipped: it takes no oshash",)),
        (
            (NotAsked(source="off", reason="it is switched off"), SKIPPED),
            (("no source could be asked: off: it is switched off; skipped: it takes no oshash"),),
        ),
        (
            (
                NotAsked(source="velvet", reason=KEPT_SAFE),
                NotAsked(source="satin", reason=KEPT_SAFE),
            ),
            (
                (
                    "nobody may be asked: its library is nsfw = false, and all sources are adult "
                    "(satin, velvet); configure one that is nsfw = false"
                ),
            ),
        ),
        ((DOWN, SKIPPED), ("source down failed: HTTP 500",)),
        (
            (LOCKED, DOWN),
            ("source down failed: HTTP 500", "source locked refused: the key was refused"),
        ),
        (
            (Unknown(source="beta"), DOWN),
            (
                "source down failed: HTTP 500",
                'so far it would be "no match"',
                'rule "nothing offered": nothing was offered for the file',
                "source beta does not know it",
            ),
        ),
    ],
)
def test_what_was_not_answered_is_never_no_match(
    answers: tuple[Answer, ...], reasons: tuple[str, ...]
) -> None:
    decision = decided(*answers)

    assert decision.verdict is Verdict.DEFERRED
    assert decision.reasons == reasons
    is_answered = any(isinstance(answer, Unknown) for answer in answers)
    assert decision.rule == ("nothing offered" if is_answered else None)


def test_a_question_waits_for_a_source_that_failed_and_keeps_its_candidates() -> None:
    decision = decided(known(offered(bits=6)), LOCKED)

    assert decision.verdict is Verdict.DEFERRED
    assert decision.reasons[:2] == (
        "source locked refused: the key was refused",
        'so far it would be "review"',
    )
    assert names(decision) == [("alpha", "1")]


def test_an_accept_waits_too_and_says_what_it_would_be() -> None:
    decision = decided(known(offered()), DOWN, LOCKED, SKIPPED)

    assert decision.verdict is Verdict.DEFERRED
    assert decision.chosen is None
    assert decision.reasons[:3] == (
        "source down failed: HTTP 500",
        "source locked refused: the key was refused",
        'so far it would be "accepted": "Harbour at Dawn" (Harbour Films, 2024-05-17)',
    )
    assert decision.ranked[0].objections == ()


def test_an_accept_does_not_wait_for_who_was_not_asked_but_says_so() -> None:
    decision = decided(known(offered()), SKIPPED)

    assert decision.verdict is Verdict.ACCEPTED
    assert decision.reasons[-1] == "source skipped was not asked: it takes no oshash"


def test_the_longest_wait_that_was_asked_for_is_passed_on() -> None:
    slow = Failed(source="slow", reason="HTTP 429", retry_after_s=90.0)

    assert decided(DOWN, slow, Failed(source="x", reason="x")).retry_after_s == 90.0
    assert decided(Failed(source="x", reason="x")).retry_after_s is None


def test_a_rival_makes_it_a_question() -> None:
    decision = decided(known(offered(), offered("2", title="Harbour at Dusk", bits=20)))

    assert decision.verdict is Verdict.REVIEW
    assert "1 other work was offered" in decision.reasons


def test_the_same_work_from_two_sources_is_no_rival() -> None:
    decision = decided(
        known(offered(is_exact=True)), known(offered("9", source="beta"), source="beta")
    )

    assert decision.verdict is Verdict.ACCEPTED
    assert decision.chosen == name("1")
    assert decision.ranked[1].objections == (
        'rule "known or exact" needs (linked or oshash), but linked is false, oshash is false',
    )


def test_of_two_equal_sources_the_one_that_is_not_taken_says_that_the_rule_holds_too() -> None:
    decision = decided(
        known(offered(source="beta"), source="beta"), known(offered(), source="alpha")
    )

    assert decision.chosen == name("1")
    assert [each.objections for each in decision.ranked] == [
        (),
        (
            'rule "known or exact" needs (linked or oshash), but linked is false, oshash is false',
            'rule "near phash" holds for it too',
        ),
    ]


def test_a_rejected_candidate_is_gone() -> None:
    given = replace(asked(known(offered())), rejected=frozenset({name("1")}))

    decision = decide(given, DEFAULTS)

    assert decision.verdict is Verdict.NO_MATCH
    assert decision.ranked == ()
    assert decision.reasons[-1] == "what was offered had been rejected"


def test_of_a_rejected_candidate_is_told_though_another_source_knows_nothing() -> None:
    given = replace(
        asked(known(offered()), Unknown(source="beta")), rejected=frozenset({name("1")})
    )

    decision = decide(given, DEFAULTS)

    assert decision.verdict is Verdict.NO_MATCH
    assert "what was offered had been rejected" in decision.reasons


def test_the_same_work_from_another_source_is_gone_with_it() -> None:
    given = asked(known(offered()), known(offered("9", source="beta"), source="beta"))

    decision = decide(replace(given, rejected=frozenset({name("1")})), DEFAULTS)

    assert decision.verdict is Verdict.NO_MATCH


def test_a_work_that_names_a_rejected_id_is_gone() -> None:
    offer = offered("9", source="beta")
    told = replace(offer, work=replace(offer.work, ids=(name("1"),)))
    given = replace(asked(known(told, source="beta")), rejected=frozenset({name("1")}))

    assert decide(given, DEFAULTS).verdict is Verdict.NO_MATCH


def test_a_linked_candidate_stays_when_only_its_twin_was_rejected() -> None:
    given = replace(
        asked(known(offered()), known(offered("9", source="beta"), source="beta")),
        rejected=frozenset({name("1")}),
        linked=frozenset({name("9", "beta")}),
    )

    assert decide(given, DEFAULTS).chosen == name("9", "beta")
    both = replace(given, rejected=frozenset({name("1"), name("9", "beta")}))
    assert decide(both, DEFAULTS).verdict is Verdict.NO_MATCH


def test_a_match_that_a_person_undid_is_a_question_the_next_time() -> None:
    given = asked(known(offered()))

    decision = decide(replace(given, taken_back=frozenset({name("1")})), DEFAULTS)

    assert decide(given, DEFAULTS).verdict is Verdict.ACCEPTED
    assert (decision.verdict, decision.chosen) == (Verdict.REVIEW, None)
    assert decision.reasons[0] == ('rule "near phash" holds, but this match was undone before')


def test_undoing_one_match_leaves_another_to_the_rules() -> None:
    given = replace(asked(known(offered())), taken_back=frozenset({name("2")}))

    assert decide(given, DEFAULTS).verdict is Verdict.ACCEPTED


@pytest.mark.parametrize("silent", [Unknown(source="alpha"), SKIPPED, None])
def test_a_rejected_work_stays_away_when_only_another_source_offers_it(
    silent: Answer | None,
) -> None:
    twin = known(offered("9", source="beta", is_exact=True), source="beta")
    given = asked(twin, *(() if silent is None else (silent,)))

    assert decide(given, DEFAULTS).verdict is Verdict.ACCEPTED
    rejected = replace(given, rejected=frozenset({name("1")}), turned_down=(offered(),))
    decision = decide(rejected, DEFAULTS)
    assert (decision.chosen, decision.ranked) == (None, ())
    undone = replace(given, taken_back=frozenset({name("1")}), turned_down=(offered(),))
    assert decide(undone, DEFAULTS).verdict is not Verdict.ACCEPTED
    assert names(decide(undone, DEFAULTS)) == [("beta", "9")]


def test_what_looks_like_a_rejected_candidate_is_a_question() -> None:
    """One source has two ids for equal works: perhaps two, perhaps one that was merged."""
    given = asked(known(offered(), offered("2")))

    decision = decide(replace(given, rejected=frozenset({name("2")})), DEFAULTS)

    assert decision.verdict is Verdict.REVIEW
    assert names(decision) == [("alpha", "1")]
    assert decision.reasons[0] == (
        'rule "near phash" holds, but it looks like a candidate that was rejected'
    )
    linked = replace(given, rejected=frozenset({name("2")}), linked=frozenset({name("1")}))
    assert decide(linked, DEFAULTS).chosen == name("1")


def test_rejecting_one_of_two_leaves_the_other() -> None:
    given = asked(known(offered(), offered("2", title="Harbour at Dusk")))

    decision = decide(replace(given, rejected=frozenset({name("2")})), DEFAULTS)

    assert decision.chosen == name("1")


def test_rejecting_one_of_two_with_the_same_oshash_leaves_a_question() -> None:
    given = asked(
        known(offered(is_exact=True), offered("2", title="Harbour at Dusk", is_exact=True))
    )

    decision = decide(replace(given, rejected=frozenset({name("2")})), DEFAULTS)

    assert decision.verdict is Verdict.REVIEW
    assert decision.reasons[0] == (
        'rule "known or exact" holds, but the same oshash was also said to be of a candidate that '
        "was rejected"
    )


def test_an_accept_that_holds_for_two_works_is_a_question() -> None:
    decision = decided(
        known(offered(), offered("2", title="Harbour at Dusk", bits=4)),
        rules=(rule("phash_distance <= 8", Then.ACCEPT),),
    )

    assert decision.verdict is Verdict.REVIEW
    assert decision.rule == "mine"
    assert decision.reasons[0] == (
        'rule "mine" would accept 2 works:'
        ' "Harbour at Dawn" (Harbour Films, 2024-05-17)'
        ' and "Harbour at Dusk" (Harbour Films, 2024-05-17)'
    )
    assert decision.ranked[0].objections == ('rule "mine" holds for it too',)


def test_a_looser_rule_may_choose_one_of_two_works() -> None:
    decision = decided(
        known(offered(), offered("2", title="Harbour at Dusk", bits=8)),
        rules=(rule("phash_distance <= 4", Then.ACCEPT),),
    )

    assert decision.chosen == name("1")


def test_an_accept_needs_a_fingerprint_that_agrees() -> None:
    decision = decided(known(offered(bits=10)), rules=(rule("true", Then.ACCEPT),))

    assert decision.verdict is Verdict.REVIEW
    assert decision.reasons[0] == (
        'rule "mine" would accept "Harbour at Dawn" (Harbour Films, 2024-05-17),'
        " but no fingerprint agrees"
    )


def test_a_rule_that_silences_must_hold_for_every_candidate() -> None:
    far = rule("phash_distance > 8", Then.NO_MATCH)
    two = known(offered(), offered("2", title="Harbour at Dusk", bits=30))

    assert decided(two, rules=(far,)).verdict is Verdict.REVIEW
    assert decided(known(offered(bits=30)), rules=(far,)).verdict is Verdict.NO_MATCH
    assert decided(two, rules=(replace(far, then=Then.IGNORE),)).verdict is Verdict.REVIEW


def test_a_rule_that_asks_needs_one_candidate() -> None:
    ask = rule("phash_distance > 8", Then.REVIEW)
    quiet = RuleText(name="quiet", when="true", then=Then.IGNORE)
    two = known(offered(), offered("2", title="Harbour at Dusk", bits=30))

    assert decided(two, rules=(ask, quiet)).verdict is Verdict.REVIEW
    assert decided(known(offered()), rules=(ask, quiet)).verdict is Verdict.IGNORED


def test_a_person_may_want_to_be_asked_about_what_nobody_knows() -> None:
    decision = decided(
        Unknown(source="alpha"), rules=(rule("candidates == 0", Then.REVIEW), *DEFAULT_RULES)
    )

    assert decision.verdict is Verdict.REVIEW
    assert decision.reasons == ('rule "mine" holds', "source alpha does not know it")


def test_nothing_can_be_accepted_where_nothing_is_offered() -> None:
    decision = decided(Unknown(source="alpha"), rules=(rule("true", Then.ACCEPT),))

    assert decision.verdict is Verdict.NO_MATCH
    assert decision.rule is None
    assert decision.reasons == ("no rule held", "source alpha does not know it")


def test_without_a_rule_that_holds_candidates_are_a_question() -> None:
    decision = decided(known(offered()), rules=(rule("linked", Then.ACCEPT),))

    assert decision.verdict is Verdict.REVIEW
    assert decision.rule is None
    assert decision.reasons[0] == "no rule held"
    assert decision.ranked[0].objections == ('rule "mine" needs linked, but linked is false',)


def test_a_file_is_ignored_for_its_own_sake_whoever_fails() -> None:
    ignore = rule('library == "films"', Then.IGNORE)

    for answers in ((), (DOWN,), (known(offered()), LOCKED), (SKIPPED,)):
        assert decided(*answers, rules=(ignore,)).verdict is Verdict.IGNORED


def test_a_file_is_not_ignored_for_an_answer_that_is_missing() -> None:
    ignore = rule("candidates == 0", Then.IGNORE)

    assert decided(Unknown(source="a"), rules=(ignore,)).verdict is Verdict.IGNORED
    assert decided(Unknown(source="a"), DOWN, rules=(ignore,)).verdict is Verdict.DEFERRED


def test_only_rules_that_were_tried_object() -> None:
    first = RuleText(name="ask first", when="true", then=Then.REVIEW)

    decision = decided(known(offered()), rules=(first, *DEFAULT_RULES))

    assert decision.rule == "ask first"
    assert decision.ranked[0].objections == ()


@pytest.mark.parametrize(
    ("better", "worse"),
    [
        ({"is_exact": True, "bits": 20}, {"bits": 0}),
        ({"bits": 2}, {"bits": 4}),
        ({"bits": 60}, {"bits": None}),
        ({"submissions": 4}, {"submissions": 3}),
        ({"duration_s": 601.0}, {"duration_s": 599.5 - 10}),
        ({"duration_s": 700.0}, {"duration_s": 0.0}),
    ],
)
def test_candidates_are_ranked_by_what_speaks_for_them(
    better: dict[str, object], worse: dict[str, object]
) -> None:
    good = offered("9", title="Harbour at Dusk", **better)  # type: ignore[arg-type]  # a table
    bad = offered("1", **worse)  # type: ignore[arg-type]  # likewise

    assert names(decided(known(bad, good))) == [("alpha", "9"), ("alpha", "1")]


def test_a_linked_candidate_comes_first_and_the_share_decides_between_equal_distances() -> None:
    mixed = replace(
        offered("1", title="Coast"),
        fingerprints=(*offered(bits=2).fingerprints, *offered(bits=40).fingerprints),
    )
    pure = offered("2", title="Harbour at Dusk")
    linked = offered("3", title="Lights", bits=None)
    given = replace(asked(known(mixed, pure, linked)), linked=frozenset({name("3")}))

    assert names(decide(given, DEFAULTS)) == [("alpha", "3"), ("alpha", "2"), ("alpha", "1")]


def test_equal_candidates_are_ranked_by_name() -> None:
    candidates = [offered(remote_id, title=remote_id) for remote_id in ("2", "1", "3")]

    assert names(decided(known(*candidates))) == [("alpha", "1"), ("alpha", "2"), ("alpha", "3")]


def test_a_candidate_that_is_offered_twice_counts_once() -> None:
    decision = decided(known(offered(), offered()), known(offered()))

    assert decision.chosen == name("1")
    assert names(decision) == [("alpha", "1")]


def test_verdicts_are_states_of_a_file() -> None:
    assert {verdict.value for verdict in Verdict} <= {state.value for state in FileState}
