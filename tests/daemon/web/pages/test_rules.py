from __future__ import annotations

import re
from collections.abc import AsyncIterator
from dataclasses import replace
from html import unescape

import httpx
import pytest

from daemon.desk.counsel import Counsel
from daemon.desk.judging import Judging
from daemon.settings.rules import Names
from daemon.web.pages import rules as rules_page
from daemon.web.pages.all_pages import page_routes
from daemon.web.pages.rules import rules_routes
from rules.defaults import DEFAULT_RULES
from rules.ruleset import RuleText, Then
from tests.daemon.desk.judged import put_judged
from tests.daemon.desk.shelf import Shelf
from tests.daemon.web.visiting import CSRF, fields_of, texts, visiting

pytestmark = pytest.mark.anyio
HOSTILE = "</textarea><script>alert(1)</script>"
MINE = RuleText(name=HOSTILE, when="oshash\nand false", then=Then.IGNORE, reason="<i>mine</i>")
ALWAYS = (
    '[identify]\ndefault_rules = false\n[[rule]]\nname = "all"\nwhen = "true"\nthen = "review"\n'
)


@pytest.fixture
def shelf_with_rules(shelf: Shelf) -> Shelf:
    counsel = Counsel(
        rule_texts=lambda: (MINE, *DEFAULT_RULES),
        names=lambda: Names(libraries=frozenset({"films"}), sources=frozenset({"first"})),
    )
    household = replace(shelf.desk.household, counsel=counsel)
    return replace(shelf, desk=replace(shelf.desk, household=household))


@pytest.fixture
async def browser(shelf_with_rules: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(shelf_with_rules, page_routes(shelf_with_rules.desk)) as client:
        yield client


async def test_rules_stand_in_their_order_with_what_they_did(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    await put_judged(shelf, 2)

    page = (await browser.get("/rules")).text

    names = [unescape(name) for name in texts(page, r"<span>\d+\. (.*?)</span>")]
    assert names == [rule.name for rule in (MINE, *DEFAULT_RULES)]
    assert '<a href="/history?rule=known%20or%20exact">2 times</a>, 0 in the last' not in page
    assert re.search(r'href="/history\?rule=known\+or\+exact">2 times</a>, 2 in', page)
    assert page.count("Never fired") == len(DEFAULT_RULES)
    assert "it can never fire" in page


async def test_hostile_rule_is_text(browser: httpx.AsyncClient) -> None:
    page = (await browser.get("/rules")).text

    assert HOSTILE not in page
    assert "<i>mine" not in page


async def test_draft_as_it_is_changes_nothing(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await put_judged(shelf, 1)
    (draft,) = texts((await browser.get("/rules")).text, r"<textarea[^>]*>\n(.*?)</textarea>")

    page = (await browser.post("/rules/try", data=sent(unescape(draft)))).text

    assert "No decision would change, of 1 file" in page


async def test_trial_tells_what_would_change(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    (number,) = await put_judged(shelf, 1, title="<b>Bold</b>")

    page = (await browser.post("/rules/try", data=sent(ALWAYS.replace("\n", "\r\n")))).text

    assert "1 of 1 file would be decided otherwise" in page
    assert f'<a href="/files/{number}">judged 0.mkv</a>' in page
    assert "rule “known or exact” before, rule “all” now" in page
    assert "<b>" not in page
    assert "Nothing was saved" in page


async def test_trial_goes_on_where_it_ended(shelf_with_rules: Shelf) -> None:
    await put_judged(shelf_with_rules, 3)
    desk = shelf_with_rules.desk
    hurried = rules_routes(desk, Judging(desk, tried_at_once=2), try_for_s=0.0)

    async with visiting(shelf_with_rules, hurried) as browser:
        first = (await browser.post("/rules/try", data=sent(ALWAYS))).text
        hidden = fields_of(first, "/rules/try#found", 1)
        fields = {name: unescape(value) for name, value in hidden.items()}
        second = (await browser.post("/rules/try", data=fields)).text

    assert "2 of 2 files would be decided otherwise" in first
    assert "3 of 3 files would be decided otherwise" in second
    assert 'id="go-on"' not in second


async def test_what_is_wrong_is_told_with_its_place(browser: httpx.AsyncClient) -> None:
    wrong = ALWAYS.replace('"true"', '"oshas"')

    answer = await browser.post("/rules/try", data=sent(wrong))

    assert answer.status_code == 400
    assert 'data-line="5" data-column="9">Line 5, column 9</a>' in answer.text
    assert "oshash" in answer.text
    (kept,) = texts(answer.text, r"<textarea[^>]*>\n(.*?)</textarea>")
    assert unescape(kept) == wrong


@pytest.mark.parametrize(
    ("fields", "status"),
    [
        ({"csrf": "wrong"}, 400),
        ({"so_far": "{"}, 400),
        ({"so_far": '{"changed": "many"}'}, 400),
        ({"after": "-1"}, 400),
        ({"library": "attic"}, 404),
        ({"rules": "x" * (rules_page.LONGEST_DRAFT + 1)}, 400),
    ],
    ids=["forged", "no JSON", "no trial", "negative", "library", "too long"],
)
async def test_wrong_trial_is_refused(
    browser: httpx.AsyncClient, fields: dict[str, str], status: int
) -> None:
    assert (await browser.post("/rules/try", data=sent(ALWAYS) | fields)).status_code == status


async def test_no_rules_at_all_are_a_page_too(shelf: Shelf) -> None:
    async with visiting(shelf, page_routes(shelf.desk)) as browser:
        page = (await browser.get("/rules")).text

    assert "There are no rules" in page


def sent(rules: str) -> dict[str, str]:
    return {"csrf": CSRF, "rules": rules, "library": ""}
