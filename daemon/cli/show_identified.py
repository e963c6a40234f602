"""Print what came of asking about files again: doorman identify FILE."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from daemon.cli.show import escape
from daemon.desk.views import Answered, FileView
from rules.journey import FileState

_ACCEPTED = frozenset({FileState.ACCEPTED, FileState.DONE})


def show_identified(asked: Sequence[Answered], views: Sequence[FileView], out: Console) -> None:
    """Print what each of these files is now; `asked` tells of those that were not asked about."""
    for answered, view in zip(asked, views, strict=True):
        name = view.line.path.rsplit("/", 1)[-1]
        said = _outcome(view) if answered.has_changed else answered.message
        out.print(f"{view.line.number} {escape(name)}: {escape(said)}")
        if view.line.state is FileState.REVIEW and answered.has_changed:
            out.print(f"  doorman review {view.line.number}")


def _outcome(view: FileView) -> str:
    told = view.work if view.line.state in _ACCEPTED else view.line.reason
    return f"{view.line.state}: {told}" if told else view.line.state
