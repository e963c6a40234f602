from __future__ import annotations

from collections.abc import AsyncIterator
from functools import partial

import httpx
import pytest

from daemon.web.pages.all_pages import page_routes
from rules.journey import FileState
from store import decisions, files
from store.decisions import Decider, NewDecision, Outcome
from tests.daemon.desk.shelf import Shelf, offer
from tests.daemon.web.visiting import CSRF, fields_of, texts, visiting

A, B = offer("a"), offer("b")
SCRIPT = {"X-Doorman-Script": "1"}
HOSTILE = '<script>alert("x")</script>.mkv'


@pytest.fixture
async def browser(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(shelf, page_routes(shelf.desk)) as client:
        yield client


def names(html: str) -> list[str]:
    return texts(html, r"data-open>(.*?)</a>")


async def test_newest_is_first_and_the_rest_is_behind(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    for number in range(53):
        await shelf.put(f"{number:02}.mkv", at_s=float(number))

    first = (await browser.get("/")).text
    (older,) = texts(first, r'href="([^"]*)" rel="next"')
    second = (await browser.get(older.replace("&amp;", "&"))).text

    assert names(first) == [f"{number:02}.mkv" for number in range(52, 2, -1)]
    assert names(second) == ["02.mkv", "01.mkv", "00.mkv"]
    assert 'rel="next"' not in second
    assert 'rel="first"' in second


async def test_row_says_what_is_needed_to_answer(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put("Harbour at Dawn.mkv", offers=(A, B))
    reasons = ("rule one says no", "and so does rule two")
    made = NewDecision(outcome=Outcome.REVIEW, decided_by=Decider.RULE, rule="x", reasons=reasons)
    file = await shelf.file(number)
    assert file.content_id is not None
    await shelf.change(
        partial(decisions.add, file=file, content_id=file.content_id, decision=made, at_s=1.0)
    )

    html = (await browser.get("/")).text

    for said in (
        "Harbour at Dawn.mkv",
        "films · /films · waits for 16 minutes",
        "&#34;Harbour A&#34; (Northlight, 2024-05-17)",
        "from first",
        '<span class="badge good">oshash identical, 3 people</span>',
        '<span class="badge warn">1 other work</span>',
        "rule one says no",
        "and so does rule two",
        f'data-file="{number}"',
        f'data-revision="{file.revision}"',
        'data-candidate="2"',
    ):
        assert said in html


async def test_names_are_shown_as_text(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put(HOSTILE, offers=(offer("x", title="<b>bold</b>"),))

    html = (await browser.get("/", params={"text": '"><i>'})).text
    listed = (await browser.get("/")).text

    assert "<i>" not in html
    assert "<script>alert" not in listed
    assert "<b>" not in listed
    assert "&lt;b&gt;bold" in listed


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        ("/", ["Two.mkv", "One.mkv"]),
        ("/?text=one", ["One.mkv"]),
        ("/?text=harbour%20b", ["Two.mkv"]),
        ("/?library=films&source=second", ["Two.mkv"]),
        ("/?library=series", []),
        ("/?cause=no%20rule", ["Two.mkv", "One.mkv"]),
        ("/?tray=dismissed", ["Three.mkv"]),
        ("/?tray=deferred", []),
    ],
)
async def test_queue_is_sifted(
    shelf: Shelf, browser: httpx.AsyncClient, address: str, shown: list[str]
) -> None:
    await shelf.put("One.mkv", offers=(A,), at_s=1.0)
    await shelf.put("Two.mkv", offers=(offer("b", source="second"),), at_s=2.0)
    await shelf.put("Three.mkv", FileState.DISMISSED)

    assert names((await browser.get(address)).text) == shown


async def test_choices_say_how_many_they_leave(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put("One.mkv", offers=(A,))
    await shelf.put("Two.mkv", offers=(offer("b", source="second"),))
    await shelf.put("Three.mkv", FileState.FAILED)

    html = (await browser.get("/?source=second")).text

    assert '<option value="second" selected>second (1)</option>' in html
    assert '<option value="first">first (1)</option>' in html
    assert '<option value="films">films (1)</option>' in html
    assert 'value="failed"' not in html
    assert ">could not be examined (1)</option>" in (await browser.get("/")).text
    assert '<span id="files">1</span>' in html


@pytest.mark.parametrize(
    ("state", "said"),
    [
        (None, "New files are looked at by themselves"),
        (FileState.SETTLED, "at work on 1 file: 0 coming to rest, 1 to be fingerprinted"),
    ],
)
async def test_empty_queue_says_what_doorman_does(
    shelf: Shelf, browser: httpx.AsyncClient, state: FileState | None, said: str
) -> None:
    if state is not None:
        await shelf.put(state=state)

    assert said in (await browser.get("/")).text
    assert "Nothing fits" in (await browser.get("/?text=x")).text


@pytest.mark.parametrize("address", ["/?after=x", "/?after=nan_1", "/?after=1_-1", "/?tray=x"])
async def test_broken_address_is_refused(browser: httpx.AsyncClient, address: str) -> None:
    assert (await browser.get(address)).status_code == 400


@pytest.mark.parametrize(
    ("verb", "state", "said"),
    [
        ("accept", FileState.ACCEPTED, "Harbour at Dawn.mkv: accepted."),
        ("reject", FileState.ANSWERED, "Harbour at Dawn.mkv: a candidate was rejected."),
        ("dismiss", FileState.DISMISSED, "Harbour at Dawn.mkv: dismissed."),
    ],
)
async def test_answer_is_taken_and_can_be_undone(
    shelf: Shelf, browser: httpx.AsyncClient, verb: str, state: FileState, said: str
) -> None:
    number = await shelf.put(offers=(A, B))
    html = (await browser.get("/?library=films")).text

    sent = await browser.post("/answer", data={**fields_of(html, "/answer"), "verb": verb})
    answered_state = (await shelf.file(number)).state
    after = (await browser.get(sent.headers["Location"])).text
    undone = await browser.post("/retract", data=fields_of(after, "/retract"))

    assert sent.status_code == 303
    assert sent.headers["Location"] == f"/?library=films&answered={number}"
    assert answered_state is state
    assert said in after
    assert (undone.status_code, undone.headers["Location"]) == (303, "/?library=films")
    assert (await shelf.file(number)).state is FileState.REVIEW


async def test_chosen_candidate_is_meant(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A, B))
    fields = fields_of((await browser.get("/")).text, "/answer")

    await browser.post("/answer", data={**fields, "verb": "accept", "candidate": "2"})

    assert fields["candidate"] == "1"
    assert (await shelf.show(number)).work == "Harbour B (Northlight, 2024-05-17)"


async def test_stale_answer_changes_nothing(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A,))
    fields = fields_of((await browser.get("/")).text, "/answer")
    await shelf.desk.dismiss(str(number))

    answer = await browser.post("/answer", data={**fields, "verb": "accept"})

    assert answer.status_code == 409
    assert "changed since you looked and is dismissed now" in answer.text
    assert (await shelf.file(number)).state is FileState.DISMISSED


async def test_script_is_told_what_came_of_it(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A,))
    fields = {**fields_of((await browser.get("/")).text, "/answer"), "verb": "accept"}

    answer = await browser.post("/answer", data=fields, headers=SCRIPT)
    told = answer.json()
    again = {**fields, "file": str(number), "decision": str(told["decision"])}
    retracted = await browser.post(
        "/retract",
        data={name: again[name] for name in ("csrf", "file", "decision")},
        headers=SCRIPT,
    )

    assert (answer.status_code, told["row"]) == (200, None)
    assert told["message"] == 'accepted as "Harbour A" (Northlight, 2024-05-17)'
    assert retracted.status_code == 200
    assert f'data-file="{number}"' in retracted.json()["row"]


