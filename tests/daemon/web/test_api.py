from __future__ import annotations

import json
from collections.abc import AsyncIterator, Callable
from dataclasses import replace

import httpx
import pytest
from starlette.types import Message

from daemon.desk.duplicate_views import DUPLICATES, NEAR
from daemon.desk.queue_views import LAST_ANSWER, QUEUE_PAGE
from daemon.desk.views import (
    ANSWERED,
    FILE,
    FILE_LINES,
    MANY_ANSWERED,
    REQUESTED,
    STATUS,
    Requested,
)
from daemon.web.api import build_api
from rules.errors import (
    ConfigurationError,
    ConflictError,
    DoormanError,
    NotFound,
    RuleError,
    StoreError,
    UsageError,
)
from rules.journey import FileState
from tests.daemon.desk.shelf import Shelf, offer
from tests.daemon.desk.twins import NEAR_PHASH, SMALL, Twin, put_twins

JSON = {"Content-Type": "application/json"}
BASE = "http://doorman/api/v1"
A, B = offer("a"), offer("b")
TWINS = (
    Twin(name="Harbour at Dawn.mkv", content=1),
    Twin(name="harbour.720p.mp4", content=2, phash=NEAR_PHASH, facts=SMALL),
)


@pytest.fixture
async def client(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=build_api(shelf.desk))
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as opened:
        yield opened


def error_of(answer: httpx.Response) -> tuple[int, int, str]:
    """Return status, exit code and message of an error, and see that it is nothing else."""
    assert answer.headers["content-type"] == "application/json"
    body = answer.json()
    assert set(body) == {"error"}
    assert set(body["error"]) == {"message", "exit_code"}
    return answer.status_code, body["error"]["exit_code"], body["error"]["message"]


async def test_status_is_told(shelf: Shelf, client: httpx.AsyncClient) -> None:
    await shelf.put()

    answer = await client.get("/status")

    assert answer.headers["content-type"] == "application/json"
    assert STATUS.validate_json(answer.content) == await shelf.desk.status()


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["One.mkv", "Two.mkv", "Three.mkv"]),
        ("?state=review", ["One.mkv"]),
        ("?state=no%20match&state=failed", ["Two.mkv", "Three.mkv"]),
        ("?state=done", []),
    ],
)
async def test_files_are_listed_by_state(
    shelf: Shelf, client: httpx.AsyncClient, query: str, names: list[str]
) -> None:
    await shelf.put("One.mkv", FileState.REVIEW)
    await shelf.put("Two.mkv", FileState.NO_MATCH)
    await shelf.put("Three.mkv", FileState.FAILED)

    answer = await client.get(f"/files{query}")

    lines = FILE_LINES.validate_json(answer.content)
    assert [line.path.rsplit("/", 1)[-1] for line in lines] == names


