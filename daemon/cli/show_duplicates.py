"""What the command line prints of near-equal files."""

from __future__ import annotations

from rich.console import Console

from daemon.cli.show import escape
from daemon.desk.duplicate_views import (
    ClusterView,
    ComparedView,
    DuplicatesView,
    NearFile,
    NearView,
)

_MIB, _GIB = 1 << 20, 1 << 30
_INDENT = " " * 8


def show_duplicates(view: DuplicatesView, out: Console) -> None:
    """Print the clusters, what to keep of each and why."""
    for cluster in view.clusters:
        _show_cluster(cluster, out)
    scope = f"of library {escape(view.library)} " if view.library else ""
    out.print(
        f"{_counted(view.compared, 'content')} {scope}compared within {view.distance_bits} bits"
    )
    if not view.found:
        out.print("No two files are near-equal.")
        return

    if view.found > len(view.clusters):
        out.print(f"These are the first {len(view.clusters)}; see more with --limit.")
    out.print(
        f"{_counted(view.found, 'cluster')}; up to {size_text(view.frees_bytes)} could be freed. "
        "doorman deletes nothing: look before you do.",
        style="bold",
    )


def show_near(view: NearView, out: Console) -> None:
    """Print the files near one, and which of each two is better."""
    out.print(f"{view.number}  {escape(view.path)}", style="bold")
    if view.file:
        out.print(f"{_INDENT}{describe(view.file)}")
    if view.remark:
        out.print(f"{_INDENT}{escape(view.remark)}", style="yellow")
    for near in view.near:
        _show_near_file(near, out)
    if not view.near:
        out.print(f"No other file is near it within {view.distance_bits} bits.")
    else:
        out.print("doorman deletes nothing: look before you do.", style="bold")


def describe(file: ComparedView) -> str:
    """Return what a file is compared by, in one line."""
    picture = f"{file.width}x{file.height}" if file.width and file.height else None
    rate = f"{file.bit_rate / 1e6:.2f} Mbit/s" if file.bit_rate else None
    parts = (
        picture,
        file.video_codec,
        file.hdr,
        rate,
        f"{file.duration_s:.2f} s",
        size_text(file.size_bytes),
        None if file.has_sound else "no sound",
        "accepted" if file.is_named else None,
    )
    return escape(", ".join(part for part in parts if part))


def size_text(size_bytes: int) -> str:
    """Return a size as people say it."""
    if size_bytes < _GIB:
        return f"{size_bytes / _MIB:.1f} MiB"

    return f"{size_bytes / _GIB:.1f} GiB"


def _show_cluster(cluster: ClusterView, out: Console) -> None:
    tie = "; more than one is as good" if cluster.is_tie else ""
    out.print(
        f"{len(cluster.files)} files, up to {size_text(cluster.frees_bytes)} to be freed{tie}",
        style="bold",
    )
    for advised in cluster.files:
        mark = "keep" if advised.is_kept else "    "
        out.print(f"  {mark}  {advised.file.number}  {escape(advised.file.path)}")
        out.print(f"{_INDENT}{describe(advised.file)}")
        out.print(f"{_INDENT}{escape(advised.reason)}")
    for caution in cluster.cautions:
        out.print(f"  {escape(caution)}", style="yellow")
    out.print()


def _show_near_file(near: NearFile, out: Console) -> None:
    out.print(f"  {near.file.number}  {escape(near.file.path)}")
    out.print(f"{_INDENT}{describe(near.file)}")
    out.print(f"{_INDENT}{_distance(near)}; {_comparison(near)}")
    for caution in near.cautions:
        out.print(f"{_INDENT}{escape(caution)}", style="yellow")


def _distance(near: NearFile) -> str:
    match near.distance_bits:
        case None:
            return "the same oshash and size"
        case 0:
            return "the same phash"
        case bits:
            return f"{bits} bits away"


def _comparison(near: NearFile) -> str:
    match near.is_better:
        case None:
            return "neither is better"
        case True:
            return f"better; the file above: {escape(near.reason)}"
        case False:
            return f"worse: {escape(near.reason)}"


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
