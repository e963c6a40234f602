from __future__ import annotations

import pytest

from rules.candidate import Way
from rules.lookup import MOST_CHARACTERS, Lookup, LookupUnclear, lookup_of


def test_one_thing_is_looked_for() -> None:
    assert lookup_of(text=" harbour ") == Lookup(way=Way.TEXT, text="harbour")
    assert lookup_of(text="", url="https://a.example/1") == Lookup(
        way=Way.URL, text="https://a.example/1"
    )
    assert lookup_of(remote_id="77", url=" ") == Lookup(way=Way.ID, text="77")


def test_nothing_and_several_things_are_refused() -> None:
    with pytest.raises(LookupUnclear, match="nothing is to be looked for; give one of"):
        lookup_of(text=" ")
    with pytest.raises(LookupUnclear, match="too much is given; give one of"):
        lookup_of(text="harbour", remote_id="77")


def test_a_novel_is_not_looked_for() -> None:
    lookup_of(text="x" * MOST_CHARACTERS)
    with pytest.raises(LookupUnclear, match="longer than 500 characters"):
        lookup_of(text="x" * (MOST_CHARACTERS + 1))
