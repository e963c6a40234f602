"""What the command line prints of taking accepts back."""

from __future__ import annotations

from rich.console import Console

from daemon.cli.show import escape
from daemon.desk.taking_back_views import UndoLine, UndoPreview, UndoTotals

_MOST_LINES = 50
"""Files that are listed one by one; a person reads no longer a list."""
_NOTHING = "No accept that stands fits, so there is nothing to undo."


def show_preview(preview: UndoPreview, out: Console) -> None:
    """Print what taking back would do."""
    if not preview.lines:
        out.print(_NOTHING)
        return

    for line in preview.lines[:_MOST_LINES]:
        _show_line(line, out)
    if len(preview.lines) > _MOST_LINES:
        out.print(f"… and {len(preview.lines) - _MOST_LINES} more")
    out.print(f"Undo would {totals_in_words(preview.totals)}.", style="bold")
    if preview.totals.left:
        stay = "stays" if preview.totals.left == 1 else "stay"
        out.print(f"{preview.totals.left} {stay} as changed since; --force puts them back, too.")
    if preview.beyond:
        out.print(f"{preview.beyond} more fit; say the same again for them.")


def show_undone(done: list[UndoLine], left_out: list[UndoLine], out: Console) -> None:
    """Print what was taken back, and what was not."""
    if not done and not left_out:
        out.print(_NOTHING)
        return

    for line in done:
        for sentence in line.left:
            out.print(f"{line.bound.file}  {escape(sentence)}")
    for line in left_out:
        out.print(f"{line.bound.file}  {escape(line.path)}", style="bold")
        out.print(f"     - not undone: {escape(line.message)}")
    out.print(f"{_count(len(done), 'file')} undone; sidecars follow by themselves.")


def totals_in_words(totals: UndoTotals) -> str:
    """Return what taking back comes to, as the end of a sentence."""
    removed = [
        _count(count, noun)
        for count, noun in (
            (totals.works, "work"),
            (totals.performers, "performer"),
            (totals.studios, "studio"),
            (totals.tags, "tag"),
        )
        if count
    ]
    parts = [
        f"take back {_count(totals.files, 'decision')}",
        f"put back {_count(totals.fields, 'field')}" if totals.fields else "",
        f"remove {', '.join(removed)} that nothing else needs" if removed else "",
        f"let {_count(totals.forgotten, 'name')} forget what was learnt"
        if totals.forgotten
        else "",
        f"put back or remove {_count(totals.sidecars, 'sidecar')}" if totals.sidecars else "",
    ]
    return "; ".join(part for part in parts if part)


def _show_line(line: UndoLine, out: Console) -> None:
    out.print(f"{line.bound.file}  {escape(line.path)}", style="bold")
    out.print(f"     {'' if line.is_done else 'cannot be undone: '}{escape(line.message)}")
    for sentence in line.left:
        out.print(f"     - {escape(sentence)}")
    if line.name is not None:
        out.print(f"     - the file {escape(line.name)}")
    for sidecar in line.sidecars:
        out.print(f"     - {escape(sidecar.message)}")


def _count(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"
