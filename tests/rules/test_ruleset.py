"""Rules in their order."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.condition import ConditionError
from rules.errors import ConfigurationError
from rules.ruleset import RuleNameTaken, RuleText, Then, compile_rules

FIRST = RuleText(name="first", when="oshash", then=Then.ACCEPT, reason="the same file")
SECOND = RuleText(name="second", when="true", then=Then.REVIEW)


def test_rules_keep_their_order_and_words() -> None:
    rules = compile_rules([SECOND, FIRST])

    assert [(rule.name, rule.then, rule.reason, rule.condition.when) for rule in rules] == [
        ("second", Then.REVIEW, None, "true"),
        ("first", Then.ACCEPT, "the same file", "oshash"),
    ]


def test_no_rules_are_rules_too() -> None:
    assert list(compile_rules([])) == []


def test_two_rules_cannot_have_one_name() -> None:
    with pytest.raises(RuleNameTaken) as caught:
        compile_rules([FIRST, SECOND, replace(SECOND, name="first")])

    assert isinstance(caught.value, ConfigurationError)
    assert caught.value.name == "first"
    assert str(caught.value) == 'two rules are named "first"; give one of them another name'


def test_a_wrong_condition_names_its_rule() -> None:
    with pytest.raises(ConditionError) as caught:
        compile_rules([FIRST, replace(SECOND, when="oshas")])

    assert (caught.value.rule, caught.value.line, caught.value.column) == ("second", 1, 1)


def test_the_digest_is_the_same_for_the_same_rules() -> None:
    digest = compile_rules([FIRST, SECOND]).digest

    assert digest == "5249510873acd426"  # from another run: it outlives the process
    assert digest == compile_rules([replace(FIRST, reason="told otherwise"), SECOND]).digest


@pytest.mark.parametrize(
    "texts",
    [
        [SECOND, FIRST],
        [FIRST],
        [FIRST, replace(SECOND, name="third")],
        [FIRST, replace(SECOND, when="false")],
        [FIRST, replace(SECOND, then=Then.IGNORE)],
    ],
)
def test_the_digest_changes_with_whatever_could_change_a_decision(texts: list[RuleText]) -> None:
    assert compile_rules(texts).digest != compile_rules([FIRST, SECOND]).digest