async def test_file_is_shown_whatever_its_name(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number = await shelf.put("100% caf\udce9 & more?.mkv", offers=(A,))
    shown = await shelf.show(number)

    by_path = await client.get("/file", params={"file": shown.line.path})

    assert FILE.validate_json(by_path.content) == shown


async def test_answers_are_taken(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number = str(await shelf.put(offers=(A, B)))
    seen = []

    for path, body in (
        ("/reject", {"file": number, "candidate": 1}),
        ("/undo", {"file": number}),
        ("/accept", {"file": number, "candidate": 2}),
        ("/undo", {"file": number}),
        ("/dismiss", {"file": number}),
    ):
        answer = await client.post(path, json=body)
        seen.append(ANSWERED.validate_json(answer.content).state)

    assert seen == [
        FileState.ANSWERED,
        FileState.REVIEW,
        FileState.ACCEPTED,
        FileState.REVIEW,
        FileState.DISMISSED,
    ]


async def test_files_are_asked_about_again(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number = await shelf.put(state=FileState.NO_MATCH)

    named = await client.post("/identify", json={"files": [str(number)]})
    all_of_them = await client.post("/identify")

    assert [each.number for each in MANY_ANSWERED.validate_json(named.content)] == [number]
    assert MANY_ANSWERED.validate_json(all_of_them.content) == ()


async def test_libraries_are_looked_through(shelf: Shelf, client: httpx.AsyncClient) -> None:
    answer = await client.post("/scan", json={"libraries": ["films"], "is_confirmed": True})

    assert answer.json() == ["films"]
    assert shelf.rounds == [("films", True)]


@pytest.mark.parametrize("path", ["/accept", "/reject", "/dismiss", "/undo"])
async def test_answer_to_a_question_that_changed_is_a_conflict(
    shelf: Shelf, client: httpx.AsyncClient, path: str
) -> None:
    number = await shelf.put(offers=(A,))

    answer = await client.post(path, json={"file": str(number), "revision": 99})

    status_code, exit_code, message = error_of(answer)
    assert (status_code, exit_code) == (409, 1)
    assert "changed since you looked" in message


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b"", "file: Field required"),
        (b"{", "body: Invalid JSON"),
        (b"\xff", "body: Invalid JSON"),
        (b"[]", "body: Input should be an object"),
        (b'{"file": 7}', "file: Input should be a valid string"),
        (b'{"file": "7", "candidate": "1"}', "candidate: Input should be a valid integer"),
        (b'{"file": "7", "candidate": 1.0}', "candidate: Input should be a valid integer"),
        (b'{"file": "7", "candidat": 1}', "candidat: Extra inputs are not permitted"),
        (b'{"file": "%s"}' % (b"7" * 2**20), "it is longer than 1048576 bytes"),
    ],
)
async def test_body_of_another_form_is_refused(
    client: httpx.AsyncClient, body: bytes, detail: str
) -> None:
    answer = await client.post("/accept", content=body, headers=JSON)

    status_code, exit_code, message = error_of(answer)
    assert (status_code, exit_code) == (400, 2)
    assert message.startswith(f"the request cannot be read: {detail}")
    assert message.endswith("see /api/v1/openapi.json")


@pytest.mark.parametrize(
    "media_type", ["", "text/plain", "application/x-www-form-urlencoded", "application/jsonp"]
)
async def test_body_that_is_not_said_to_be_json_is_refused_and_nothing_is_done(
    shelf: Shelf, client: httpx.AsyncClient, media_type: str
) -> None:
    number = await shelf.put(offers=(A,))
    body = b'{"file": "%d"}' % number

    answer = await client.post("/accept", content=body, headers={"Content-Type": media_type})

    status_code, exit_code, message = error_of(answer)
    assert (status_code, exit_code) == (415, 2)
    assert message.endswith("send JSON, and say so: Content-Type: application/json")
    assert (await shelf.file(number)).state is FileState.REVIEW


async def test_json_may_be_said_with_its_encoding(shelf: Shelf, client: httpx.AsyncClient) -> None:
    await shelf.put(offers=(A,))
    headers = {"Content-Type": "Application/JSON; charset=utf-8"}

    answer = await client.post("/dismiss", content=b'{"file": "1"}', headers=headers)

    assert answer.status_code == 200


async def test_unknown_state_is_refused_with_those_that_there_are(
    client: httpx.AsyncClient,
) -> None:
    status_code, exit_code, message = error_of(await client.get("/files?state=lost"))

    assert (status_code, exit_code) == (400, 2)
    assert "state is 'lost': Input should be 'seen', 'settled'" in message


async def test_unknown_file_is_not_found(client: httpx.AsyncClient) -> None:
    status_code, exit_code, message = error_of(await client.get("/file?file=7"))

    assert (status_code, exit_code) == (404, 2)
    assert message.startswith("doorman knows no file '7'")


