"""What `doorman check` prints."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from daemon.cli.show import escape
from daemon.setup.findings import Finding, Level

_STYLES = {Level.OK: "green", Level.WARNING: "yellow", Level.ERROR: "bold red"}


def show_findings(findings: Sequence[Finding], out: Console) -> None:
    """Print what was found, a line each, and how much of it is wrong."""
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column(no_wrap=True)
    table.add_column(no_wrap=True)
    table.add_column(overflow="fold")
    for finding in findings:
        level = f"[{_STYLES[finding.level]}]{finding.level.value}[/]"
        table.add_row(level, escape(finding.thing), escape(finding.message))
    out.print(table)
    out.print(summary(findings), style="bold")


def summary(findings: Sequence[Finding]) -> str:
    """Return how much is wrong, in words."""
    counts = Counter(finding.level for finding in findings)
    parts = [
        f"{counts[level]} {level.value}{'' if counts[level] == 1 else 's'}"
        for level in (Level.ERROR, Level.WARNING)
        if counts[level]
    ]
    return ", ".join(parts) or "Everything is as it should be."
