from __future__ import annotations

import io

import pytest
from rich.console import Console

from daemon.cli.show_rules import show_foreseen
from daemon.desk.judgement_views import ForeseenLine
from rules.decision import Verdict


@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            ForeseenLine(
                path="/videos/a.mkv", verdict=Verdict.ACCEPTED, rule="exact", work='"Salt Road"'
            ),
            'would accept "Salt Road" by rule "exact"',
        ),
        (
            ForeseenLine(path="/videos/a.mkv", verdict=Verdict.NO_MATCH, rule="none"),
            'would find no match by rule "none", and ask again later',
        ),
        (
            ForeseenLine(
                path="/videos/a.mkv", verdict=Verdict.DEFERRED, reasons=("nobody may be asked",)
            ),
            "would wait until a source can tell\n     - nobody may be asked",
        ),
        (
            ForeseenLine(path="/videos/a.mkv", verdict=Verdict.IGNORED),
            "would ignore it by no rule",
        ),
        (
            ForeseenLine(path="/videos/a.mkv", verdict=None, reasons=("you decided it",)),
            "you decided it",
        ),
    ],
    ids=["accept", "no match", "deferred without a failure", "ignored", "decided"],
)
def test_a_dry_run_says_what_would_become_of_a_file(line: ForeseenLine, said: str) -> None:
    out = io.StringIO()

    show_foreseen(line, Console(file=out, width=200))

    assert out.getvalue() == f"/videos/a.mkv\n  {said}\n"
