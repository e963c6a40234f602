"""What a walk shows of a question: the file, what is offered, and what accepting would change."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console
from rich.table import Table

from daemon.cli.show import escape, show_candidates, show_head, show_why_asked
from daemon.desk.proposal_views import FieldView, ProposalView, ValueView
from daemon.desk.search_views import SearchView
from daemon.desk.views import Answered, FileView

HELP = """\
a        accept the chosen candidate
r        reject the chosen candidate for good
d        dismiss: leave the file alone
s, j     skip to the next one
k        back to the one before
1 to 9   choose a candidate (from 10 on: doorman accept FILE CANDIDATE)
u        take back the last answer of this walk
e        look for other works at a source
Enter    show this one again
?        this help
q        end"""
PROMPT = "a accept, r reject, d dismiss, s skip, u undo, e search, ? help, q quit"
_MOST_VALUES = 12
"""Of a field in one line; tags may be many."""


def show_question(view: FileView, chosen: int | None, place: str, out: Console) -> None:
    """Print a question, with everything needed to answer it."""
    out.print()
    out.rule(escape(place), align="left")
    show_head(view, out)
    if view.sheet:
        out.print(f"  sheet    {escape(view.sheet)}")
    show_candidates(view.candidates, out)
    for sentence in view.left_out:
        out.print(f"  {escape(sentence)}")
    show_why_asked(view, out)
    if chosen is None and view.candidates:
        numbers = ", ".join(str(each.number) for each in view.candidates)
        out.print(f"Choose a candidate first: {numbers}", style="yellow")


def show_proposal(proposal: ProposalView, out: Console) -> None:
    """Print what accepting a candidate would set, field by field, and what it would not."""
    changed = [each for each in proposal.fields if each.is_changed and each.is_ticked]
    passed_over = [each for each in proposal.fields if each.is_changed and not each.is_ticked]
    head = f"Accepting {proposal.number} would set" if changed else "Accepting would set nothing"
    out.print(head, style="bold")
    if changed:
        out.print(_table(changed))
    for each in passed_over:
        note = f": {escape(each.note)}" if each.note else ""
        out.print(f"  {escape(each.field)} stays{note}")
    for each in proposal.fields:
        for sentence in each.left_out:
            out.print(f"  {escape(sentence)}")
    if proposal.is_known_work:
        out.print("  another file is this work already; what is known of it is what changes")


def show_said(answered: Answered, out: Console) -> None:
    """Print what came of an answer."""
    mark = "" if answered.has_changed else " (nothing changed)"
    out.print(f"{escape(answered.message)}{mark}", style="green")
    for left in answered.left:
        out.print(f"  {escape(left)}", style="yellow")


def show_found(found: SearchView, out: Console) -> None:
    """Print what a source said to a search."""
    out.print(escape(found.message), style="green" if found.candidates else "yellow")
    show_candidates(found.candidates, out)


def _table(fields: Sequence[FieldView]) -> Table:
    table = Table(box=None, show_header=False, pad_edge=False, padding=(0, 2, 0, 2))
    for each in fields:
        origin = f" ({escape(each.origin)})" if each.origin else ""
        now = f"now {_values(each.current)}{origin}" if each.current else ""
        table.add_row(escape(each.field), _values(each.proposed) or "-", now)
    return table


def _values(values: Sequence[ValueView]) -> str:
    shown = [
        f"{escape(each.text)} [bold](new)[/]" if each.is_new else escape(each.text)
        for each in values[:_MOST_VALUES]
    ]
    more = [f"and {len(values) - _MOST_VALUES} more"] if len(values) > _MOST_VALUES else []
    return ", ".join([*shown, *more])
