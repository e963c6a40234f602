from __future__ import annotations

from hypothesis import given, settings

from rules.candidate import Unknown
from rules.decide import decide
from rules.decision import DecisionInput
from rules.defaults import DEFAULT_RULES
from rules.ruleset import RuleSet, RuleText, Then, compile_rules
from rules.trace import Tried, trace
from tests.rules.test_decide import DEFAULTS, asked, known, offered
from tests.rules.test_decide_laws import ANY_RULES, INPUTS, SURE

DAWN = '"Harbour at Dawn" (Harbour Films, 2024-05-17) from alpha'


def test_every_rule_says_what_it_met() -> None:
    tried = trace(asked(known(offered(submissions=1))), DEFAULTS)

    assert tried == (
        Tried(
            rule="known or exact",
            then=Then.ACCEPT,
            is_tried=True,
            is_decisive=False,
            findings=(
                f"{DAWN}: it needs (linked or oshash), but linked is false, oshash is false",
            ),
        ),
        Tried(
            rule="near phash",
            then=Then.ACCEPT,
            is_tried=True,
            is_decisive=False,
            findings=(f"{DAWN}: it needs phash_submissions >= 2, but phash_submissions is 1",),
        ),
        Tried(
            rule="anything offered",
            then=Then.REVIEW,
            is_tried=True,
            is_decisive=True,
            findings=(f"{DAWN}: it holds",),
        ),
        Tried(
            rule="nothing offered",
            then=Then.NO_MATCH,
            is_tried=False,
            is_decisive=False,
            findings=(f"{DAWN}: it needs candidates == 0, but candidates is 1",),
        ),
    )


def test_where_nothing_is_offered_each_rule_is_tried_on_the_file() -> None:
    own = RuleText(name="mine", when='library == "films"', then=Then.ACCEPT)
    short = RuleText(name="short", when="file_duration < 60", then=Then.IGNORE)

    tried = trace(asked(Unknown(source="alpha")), compile_rules((own, short, *DEFAULT_RULES)))

    assert [each.findings for each in tried[:2]] == [
        ("there is no candidate that it could accept",),
        ("it needs file_duration < 60, but file_duration is 600",),
    ]
    assert [(each.rule, each.is_tried) for each in tried if each.is_decisive] == [
        ("nothing offered", True)
    ]


@settings(max_examples=50)
@given(SURE | INPUTS, ANY_RULES)
def test_the_decisive_rule_is_the_one_that_decided(given_: DecisionInput, rules: RuleSet) -> None:
    tried = trace(given_, rules)

    decisive = [each.rule for each in tried if each.is_decisive]
    decided_by = decide(given_, rules).rule
    assert decisive == ([] if decided_by is None else [decided_by])
    assert [each.rule for each in tried] == [rule.name for rule in rules]
    behind = [each.is_tried for each in tried]
    assert behind == sorted(behind, reverse=True)
