"""Names in conditions that nothing has."""

from __future__ import annotations

import pytest

from rules.condition import ConditionError, read_condition
from rules.mentions import KnownNames
from rules.ruleset import RuleText, Then, compile_rules

KNOWN = KnownNames(sources=frozenset({"alpha", "Beta"}), libraries=frozenset({"films"}))
NONE = KnownNames(sources=frozenset(), libraries=frozenset())


@pytest.mark.parametrize(
    "when",
    [
        'source == "alpha"',
        "'Beta' != source",
        'source in ["alpha", r"Beta"] and library not in ["films"]',
        '"alp" in source',
        'source =~ "alp"',
        'title == "nowhere" or "nowhere" in file_name',
        'title in ["nowhere"] and source == "alpha"',
        '"source" == title',
        'oshash and source == "alpha" and file_name == "nowhere"',
        'found_by == "text" or found_by in ["id", "url"] or found_by != "fingerprint"',
        'found_by == ""',
    ],
)
def test_names_that_exist_and_texts_of_other_facts_may_stand(when: str) -> None:
    assert read_condition(when, rule="mine", known=KNOWN).when == when


@pytest.mark.parametrize(
    ("when", "column", "message"),
    [
        ('source == "alhpa"', 11, 'there is no source "alhpa"; did you mean "alpha"?'),
        ("'beta' == source", 1, 'there is no source "beta"; did you mean "Beta"?'),
        ('oshash and source != r"x"', 22, 'there is no source "x"; configured are Beta, alpha'),
        (
            'source in ["alpha", "beta"]',
            21,
            'there is no source "beta"; did you mean "Beta"?',
        ),
        (
            'source not in ["alpha", "beta"]',
            25,
            'there is no source "beta"; did you mean "Beta"?',
        ),
        ('library == "film"', 12, 'there is no library "film"; did you mean "films"?'),
    ],
)
def test_a_misspelt_name_is_an_error_not_a_rule_that_never_fires(
    when: str, column: int, message: str
) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(when, rule="mine", known=KNOWN)

    assert str(caught.value) == f'rule "mine", line 1, column {column}: {message}'


def test_where_nothing_is_configured_the_error_says_so() -> None:
    with pytest.raises(ConditionError, match="configured are none"):
        read_condition('source == "alpha"', rule="mine", known=NONE)


def test_an_old_rule_may_speak_of_a_source_that_is_gone() -> None:
    text = RuleText(name="mine", when='source == "gone"', then=Then.REVIEW)

    assert compile_rules([text])
    with pytest.raises(ConditionError):
        compile_rules([text], known=KNOWN)


@pytest.mark.parametrize(
    ("when", "message"),
    [
        ('found_by == "txt"', 'nothing is found by "txt"; did you mean "text"?'),
        (
            'found_by in ["id", "Name"]',
            'nothing is found by "Name"; possible are fingerprint, id, text, url',
        ),
    ],
)
def test_a_misspelt_way_is_an_error_even_of_an_old_rule(when: str, message: str) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(when, rule="mine")

    assert str(caught.value).endswith(message)
