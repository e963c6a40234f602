from __future__ import annotations

import inspect

import httpx
import pytest

from providers import errors
from providers.errors import (
    AddressUnusable,
    AnswerMalformed,
    ConnectionDropped,
    KeyProblem,
    TimedOut,
    Transient,
    Unreachable,
    WrongPlace,
    foreign_errors_mapped,
    quoted,
)
from rules.errors import ProviderError

PLACE = "box.example"

MEANINGS = {
    "CloseError": ConnectionDropped,
    "ConnectError": Unreachable,
    "ConnectTimeout": TimedOut,
    "DecodingError": AnswerMalformed,
    "HTTPError": ConnectionDropped,
    "HTTPStatusError": ConnectionDropped,
    "InvalidURL": AddressUnusable,
    "LocalProtocolError": AddressUnusable,
    "NetworkError": ConnectionDropped,
    "PoolTimeout": TimedOut,
    "ProtocolError": ConnectionDropped,
    "ProxyError": Unreachable,
    "ReadError": ConnectionDropped,
    "ReadTimeout": TimedOut,
    "RemoteProtocolError": ConnectionDropped,
    "RequestError": ConnectionDropped,
    "TimeoutException": TimedOut,
    "TooManyRedirects": WrongPlace,
    "TransportError": ConnectionDropped,
    "UnsupportedProtocol": AddressUnusable,
    "WriteError": ConnectionDropped,
    "WriteTimeout": TimedOut,
}
MISTAKES_OF_THE_CALLER = {
    "CookieConflict",
    "RequestNotRead",
    "ResponseNotRead",
    "StreamClosed",
    "StreamConsumed",
    "StreamError",
}


def foreign_error(name: str) -> Exception:
    kind: type[Exception] = getattr(httpx, name)
    if kind is httpx.HTTPStatusError:
        request = httpx.Request("POST", "https://box.example")
        return httpx.HTTPStatusError("boom", request=request, response=httpx.Response(500))

    return kind("boom")


def test_every_error_class_of_httpx_has_a_meaning() -> None:
    classes = {
        name
        for name, kind in inspect.getmembers(httpx, inspect.isclass)
        if issubclass(kind, Exception)
    }

    assert classes == set(MEANINGS) | MISTAKES_OF_THE_CALLER


@pytest.mark.parametrize(("name", "meaning"), MEANINGS.items())
def test_foreign_error_becomes_ours_and_stays_its_cause(
    name: str, meaning: type[ProviderError]
) -> None:
    foreign = foreign_error(name)

    with pytest.raises(ProviderError) as caught, foreign_errors_mapped(PLACE):
        raise foreign

    assert type(caught.value) is meaning
    assert caught.value.__cause__ is foreign


@pytest.mark.parametrize("name", sorted(MISTAKES_OF_THE_CALLER - {"StreamError"}))
def test_our_own_mistakes_are_not_blamed_on_the_source(name: str) -> None:
    kind = getattr(httpx, name)
    mistake = kind("boom") if name == "CookieConflict" else kind()

    with pytest.raises(kind), foreign_errors_mapped(PLACE):
        raise mistake


@pytest.mark.parametrize("problem", KeyProblem)
def test_refused_key_says_what_to_do(problem: KeyProblem) -> None:
    assert "; " in str(errors.KeyRefused(PLACE, problem))


@pytest.mark.parametrize(
    "error",
    [
        errors.Unreachable(PLACE, "no route"),
        errors.TimedOut(PLACE, 30),
        errors.ConnectionDropped(PLACE, "reset"),
        errors.RateLimited(PLACE, 12.2),
        errors.ServerFailed(PLACE, 502),
        errors.WrongPlace(PLACE, "a web page"),
        errors.Blocked(PLACE, 403),
        errors.AddressUnusable(PLACE, "no scheme"),
        errors.AnswerMalformed(PLACE, "no JSON"),
        errors.AnswerTooLarge(PLACE, 1000),
        errors.QueryRejected(PLACE, "no"),
    ],
    ids=lambda error: type(error).__name__,
)
def test_message_names_the_place_and_ends_with_what_to_do(error: ProviderError) -> None:
    message = str(error)

    assert PLACE in message
    assert has_remedy(message)


def has_remedy(message: str) -> bool:
    """Tell whether something follows the first semicolon outside quotes."""
    return len(message.partition("; ")[2].split()) >= 3


def test_wait_is_rounded_up_in_words_and_kept_exactly() -> None:
    error = errors.RateLimited(PLACE, 12.2)

    assert "13 s" in str(error)
    assert error.retry_after_s == 12.2


def test_passing_failures_are_told_from_lasting_ones() -> None:
    lasting = {
        "KeyRefused",
        "WrongPlace",
        "Blocked",
        "AddressUnusable",
        "AnswerMalformed",
        "AnswerTooLarge",
        "QueryRejected",
        "FieldsUnknown",
        "TooManyScenes",
    }
    ours = {
        name: kind
        for name, kind in inspect.getmembers(errors, inspect.isclass)
        if issubclass(kind, ProviderError) and kind is not ProviderError
    }

    assert {name for name, kind in ours.items() if not issubclass(kind, Transient)} == lasting


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("no such host", "“no such host”"),
        ("two\r\nlines\x1b[2J", "“two lines [2J”"),
        ("\u202egnp.exe", "“gnp.exe”"),
        ("x" * 300, "“" + "x" * 200 + "…”"),
    ],
)
def test_text_of_a_server_is_shown_as_one_harmless_line(text: str, shown: str) -> None:
    assert quoted(text) == shown