@pytest.mark.parametrize(
    ("method", "path", "status_code"),
    [
        ("GET", "/nothing", 404),
        ("POST", "/status", 405),
        ("GET", "/accept", 405),
        ("DELETE", "/file", 405),
    ],
)
async def test_wrong_address_is_an_error_in_json_too(
    client: httpx.AsyncClient, method: str, path: str, status_code: int
) -> None:
    answer = await client.request(method, path)

    message = (
        f"the daemon knows no {method} /api/v1{path}; it may be of another version "
        "than the command, so start it again"
    )
    assert error_of(answer) == (status_code, 2, message)
    assert ("allow" in answer.headers) is (status_code == 405)


@pytest.mark.parametrize(
    ("error", "status_code"),
    [
        (NotFound("gone"), 404),
        (UsageError("wrong"), 400),
        (RuleError("a condition that was sent"), 400),
        (ConflictError("late"), 409),
        (StoreError("full"), 500),
        (ConfigurationError("misspelt"), 500),
        (DoormanError("other"), 500),
    ],
)
async def test_foreseen_error_keeps_its_words_and_exit_code(
    shelf: Shelf, error: DoormanError, status_code: int
) -> None:
    answer = await ask(shelf, failing_with(error))

    assert error_of(answer) == (status_code, error.exit_code, str(error))


async def test_bug_is_told_without_its_details(shelf: Shelf) -> None:
    answer = await ask(shelf, failing_with(KeyError("a key: hunter2")))

    status_code, exit_code, message = error_of(answer)
    assert (status_code, exit_code) == (500, 1)
    assert message == "doorman has made a mistake and did nothing; its log says where, so report it"
    assert "hunter2" not in answer.text


async def test_whoever_goes_away_while_asking_is_no_bug(shelf: Shelf) -> None:
    api = build_api(shelf.desk)
    sent: list[Message] = []
    scope = {
        "type": "http",
        "method": "POST",
        "path": "/api/v1/accept",
        "query_string": b"",
        "headers": [],
    }

    async def receive() -> Message:
        return {"type": "http.disconnect"}

    async def send(message: Message) -> None:
        sent.append(message)

    await api(scope, receive, send)

    assert sent[0]["status"] == 400


def failing_with(error: Exception) -> Callable[[str, bool], None]:
    def fail(_: str, __: bool) -> None:  # noqa: FBT001  # as the desk calls it
        raise error

    return fail


async def ask(shelf: Shelf, request_round: Callable[[str, bool], None]) -> httpx.Response:
    """Return what is answered where the household fails."""
    household = replace(shelf.desk.household, request_round=request_round)
    api = build_api(replace(shelf.desk, household=household))
    transport = httpx.ASGITransport(app=api, raise_app_exceptions=False)
    async with httpx.AsyncClient(transport=transport, base_url=BASE) as client:
        return await client.post("/scan", json={})


