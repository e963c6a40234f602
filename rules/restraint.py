"""What no rule accepts although it holds: one of several works of a source, a finished file.

A source that offers several works for a file says by that that it does not know. With
`skip_multiple_matches` nothing is then accepted from it by a rule, whatever the rule says. Unlike
in Stash (`stash.md` §7, 12) the other sources are asked all the same, and one that offers only
one of these works can settle it. What a search for words found and neither a fingerprint nor the
file's name speaks for is no match (as in `rules.offers`), so it does not count.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from rules.decision import DecisionInput, Several
from rules.explain import label_work
from rules.offers import Offer, may_be_rival
from rules.ruleset import Rule
from rules.samework import ids_told


@dataclass(frozen=True, slots=True, kw_only=True)
class Restrained:
    """What becomes of an accept."""

    chosen: Offer
    """What may be accepted: the same work, perhaps from another source."""
    obstacle: str | None = None
    """Why nothing is accepted, None if nothing is in the way."""


def several_from(given: DecisionInput, offers: Sequence[Offer]) -> tuple[Several, ...]:
    """Return the sources that are not accepted from because they offer several works."""
    works: defaultdict[str, set[int]] = defaultdict(set)
    for offer in offers:
        if may_be_rival(offer.candidate, offer.evidence, given):
            works[offer.candidate.source].add(offer.work)
    return tuple(
        Several(source=source, works=len(works[source]))
        for source in sorted(given.one_work_only & works.keys())
        if len(works[source]) > 1
    )


def restrain(
    rule: Rule, chosen: Offer, offers: Sequence[Offer], given: DecisionInput
) -> Restrained:
    """Return what becomes of accepting `chosen`, for which `rule` holds."""
    undecided = {each.source: each for each in several_from(given, offers)}
    told_by = [chosen, *(each for each in offers if _is_witness(each, chosen, rule))]
    free = [each for each in told_by if each.candidate.source not in undecided]
    if not free:
        several = explain_several(undecided[chosen.candidate.source])
        work = label_work(chosen.candidate)
        return Restrained(
            chosen=chosen, obstacle=f'rule "{rule.name}" holds for {work}, but {several}'
        )
    if _is_finished_otherwise(chosen, offers, given):
        reason = "the file is organized, so only you change it"
        return Restrained(chosen=chosen, obstacle=f'rule "{rule.name}" holds, but {reason}')

    return Restrained(chosen=free[0])


def explain_several(several: Several) -> str:
    """Return why nothing is accepted from a source, in words."""
    return (
        f"{several.source} offers {several.works} works for it, so no rule accepts one from there "
        "(skip_multiple_matches)"
    )


def _is_witness(offer: Offer, chosen: Offer, rule: Rule) -> bool:
    """Tell whether the rule would accept the same work from another source."""
    is_same = offer.work == chosen.work and offer is not chosen
    return is_same and offer.evidence.is_positive and rule.condition.holds(offer.case)


def _is_finished_otherwise(chosen: Offer, offers: Sequence[Offer], given: DecisionInput) -> bool:
    """Tell whether the file's content is organized, and not as the chosen work."""
    if given.organized is None:
        return False

    alike = (each for each in offers if each.work == chosen.work)
    return not any(given.organized & ids_told(each.candidate) for each in alike)
