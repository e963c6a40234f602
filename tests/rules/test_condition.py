"""Conditions as a person writes them: read, refused, evaluated, explained."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.candidate import Candidate
from rules.case import Case, FileFacts
from rules.condition import ConditionError, Unmet, read_condition
from rules.errors import ConfigurationError, RuleError
from rules.evidence import Evidence
from rules.facts import FACTS
from rules.work import Studio, Work

FILE = FileFacts(name="harbour.at.dawn.S01E02.mkv", library="films", size_bytes=9, duration_s=600.0)
NOTHING = Case(file=FILE, works=0)
CASE = Case(
    file=FILE,
    works=1,
    candidate=Candidate(
        source="alpha",
        remote_id="1",
        work=Work(title="Harbour at Dawn", studio=Studio(name="Harbour Films")),
    ),
    evidence=Evidence(
        oshash_agrees=True,
        phash_distance_bits=4,
        phash_submissions=3,
        phashes_near=1,
        phashes_offered=2,
        file_duration_s=600.0,
        work_duration_s=590.0,
    ),
)


@pytest.mark.parametrize(
    ("when", "holds"),
    [
        ("oshash", True),
        ("linked", False),
        ("not linked", True),
        ("not not oshash", True),
        ("oshash == true", True),
        ("true", True),
        ("false or not true", False),
        ("phash_distance <= 4", True),
        ("phash_distance < 4", False),
        ("phash_distance == 4.0", True),
        ("phash_distance != 4", False),
        ("4 >= phash_distance", True),
        ("phash_share >= 0.5", True),
        ("duration_difference <= 0.02 * file_duration", True),
        ("duration_difference <= 0.01 * file_duration", False),
        ("duration_difference <= file_duration / 60", True),
        ("file_size - 10 < 0 and - file_size == -9", True),
        ("file_size + 1 * 2 == 11", True),
        ("(file_size + 1) * 2 == 20", True),
        ("candidates in [1, 2]", True),
        ("candidates not in [1, 2]", False),
        ("candidates in [-1, 60 * 60]", False),
        ('source == "alpha" and library in ["films", "clips"]', True),
        ('source != "alpha"', False),
        ('source == "al" + "pha"', True),
        ('"at.dawn" in file_name', True),
        ('"At.Dawn" in file_name', False),
        ('file_name =~ "harbour"', True),
        ('file_name =~ "dawn"', False),
        ('file_name =~~ "dawn"', True),
        ('file_name !~~ "dawn"', False),
        ('file_name !~ "dawn"', True),
        (r'file_name =~~ r"S\d+E\d+"', True),
        (r'file_name =~~ r"(?i)s\d+e\d+"', True),
        (r'title =~ r"(Harbour|Coast) (at|by) [^(]+"', True),
        ("title == 'Harbour at Dawn'", True),
        ("linked\nor\toshash", True),
        ("linked and linked or oshash", True),
        ("linked and (linked or oshash)", False),
    ],
)
def test_a_condition_means_what_it_says(when: str, *, holds: bool) -> None:
    condition = read_condition(when, rule="mine")

    assert condition.holds(CASE) is holds
    assert (condition.unmet(CASE) == ()) is holds


@pytest.mark.parametrize(
    "when",
    [
        "phash_distance <= 64",
        "duration_difference <= 999999999999999",
        "fingerprint_duration_difference == 0",
        "work_duration_difference < file_size",
        "phash_submissions >= 1",
        'source in ["alpha", "beta"]',
        '"a" in title',
        'studio =~ "."',
        "phash_distance in [0, 2, 4]",
    ],
)
def test_unknown_never_agrees(when: str) -> None:
    assert not read_condition(when, rule="mine").holds(NOTHING)


TYPO = 'there is no fact "phash_distnce"; did you mean "phash_distance"?'
TEXT_NUMBER = (
    "a text never equals a number; compare texts with texts in quotes, and numbers with numbers"
)
CALCULATED = (
    "what can be unknown can't be calculated with;"
    " calculate on the other side, as in duration_difference <= 0.01 * file_duration"
)
FOLDED = "it compares two constants, which never changes; compare with a fact"
PATTERN = 'compares a text with a pattern; write it as file_name =~ r"pattern"'
SLOW = "the pattern could take very long; repeat no group, and use * + ? { at most 3 times"
DEEP = "it joins or nests more than 100 parts; make several rules of it"


@pytest.mark.parametrize(
    ("when", "line", "column", "message"),
    [
        ("phash_distnce <= 4", 1, 1, TYPO),
        ("oshash\n  and phash_distnce <= 4", 2, 7, TYPO),
        ("", 1, 1, 'it is empty; write "true" for always'),
        (" \n ", 1, 1, 'it is empty; write "true" for always'),
        ("oshash and", 1, 11, "it ends too early; write what is missing"),
        ("(oshash\nor linked", 2, 10, "it ends too early; write what is missing"),
        ("oshash linked", 1, 8, "linked can't stand here; see what stands before it"),
        ("oshash)", 1, 7, ") can't stand here; see what stands before it"),
        ("1 < file_size < 5", 1, 15, "< can't stand here; see what stands before it"),
        ("oshash\n\n  and and linked", 3, 7, "and can't stand here; see what stands before it"),
        ("source == 4", 1, 8, TEXT_NUMBER),
        ("linked or source == 4", 1, 18, TEXT_NUMBER),
        ("oshash == 1", 1, 8, TEXT_NUMBER.replace("text never", "yes or no never", 1)),
        ("source < 'b'", 1, 8, "< compares numbers only; use == or !="),
        ("oshash >= true", 1, 8, ">= compares numbers only; use == or !="),
        ("phash_distance", 1, 1, "it is a number, not a yes or no; compare it with something"),
        ("'alpha'", 1, 1, "it is a text, not a yes or no; compare it with something"),
        (
            "oshash and phash_distance",
            1,
            12,
            "a number stands where a yes or no belongs; compare it with something",
        ),
        (
            "phash_distance or oshash",
            1,
            1,
            "a number stands where a yes or no belongs; compare it with something",
        ),
        ("not source", 1, 5, "a text stands where a yes or no belongs; compare it with something"),
        (
            "file_size + source > 4",
            1,
            13,
            "a text stands where a number belongs; calculate with numbers only",
        ),
        (
            "-oshash > 1",
            1,
            2,
            "a yes or no stands where a number belongs; calculate with numbers only",
        ),
        ("-phash_distance < 5", 1, 2, CALCULATED),
        ("5 - duration_difference > 0", 1, 5, CALCULATED),
        ("duration_difference / 60 < 1", 1, 1, CALCULATED),
        ("0 * phash_distance < 1", 1, 5, CALCULATED),
        (
            "duration_difference <= fingerprint_duration_difference",
            1,
            21,
            "both sides can be unknown, and two unknowns would agree; compare each with a constant",
        ),
        (
            "title == studio",
            1,
            7,
            "both sides can be unknown, and two unknowns would agree; compare each with a constant",
        ),
        (
            "file_size / 0 > 1",
            1,
            1,
            "only a number other than 0 can be divided by; multiply the other side instead",
        ),
        (
            "file_size / (2 - 2) > 1",
            1,
            1,
            "only a number other than 0 can be divided by; multiply the other side instead",
        ),
        (
            "1 / file_size > 1",
            1,
            5,
            "only a number other than 0 can be divided by; multiply the other side instead",
        ),
        (
            "1 / 0 > file_size",
            None,
            None,
            (
                "the rule engine says arithmetic error: division by zero;"
                " compare facts with constants of their own kind"
            ),
        ),
        (
            "4 < 'a'",
            None,
            None,
            (
                "the rule engine says data type mismatch;"
                " compare facts with constants of their own kind"
            ),
        ),
        ("4 == 4", None, None, FOLDED),
        ("oshash or 'a' == 4", None, None, FOLDED),
        ("4 in [4]", None, None, FOLDED),
        ("[1] == [1]", None, None, FOLDED),
        (
            "[1] == file_size",
            None,
            None,
            "a list has no value of its own; write in before the list",
        ),
        ("[1, 2]", None, None, "a list has no value of its own; write in before the list"),
        (
            "source in []",
            1,
            8,
            "a text is never in this list; list at least one text, and nothing else",
        ),
        (
            "source in ['alpha', 4]",
            1,
            8,
            "a text is never in this list; list at least one text, and nothing else",
        ),
        (
            "file_size in ['alpha']",
            1,
            11,
            "a number is never in this list; list at least one number, and nothing else",
        ),
        (
            "file_size in [1, candidates]",
            1,
            18,
            "a list holds constants only; join comparisons with or",
        ),
        (
            "1 in file_size",
            1,
            3,
            "a number is never in a number; write a list in [ ] after in",
        ),
        ("1 in title", 1, 3, "a number is never in a text; write a list in [ ] after in"),
        (
            "'' in title",
            1,
            4,
            (
                "only a text in quotes, with something in it, can be looked for;"
                ' write it as "text" in file_name'
            ),
        ),
        (
            "studio in file_name",
            1,
            8,
            (
                "only a text in quotes, with something in it, can be looked for;"
                ' write it as "text" in file_name'
            ),
        ),
        ("file_size =~ '3'", 1, 11, f"=~ {PATTERN}"),
        ("file_name !~~ title", 1, 11, f"!~~ {PATTERN}"),
        ("file_name =~ r'(a+)+'", 1, 11, SLOW),
        ("file_name =~ r'(a|b){9}'", 1, 11, SLOW),
        ("file_name =~ r'a*b*c*d*'", 1, 11, SLOW),
        ("file_name =~ r'a?b?c?d?'", 1, 11, SLOW),
        ("file_name =~ r'(a|a)(a|a)(a|a)(a|a)'", 1, 11, SLOW),
        ("file_name =~ r'(?x) (a+) +'", 1, 11, SLOW),
        (
            "file_name =~ r'['",
            None,
            None,
            (
                "[ is no pattern: unterminated character set at position 0;"
                r" a sign that means itself needs a \ before it"
            ),
        ),
        (" and ".join(["oshash"] * 101), None, None, DEEP),
        ("not " * 400 + "oshash", None, None, DEEP),
        ("-" * 1900 + "file_size > 0", None, None, DEEP),
    ],
)
def test_a_condition_that_could_fail_or_means_nothing_is_refused(
    when: str, line: int | None, column: int | None, message: str
) -> None:
    with pytest.raises(ConditionError) as caught:
        read_condition(when, rule="mine")

    place = "" if line is None else f", line {line}, column {column}"
    assert str(caught.value) == f'rule "mine"{place}: {message}'
    assert (caught.value.rule, caught.value.line, caught.value.column) == ("mine", line, column)


def test_an_error_is_one_of_the_configuration() -> None:
    with pytest.raises(RuleError) as caught:
        read_condition("nonsense", rule="mine")

    assert isinstance(caught.value, ConfigurationError)
    assert caught.value.exit_code == 78


def test_a_condition_of_a_hundred_parts_is_still_read() -> None:
    condition = read_condition(" and ".join(["oshash"] * 100), rule="mine")

    assert condition.holds(CASE)


def test_each_unmet_part_is_shown_with_the_values_it_met() -> None:
    condition = read_condition(
        "(oshash or linked)\nand rivals == 0\nand duration_difference <= 0.01 * file_duration",
        rule="mine",
    )
    rivalled = replace(CASE, evidence=replace(CASE.evidence, rivals=2, oshash_agrees=False))

    assert condition.unmet(rivalled) == (
        Unmet(part="(oshash or linked)", values=(("oshash", False), ("linked", False))),
        Unmet(part="rivals == 0", values=(("rivals", 2),)),
        Unmet(
            part="duration_difference <= 0.01 * file_duration",
            values=(("duration_difference", 10.0), ("file_duration", 600.0)),
        ),
    )


@pytest.mark.parametrize(
    ("when", "parts"),
    [
        ("oshash or linked and rivals == 0", ["oshash or linked and rivals == 0"]),
        ("not (oshash and linked)", ["not (oshash and linked)"]),
        ("title == 'x and y' and linked", ["title == 'x and y'", "linked"]),
        ("source in ['a', 'b'] and\n  oshash", ["source in ['a', 'b']", "oshash"]),
    ],
)
def test_a_condition_is_taken_apart_only_where_its_meaning_allows(
    when: str, parts: list[str]
) -> None:
    assert [part.text for part in read_condition(when, rule="mine").parts] == parts


@pytest.mark.parametrize(
    ("when", "is_about_file"),
    [
        ("true", True),
        ("library == 'films' and file_duration < 60", True),
        ("library == 'films' and candidates == 0", False),
    ],
)
def test_a_condition_knows_whether_it_needs_an_answer(when: str, *, is_about_file: bool) -> None:
    assert read_condition(when, rule="mine").is_about_file is is_about_file


SIGNS = ("(", ")", "[", "]", ",", "==", "!=", "<", "<=", ">", ">=", "=~", "=~~", "+", "-", "*", "/")
CONSTANTS = ("0", "1", "2.5", "600", "'alpha'", "'films'", r"r'(a|b)+'", r"r'\d'", "''")
WORDS = st.sampled_from(
    [*(fact.name for fact in FACTS), "and", "or", "not", "in", "true", "false", *SIGNS, *CONSTANTS]
)
FLOATS = st.floats(min_value=0, max_value=1e300)
COUNTS = st.integers(min_value=0, max_value=2**63)
CASES = st.builds(
    Case,
    file=st.builds(
        FileFacts, name=st.text(max_size=9), library=st.text(), size_bytes=COUNTS, duration_s=FLOATS
    ),
    works=COUNTS,
    candidate=st.none()
    | st.builds(
        Candidate,
        source=st.text(max_size=3),
        remote_id=st.just("1"),
        work=st.builds(Work, title=st.none() | st.text(max_size=9)),
    ),
    evidence=st.builds(
        Evidence,
        oshash_agrees=st.booleans(),
        phash_distance_bits=st.none() | st.integers(min_value=0, max_value=64),
        phash_submissions=COUNTS,
        file_duration_s=st.none() | FLOATS,
        work_duration_s=st.none() | FLOATS,
        rivals=COUNTS,
    ),
)
COMPARISONS = st.sampled_from(
    [
        "oshash",
        "not linked",
        "true",
        "phash_distance <= 4",
        "file_size * file_size * file_size > 2 * candidates",
        "file_duration * file_duration / 0.000001 >= 5 - file_size",
        "duration_difference <= 0.01 * file_duration",
        "source in ['alpha', 'beta']",
        "title =~~ r'[0-9]+'",
        "'a' in file_name",
    ]
)
CONDITIONS = st.recursive(
    COMPARISONS,
    lambda inner: (
        st.tuples(inner, st.sampled_from(["and", "or"]), inner).map(" ".join)
        | inner.map("not ({})".format)
    ),
    max_leaves=6,
)


@given(st.lists(WORDS, max_size=9), CASES)
def test_whatever_is_read_can_be_evaluated(words: list[str], case: Case) -> None:
    try:
        condition = read_condition(" ".join(words), rule="mine")
    except ConditionError:
        return

    assert condition.holds(case) in {True, False}


@given(CONDITIONS, CASES)
def test_the_parts_say_together_what_the_whole_says(when: str, case: Case) -> None:
    condition = read_condition(when, rule="mine")

    assert condition.holds(case) is (condition.unmet(case) == ())


def refusal_of(when: str) -> str:
    try:
        read_condition(when, rule="mine")
    except ConditionError as error:
        return str(error)
    return 'rule "mine" stands'


@given(st.text(max_size=60))
def test_any_text_is_read_or_refused(when: str) -> None:
    assert refusal_of(when).startswith('rule "mine"')
