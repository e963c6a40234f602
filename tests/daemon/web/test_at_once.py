"""Two who answer the same question, each over a connection of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import anyio
import httpx
import pytest

from daemon.desk.views import ANSWERED
from daemon.web.api import build_api
from daemon.web.server import serving
from rules.journey import FileState
from tests.daemon.desk.shelf import Shelf, offer, standing

BASE = "http://doorman/api/v1"
A, B = offer("a"), offer("b")
TIMES = 8

Client = httpx.AsyncClient


@pytest.fixture
async def clients(shelf: Shelf, tmp_path: Path) -> AsyncIterator[tuple[Client, Client]]:
    socket = tmp_path / "doorman.sock"
    async with serving(build_api(shelf.desk), socket), AsyncExitStack() as stack:
        one, other = [
            await stack.enter_async_context(
                httpx.AsyncClient(transport=httpx.AsyncHTTPTransport(uds=str(socket)))
            )
            for _ in range(2)
        ]
        yield one, other


async def at_once(
    clients: tuple[Client, Client], *asked: tuple[str, dict[str, object]]
) -> list[httpx.Response]:
    """Return what each client is answered that asks while the other does."""
    answers: dict[int, httpx.Response] = {}

    async def ask(number: int) -> None:
        path, body = asked[number]
        answers[number] = await clients[number].post(BASE + path, json=body)

    async with anyio.create_task_group() as tasks:
        for number in range(len(clients)):
            tasks.start_soon(ask, number)
    return [answers[number] for number in range(len(clients))]


async def seen_by(client: Client, number: int) -> int:
    """Return the revision of a file as a client sees it."""
    answer = await client.get(f"{BASE}/file", params={"file": str(number)})
    return int(answer.json()["revision"])


async def test_of_two_different_answers_at_once_one_holds_and_the_other_changes_nothing(
    shelf: Shelf, clients: tuple[Client, Client]
) -> None:
    for turn in range(TIMES):
        number = await shelf.put(f"Harbour {turn}.mkv", offers=(A, B))
        revision = await seen_by(clients[0], number)
        body: dict[str, object] = {"file": str(number), "revision": revision}

        answers = await at_once(
            clients, ("/accept", {**body, "candidate": 1}), ("/accept", {**body, "candidate": 2})
        )

        assert sorted(each.status_code for each in answers) == [200, 409]
        view = await shelf.show(number)
        assert standing(view) == ["accepted"]
        winner = [each.status_code for each in answers].index(200) + 1
        assert [each.number for each in view.candidates if each.is_accepted] == [winner]


async def test_of_the_same_accept_twice_at_once_one_says_that_it_changed_nothing(
    shelf: Shelf, clients: tuple[Client, Client]
) -> None:
    for turn in range(TIMES):
        number = await shelf.put(f"Harbour {turn}.mkv", offers=(A, B))
        revision = await seen_by(clients[0], number)
        body: dict[str, object] = {"file": str(number), "candidate": 2, "revision": revision}

        answers = await at_once(clients, ("/accept", body), ("/accept", body))

        told = [ANSWERED.validate_json(each.content) for each in answers]
        assert sorted(each.has_changed for each in told) == [False, True]
        assert {each.message for each in told if not each.has_changed} == {
            "it was accepted already"
        }
        assert standing(await shelf.show(number)) == ["accepted"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("/accept", "/reject"),
        ("/accept", "/dismiss"),
        ("/accept", "/undo"),
        ("/dismiss", "/accept"),
        ("/dismiss", "/undo"),
        ("/reject", "/accept"),
        ("/reject", "/reject"),
    ],
)
async def test_answer_to_what_somebody_else_has_answered_is_a_conflict(
    shelf: Shelf, clients: tuple[Client, Client], first: str, second: str
) -> None:
    number = await shelf.put(offers=(A,))
    one, other = clients
    body = {"file": str(number), "revision": await seen_by(other, number)}
    done = await one.post(BASE + first, json=body)
    before = await shelf.show(number)

    answer = await other.post(BASE + second, json=body)

    assert done.status_code == 200
    assert answer.status_code == 409
    assert await shelf.show(number) == before


@pytest.mark.parametrize(("path", "state"), [("/accept", "accepted"), ("/dismiss", "dismissed")])
async def test_saying_the_same_again_changes_nothing_and_says_so(
    shelf: Shelf, clients: tuple[Client, Client], path: str, state: str
) -> None:
    number = await shelf.put(offers=(A,))
    body = {"file": str(number), "revision": await seen_by(clients[1], number)}
    await clients[0].post(BASE + path, json=body)
    before = await shelf.show(number)

    answer = await clients[1].post(BASE + path, json=body)

    told = ANSWERED.validate_json(answer.content)
    assert (told.state, told.has_changed) == (FileState(state), False)
    assert await shelf.show(number) == before
