from __future__ import annotations

import io
from dataclasses import replace

import pytest
from rich.console import Console

from daemon.cli.show_statistics import show_statistics
from daemon.desk.statistics_views import (
    DistancesView,
    RuleShare,
    SpanView,
    StatisticsView,
    WaitShare,
)
from rules.journey import FileState

NOTHING = StatisticsView(
    span=SpanView(begin_s=0.0, step_s=86_400, steps=2),
    files=dict.fromkeys(FileState, (0, 0)),
    decisions={},
    rules=(),
    distances=DistancesView(
        accepted=(0, 0), rejected=(0, 0), accepted_unknown=0, rejected_unknown=0
    ),
    sources=(),
    waits=(),
)


def shown(found: StatisticsView) -> list[str]:
    out = Console(file=io.StringIO(), width=200)
    show_statistics(found, out, now_s=100_000.0)
    assert isinstance(out.file, io.StringIO)
    return [" ".join(line.split()) for line in out.file.getvalue().splitlines()]


@pytest.mark.parametrize(
    ("below_s", "said"), [(60.0, "less than a minute 1 2"), (None, "7 d up 1 2")]
)
def test_longest_waits_have_no_bound(below_s: float | None, said: str) -> None:
    waits = (
        WaitShare(below_s=7 * 86_400.0, alone=0, with_person=0),
        WaitShare(below_s=below_s, alone=1, with_person=2),
    )

    assert said in shown(replace(NOTHING, waits=waits))


def test_what_no_phash_was_compared_for_is_told_apart() -> None:
    distances = DistancesView(
        accepted=(4, 0), rejected=(0, 2), accepted_unknown=3, rejected_unknown=0
    )

    lines = shown(replace(NOTHING, distances=distances))

    assert f"0 bits 4 0 {'+' * 30}" in lines
    assert f"1 and more 0 2 {'-' * 15}" in lines
    assert "none compared 3 0" in lines


def test_what_no_rule_decided_is_nobodys() -> None:
    rules = (RuleShare(rule=None, decided_by="rule", outcomes={"deferred": 1}),)

    assert "no rule 1 1 deferred" in shown(replace(NOTHING, rules=rules))
