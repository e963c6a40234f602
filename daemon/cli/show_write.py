"""What the command line prints of sidecars that are brought to what they should be."""

from __future__ import annotations

from rich.console import Console

from daemon.cli.show import escape
from daemon.desk.rewriting_views import RewriteView


def show_write(view: RewriteView, out: Console) -> None:
    """Print how many files are meant, and of a dry run what would come of each sidecar."""
    if not view.is_dry:
        out.print(
            f"{view.files:,} accepted files: what lies beside them is brought up to date",
            style="bold",
        )
        if view.owed < view.files:
            out.print(f"{view.files - view.owed:,} of them were waiting for that already")
        out.print("What came of it is in: doorman why FILE; what is left to do in: doorman status")
        return

    out.print(f"{view.files:,} accepted files", style="bold")
    for deed, count in view.deeds.items():
        out.print(f"  {deed}: {count:,}")
    for line in view.lines:
        reason = f": {line.reason}" if line.reason else ""
        out.print(f"{line.number}  {line.deed}: {escape(line.path)}{escape(reason)}")
    more = sum(view.deeds.values()) - view.deeds.get("nothing to change", 0)
    more -= view.deeds.get("off", 0) + len(view.lines)
    if more:
        out.print(f"… and {more:,} more")
