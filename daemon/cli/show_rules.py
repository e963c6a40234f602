"""Print rules, what others would do, and what a dry run foresees."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console

from daemon.cli.show import ago, escape
from daemon.desk.judgement_views import ForeseenLine, RuleLine, TrialLine
from daemon.desk.trial import Change, TrialView
from daemon.desk.wording import counted
from rules.decision import Verdict


def show_rules(lines: Sequence[RuleLine], out: Console, *, now_s: float) -> None:
    """Print the rules in force, the first first."""
    for number, line in enumerate(lines, 1):
        whose = "shipped" if line.is_shipped else "yours"
        out.print(f"{number}  {escape(line.name)}  ({whose})", style="bold")
        first, *rest = line.when.splitlines() or [""]
        out.print(f"     when    {escape(first)}")
        for more in rest:
            out.print(f"             {escape(more)}")
        out.print(f"     then    {escape(line.then)}")
        if line.reason:
            out.print(f"     reason  {escape(line.reason)}")
        out.print(f"     fired   {_fired(line, now_s=now_s)}")
        if line.idle:
            out.print(f"     {escape(line.idle)}", style="yellow")
    if not lines:
        out.print("There are no rules: whatever is offered is a question for you.")


def _fired(line: RuleLine, *, now_s: float) -> str:
    if not line.fired:
        return "never"

    lately = f"{line.fired_lately} in the last 30 days"
    return f"{counted(line.fired, 'time')}, {lately}, last {ago(line.last_at_s, now_s=now_s)}"


def show_trial(view: TrialView, out: Console) -> None:
    """Print what other rules would change, and what they would leave as it is."""
    for change in view.changes:
        _show_change(change, out)
    if not view.changes:
        out.print("No decision would change.")
    out.print("Unchanged", style="bold")
    for count, what in (
        (view.unchanged, "decided alike"),
        (view.other_rule, "decided alike, by another rule"),
        (view.kept, "kept, decided by you"),
        (view.unreadable, "not tried: nothing is stored that could be decided from again"),
    ):
        if count:
            out.print(f"  {count:>6}  {what}")
    if view.older:
        out.print(
            f"{counted(view.older, 'file')} had been weighed by an older version; they were "
            "weighed anew from what is stored, and what was not stored then is unknown."
        )
    out.print("Nothing was changed; files that are decided stay so.")


def _show_change(change: Change, out: Console) -> None:
    after = f"another {change.after}" if change.before == change.after else change.after
    out.print(f"{escape(change.before)} -> {escape(after)}: {change.count}", style="bold")
    for line in change.files:
        _show_trial_line(line, out)
    left = change.count - len(change.files)
    if left:
        out.print(f"  and {left} more; --limit N lists more of them")


def _show_trial_line(line: TrialLine, out: Console) -> None:
    out.print(f"  {line.number}  {escape(line.path)}")
    rules = f"{_rule(line.before_rule)} before, {_rule(line.after_rule)} now"
    work = f"{escape(line.work)}; " if line.work else ""
    out.print(f"     {work}{escape(rules)}")
    if Verdict.ACCEPTED in {line.before, line.after}:
        out.print(f"     - {escape(line.reason)}")


def show_foreseen(line: ForeseenLine, out: Console) -> None:
    """Print what would be done about one file."""
    out.print(escape(line.path), style="bold")
    out.print(f"  {escape(_foreseen(line))}")
    if line.name is not None:
        out.print(f"  would be called {escape(line.name)}, if that is free")
    for reason in line.reasons if line.verdict else ():
        out.print(f"     - {escape(reason)}")


def show_passed_over(decided: int, waiting: int, out: Console) -> None:
    """Print how many files a dry run had nothing to say about."""
    if decided:
        out.print(f"{counted(decided, 'file')} decided already, and unchanged")
    if waiting:
        out.print(f"{counted(waiting, 'file')} to be asked about, or examined, again later")
    out.print("This was a dry run: nothing was accepted, written, sent or remembered.")


def _foreseen(line: ForeseenLine) -> str:
    by = f" by {_rule(line.rule)}"
    match line.verdict:
        case None:
            return "; ".join(line.reasons)
        case Verdict.ACCEPTED:
            return f"would accept {line.work}{by}"
        case Verdict.REVIEW:
            return f"would ask you whether it is {line.work}{by}"
        case Verdict.NO_MATCH:
            return f"would find no match{by}, and ask again later"
        case Verdict.DEFERRED:
            return "would wait until a source can tell"
        case _:
            return f"would ignore it{by}"


def _rule(name: str | None) -> str:
    return f'rule "{name}"' if name else "no rule"
