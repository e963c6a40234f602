from __future__ import annotations

from collections.abc import Callable, Iterator

import httpx
import pytest
from pydantic import JsonValue, TypeAdapter

from providers.sandbox.theporndb import RestSandbox

Get = Callable[..., httpx.Response]
Titles = Callable[..., list[JsonValue]]

_OBJECT: TypeAdapter[dict[str, JsonValue]] = TypeAdapter(dict[str, JsonValue])


@pytest.fixture
def rest_box() -> Iterator[RestSandbox]:
    with RestSandbox() as sandbox:
        yield sandbox


@pytest.fixture
def get(http: httpx.Client) -> Get:
    """Ask with the reader's token."""

    def send(box: RestSandbox, path: str, method: str = "GET") -> httpx.Response:
        headers = {"Authorization": f"Bearer {box.key}", "Accept": "application/json"}
        return http.request(method, box.url + path, headers=headers)

    return send


@pytest.fixture
def titles(get: Get) -> Titles:
    """Return the titles that a search finds."""

    def found(box: RestSandbox, path: str) -> list[JsonValue]:
        response = get(box, path)
        assert response.status_code == 200, response.text
        rows = _OBJECT.validate_json(response.content)["data"]
        assert isinstance(rows, list)
        return [row["title"] for row in rows if isinstance(row, dict)]

    return found
