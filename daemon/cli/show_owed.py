"""What the command line prints of how much sources are still to be told."""

from __future__ import annotations

from rich.console import Console

from daemon.desk.submission_views import SubmittingView


def show_counts(counts: SubmittingView, out: Console) -> None:
    """Print how much sources are still to be told, where anything is."""
    text = describe(counts)
    if text is not None:
        out.print(text)
        if counts.failed or counts.refused:
            out.print("  see why, and try again: doorman submit")


def describe(counts: SubmittingView) -> str | None:
    """Return how much sources are still to be told, in words; None when it is nothing."""
    parts = [
        f"{count} {what}"
        for count, what in (
            (counts.due, "to be sent"),
            (counts.held, "held"),
            (counts.failed, "not taken"),
            (counts.refused, "refused"),
        )
        if count
    ]
    return f"fingerprints for sources: {', '.join(parts)}" if parts else None
