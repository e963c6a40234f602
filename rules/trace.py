"""Every rule with what it says of a file and each of its candidates: for whoever asks why."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.case import Case
from rules.decide import decide
from rules.decision import DecisionInput
from rules.explain import explain_parts, label_work
from rules.offers import Offer, file_facts, rank_offers
from rules.ruleset import Rule, RuleSet, Then


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """One rule, as it was tried on a file."""

    rule: str
    then: Then
    is_tried: bool
    """False when an earlier rule had decided."""
    is_decisive: bool
    """Whether it is the one that decided."""
    findings: tuple[str, ...]
    """Whether it holds and why not, a sentence for each candidate, best first; of a rule that was
    not tried what it would have said."""


def trace(given: DecisionInput, rules: RuleSet) -> tuple[Tried, ...]:
    """Return every rule in its order, with what it says of the file that `given` is about."""
    offers = rank_offers(given)
    decided_by = decide(given, rules).rule
    tried: list[Tried] = []
    is_open = True
    for rule in rules:
        tried.append(
            Tried(
                rule=rule.name,
                then=rule.then,
                is_tried=is_open,
                is_decisive=rule.name == decided_by,
                findings=_findings(rule, offers, given),
            )
        )
        is_open = is_open and rule.name != decided_by
    return tuple(tried)


def _findings(rule: Rule, offers: Sequence[Offer], given: DecisionInput) -> tuple[str, ...]:
    if offers:
        return tuple(
            f"{label_work(offer.candidate)} from {offer.candidate.source}: "
            f"{_finding(rule, offer.case)}"
            for offer in offers
        )
    if rule.then is Then.ACCEPT:
        return ("there is no candidate that it could accept",)

    return (_finding(rule, Case(file=file_facts(given), works=0)),)


def _finding(rule: Rule, case: Case) -> str:
    unmet = rule.condition.unmet(case)
    return f"it needs {explain_parts(unmet)}" if unmet else "it holds"
