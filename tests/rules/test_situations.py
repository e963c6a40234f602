from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import event, given
from hypothesis import strategies as st

from rules.candidate import Candidate, Failed, Known, RemoteFingerprint
from rules.decide import decide
from rules.decision import DecisionInput, Verdict
from rules.defaults import DEFAULT_RULES
from rules.ruleset import compile_rules
from rules.sidecar_says import Sidecar, SidecarSays
from rules.work import ExternalId, Studio, Work
from tests.rules.situations import SITUATIONS, Situation
from tests.rules.test_decide_laws import SURE

DEFAULTS = compile_rules(DEFAULT_RULES)
ANY = st.sampled_from(SITUATIONS).map(lambda situation: situation.given) | SURE


def rebuilt(given_: DecisionInput, candidates: tuple[tuple[Candidate, ...], ...]) -> DecisionInput:
    """Return the input with other candidates in place of those that were offered."""
    waiting = iter(candidates)
    answers = tuple(
        replace(answer, candidates=next(waiting)) if isinstance(answer, Known) else answer
        for answer in given_.answers
    )
    return replace(given_, answers=answers)


def offers(given_: DecisionInput) -> tuple[tuple[Candidate, ...], ...]:
    return tuple(each.candidates for each in given_.answers if isinstance(each, Known))


@pytest.mark.parametrize("situation", SITUATIONS, ids=lambda situation: situation.name)
def test_the_shipped_rules_decide_as_the_table_says(situation: Situation) -> None:
    assert decide(situation.given, DEFAULTS).verdict is situation.verdict, situation.why


def test_the_table_is_whole() -> None:
    names = [situation.name for situation in SITUATIONS]

    assert len(names) == len(set(names))
    assert len(names) >= 60
    assert {situation.verdict for situation in SITUATIONS} == set(Verdict) - {Verdict.IGNORED}
    assert all(situation.why for situation in SITUATIONS)


@given(st.data(), st.sampled_from(SITUATIONS))
def test_order_never_changes_a_decision(data: st.DataObject, situation: Situation) -> None:
    given_ = situation.given
    mixed = rebuilt(
        given_, tuple(tuple(data.draw(st.permutations(each))) for each in offers(given_))
    )
    answers = tuple(data.draw(st.permutations(mixed.answers)))

    assert decide(replace(mixed, answers=answers), DEFAULTS) == decide(given_, DEFAULTS)


RIVALS = st.builds(
    Candidate,
    source=st.sampled_from(["alpha", "beta", "delta"]),
    remote_id=st.sampled_from(["7", "8"]),
    work=st.builds(
        Work,
        title=st.sampled_from(["Harbour at Dawn", "Coast", None]),
        date=st.sampled_from(["2024-05-17", None]),
        studio=st.none() | st.just(Studio(name="Harbour Films")),
    ),
    fingerprints=st.just(()),
)


@given(ANY, RIVALS)
def test_a_rival_never_turns_a_question_into_an_accept(
    given_: DecisionInput, rival: Candidate
) -> None:
    before = decide(given_, DEFAULTS)
    event(before.verdict)

    crowded = replace(
        given_, answers=(*given_.answers, Known(source=rival.source, candidates=(rival,)))
    )

    after = decide(crowded, DEFAULTS)
    assert after.chosen is None or before.chosen is not None


HERE = "5a1e0f3c-0000-4000-8000-00000000000a"
SIDECARS = st.builds(
    Sidecar,
    name=st.just("dawn.nfo"),
    sha256=st.just("0"),
    mtime_ns=st.just(1),
    says=st.builds(
        SidecarSays,
        title=st.sampled_from([None, "Harbour at Dawn", "Coast by Night"]),
        studio=st.sampled_from([None, "Harbour Films", "Coast"]),
        date=st.sampled_from([None, "2024", "2024-05-17", "2019-01-01"]),
    ),
    ids=st.frozensets(
        st.builds(
            ExternalId,
            source=st.sampled_from(["alpha", "beta", "delta"]),
            remote_id=st.sampled_from(["1", "2", "9", HERE]),
        )
    ),
)


@given(ANY, SIDECARS)
def test_nfo_never_turns_a_question_into_an_accept_nor_nothing_into_a_question(
    given_: DecisionInput, sidecar: Sidecar
) -> None:
    without = replace(given_, sidecar=None)
    before = decide(without, DEFAULTS)
    event(before.verdict)

    after = decide(replace(without, sidecar=sidecar), DEFAULTS)

    assert after.chosen in {None, before.chosen}
    assert (after.verdict is Verdict.NO_MATCH) is (before.verdict is Verdict.NO_MATCH)


def worse(remote: RemoteFingerprint, how: str) -> RemoteFingerprint:
    """Return a hash that says less; the upper bits of all phashes here are as the file's.

    What is denied stays where it is: farther away it would speak less against the work.
    """
    match how:
        case "denied":
            return replace(remote, reports=remote.reports + 3)
        case "confirmed by nobody":
            return replace(remote, submissions=0)
        case "of unknown duration":
            return replace(remote, duration_s=None)
        case _ if remote.reports:
            return remote
        case "farther":
            return replace(remote, value=remote.value ^ (0b11 << 62))
        case _:
            return replace(remote, value=remote.value ^ (0xFF << 56))


SPOILING = st.sampled_from(
    ["denied", "confirmed by nobody", "of unknown duration", "farther", "far off"]
)


@given(ANY, SPOILING)
def test_worse_evidence_never_makes_an_accept(given_: DecisionInput, how: str) -> None:
    before = decide(given_, DEFAULTS)
    event(f"{before.verdict}, {how}")
    spoilt = tuple(
        tuple(
            replace(each, fingerprints=tuple(worse(remote, how) for remote in each.fingerprints))
            for each in candidates
        )
        for candidates in offers(given_)
    )

    after = decide(rebuilt(given_, spoilt), DEFAULTS)

    assert after.chosen is None or before.chosen is not None


@given(ANY, st.sampled_from(["alpha", "beta", "delta"]))
def test_an_outage_never_makes_an_accept_or_a_no_match(given_: DecisionInput, source: str) -> None:
    others = tuple(answer for answer in given_.answers if answer.source != source)

    after = decide(
        replace(
            given_, answers=(*given_.answers, Failed(source=f"{source} too", reason="HTTP 500"))
        ),
        DEFAULTS,
    )

    assert (after.verdict, after.chosen) == (Verdict.DEFERRED, None)
    silenced = decide(
        replace(given_, answers=(*others, Failed(source=source, reason="x"))), DEFAULTS
    )
    assert (silenced.verdict, silenced.chosen) == (Verdict.DEFERRED, None)
