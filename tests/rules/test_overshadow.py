from __future__ import annotations

import pytest
from hypothesis import event, given, settings
from hypothesis import strategies as st

from rules.decide import decide
from rules.decision import DecisionInput
from rules.defaults import DEFAULT_RULES
from rules.overshadow import Idle, idle_rules
from rules.ruleset import RuleText, Then, compile_rules
from tests.rules.test_decide_laws import CONDITIONS, INPUTS, SURE

Written = tuple[str, Then]


def texts(*rules: Written) -> tuple[RuleText, ...]:
    return tuple(
        RuleText(name=f"rule {number}", when=when, then=then)
        for number, (when, then) in enumerate(rules, 1)
    )


def idle(*rules: Written) -> list[tuple[str, str | None]]:
    found = idle_rules(compile_rules(texts(*rules)))
    return [(each.rule, each.because_of) for each in found]


ALL = "true"
HAS = "candidates >= 1"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((ALL, Then.REVIEW), ("oshash", Then.ACCEPT)),
        ((ALL, Then.REVIEW), ("candidates == 0", Then.NO_MATCH)),
        ((ALL, Then.NO_MATCH), (ALL, Then.REVIEW)),
        ((ALL, Then.ACCEPT), ("oshash", Then.ACCEPT)),
        ((HAS, Then.REVIEW), ("phash_distance <= 4", Then.ACCEPT)),
        ((HAS, Then.IGNORE), ("phash_distance <= 4", Then.ACCEPT)),
        (("phash_distance <= 8", Then.ACCEPT), ("phash_distance <= 4", Then.ACCEPT)),
        (("phash_distance <= 8", Then.REVIEW), ("phash_distance <= 4 and oshash", Then.IGNORE)),
        (('library == "films"', Then.IGNORE), ('library == "films" and oshash', Then.ACCEPT)),
        (("oshash or linked", Then.REVIEW), ("linked", Then.ACCEPT)),
        (("oshash", Then.IGNORE), ("oshash and rivals == 0", Then.IGNORE)),
        (("rivals >= 0", Then.ACCEPT), ("oshash", Then.ACCEPT)),
    ],
)
def test_a_rule_behind_one_that_always_decides_is_idle(first: Written, second: Written) -> None:
    assert idle(first, second) == [("rule 2", "rule 1")]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ((ALL, Then.ACCEPT), (ALL, Then.REVIEW)),  # where nothing is offered, none is accepted
        (("oshash", Then.IGNORE), ("oshash", Then.REVIEW)),  # one of two may hold
        (("phash_distance <= 4", Then.ACCEPT), ("phash_distance <= 8", Then.ACCEPT)),
        (("candidates == 0", Then.NO_MATCH), (HAS, Then.REVIEW)),
        ((HAS, Then.REVIEW), ("candidates == 0", Then.NO_MATCH)),
        (("not oshash", Then.IGNORE), ("phash_distance <= 4", Then.REVIEW)),
    ],
)
def test_a_rule_that_may_decide_is_not_idle(first: Written, second: Written) -> None:
    assert idle(first, second) == []


def test_one_earlier_rule_may_stand_before_offers_and_another_before_silence() -> None:
    assert idle((HAS, Then.REVIEW), ("candidates == 0", Then.IGNORE), (ALL, Then.NO_MATCH)) == [
        ("rule 3", "rule 1")
    ]


@pytest.mark.parametrize(
    ("when", "then"),
    [
        ("false", Then.REVIEW),
        ("phash_distance <= 4 and phash_distance > 8", Then.ACCEPT),
        ("candidates == 0", Then.ACCEPT),
        ("candidates == 0 and oshash", Then.NO_MATCH),
        ("rivals < 0", Then.REVIEW),
    ],
)
def test_a_rule_whose_condition_contradicts_itself_is_idle(when: str, then: Then) -> None:
    assert idle((when, then)) == [("rule 1", None)]
    assert idle((when, then), ("oshash", Then.ACCEPT)) == [("rule 1", None)]


def test_what_is_too_entangled_is_never_called_idle() -> None:
    facts = ("rivals", "candidates", "phash_reports", "oshash_reports", "file_size", "phash_share")
    entangled = " and ".join(f"({fact} == 1 or {fact} == 2 or {fact} == 3)" for fact in facts)

    assert idle((ALL, Then.REVIEW), (entangled, Then.REVIEW)) == []
    assert idle((entangled, Then.REVIEW), ("oshash", Then.ACCEPT)) == []


def test_every_shipped_rule_can_decide() -> None:
    assert idle_rules(compile_rules(DEFAULT_RULES)) == ()


def test_a_rule_of_ones_own_that_takes_everything_silences_the_shipped_ones() -> None:
    mine = RuleText(name="ask me", when="true", then=Then.REVIEW)

    assert idle_rules(compile_rules((mine, *DEFAULT_RULES))) == tuple(
        Idle(rule=rule.name, because_of="ask me") for rule in DEFAULT_RULES
    )


@settings(max_examples=50)
@given(
    st.lists(st.tuples(CONDITIONS, st.sampled_from(Then)), min_size=2, max_size=4),
    st.lists(SURE | INPUTS, min_size=4, max_size=4),
)
def test_an_idle_rule_never_decides(written: list[Written], inputs: list[DecisionInput]) -> None:
    rules = compile_rules(texts(*written))
    silent = {each.rule for each in idle_rules(rules)}

    event("some are idle" if silent else "none is idle")
    assert silent.isdisjoint(decide(given_, rules).rule for given_ in inputs)
