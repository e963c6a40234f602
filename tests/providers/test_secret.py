from __future__ import annotations

import copy
import pickle

import pytest

from providers.registry import SourceSpec
from providers.secret import SecretText

KEY = "abc.def-123"


@pytest.mark.parametrize(
    "show", [str, repr, "{}".format, "{!r}".format, "%s".__mod__, "%r".__mod__]
)
def test_no_way_of_printing_tells_the_secret(show: object) -> None:
    assert callable(show)

    assert KEY not in show(SecretText(KEY))


def test_source_in_a_message_does_not_tell_its_key() -> None:
    spec = SourceSpec(name="box", url="https://box.example/graphql", key=SecretText(KEY))

    assert KEY not in repr(spec)


def test_reveal_tells_it() -> None:
    assert SecretText(KEY).reveal() == KEY


@pytest.mark.parametrize("travel", [pickle.dumps, copy.copy, copy.deepcopy])
def test_secret_does_not_travel(travel: object) -> None:
    assert callable(travel)

    with pytest.raises(TypeError, match="does not travel"):
        travel(SecretText(KEY))


def test_echoed_secret_is_masked() -> None:
    assert SecretText(KEY).redact(f"bad key {KEY}!") == "bad key **********!"
    assert SecretText("").redact("nothing to hide") == "nothing to hide"


@pytest.mark.parametrize(
    ("text", "fits"),
    [(KEY, True), ("", True), ("abc\n", False), ("a b", False), ("ключ", False), ("a\x7f", False)],
)
def test_only_visible_ascii_fits_a_header(text: str, fits: bool) -> None:  # noqa: FBT001
    assert SecretText(text).fits_a_header is fits


def test_secrets_are_equal_by_content() -> None:
    assert SecretText(KEY) == SecretText(KEY)
    assert hash(SecretText(KEY)) == hash(SecretText(KEY))
    assert SecretText(KEY) != SecretText("other")
    assert SecretText(KEY) != KEY
    assert not SecretText("")
