"""How many decisions a second, and how often right, beside three simpler policies.

The corpus is made up (`tests.bench.made_up`), of kinds of situations that happen; what each file
truly is, is known. Decisions are counted alone, and with all that the store has to do for them.

The same again with each source out of reach in turn: the one that is silent may be the one with
the objection.

Ends with 1 when our rules accept anything wrong, or the store leads to other decisions.
"""

from __future__ import annotations

import sys
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import replace

import anyio

from rules.candidate import Answer, Candidate, Failed, Known
from rules.decide import decide
from rules.decision import DecisionInput
from rules.defaults import DEFAULT_RULES
from rules.fingerprint import Algorithm
from rules.ruleset import compile_rules
from rules.samework import own_id
from rules.work import ExternalId
from tests.bench.made_up import Sample, corpus
from tests.bench.through_store import decide_in_store

Policy = Callable[[DecisionInput], ExternalId | None]
IN_STORE = 400
"""Situations that go through the store too, of all kinds."""


def first_result(given: DecisionInput) -> ExternalId | None:
    """Take the first result of the first source that has one."""
    known = (answer for answer in given.answers if isinstance(answer, Known))
    return next((own_id(answer.candidates[0]) for answer in known), None)


def single_result(given: DecisionInput) -> ExternalId | None:
    """Take the only result there is."""
    found = _all(given)
    return own_id(found[0]) if len(found) == 1 else None


def same_phash(given: DecisionInput) -> ExternalId | None:
    """Take the first result whose phash is the file's."""
    ours = given.fingerprints.phash
    return next(
        (
            own_id(candidate)
            for candidate in _all(given)
            for remote in candidate.fingerprints
            if remote.algorithm is Algorithm.PHASH and ours and remote.value == ours.value
        ),
        None,
    )


def _all(given: DecisionInput) -> list[Candidate]:
    return [
        candidate
        for answer in given.answers
        if isinstance(answer, Known)
        for candidate in answer.candidates
    ]


def our_rules() -> Policy:
    """Return what doorman does with the rules it ships."""
    rules = compile_rules(DEFAULT_RULES)
    return lambda given: decide(given, rules).chosen


def judge(policy: Policy, samples: Sequence[Sample]) -> tuple[Counter[str], int]:
    """Return how many were accepted wrongly, by kind, and how many rightly."""
    chosen = [(sample, policy(sample.given)) for sample in samples]
    wrong = Counter(
        sample.kind for sample, name in chosen if name is not None and name not in sample.truth
    )
    return wrong, sum(name in sample.truth for sample, name in chosen)


def outages(samples: Sequence[Sample]) -> list[Sample]:
    """Return every situation once for each source, without an answer of that one."""
    return [
        replace(sample, given=replace(sample.given, answers=_without(sample.given.answers, place)))
        for sample in samples
        for place in range(len(sample.given.answers))
    ]


def _without(answers: Sequence[Answer], place: int) -> tuple[Answer, ...]:
    silent = Failed(source=answers[place].source, reason="HTTP 500")
    return (*answers[:place], silent, *answers[place + 1 :])


def main() -> int:
    """Print the numbers; return 1 when our rules accept anything wrong, or differ in the store."""
    samples = corpus()
    known = sum(bool(sample.truth) for sample in samples)
    _tell(f"{len(samples)} situations, {known} of them of a work that a source has")
    is_same = _tell_speed(samples)
    silenced = outages(samples)
    heads = f"{'wrong accepts':>13} {'true matches accepted':>22} {'wrong in outages':>17}"
    _tell(f"{'policy':36} {heads}")
    wrong_by_ours: Counter[str] = Counter()
    ours = our_rules()
    for name, policy in (
        ("doorman's shipped rules", ours),
        ("first result of the first source", first_result),
        ("single result", single_result),
        ("phash distance 0 only", same_phash),
    ):
        wrong, right = judge(policy, samples)
        in_outage, _ = judge(policy, silenced)
        _tell(f"{name:36} {wrong.total():>13} {right / known:>21.1%}  {in_outage.total():>17}")
        if policy is ours:
            wrong_by_ours = wrong + in_outage
    for kind, count in wrong_by_ours.items():
        _tell(f"doorman accepted {count} wrong ones: {kind}")
    return 1 if wrong_by_ours or not is_same else 0


def _tell_speed(samples: Sequence[Sample]) -> bool:
    """Print how many decisions a second; return whether the store leads to the same ones."""
    ours = our_rules()
    began_s = time.perf_counter()
    chosen = [ours(sample.given) for sample in samples]
    took_s = time.perf_counter() - began_s
    _tell(f"{len(samples) / took_s:.0f} decisions a second on one core, alone")
    step = max(len(samples) // IN_STORE, 1)
    stored = anyio.run(decide_in_store, samples[::step])
    count = len(stored.chosen)
    accepted = sum(name is not None for name in stored.chosen)
    _tell(
        f"{count / stored.took_s:.0f} decisions a second with all that the store does for them, "
        f"{accepted} of {count} accepts"
    )
    different = sum(one != other for one, other in zip(chosen[::step], stored.chosen, strict=True))
    if different:
        _tell(f"{different} decisions in the store are others")
    return different == 0


def _tell(line: str) -> None:
    sys.stdout.write(f"{line}\n")


if __name__ == "__main__":
    sys.exit(main())
