"""What the command line prints of an accept that was not made."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from daemon.cli.show import escape
from daemon.desk.plan_views import PlannedField, PlannedSidecar, PlanView

_NONE = "(nothing)"
_COLOURS = {"+": "green", "-": "red", "@": "cyan"}


def show_plan(plan: PlanView, out: Console) -> None:
    """Print what would change, as a difference."""
    out.print(f"{plan.file}  {escape(plan.path)}", style="bold")
    known = "a work that is known" if plan.is_known_work else "a new work"
    out.print(f"  candidate {plan.candidate}: {escape(plan.label)} from {escape(plan.source)}")
    out.print(f"  the file would be a copy of {known}")
    for field in plan.fields:
        _show_field(field, out)
    _show_several("ids added", plan.ids_added, out)
    _show_several("ids removed", plan.ids_removed, out)
    _show_several("new", plan.created, out)
    _show_several("learn more", plan.learning, out)
    _show_several("the file wears", plan.wears, out)
    if plan.is_organized:
        out.print("  the file counts as organized")
    _show_several("stay as you set them", plan.kept, out)
    for sentence in plan.left_out:
        out.print(f"  {escape(sentence)}")
    if plan.renamed_to is not None:
        out.print(f"  rename: {escape(plan.renamed_to)}", style="green")
    if plan.name_kept is not None:
        out.print(f"  {escape(plan.name_kept)}")
    for sidecar in plan.sidecars:
        _show_sidecar(sidecar, out)
    out.print(f"Make it so with: doorman accept {plan.file} {plan.candidate}")


def _show_field(field: PlannedField, out: Console) -> None:
    out.print(f"  {field.field}")
    origin = f"  ({field.before_origin})" if field.before_origin else ""
    for value in field.before or (_NONE,):
        if value not in field.after:
            out.print(f"    - {escape(value)}{escape(origin)}", style="red")
    for value in field.after or (_NONE,):
        if value in field.before:
            out.print(f"      {escape(value)}")
        else:
            out.print(f"    + {escape(value)}  ({escape(field.after_origin)})", style="green")


def _show_several(heading: str, values: Sequence[str], out: Console) -> None:
    if values:
        out.print(f"  {heading}: {escape(', '.join(values))}")


def _show_sidecar(sidecar: PlannedSidecar, out: Console) -> None:
    reason = f": {sidecar.reason}" if sidecar.reason else ""
    out.print(f"  {sidecar.deed}: {escape(sidecar.path)}{escape(reason)}")
    for line in sidecar.diff:
        out.print(f"    {escape(line)}", style=_COLOURS.get(line[:1]))
