"""What the command line prints of other programs that hear of files."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from daemon.cli.plain import visible
from daemon.desk.announce_views import AnnounceLine


def show_announces(lines: Sequence[AnnounceLine], out: Console) -> None:
    """Print who is still to be told of files, and why."""
    for line in lines:
        out.print(visible(describe(line)), markup=False)


def describe(line: AnnounceLine) -> str:
    """Return how far a program has been told, in words."""
    parts = [
        f"{count} {what}"
        for count, what in ((line.due, "still to be told"), (line.given_up, "given up"))
        if count
    ]
    told = ", ".join(parts) or ("was told everything" if line.told_at_s else "nothing to tell yet")
    error = f": {line.last_error}" if line.due and line.last_error else ""
    program = line.kind if line.name == line.kind else f"{line.kind} {line.name}"
    return f"{program} ({line.place}): {told}{error}"
