"""What no rule accepts: one of several works of a source, a file that is finished."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Answer, Candidate, Known, RemoteFingerprint, Way
from rules.decide import decide
from rules.decision import Decision, DecisionInput, Several, Verdict
from rules.defaults import DEFAULT_RULES
from rules.filename import clues_of
from rules.fingerprint import Algorithm, Fingerprints, Oshash
from rules.media import path_from_text
from rules.ruleset import RuleText, Then, compile_rules
from rules.work import ExternalId, Studio, Work
from tests.rules.situations import SITUATIONS

FILE = Fingerprints(oshash=Oshash(77), size_bytes=9, duration_s=600.0, phash=None)
EAGER = compile_rules([RuleText(name="eager", when="oshash", then=Then.ACCEPT)])
"""Accepts whatever the oshash speaks for, however many rivals there are."""
DEFAULTS = compile_rules(DEFAULT_RULES)
ALPHA_SEVERAL = "alpha offers 2 works for it, so no rule accepts one from there"


def offer(
    remote_id: str,
    source: str = "alpha",
    *,
    title: str = "Harbour at Dawn",
    is_exact: bool = True,
    way: Way = Way.FINGERPRINT,
) -> Candidate:
    told = RemoteFingerprint(
        algorithm=Algorithm.OSHASH, value=77 if is_exact else 1, duration_s=600.0, submissions=3
    )
    return Candidate(
        source=source,
        remote_id=remote_id,
        work=Work(title=title, date="2024-05-17", studio=Studio(name="Harbour Films")),
        fingerprints=(told,),
        found_by=way,
    )


RIVAL = offer("2", title="Night Ferry", is_exact=False)


def asked(*candidates: Candidate, one_work_only: frozenset[str]) -> DecisionInput:
    sources = dict.fromkeys(each.source for each in candidates)
    answers: tuple[Answer, ...] = tuple(
        Known(source=source, candidates=tuple(each for each in candidates if each.source == source))
        for source in sources
    )
    return DecisionInput(
        fingerprints=FILE,
        file_name="dawn.mkv",
        library="films",
        answers=answers,
        one_work_only=one_work_only,
    )


def decided(
    *candidates: Candidate, one_work_only: frozenset[str] = frozenset({"alpha", "beta"})
) -> Decision:
    return decide(asked(*candidates, one_work_only=one_work_only), EAGER)


def test_trap_11_nothing_is_accepted_from_a_source_that_offers_several_works() -> None:
    decision = decided(offer("1"), RIVAL)

    assert decision.verdict is Verdict.REVIEW
    assert decision.several == (Several(source="alpha", works=2),)
    assert decision.reasons[0].startswith('rule "eager" holds for "Harbour at Dawn"')
    assert ALPHA_SEVERAL in decision.reasons[0]
    assert sum(ALPHA_SEVERAL in reason for reason in decision.reasons) == 1


def test_where_that_is_not_wanted_the_rules_decide() -> None:
    decision = decided(offer("1"), RIVAL, one_work_only=frozenset({"beta"}))

    assert decision.verdict is Verdict.ACCEPTED
    assert decision.several == ()


def test_trap_12_another_source_that_offers_one_of_them_settles_it() -> None:
    decision = decided(offer("1"), RIVAL, offer("b-1", "beta"))

    assert decision.verdict is Verdict.ACCEPTED
    assert decision.chosen == ExternalId(source="beta", remote_id="b-1")
    assert decision.several == (Several(source="alpha", works=2),)
    assert not any(ALPHA_SEVERAL in reason for reason in decision.reasons)


def test_what_a_search_found_and_nothing_speaks_for_is_no_match() -> None:
    stranger = offer("2", title="Quite Another", is_exact=False, way=Way.TEXT)
    named = replace(
        asked(offer("1"), stranger, one_work_only=frozenset({"alpha"})),
        clues=clues_of(path_from_text("Harbour Films/Harbour at Dawn.mkv")),
    )

    assert decide(named, EAGER).verdict is Verdict.ACCEPTED


def test_what_a_person_rejected_is_no_match_any_more() -> None:
    given_ = asked(offer("1"), RIVAL, one_work_only=frozenset({"alpha"}))

    decision = decide(
        replace(given_, rejected=frozenset({ExternalId(source="alpha", remote_id="2")})), EAGER
    )

    assert decision.verdict is Verdict.ACCEPTED


def test_a_question_names_every_source_that_offers_several() -> None:
    far = [replace(offer(str(place), source, is_exact=False), work=Work(title=f"{source} {place}"))
           for source in ("alpha", "beta") for place in (1, 2)]  # fmt: skip

    decision = decided(*far)

    assert decision.verdict is Verdict.REVIEW
    assert [each.source for each in decision.several] == ["alpha", "beta"]
    assert sum("skip_multiple_matches" in reason for reason in decision.reasons) == 2


@pytest.mark.parametrize(
    ("organized", "verdict"),
    [
        (None, Verdict.ACCEPTED),
        (frozenset({ExternalId(source="alpha", remote_id="1")}), Verdict.ACCEPTED),
        (frozenset({ExternalId(source="alpha", remote_id="9")}), Verdict.REVIEW),
        (frozenset[ExternalId](), Verdict.REVIEW),
    ],
)
def test_trap_14_a_finished_file_becomes_nothing_else_by_a_rule(
    organized: frozenset[ExternalId] | None, verdict: Verdict
) -> None:
    given_ = replace(asked(offer("1"), one_work_only=frozenset()), organized=organized)

    assert decide(given_, EAGER).verdict is verdict


OFFERS = st.lists(
    st.builds(
        offer,
        st.sampled_from("123"),
        st.sampled_from(["alpha", "beta"]),
        title=st.sampled_from(["Harbour at Dawn", "Night Ferry"]),
        is_exact=st.booleans(),
    ),
    max_size=5,
    unique_by=lambda each: (each.source, each.remote_id),
)
SOURCES = st.frozensets(st.sampled_from(["alpha", "beta"]))


@given(OFFERS, SOURCES)
def test_no_rule_accepts_from_a_source_that_offers_several(
    candidates: list[Candidate], one_work_only: frozenset[str]
) -> None:
    decision = decided(*candidates, one_work_only=one_work_only)

    if decision.chosen is not None:
        assert decision.chosen.source not in {each.source for each in decision.several}


@given(OFFERS, SOURCES, SOURCES)
def test_restraint_never_turns_a_question_into_an_accept(
    candidates: list[Candidate], fewer: frozenset[str], more: frozenset[str]
) -> None:
    before = decided(*candidates, one_work_only=fewer)
    after = decided(*candidates, one_work_only=fewer | more)

    assert before.verdict is Verdict.ACCEPTED or after.verdict is not Verdict.ACCEPTED


@given(OFFERS, SOURCES)
def test_the_order_of_offers_says_nothing(
    candidates: list[Candidate], one_work_only: frozenset[str]
) -> None:
    backwards = decided(*reversed(candidates), one_work_only=one_work_only)

    assert decided(*candidates, one_work_only=one_work_only) == backwards


def test_the_shipped_options_leave_every_decision_of_the_shipped_rules_as_it_is() -> None:
    everywhere = [
        replace(
            each,
            given=replace(
                each.given, one_work_only=frozenset(answer.source for answer in each.given.answers)
            ),
        )
        for each in SITUATIONS
    ]

    changed = [
        each.name for each in everywhere if decide(each.given, DEFAULTS).verdict != each.verdict
    ]
    assert changed == []
