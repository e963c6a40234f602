from pathlib import PurePosixPath

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.logs.redaction import MASK, Redactor, target_secrets

SECRET = "s3cr/t+value"  # noqa: S105 - invented


def test_a_known_secret_is_masked_wherever_it_stands() -> None:
    redactor = Redactor([SECRET])

    assert redactor.text(f"GET /?key={SECRET}&x=1") == f"GET /?key={MASK}&x=1"
    assert redactor.text("GET /?key=s3cr%2Ft%2Bvalue") == f"GET /?key={MASK}"
    assert redactor.text("GET /s3cr/t%2Bvalue") == f"GET /{MASK}"


def test_a_secret_that_begins_like_another_is_masked_whole() -> None:
    assert Redactor(["abcd", "abcdefgh"]).text("abcdefgh abcd") == f"{MASK} {MASK}"


@pytest.mark.parametrize("secrets", [[], ["", "abc"]])
def test_what_is_too_short_to_be_a_secret_masks_nothing(secrets: list[str]) -> None:
    assert Redactor(secrets).text("abc and more") == "abc and more"


@pytest.mark.parametrize(
    "name",
    [
        "key",
        "api_key",
        "ApiKey",
        "token",
        "ntfy_token",
        "password",
        "passphrase",
        "client-secret",
        "target",
        "targets",
        "Authorization",
        "cookie",
        "credentials",
    ],
)
def test_what_is_named_like_a_secret_is_masked_whole(name: str) -> None:
    assert Redactor([]).facts({name: "anything"}) == {name: MASK}
    assert Redactor([]).facts({"outer": {name: ["anything"]}}) == {"outer": {name: MASK}}


@pytest.mark.parametrize("name", ["keyframe", "monkey", "tokens_used", "source", "path", "service"])
def test_other_names_are_left_alone(name: str) -> None:
    assert Redactor([]).facts({name: "anything"}) == {name: "anything"}


def test_values_become_plain_and_lose_their_secrets() -> None:
    facts = Redactor([SECRET]).facts(
        {
            "path": PurePosixPath("/library") / SECRET,
            "error": ValueError(f"bad {SECRET}"),
            "many": (1, 2.5, True, None, {SECRET: "x"}),
            "none": frozenset(),
            "far": float("inf"),
            "name": "caf\udce9",
        }
    )

    assert facts == {
        "path": f"/library/{MASK}",
        "error": f"bad {MASK}",
        "many": [1, 2.5, True, None, {MASK: "x"}],
        "none": [],
        "far": "inf",
        "name": "caf\\udce9",
    }


def test_the_parts_of_a_push_address_are_secret_too() -> None:
    url = "ntfys://someuser:p%2Fw@ntfy.example/my-private-topic/short?token=tk_123456&priority=high"

    assert target_secrets(url) == (url, "someuser", "my-private-topic", "tk_123456", "p/w")


def test_an_address_that_cannot_be_read_is_secret_as_a_whole() -> None:
    assert target_secrets("json://[broken/verysecret") == ("json://[broken/verysecret",)


@given(secret=st.text(min_size=4), before=st.text(), after=st.text())
def test_no_text_keeps_a_secret(secret: str, before: str, after: str) -> None:
    masked = Redactor([secret]).text(f"{before}{secret}{after}")

    assert MASK in masked
    assert secret not in masked.replace(MASK, "\0") or secret in MASK
