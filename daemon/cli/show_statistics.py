"""What the command line prints of what happened when, and how often."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table

from daemon.cli.show import escape
from daemon.desk.statistics_views import (
    DistancesView,
    RuleShare,
    SourceShare,
    StatisticsView,
    WaitShare,
)
from daemon.desk.wording import about, counted

_DAY_S = 86_400
_WIDEST = 30
"""Letters of the longest bar."""


def show_statistics(found: StatisticsView, out: Console, *, now_s: float) -> None:
    """Print the sums of all that is counted; --json tells each step."""
    days = max(round((now_s - found.span.begin_s) / _DAY_S), 1)
    out.print(f"In the last {counted(days, 'day')}", style="bold")
    _show_files(found, out)
    _show_rules(found.rules, out)
    _show_sources(found.sources, out)
    _show_distances(found.distances, out)
    _show_waits(found.waits, out)


def _show_files(found: StatisticsView, out: Console) -> None:
    table = _table("files", "then", "now")
    for state, steps in found.files.items():
        if any(steps):
            table.add_row(state.value, str(steps[0]), str(steps[-1]))
    _show(table, out, "No file is known.")


def _show_rules(shares: tuple[RuleShare, ...], out: Console) -> None:
    table = _table("decided by", "decisions", "")
    for share in shares:
        who = share.rule or ("you" if share.decided_by == "person" else "no rule")
        what = ", ".join(f"{count} {outcome}" for outcome, count in share.outcomes.items())
        table.add_row(escape(who), str(sum(share.outcomes.values())), what)
    _show(table, out, "Nothing was decided.")


def _show_sources(shares: tuple[SourceShare, ...], out: Console) -> None:
    table = _table("source", "asked", "known", "unknown", "failed")
    for each in shares:
        numbers = (each.asked, each.known, each.unknown, each.failed)
        table.add_row(escape(each.source), *map(str, numbers))
    _show(table, out, "No source was asked.")


def _show_distances(found: DistancesView, out: Console) -> None:
    table = _table("phash", "accepted", "rejected", "")
    most = max((*found.accepted, *found.rejected, 1))
    farthest = len(found.accepted) - 1
    for bits, (accepted, rejected) in enumerate(zip(found.accepted, found.rejected, strict=True)):
        if accepted or rejected:
            name = f"{bits} bits" if bits < farthest else f"{bits} and more"
            bar = "+" * round(_WIDEST * accepted / most) + "-" * round(_WIDEST * rejected / most)
            table.add_row(name, str(accepted), str(rejected), bar)
    if found.accepted_unknown or found.rejected_unknown:
        table.add_row("none compared", str(found.accepted_unknown), str(found.rejected_unknown), "")
    _show(table, out, "Nothing stands accepted or rejected.")


def _show_waits(shares: tuple[WaitShare, ...], out: Console) -> None:
    table = _table("seen to done", "by itself", "with you")
    last_s = 0.0
    for each in shares:
        if each.alone or each.with_person:
            name = f"less than {_bound(each.below_s)}" if each.below_s else f"{_bound(last_s)} up"
            table.add_row(name, str(each.alone), str(each.with_person))
        last_s = each.below_s or last_s
    _show(table, out, "No file was done.")


def _bound(seconds: float) -> str:
    return about(seconds).removeprefix("about ")


def _show(table: Table, out: Console, otherwise: str) -> None:
    if table.row_count:
        out.print(table)
    else:
        out.print(otherwise)
    out.print()


def _table(*columns: str) -> Table:
    table = Table(box=None, header_style="bold", pad_edge=False, padding=(0, 2, 0, 0))
    for column in columns:
        table.add_column(column)
    return table
