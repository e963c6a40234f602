"""What the command line prints of NFO files that were taken for known works."""

from __future__ import annotations

from rich.console import Console

from daemon.cli.show import escape
from daemon.desk.import_views import ImportView


def show_import(view: ImportView, out: Console) -> None:
    """Print how many were taken, and which were left and why."""
    would = "would become" if view.is_dry else "became"
    out.print(f"{view.looked_at:,} files, {view.without_nfo:,} of them without an NFO")
    out.print(
        f"{view.imported:,} {would} copies of {view.new_works:,} new "
        f"and {view.known_works:,} known works",
        style="bold",
    )
    if view.accepted_before:
        out.print(f"{view.accepted_before:,} were accepted before and stay as they are")
    for reason, count in view.reasons.items():
        out.print(f"{count:,} left: {escape(reason)}")
        for line in view.lines:
            if line.reason == reason:
                out.print(f"  {line.number}  {escape(line.path)}")
    if view.left > len(view.lines):
        out.print(f"… {view.left - len(view.lines):,} more of those that were left")