async def test_script_is_told_what_changed_meanwhile(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A, B))
    fields = {**fields_of((await browser.get("/")).text, "/answer"), "verb": "accept"}
    file = await shelf.file(number)
    await shelf.change(partial(files.set_state, file=file, state=FileState.REVIEW, at_s=5.0))

    answer = await browser.post("/answer", data=fields, headers=SCRIPT)

    assert answer.status_code == 409
    assert "changed since you looked" in answer.json()["message"]
    assert f'data-revision="{file.revision + 1}"' in answer.json()["row"]


async def test_answer_that_was_followed_by_another_is_not_taken_back(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(offers=(A, B))
    fields = {**fields_of((await browser.get("/")).text, "/answer"), "verb": "dismiss"}
    sent = await browser.post("/answer", data=fields)
    notice = fields_of((await browser.get(sent.headers["Location"])).text, "/retract")
    await shelf.desk.accept(str(number), number=2)

    answer = await browser.post("/retract", data=notice)

    assert answer.status_code == 409
    assert (await shelf.file(number)).state is FileState.ACCEPTED


@pytest.mark.parametrize(
    "back",
    ["//evil.example", "https://evil.example", "/\\evil.example", "", "/a\nb", "/" + "a" * 2001],
    ids=["two slashes", "elsewhere", "backslash", "nothing", "two lines", "long"],
)
async def test_way_back_leads_nowhere_else(
    shelf: Shelf, browser: httpx.AsyncClient, back: str
) -> None:
    number = await shelf.put(offers=(A,))
    fields = fields_of((await browser.get("/")).text, "/answer")

    sent = await browser.post("/answer", data={**fields, "verb": "dismiss", "back": back})

    assert sent.headers["Location"] == f"/?answered={number}"


async def test_nothing_is_taken_without_proof(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put(offers=(A,))
    fields = fields_of((await browser.get("/")).text, "/answer")

    answer = await browser.post("/answer", data={**fields, "verb": "accept", "csrf": "other"})

    assert answer.status_code == 400
    assert (await shelf.file(number)).state is FileState.REVIEW
    assert fields["csrf"] == CSRF


async def test_dismissal_of_what_could_not_be_examined_can_be_undone(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    number = await shelf.put(state=FileState.FAILED, is_examined=False)
    html = (await browser.get("/")).text
    sent = await browser.post("/answer", data={**fields_of(html, "/answer"), "verb": "dismiss"})
    after = (await browser.get(sent.headers["Location"])).text

    await browser.post("/retract", data=fields_of(after, "/retract"))

    assert 'value="accept"' not in html
    assert (await shelf.file(number)).state is FileState.FAILED


@pytest.mark.parametrize("headers", [{}, SCRIPT], ids=["page", "script"])
async def test_dismissal_can_be_taken_back_from_its_tray(
    shelf: Shelf, browser: httpx.AsyncClient, headers: dict[str, str]
) -> None:
    number = await shelf.put(offers=(A, B))
    await shelf.desk.reject(str(number), number=2)
    await shelf.desk.undo(str(number))
    await shelf.desk.dismiss(str(number))
    fields = fields_of((await browser.get("/?tray=dismissed")).text, "/answer")

    answer = await browser.post("/answer", data={**fields, "verb": "undo"}, headers=headers)

    assert (await shelf.file(number)).state is FileState.REVIEW
    if headers:
        assert (answer.json()["row"], answer.json()["decision"]) == (None, None)
    else:
        assert answer.headers["Location"] == "/?tray=dismissed"


@pytest.mark.parametrize("answered", ["99", "x", "9" * 30])
async def test_word_of_no_answer_is_left_out(browser: httpx.AsyncClient, answered: str) -> None:
    html = (await browser.get("/", params={"answered": answered})).text

    assert '<div id="notices">\n</div>' in html


async def test_page_is_told_what_changed(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    kept, changed, gone = [await shelf.put(f"{each}.mkv", offers=(A,)) for each in range(3)]
    shown = " ".join(
        [f"{each}.{(await shelf.file(each)).revision}" for each in (kept, changed, gone)]
    )
    file = await shelf.file(changed)
    await shelf.change(partial(files.set_state, file=file, state=FileState.REVIEW, at_s=5.0))
    await shelf.desk.dismiss(str(gone))
    new = await shelf.put("new.mkv")

    told = (await browser.get("/queue/rows", params={"shown": shown})).json()

    assert told["files"] == 3
    assert told["gone"] == [gone]
    assert {each["file"] for each in told["rows"]} == {changed, new}


async def test_what_a_page_shows_must_be_readable(browser: httpx.AsyncClient) -> None:
    assert (await browser.get("/queue/rows", params={"shown": "1.x"})).status_code == 400
