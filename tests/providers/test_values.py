from __future__ import annotations

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from providers.values import gender, other_names, pixels, positive, remote_fingerprint, said
from rules.candidate import RemoteFingerprint
from rules.fingerprint import Algorithm
from rules.work import Gender


@pytest.mark.parametrize(
    ("text", "kept"), [(None, None), ("", None), (" \n", None), (" Sea ", "Sea")]
)
def test_nothing_said_is_none(text: str | None, kept: str | None) -> None:
    assert said(text) == kept


@pytest.mark.parametrize(
    ("seconds", "kept"),
    [(None, None), (0, None), (-1, None), (math.inf, None), (math.nan, None), (0.5, 0.5)],
)
def test_only_a_duration_that_can_be_one_is_kept(seconds: float | None, kept: float | None) -> None:
    assert positive(seconds) == kept


@pytest.mark.parametrize(("number", "kept"), [(None, None), (-1, None), (0, None), (640, 640)])
def test_only_a_size_that_can_be_one_is_kept(number: int | None, kept: int | None) -> None:
    assert pixels(number) == kept


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        (None, None),
        ("", None),
        ("unknown", None),
        ("female", Gender.FEMALE),
        ("NON_BINARY", Gender.NON_BINARY),
    ],
)
def test_gender_is_known_in_any_case(text: str | None, kept: Gender | None) -> None:
    assert gender(text) is kept


def test_other_names_come_once_each_and_never_the_name_itself() -> None:
    names = other_names("Ada Brook", [" A. Brook", "ADA BROOK", "", "a. brook", "Ada"])

    assert names == ("A. Brook", "Ada")


def fingerprint(algorithm: str, text: str, **told: int | None) -> RemoteFingerprint | None:
    return remote_fingerprint(
        algorithm,
        text,
        duration_s=told.get("duration_s"),
        submissions=told.get("submissions"),
        reports=told.get("reports"),
    )


@pytest.mark.parametrize(
    ("algorithm", "text"),
    [("MD5", "ab"), ("", "ab"), ("PHASH", "0000"), ("PHASH", "xyz"), ("OSHASH", "1" * 17)],
)
def test_what_cannot_be_compared_is_left_out(algorithm: str, text: str) -> None:
    assert fingerprint(algorithm, text) is None


@given(st.integers(1, (1 << 64) - 1), st.integers() | st.none(), st.integers() | st.none())
def test_counts_are_never_negative(
    value: int, submissions: int | None, reports: int | None
) -> None:
    made = fingerprint("phash", f"{value:X}", submissions=submissions, reports=reports)

    assert made is not None
    assert (made.algorithm, made.value) == (Algorithm.PHASH, value)
    assert made.submissions == max(0, submissions or 0)
    assert made.reports == max(0, reports or 0)
