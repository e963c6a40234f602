from __future__ import annotations

import tomllib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.defaults import DEFAULT_RULES
from rules.rule_toml import rule_toml
from rules.ruleset import RuleText, Then

TEXTS = st.text(st.characters(exclude_categories=["Cs"])) | st.text("'\"\\\n\r\x7f a")


def read(text: str) -> list[dict[str, str]]:
    found: list[dict[str, str]] = tomllib.loads(text)["rule"]
    return found


@pytest.mark.parametrize("reason", ["", "as the house wants it"])
def test_reason_is_written_where_there_is_one(reason: str) -> None:
    rule = RuleText(name="mine", when="true", reason=reason, then=Then.REVIEW)

    assert ("reason" in rule_toml(rule)) is bool(reason)


@given(name=TEXTS, when=TEXTS, reason=TEXTS, then=st.sampled_from(Then))
def test_rule_is_read_as_it_was(name: str, when: str, reason: str, then: Then) -> None:
    rule = RuleText(name=name, when=when, then=then, reason=reason)
    expected = {"name": name, "when": when, "then": then.value}

    assert read(rule_toml(rule)) == [expected | ({"reason": reason} if reason else {})]


@pytest.mark.parametrize("rule", DEFAULT_RULES, ids=lambda rule: rule.name)
def test_condition_of_several_lines_stands_as_people_write_it(rule: RuleText) -> None:
    assert ("\n" not in rule.when) or rule.when in rule_toml(rule)


def test_rules_stand_below_each_other() -> None:
    text = "\n".join(map(rule_toml, DEFAULT_RULES))

    assert [each["name"] for each in read(text)] == [rule.name for rule in DEFAULT_RULES]
