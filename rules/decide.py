"""From evidence, rules and what a person already said to a decision: a pure function.

Before any rule, and beyond any rule's reach: what a person rejected is left out, with whatever
else is the same work, whoever offers that now; what a person undid is not accepted again by
itself, nor is what only looks like something rejected, nor anything while the file's own oshash
is also said to be of something rejected; a degenerate phash is no evidence
(`rules.evidence`). That a value which a person set is never overwritten is the plan's part
(`rules.plan`).

The rules are tried in order, each for every candidate. A rule that accepts or reviews needs one
candidate for which it holds; one that ignores or says "no match" makes a file silent, so it must
hold for all. Where nothing is offered, each rule is tried once without a candidate.

An accept must be one work's alone, and something measured here must speak for it; otherwise it
is a review, whatever the rule says.

Where a source failed or refused, or none was asked, the file waits. That goes for accepts as well,
for an exact oshash too: the source that is silent may be the one that says of this very oshash that
it is another work, and taking an outage for "no rival" made wrong accepts in the benchmark
(`tests.bench.bench_decisions`). So it never depends on who happened to be down what is accepted.
Only an ignore for the file's own sake stands, which no answer can change. The waiting ends when the
source answers, or is taken out of the configuration, or a person decides.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from rules.candidate import Failed, Known, NotAsked, Refused, Unknown
from rules.case import Case
from rules.decision import Decision, DecisionInput, Ranked, Several, Verdict
from rules.discretion import KEPT_SAFE
from rules.explain import explain_answer, explain_evidence, explain_unmet, label_work
from rules.offers import Offer, file_facts, has_rejected_twin, ids_alike, rank_offers
from rules.restraint import explain_several, restrain, several_from
from rules.ruleset import Rule, RuleSet, Then
from rules.samework import own_id


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finding:
    """What the rules say of what was answered."""

    verdict: Verdict
    reasons: tuple[str, ...]
    rule: Rule | None = None
    chosen: Offer | None = None


def decide(given: DecisionInput, rules: RuleSet) -> Decision:
    """Return what becomes of a file; the same for the same input, in whatever order it comes."""
    offers = rank_offers(given)
    finding = _find(given, offers, rules)
    several = several_from(given, offers)
    finding = _with_several(finding, several)
    tried = _accepting(rules, finding.rule)
    ranked = tuple(_ranked(offer, finding, tried) for offer in offers)
    if _may_change(finding) and (waiting := _explain_waiting(given)):
        finding = _defer(finding, waiting, given)
    else:
        finding = replace(finding, reasons=(*finding.reasons, *_explain_unanswered(given)))

    return Decision(
        verdict=finding.verdict,
        rule=finding.rule.name if finding.rule else None,
        reasons=finding.reasons,
        chosen=own_id(finding.chosen.candidate) if finding.chosen else None,
        ranked=ranked,
        several=several,
        retry_after_s=_longest_retry_s(given),
        rules_digest=rules.digest,
    )


def _find(given: DecisionInput, offers: Sequence[Offer], rules: RuleSet) -> _Finding:
    nothing = Case(file=file_facts(given), works=0)
    for rule in rules:
        finding = _ask(rule, offers, nothing)
        if finding is not None:
            finding = _unless_turned_down(_restrained(finding, offers, given), offers, given)
            return finding if offers else _with_silence(finding, given)

    if offers:
        reasons = ("no rule held", *_explain_offers(offers))
        return _Finding(verdict=Verdict.REVIEW, reasons=reasons)

    return _with_silence(_Finding(verdict=Verdict.NO_MATCH, reasons=("no rule held",)), given)


def _ask(rule: Rule, offers: Sequence[Offer], nothing: Case) -> _Finding | None:
    """Return what a rule says, or None when it does not hold."""
    holding = tuple(offer for offer in offers if rule.condition.holds(offer.case))
    holds_for_all = len(holding) == len(offers) if offers else rule.condition.holds(nothing)
    if rule.then is Then.ACCEPT:
        return _accept(rule, holding, offers) if holding else None
    if rule.then is Then.REVIEW:
        holds = bool(holding) if offers else holds_for_all
        return _plain(rule, Verdict.REVIEW, offers) if holds else None

    verdict = Verdict.IGNORED if rule.then is Then.IGNORE else Verdict.NO_MATCH
    return _plain(rule, verdict, ()) if holds_for_all else None


def _plain(rule: Rule, verdict: Verdict, offers: Sequence[Offer]) -> _Finding:
    reasons = (_explain_rule(rule), *_explain_offers(offers))
    return _Finding(verdict=verdict, reasons=reasons, rule=rule)


def _accept(rule: Rule, holding: Sequence[Offer], offers: Sequence[Offer]) -> _Finding:
    """Return an accept, or the review that it must become."""
    first_of_work = {offer.work: offer for offer in reversed(holding)}
    if len(first_of_work) > 1:
        works = " and ".join(
            label_work(offer.candidate)
            for offer in sorted(first_of_work.values(), key=offers.index)
        )
        obstacle = f'rule "{rule.name}" would accept {len(first_of_work)} works: {works}'
        return _blocked(rule, obstacle, offers)

    positive = [offer for offer in holding if offer.evidence.is_positive]
    if not positive:
        work = label_work(holding[0].candidate)
        obstacle = f'rule "{rule.name}" would accept {work}, but no fingerprint agrees'
        return _blocked(rule, obstacle, offers)

    reasons = (_explain_rule(rule), *explain_evidence(positive[0].evidence))
    return _Finding(verdict=Verdict.ACCEPTED, reasons=reasons, rule=rule, chosen=positive[0])


def _restrained(finding: _Finding, offers: Sequence[Offer], given: DecisionInput) -> _Finding:
    """Return the finding, from a source that is sure of one work; or a review without one."""
    if finding.rule is None or finding.chosen is None:
        return finding

    rule = finding.rule
    restrained = restrain(rule, finding.chosen, offers, given)
    if restrained.obstacle is not None:
        return _blocked(rule, restrained.obstacle, offers)
    if restrained.chosen is finding.chosen:
        return finding

    reasons = (_explain_rule(rule), *explain_evidence(restrained.chosen.evidence))
    return replace(finding, reasons=reasons, chosen=restrained.chosen)


def _unless_turned_down(
    finding: _Finding, offers: Sequence[Offer], given: DecisionInput
) -> _Finding:
    """Return the finding, or a review where it would repeat what a person undid or rejected."""
    if finding.rule is None or finding.chosen is None:
        return finding

    alike = ids_alike(finding.chosen, given)
    is_linked = finding.chosen.evidence.is_linked
    if alike & given.taken_back:
        objection = "this match was undone before"
    elif alike & given.rejected and not is_linked:
        objection = "it looks like a candidate that was rejected"
    elif has_rejected_twin(given) and not is_linked:
        objection = "the same oshash was also said to be of a candidate that was rejected"
    else:
        return finding

    obstacle = f'rule "{finding.rule.name}" holds, but {objection}'
    return _blocked(finding.rule, obstacle, offers)


def _with_several(finding: _Finding, several: Sequence[Several]) -> _Finding:
    """Add to a question which sources do not know which work it is."""
    if finding.verdict is not Verdict.REVIEW:
        return finding

    said = map(explain_several, several)
    new = tuple(each for each in said if each not in finding.reasons[0])
    return replace(finding, reasons=(*finding.reasons, *new))


def _blocked(rule: Rule, obstacle: str, offers: Sequence[Offer]) -> _Finding:
    reasons = (obstacle, *_explain_offers(offers))
    return _Finding(verdict=Verdict.REVIEW, reasons=reasons, rule=rule)


def _explain_rule(rule: Rule) -> str:
    return f'rule "{rule.name}"' + (f": {rule.reason}" if rule.reason else " holds")


def _explain_offers(offers: Sequence[Offer]) -> Iterator[str]:
    """Yield what is to be said of the best candidate and of how many there are."""
    if offers:
        yield f"best candidate: {label_work(offers[0].candidate)}"
        yield from explain_evidence(offers[0].evidence)


def _with_silence(finding: _Finding, given: DecisionInput) -> _Finding:
    """Add who was asked in vain."""
    silent = [explain_answer(answer) for answer in given.answers if isinstance(answer, Unknown)]
    if any(isinstance(answer, Known) for answer in given.answers):
        silent.append("what was offered had been rejected")
    return replace(finding, reasons=(*finding.reasons, *sorted(silent)))


def _may_change(finding: _Finding) -> bool:
    """Tell whether another answer could still change what was found."""
    is_ignored = finding.verdict is Verdict.IGNORED
    return not (is_ignored and finding.rule is not None and finding.rule.condition.is_about_file)


def _defer(finding: _Finding, waiting: tuple[str, ...], given: DecisionInput) -> _Finding:
    """Return the finding put off; what it would be is said only if anybody answered at all.

    Where nobody did, no rule has anything to do with it.
    """
    if not _is_answered(given):
        return _Finding(verdict=Verdict.DEFERRED, reasons=waiting)

    work = f": {label_work(finding.chosen.candidate)}" if finding.chosen else ""
    so_far = (f'so far it would be "{finding.verdict}"{work}', *finding.reasons)
    reasons = (*waiting, *so_far)
    return replace(finding, verdict=Verdict.DEFERRED, reasons=reasons, chosen=None)


def _is_answered(given: DecisionInput) -> bool:
    return any(isinstance(answer, Known | Unknown) for answer in given.answers)


def _explain_waiting(given: DecisionInput) -> tuple[str, ...]:
    """Return what the file has to wait for; empty when everybody answered who could."""
    failed = sorted(
        explain_answer(answer) for answer in given.answers if isinstance(answer, Failed | Refused)
    )
    if failed or _is_answered(given):
        return tuple(failed)

    return (_explain_not_asked([each for each in given.answers if isinstance(each, NotAsked)]),)


def _explain_not_asked(passed_over: Sequence[NotAsked]) -> str:
    """Return why there was nobody to ask."""
    if passed_over and all(answer.reason == KEPT_SAFE for answer in passed_over):
        names = ", ".join(sorted(answer.source for answer in passed_over))
        return (
            f"nobody may be asked: its library is nsfw = false, and all sources are adult ({names})"
            "; configure one that is nsfw = false"
        )

    why = sorted(f"{answer.source}: {answer.reason}" for answer in passed_over)
    return f"no source could be asked: {'; '.join(why) or 'none is configured'}"


def _explain_unanswered(given: DecisionInput) -> list[str]:
    return sorted(
        explain_answer(answer)
        for answer in given.answers
        if isinstance(answer, Failed | Refused | NotAsked)
    )


def _accepting(rules: RuleSet, last: Rule | None) -> tuple[Rule, ...]:
    """Return the rules that could have accepted, up to the one that decided."""
    tried: list[Rule] = []
    for rule in rules:
        if rule.then is Then.ACCEPT:
            tried.append(rule)
        if rule is last:
            break
    return tuple(tried)


def _ranked(offer: Offer, finding: _Finding, tried: Sequence[Rule]) -> Ranked:
    objections = () if offer is finding.chosen else tuple(_object(rule, offer) for rule in tried)
    return Ranked(candidate=offer.candidate, evidence=offer.evidence, objections=objections)


def _object(rule: Rule, offer: Offer) -> str:
    unmet = rule.condition.unmet(offer.case)
    return explain_unmet(rule.name, unmet) if unmet else f'rule "{rule.name}" holds for it too'


def _longest_retry_s(given: DecisionInput) -> float | None:
    waits_s = (answer.retry_after_s for answer in given.answers if isinstance(answer, Failed))
    return max((wait_s for wait_s in waits_s if wait_s is not None), default=None)