async def test_answers_hold_nothing_that_json_cannot(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    await shelf.put("caf\udce9.mkv", offers=(A,))

    answer = await client.get("/files")

    json.loads(answer.content.decode("utf-8"))


async def test_near_equal_files_are_told(shelf: Shelf, client: httpx.AsyncClient) -> None:
    large, little = await put_twins(shelf, *TWINS)
    query = "distance=2&library=films"

    found = await client.get(f"/duplicates?{query}&limit=9")
    none = await client.get("/duplicates?distance=1")
    near = await client.get(f"/near?file={little}&{query}")

    (cluster,) = DUPLICATES.validate_json(found.content).clusters
    assert [each.file.number for each in cluster.files] == [large, little]
    assert DUPLICATES.validate_json(none.content).clusters == ()
    assert [each.file.number for each in NEAR.validate_json(near.content).near] == [large]


@pytest.mark.parametrize(
    ("path", "status", "words"),
    [
        (
            "/duplicates?distance=17",
            400,
            "distance is '17': Input should be less than or equal to 16",
        ),
        ("/duplicates?distance=-1", 400, "distance is '-1': it must be a whole number"),
        ("/duplicates?distance=1111111111", 400, "it must be a whole number"),
        ("/duplicates?limit=many", 400, "limit is 'many'"),
        ("/duplicates?limit=5001", 400, "less than or equal to 5000"),
        ("/duplicates?libary=films", 400, "libary: Extra inputs are not permitted"),
        ("/duplicates?limit=1&limit=2", 400, "limit is given 2 times"),
        ("/near", 400, "file: Field required"),
        ("/duplicates?library=nowhere", 404, "there is films, series"),
        ("/near?file=nobody", 404, "doorman knows no file 'nobody'"),
        ("/near?file=1&distance=x", 400, "distance is 'x'"),
    ],
)
async def test_a_search_that_makes_no_sense_is_refused(
    client: httpx.AsyncClient, path: str, status: int, words: str
) -> None:
    found, exit_code, message = error_of(await client.get(path))

    assert (found, exit_code) == (status, 2)
    assert words in message


async def test_fingerprints_are_asked_for(shelf: Shelf, client: httpx.AsyncClient) -> None:
    await shelf.put()
    body = {"libraries": ["films"], "is_all": True}

    nothing = await client.post("/generate")
    everything = await client.post("/generate", json=body)

    assert REQUESTED.validate_json(nothing.content).contents == 0
    assert REQUESTED.validate_json(everything.content) == Requested(
        contents=1, failed=0, waiting=1, left_s=None
    )


async def test_sheets_are_asked_for(shelf: Shelf, client: httpx.AsyncClient) -> None:
    await shelf.put()

    answer = await client.post("/generate", json={"with_sheets": True})

    assert REQUESTED.validate_json(answer.content).contents == 1


async def test_queue_is_told_a_page_at_a_time(shelf: Shelf, client: httpx.AsyncClient) -> None:
    for place, name in enumerate(("One.mkv", "Two.mkv", "Three.mkv")):
        await shelf.put(name, offers=(A,), at_s=float(place))
    await shelf.put("Four.mkv", FileState.NO_MATCH)

    first = QUEUE_PAGE.validate_json((await client.get("/queue?limit=2")).content)
    after = {"after": first.next_after or ""}
    second = QUEUE_PAGE.validate_json((await client.get("/queue", params=after)).content)
    other = QUEUE_PAGE.validate_json((await client.get("/queue?tray=no%20match")).content)
    sifted = QUEUE_PAGE.validate_json((await client.get("/queue?text=two")).content)

    assert [line.name for line in first.lines] == ["Three.mkv", "Two.mkv"]
    assert [line.name for line in second.lines] == ["One.mkv"]
    assert second.next_after is None
    assert [line.name for line in other.lines] == ["Four.mkv"]
    assert [line.name for line in sifted.lines] == ["Two.mkv"]


async def test_just_one_answer_is_taken_back_and_no_other(
    shelf: Shelf, client: httpx.AsyncClient
) -> None:
    number = str(await shelf.put(offers=(A,)))
    await client.post("/dismiss", json={"file": number})
    last = LAST_ANSWER.validate_json((await client.get(f"/answer?file={number}")).content)
    assert last is not None
    body = {"file": number, "decision": last.decision}

    done = await client.post("/retract", json=body)
    again = await client.post("/retract", json=body)

    assert ANSWERED.validate_json(done.content).state is FileState.REVIEW
    assert error_of(again)[0] == 409


async def test_only_what_is_named_of_a_work_is_set(shelf: Shelf, client: httpx.AsyncClient) -> None:
    number = str(await shelf.put(offers=(A,)))

    wrong = await client.post("/accept", json={"file": number, "fields": ["titel"]})
    done = await client.post("/accept", json={"file": number, "fields": ["title"]})

    assert error_of(wrong)[0] == 400
    assert ANSWERED.validate_json(done.content).state is FileState.ACCEPTED
