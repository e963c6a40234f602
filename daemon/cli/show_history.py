"""What the command line prints of decisions that were made."""

from __future__ import annotations

from rich.console import Console

from daemon.cli.show import clock, escape
from daemon.desk.history_views import HistoryLine, HistoryPage


def show_history(page: HistoryPage, out: Console) -> None:
    """Print decisions, the latest first."""
    for line in page.lines:
        _show_line(line, out)
    if not page.lines:
        out.print("No decision fits.")
    elif any(line.can_undo for line in page.lines):
        out.print("Take one back with: doorman undo NUMBER")
    if page.next_before is not None:
        out.print(f"Older ones: --before {page.next_before}")


def _show_line(line: HistoryLine, out: Console) -> None:
    missing = " (missing)" if line.is_missing else ""
    out.print(f"{line.number}  {escape(line.path)}{missing}", style="bold")
    undone = f", undone {clock(line.undone_at_s)}" if line.undone_at_s is not None else ""
    work = f" {escape(line.work)}" if line.work else ""
    when = clock(line.decided_at_s)
    out.print(f"     {when}  {escape(line.outcome)}{work} by {_who(line)}{undone}")
    for reason in line.reasons[:1]:
        out.print(f"     - {escape(reason)}")


def _who(line: HistoryLine) -> str:
    if line.rule:
        return f'rule "{escape(line.rule)}"'

    return "you" if line.decided_by == "person" else "no rule"
