from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from daemon.cli.show_owed import describe, show_counts
from daemon.cli.show_submissions import NOBODY, show_dry, show_history, show_sent
from daemon.desk.submission_views import (
    MOST_SUBMISSIONS,
    SubmissionLine,
    SubmissionsView,
    SubmittingView,
)
from rules.fingerprint import Algorithm
from rules.submission import Vote

LINE = SubmissionLine(
    number=12,
    path="/films/Harbour [at] Dawn.mkv",
    source="box",
    work='"Harbour at Dawn"',
    remote_id="h-1",
    algorithm=Algorithm.PHASH,
    hash="f0f3355aa99c3f0",
    duration_s=600,
    vote=Vote.VALID,
    reason="you accepted it",
    state="due",
    error=None,
    due_at_s=1.0,
    sent_at_s=None,
)
REPORT = replace(LINE, number=13, vote=Vote.INVALID, state="failed", error="it says “gone\x1b[3m”")


def view(*lines: SubmissionLine, is_anyone_told: bool = True, sent: int = 0) -> SubmissionsView:
    due = sum(line.state == "due" for line in lines)
    failed = sum(line.state == "failed" for line in lines)
    counts = SubmittingView(due=due, failed=failed, sent=sent)
    return SubmissionsView(counts=counts, lines=lines, is_anyone_told=is_anyone_told)


@pytest.fixture
def out() -> Console:
    return Console(file=io.StringIO(), width=200, highlight=False, emoji=False)


def said(out: Console) -> str:
    assert isinstance(out.file, io.StringIO)
    return out.file.getvalue()


def test_dry_run_says_what_to_whom_and_why(out: Console) -> None:
    show_dry(view(LINE, REPORT), out)

    assert said(out).splitlines() == [
        "12  /films/Harbour [at] Dawn.mkv",
        '  VALID: PHASH f0f3355aa99c3f0 (600 s) is "Harbour at Dawn", h-1 at box',
        "     you accepted it; due",
        "13  /films/Harbour [at] Dawn.mkv",
        '  INVALID: PHASH f0f3355aa99c3f0 (600 s) is not "Harbour at Dawn", h-1 at box',
        "     you accepted it; failed: it says “gone\\x1b[3m”",
        "Nothing was sent. To send it: doorman submit",
    ]


def test_long_list_says_that_it_is_cut(out: Console) -> None:
    show_dry(view(*[LINE] * MOST_SUBMISSIONS), out)

    assert f"These are the first {MOST_SUBMISSIONS}." in said(out)


def test_nothing_to_send_says_whether_anybody_would_be_told(out: Console) -> None:
    show_dry(view(), out)
    show_sent(view(is_anyone_told=False), view(is_anyone_told=False), out)

    assert said(out).splitlines() == ["Nothing is to be sent.", NOBODY]


@pytest.mark.parametrize(
    ("after", "expected"),
    [
        (view(sent=3), ["2 fingerprints were sent.", "Nothing is left to be sent."]),
        (
            view(REPORT, sent=2),
            [
                "1 fingerprint was sent.",
                '13  INVALID: PHASH f0f3355aa99c3f0 (600 s) is not "Harbour at Dawn", h-1 at box',
                "     you accepted it; failed: it says “gone\\x1b[3m”",
                "fingerprints for sources: 1 not taken",
            ],
        ),
    ],
    ids=["all", "one"],
)
def test_result_says_what_was_sent_and_what_was_not(
    out: Console, after: SubmissionsView, expected: list[str]
) -> None:
    show_sent(view(LINE, LINE, sent=1), after, out)

    assert said(out).splitlines() == expected


def test_history_says_when(out: Console) -> None:
    show_history((), out)
    assert said(out) == ""

    show_history([replace(LINE, state="sent", sent_at_s=1.7e9)], out)
    assert "Told to sources" in said(out)
    assert "; sent 2023-11-1" in said(out)


def test_status_says_how_much_is_left(out: Console) -> None:
    show_counts(SubmittingView(sent=4), out)
    assert said(out) == ""

    show_counts(SubmittingView(due=1, held=2, failed=3, refused=4), out)
    assert said(out).splitlines() == [
        "fingerprints for sources: 1 to be sent, 2 held, 3 not taken, 4 refused",
        "  see why, and try again: doorman submit",
    ]
    assert describe(SubmittingView()) is None
