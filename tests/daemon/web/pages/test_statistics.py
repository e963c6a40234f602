from __future__ import annotations

import re
from collections.abc import AsyncIterator
from html import escape

import httpx
import pytest

from daemon.desk.statistics_views import DistancesView, RuleShare, SourceShare, SpanView, WaitShare
from daemon.web.pages.all_pages import page_routes
from daemon.web.pages.statistics import (
    distances_plot,
    rules_plot,
    sources_plot,
    step_names,
    waits_plot,
)
from rules.candidate import Answer, Failed, Unknown
from rules.journey import FileState
from store import answers
from tests.daemon.desk.shelf import NOW_S, Shelf, offer
from tests.daemon.web.visiting import texts, visiting

pytestmark = pytest.mark.anyio
DAY_S = 86_400
HOSTILE = '<script>alert("x")</script>'


@pytest.fixture
async def browser(shelf: Shelf) -> AsyncIterator[httpx.AsyncClient]:
    async with visiting(shelf, page_routes(shelf.desk)) as client:
        yield client


async def test_empty_store_has_a_page_too(browser: httpx.AsyncClient) -> None:
    answer = await browser.get("/statistics")

    assert answer.status_code == 200
    assert answer.text.count("Nothing yet.") == 6


async def test_numbers_of_the_plots_stand_in_tables(
    shelf: Shelf, browser: httpx.AsyncClient
) -> None:
    await shelf.put_accepted(offer("a"), name="One.mkv")
    await shelf.put("Two.mkv", FileState.REVIEW)
    page = (await browser.get("/statistics")).text

    files = table(page, "files")
    assert files[0][1:] == ["named", "waiting for you", "not known", "left alone", "on their way"]
    assert files[-1][1:] == ["1", "1", "0", "0", "0"]
    assert table(page, "rules")[1] == ["exact", "1", "0", "0", "0", "0", "0"]


async def test_plots_can_be_read_without_seeing(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    await shelf.put_accepted(offer("a"))
    page = (await browser.get("/statistics")).text

    for named, described in re.findall(r'role="img" aria-labelledby="(\S+) (\S+)"', page):
        assert f'<title id="{named}">' in page
        assert f'<desc id="{described}">' in page
    assert "style=" not in page


async def test_hostile_name_of_a_source_is_text(shelf: Shelf, browser: httpx.AsyncClient) -> None:
    number = await shelf.put()
    content_id = (await shelf.file(number)).content_id
    assert content_id is not None
    told: list[Answer] = [Unknown(source=HOSTILE), Failed(source="second", reason="away")]
    await shelf.change(lambda c: answers.save(c, content_id, told, at_s=NOW_S))
    page = (await browser.get("/statistics?days=7")).text

    assert HOSTILE not in page
    assert escape(HOSTILE).replace("&quot;", "&#34;") in page


@pytest.mark.parametrize("days", ["7", "30", "90", "365", "0", ""])
async def test_span_can_be_chosen(browser: httpx.AsyncClient, days: str) -> None:
    answer = await browser.get("/statistics", params={"days": days})

    chosen = texts(answer.text, r'href="/statistics\?days=(\d+)" aria-current="true"')
    assert chosen == [days or "30"]


@pytest.mark.parametrize("days", ["8", "-1", "x"])
async def test_other_spans_are_refused(browser: httpx.AsyncClient, days: str) -> None:
    assert (await browser.get("/statistics", params={"days": days})).status_code == 400


@pytest.mark.parametrize(
    ("step_s", "steps", "first", "last"),
    [
        (DAY_S // 4, 5, "15 Jan 00h", "16 Jan 00h"),
        (DAY_S, 31, "15 Jan", "14 Feb"),
        (91 * DAY_S, 9, "Jan 2026", "Jan 2028"),
        (365 * DAY_S, 3, "2026", "2028"),
    ],
)
def test_steps_are_named_as_shortly_as_can_be(
    step_s: int, steps: int, first: str, last: str
) -> None:
    names = step_names(SpanView(begin_s=1768435200.0, step_s=step_s, steps=steps))

    assert (names[0], names[-1], len(names)) == (first, last, steps)


def test_who_decided_is_named() -> None:
    shares = (
        RuleShare(rule="near", decided_by="rule", outcomes={"accepted": 3}),
        RuleShare(rule=None, decided_by="person", outcomes={"dismissed": 1}),
        RuleShare(rule=None, decided_by="rule", outcomes={"deferred": 1}),
    )

    plot = rules_plot(shares)

    assert [row[0] for row in plot.rows] == ["near", "a person", "no rule"]
    assert plot.rows[1][1:] == ("0", "0", "0", "0", "1", "0")


def test_share_that_a_source_knew_leaves_failures_out() -> None:
    shares = (
        SourceShare(source="first", known=3, unknown=1, failed=6),
        SourceShare(source="second", known=0, unknown=0, failed=2),
    )

    assert [row[0] for row in sources_plot(shares).rows] == ["first, knew 75%", "second"]


def test_distances_end_with_all_that_is_farther() -> None:
    found = DistancesView(
        accepted=(1,) * 17, rejected=(2,) * 17, accepted_unknown=3, rejected_unknown=4
    )

    plot = distances_plot(found)

    assert plot.rows[-1] == ("16+", "1", "2")
    assert "7 more had no phash to compare" in plot.description


def test_waits_are_named_by_their_bounds() -> None:
    bounds_s = (60, 3600, 6 * 3600, DAY_S, 7 * DAY_S, None)
    shares = tuple(WaitShare(below_s=each, alone=1, with_person=2) for each in bounds_s)

    names = [row[0] for row in waits_plot(shares).rows]

    assert names == ["1 min", "1 h", "6 h", "1 d", "7 d", "more"]


def table(page: str, name: str) -> list[list[str]]:
    """Return the rows of the table below a plot."""
    _, _, following = page.partition(f'id="{name}-heading"')
    rows = re.findall(r"<tr>(.*?)</tr>", following.partition("</section>")[0])
    return [re.findall(r"<t[hd][^>]*>([^<]*)</t[hd]>", row) for row in rows]
