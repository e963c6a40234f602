from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from daemon.cli.show_sources import show_sources
from daemon.desk.health_views import HealthView
from daemon.desk.views import SourceLine

NOW_S = 1_000_000.0
HEALTHY = HealthView(
    state="healthy",
    resting_until_s=None,
    last_error=None,
    last_error_at_s=None,
    used_last_minute=12,
    allowed_per_minute=240.0,
    pace_per_minute=240.0,
    requests={"answered": 40, "no answer": 0, "too often": 0, "refused": 0, "failed": 0},
)
LINE = SourceLine(
    name="first",
    url="https://first.example/graphql",
    asked=40,
    known=4,
    last_outcome="known",
    health=HEALTHY,
)


def printed(*lines: SourceLine) -> str:
    out = io.StringIO()
    show_sources(lines, Console(file=out, width=400, highlight=False), now_s=NOW_S)
    return out.getvalue()


def test_healthy_source_is_one_line_with_its_rate() -> None:
    head, line = printed(LINE).splitlines()

    assert head.split() == [
        *("source", "state", "last", "minute", "last", "answer"),
        *("asked", "knew", "failed", "address"),
    ]
    assert line.split()[:5] == ["first", "healthy", "12", "of", "240"]


def test_without_a_daemon_nothing_is_said_of_now() -> None:
    text = printed(replace(LINE, health=None), SourceLine(name="second", url="https://second"))

    assert "last minute" not in text
    assert "never asked" in text


def test_source_that_was_added_since_has_no_health_yet() -> None:
    text = printed(LINE, SourceLine(name="second", url="https://second.example"))

    assert text.splitlines()[2].split()[:3] == ["second", "-", "-"]


def test_file_that_was_not_asked_about_is_no_remark_on_the_source() -> None:
    kept = replace(LINE, last_outcome="not asked", last_reason="its library is kept from it")

    assert "kept from it" not in printed(kept)


def test_nothing_configured_says_what_to_do() -> None:
    assert printed() == "no source is asked; add a [[source]] to the configuration\n"


@pytest.mark.parametrize(
    ("left_s", "words"),
    [(0.4, "for 1 s"), (45, "for 45 s"), (90, "for 2 min"), (7200, "for 2 h")],
)
def test_resting_source_says_for_how_long_and_why_once(left_s: float, words: str) -> None:
    error = "first.example failed with HTTP 503"
    resting = replace(
        HEALTHY,
        state="resting",
        resting_until_s=NOW_S + left_s,
        last_error=error,
        requests={**HEALTHY.requests, "failed": 9},
    )
    text = printed(replace(LINE, last_reason=error, health=resting))

    assert f"resting {words}" in text
    assert text.count(error) == 1
    assert "first: requests since the start: 40 answered, 9 failed" in text


def test_rest_that_is_over_is_not_counted_down() -> None:
    over = replace(HEALTHY, state="trying", resting_until_s=NOW_S - 1)

    assert "trying for" not in printed(replace(LINE, health=over))


def test_refused_source_says_when_the_key_is_tried_again() -> None:
    refused = replace(
        HEALTHY, state="refused", resting_until_s=NOW_S + 1800, last_error="the key is old"
    )
    text = printed(replace(LINE, health=refused))

    assert "first: the key is old" in text
    assert "first: the key is tried again in 30 min, and at once when doorman starts anew" in text
    assert "in a moment" in printed(replace(LINE, health=replace(refused, resting_until_s=None)))


def test_slowed_source_says_by_how_much() -> None:
    slowed = replace(HEALTHY, state="slowed", pace_per_minute=60.0)
    text = printed(replace(LINE, health=slowed))

    assert "12 of 60" in text
    assert "at most 60 of 240 times a minute" in text


def test_strangers_text_is_neither_markup_nor_a_command_to_the_terminal() -> None:
    refused = replace(HEALTHY, state="refused", last_error="[red]\x1b[2Jkey[/]")

    assert "\x1b" not in printed(replace(LINE, health=refused))
    assert "[red]" in printed(replace(LINE, health=refused))
