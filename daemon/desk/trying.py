"""Decide again from what is stored, by other rules, and compare with what stands."""

from __future__ import annotations

from collections.abc import Sequence

from daemon.desk.judgement_views import TrialLine, TrialPart
from rules.candidate import Candidate, Known
from rules.decide import decide
from rules.decision import Decision, DecisionInput
from rules.explain import label_work
from rules.media import path_to_text
from rules.ruleset import RuleSet
from rules.samework import own_id
from rules.work import ExternalId
from store.decisions import Decider
from store.replay import LatestDecision, Page, read_given


def try_page(page: Page, rules: RuleSet) -> TrialPart:
    """Return what `rules` would make of these files; pure, apart from the time it takes."""
    by_rule = [each for each in page.decisions if not _is_persons(each)]
    readable = [(each, given) for each in by_rule if (given := _given(each)) is not None]
    compared = [(each, given, decide(given, rules)) for each, given in readable]
    changes = tuple(_line(*each) for each in compared if _differs(each[0], each[2]))
    same = [(each, made) for each, _, made in compared if not _differs(each, made)]
    other_rule = sum(each.rule != made.rule for each, made in same)
    return TrialPart(
        unchanged=len(same) - other_rule,
        other_rule=other_rule,
        kept=len(page.decisions) - len(by_rule),
        unreadable=len(by_rule) - len(readable),
        older=sum(each.is_of_older_evidence for each, _ in readable),
        changes=changes,
        next_after=page.next_after,
    )


def _is_persons(decided: LatestDecision) -> bool:
    """Tell whether a person had the last word: what was undone stays undone, too."""
    return decided.decided_by is Decider.PERSON or decided.is_undone


def _given(decided: LatestDecision) -> DecisionInput | None:
    return None if decided.given is None else read_given(decided.given)


def _differs(decided: LatestDecision, made: Decision) -> bool:
    return decided.outcome != made.verdict.value or decided.chosen != made.chosen


def _line(decided: LatestDecision, given: DecisionInput, made: Decision) -> TrialLine:
    return TrialLine(
        number=decided.file_id,
        path=path_to_text(decided.path),
        before=decided.outcome,
        before_rule=decided.rule,
        after=made.verdict,
        after_rule=made.rule,
        work=_work(decided, given, made),
        reason=_reason(made),
    )


def _work(decided: LatestDecision, given: DecisionInput, made: Decision) -> str | None:
    """Return the work that is accepted before or after, or else the best offered."""
    offered = [
        candidate
        for answer in given.answers
        if isinstance(answer, Known)
        for candidate in answer.candidates
    ]
    if made.chosen is not None:
        return _label(made.chosen, offered)
    if decided.chosen is not None:
        return _label(decided.chosen, offered)

    return label_work(made.ranked[0].candidate) if made.ranked else None


def _label(name: ExternalId, offered: Sequence[Candidate]) -> str:
    found = next((each for each in offered if own_id(each) == name), None)
    return f"{label_work(found)} from {name.source}" if found else f"{name.source} {name.remote_id}"


def _reason(made: Decision) -> str:
    """Return what a person wants to know first: why it is so, or why it is not accepted."""
    objections = made.ranked[0].objections if made.ranked and made.chosen is None else ()
    return "; ".join(objections) or made.reasons[0]
