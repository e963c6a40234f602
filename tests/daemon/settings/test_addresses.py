from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings.addresses import DEFAULT_LISTEN, parse_listen


@pytest.mark.parametrize(
    ("text", "url", "is_loopback"),
    [
        (DEFAULT_LISTEN, "http://127.0.0.1:8465", True),
        ("localhost:80", "http://127.0.0.1:80", True),
        ("[::1]:8465", "http://[::1]:8465", True),
        ("127.0.0.9:65535", "http://127.0.0.9:65535", True),
        ("0.0.0.0:8465", "http://0.0.0.0:8465", False),
        ("[::]:8465", "http://[::]:8465", False),
        ("192.0.2.7:1", "http://192.0.2.7:1", False),
    ],
)
def test_address_says_who_reaches_it(text: str, url: str, *, is_loopback: bool) -> None:
    address = parse_listen(text)

    assert address is not None
    assert (address.url, address.is_loopback) == (url, is_loopback)


@pytest.mark.parametrize("text", ["", " ", "off", "OFF"])
def test_no_page_can_be_wanted(text: str) -> None:
    assert parse_listen(text) is None


@given(st.text(max_size=30))
def test_any_text_is_an_address_or_refused_with_a_sentence(text: str) -> None:
    try:
        address = parse_listen(text)
    except ValueError as error:
        said = str(error)
    else:
        said = "; write nothing else" if address is None else address.url

    assert said.startswith("http://") or "; write " in said
