"""Print the whole story of one file: doorman why."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from daemon.cli.show import clock, escape, show_candidates, show_head
from daemon.cli.show_submissions import show_history
from daemon.desk.beside_views import BesideView
from daemon.desk.views import AppliedView, DecisionView, FileView, TriedView


def show_why(view: FileView, out: Console) -> None:
    """Print why a file is where it is: everything that is known, was decided and was done."""
    show_head(view, out)
    for fingerprint in view.fingerprints:
        out.print(f"  {fingerprint.algorithm.lower():8} {fingerprint.text}")
    if view.phash_missing:
        out.print(f"  no phash: {escape(view.phash_missing)}")
    if view.alike:
        others = "1 other file has" if view.alike == 1 else f"{view.alike} other files have"
        out.print(f"  {others} this oshash and size; one of them all was examined")
    if view.sheet:
        out.print(f"  sheet    {escape(view.sheet)}")
    _show_sources(view, out)
    _show_beside(view.beside, out)
    show_candidates(view.candidates, out)
    _show_rules(view.tried, out, has_other_rules=view.has_other_rules)
    if view.decisions:
        out.print("Decisions", style="bold")
        for decision in view.decisions:
            _show_decision(decision, out)
    _show_applied(view.applied, out)
    show_history(view.submissions, out)
    out.print("History", style="bold")
    for event in view.events:
        detail = f"  {escape(event.detail)}" if event.detail else ""
        out.print(f"  {clock(event.at_s)}  {escape(event.event)}{detail}")
    for sidecar in view.sidecars:
        out.print(f"Sidecar {escape(sidecar)}")
    for reason in view.kept:
        out.print(f"Kept: {escape(reason)}")


def _show_sources(view: FileView, out: Console) -> None:
    if not view.answers:
        return

    out.print("Sources", style="bold")
    if view.asked:
        for asked in view.asked:
            out.print(f"  {clock(asked.at_s)}  {escape(asked.text)}")
    else:
        for answer in view.answers:
            out.print(f"  {escape(answer)}")


def _show_beside(beside: BesideView | None, out: Console) -> None:
    """Print what an NFO says that lay there before doorman wrote any."""
    if beside is None:
        return

    out.print("Beside it", style="bold")
    out.print(f"  {clock(beside.written_at_s)}  {escape(beside.path)}")
    if beside.trouble:
        out.print(f"     - {escape(beside.trouble)}")
    elif beside.is_own:
        out.print("     - doorman wrote it, so it says nothing new")
    else:
        for line in beside.says:
            out.print(f"     - it says {escape(line)}")


def _show_rules(tried: Sequence[TriedView], out: Console, *, has_other_rules: bool) -> None:
    if not tried:
        return

    out.print("Rules", style="bold")
    if has_other_rules:
        out.print("  it was decided by other rules; this is what those of today say of it")
    for rule in tried:
        said = "decides" if rule.is_decisive else "does not decide"
        if not rule.is_tried:
            said = "is not tried: an earlier one decided"
        out.print(f'  rule "{escape(rule.rule)}" ({escape(rule.then)}) {said}')
        for finding in rule.findings if rule.is_tried else ():
            out.print(f"     - {escape(finding)}")


def _show_applied(applied: Sequence[AppliedView], out: Console) -> None:
    if not applied:
        return

    out.print("Applied", style="bold")
    for plan in applied:
        undone = f", undone {clock(plan.undone_at_s)}" if plan.undone_at_s else ""
        out.print(f"  {clock(plan.at_s)}{undone}")
        for change in plan.changes:
            out.print(f"     - {escape(change.text)}")
        for sentence in plan.left_out:
            out.print(f"     - {escape(sentence)}")


def _show_decision(decision: DecisionView, out: Console) -> None:
    by = f"rule {decision.rule!r}" if decision.rule else "a person"
    if decision.decided_by == "rule" and decision.rule is None:
        by = "no rule"
    if decision.outcome == "deferred":
        by = "doorman, until all sources have answered"
    undone = f", undone {clock(decision.undone_at_s)}" if decision.undone_at_s else ""
    head = f"  {clock(decision.decided_at_s)}  {decision.outcome} by {by}{undone}"
    out.print(escape(head))
    for reason in decision.reasons:
        out.print(f"     - {escape(reason)}")
