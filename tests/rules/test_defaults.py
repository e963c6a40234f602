"""The rules that doorman comes with, at each of their limits."""

from __future__ import annotations

import tomllib
from dataclasses import replace

import pytest

from rules.case import Case, FileFacts
from rules.defaults import DEFAULT_RULES, default_rules_toml
from rules.evidence import Evidence
from rules.ruleset import RuleText, Then, compile_rules

FILE = FileFacts(name="dawn.mkv", library="films", size_bytes=9, duration_s=600.0)
EXACT = Evidence(
    oshash_agrees=True,
    oshash_submissions=1,
    file_duration_s=600.0,
    fingerprint_duration_s=600.0,
    work_duration_s=600.0,
)
NEAR = Evidence(
    phash_distance_bits=4,
    phash_submissions=2,
    phashes_near=2,
    phashes_offered=4,
    file_duration_s=600.0,
    fingerprint_duration_s=600.0,
    work_duration_s=600.0,
)


def first_rule(evidence: Evidence, *, file_duration_s: float = 600.0, works: int = 1) -> str:
    file = replace(FILE, duration_s=file_duration_s)
    case = Case(file=file, works=works, evidence=evidence)
    return next(rule.name for rule in compile_rules(DEFAULT_RULES) if rule.condition.holds(case))


def test_the_printed_rules_are_the_rules() -> None:
    printed = tomllib.loads(default_rules_toml())["rule"]

    assert tuple(RuleText(**{**rule, "then": Then(rule["then"])}) for rule in printed) == (
        DEFAULT_RULES
    )


def test_each_printed_rule_stands_under_its_reason() -> None:
    blocks = default_rules_toml().split("\n\n")

    assert len(blocks) == 4
    for block in blocks:
        lines = block.splitlines()
        assert lines[0].startswith("# ")
        assert max(map(len, lines)) <= 100


def test_outcomes_stand_in_the_designed_order() -> None:
    assert [rule.then for rule in DEFAULT_RULES] == ["accept", "accept", "review", "no match"]


@pytest.mark.parametrize(
    ("evidence", "rule"),
    [
        (EXACT, "known or exact"),
        (replace(EXACT, oshash_agrees=False, is_linked=True), "known or exact"),
        (replace(EXACT, oshash_submissions=0), "known or exact"),
        (replace(EXACT, oshash_submissions=3, oshash_reports=2), "known or exact"),
        (replace(EXACT, oshash_submissions=2, oshash_reports=2), "anything offered"),
        (replace(EXACT, oshash_submissions=0, oshash_reports=1), "anything offered"),
        (replace(EXACT, rivals=1), "anything offered"),
        (replace(EXACT, work_duration_s=606.0), "known or exact"),  # 1 % of 600 s
        (replace(EXACT, work_duration_s=606.01), "anything offered"),
        (replace(EXACT, fingerprint_duration_s=593.9), "anything offered"),
        (replace(EXACT, work_duration_s=None, fingerprint_duration_s=None), "anything offered"),
        (replace(EXACT, file_duration_s=None), "anything offered"),
        (NEAR, "near phash"),
        (replace(NEAR, phash_distance_bits=0), "near phash"),
        (replace(NEAR, phash_distance_bits=6), "anything offered"),
        (replace(NEAR, phash_distance_bits=None), "anything offered"),
        (replace(NEAR, phash_submissions=1), "anything offered"),
        (replace(NEAR, phashes_offered=5), "anything offered"),  # near is less than half
        (replace(NEAR, phash_reports=1), "near phash"),
        (replace(NEAR, phash_reports=2), "anything offered"),
        (replace(NEAR, rivals=1), "anything offered"),
        (replace(NEAR, work_duration_s=612.0), "near phash"),  # 2 % of 600 s
        (replace(NEAR, work_duration_s=612.01), "anything offered"),
        (replace(NEAR, work_duration_s=None, fingerprint_duration_s=None), "anything offered"),
        # an exact hash that is disputed does not keep a phash from deciding
        (replace(NEAR, oshash_agrees=True, oshash_reports=1), "near phash"),
    ],
)
def test_a_limit_is_where_it_is_said_to_be(evidence: Evidence, rule: str) -> None:
    assert first_rule(evidence) == rule


@pytest.mark.parametrize(
    ("file_duration_s", "work_duration_s", "rule"),
    [
        (30.0, 35.0, "known or exact"),  # 5 s, as 1 % would be less
        (30.0, 35.01, "anything offered"),
        (3600.0, 3636.0, "known or exact"),
        (3600.0, 3637.0, "anything offered"),
    ],
)
def test_an_exact_hash_may_be_five_seconds_or_one_percent_off(
    file_duration_s: float, work_duration_s: float, rule: str
) -> None:
    evidence = replace(
        EXACT,
        file_duration_s=file_duration_s,
        fingerprint_duration_s=None,
        work_duration_s=work_duration_s,
    )

    assert first_rule(evidence, file_duration_s=file_duration_s) == rule


@pytest.mark.parametrize(
    ("file_duration_s", "rule"), [(150.0, "anything offered"), (150.01, "near phash")]
)
def test_a_short_file_is_never_accepted_by_phash(file_duration_s: float, rule: str) -> None:
    evidence = replace(
        NEAR, file_duration_s=file_duration_s, fingerprint_duration_s=150.0, work_duration_s=None
    )

    assert first_rule(evidence, file_duration_s=file_duration_s) == rule


def test_nothing_offered_is_no_match() -> None:
    assert first_rule(Evidence(), works=0) == "nothing offered"
