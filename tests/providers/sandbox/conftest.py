from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Protocol

import httpx
import pytest
from pydantic import JsonValue, TypeAdapter

from providers.sandbox import Sandbox

_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


class Post(Protocol):
    def __call__(
        self, box: Sandbox, query: str, variables: dict[str, JsonValue], /
    ) -> httpx.Response: ...


@pytest.fixture(scope="session")
def http() -> Iterator[httpx.Client]:
    """One client for all: making one reads every certificate there is."""
    with httpx.Client() as client:
        yield client


@pytest.fixture
def post(http: httpx.Client) -> Post:
    """Send a document with the reader's key."""

    def send(box: Sandbox, query: str, variables: dict[str, JsonValue], /) -> httpx.Response:
        body = {"query": query, "variables": variables}
        return http.post(box.url, json=body, headers={"ApiKey": box.key})

    return send


Ask = Callable[..., JsonValue]


@pytest.fixture
def ask(post: Post) -> Ask:
    """Return the root field's value of a document that works."""

    def value_of(box: Sandbox, query: str, **variables: JsonValue) -> JsonValue:
        body = _OBJECT.validate_json(post(box, query, variables).content)
        assert "errors" not in body, body
        data = body["data"]
        assert isinstance(data, dict)
        (value,) = data.values()
        return value

    return value_of


@pytest.fixture
def error_of(post: Post) -> Callable[..., str]:
    """Return the text of the one error of a document that runs into one, status 200."""

    def text_of(box: Sandbox, query: str, **variables: JsonValue) -> str:
        response = post(box, query, variables)
        assert response.status_code == 200, response.text
        body = json.loads(response.content)
        (error,) = body["errors"]
        assert set(error) == {"message", "path"}
        return str(error["message"])

    return text_of
