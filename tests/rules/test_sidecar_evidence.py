from __future__ import annotations

from dataclasses import replace

import pytest

from rules.candidate import Candidate, Way
from rules.name_evidence import NameEvidence
from rules.sidecar_evidence import (
    NO_SIDECAR_EVIDENCE,
    SidecarEvidence,
    compare_sidecar,
    of_one_work,
)
from rules.sidecar_says import Sidecar, SidecarSays
from rules.work import ExternalId, Studio, Work

ONE = "5a1e0f3c-0000-4000-8000-00000000000a"
TWO = "5a1e0f3c-0000-4000-8000-00000000000b"
WORK = Work(title="Harbour at Dawn", date="2024-05-17", studio=Studio(name="Harbour Films"))


def name(remote_id: str, source: str = "alpha") -> ExternalId:
    return ExternalId(source=source, remote_id=remote_id)


def offer(remote_id: str = ONE, *also: ExternalId, found_by: Way = Way.FINGERPRINT) -> Candidate:
    return Candidate(
        source="alpha", remote_id=remote_id, work=replace(WORK, ids=also), found_by=found_by
    )


def beside(*ids: ExternalId, says: SidecarSays | None = None) -> Sidecar:
    return Sidecar(
        name="dawn.nfo", sha256="", mtime_ns=1, says=says or SidecarSays(), ids=frozenset(ids)
    )


@pytest.mark.parametrize(
    ("sidecar", "candidate", "agrees"),
    [
        (beside(name(ONE)), offer(), True),
        (beside(name(TWO)), offer(), False),
        (beside(name(ONE), name(TWO)), offer(), True),
        (beside(), offer(), None),
        (beside(name(TWO, "beta")), offer(), None),
        (beside(name(TWO, "beta")), offer(ONE, name(TWO, "beta")), True),
        (beside(name(TWO, "beta")), offer(ONE, name(ONE, "beta")), False),
        (beside(name("dawn")), offer(), None),
        (beside(name("dawn")), offer(found_by=Way.ID), True),
        (beside(name("dawn", "beta")), offer(found_by=Way.ID), None),
        (beside(name(TWO)), offer("dawn"), None),
    ],
)
def test_id_agrees_differs_or_is_unknown(
    sidecar: Sidecar, candidate: Candidate, *, agrees: bool | None
) -> None:
    assert compare_sidecar(sidecar, candidate).id_agrees is agrees


def test_source_may_have_been_asked_by_the_id_of_the_linked_work() -> None:
    linked = frozenset({name("dusk")})

    found = compare_sidecar(beside(name("dawn")), offer(found_by=Way.ID), linked=linked)

    assert found.id_agrees is None


def test_what_a_person_rejected_counts_against_nothing() -> None:
    rejected = frozenset({name(TWO)})

    assert compare_sidecar(beside(name(TWO)), offer(), rejected=rejected) == SidecarEvidence()


def test_words_are_compared_as_those_of_a_name_are() -> None:
    says = SidecarSays(title="Harbour at Dawn", studio="Coast", date="2024-05-17")

    assert compare_sidecar(beside(says=says), offer()).says == NameEvidence(
        studio_agrees=False, date_agrees=True, year_agrees=True, title_share=1.0, title_words=2
    )


def test_nothing_is_said_of_a_title_that_the_sidecar_does_not_tell() -> None:
    says = SidecarSays(studio="Coast", performers=("Ada Lumen",))

    assert compare_sidecar(beside(says=says), offer()).says == NameEvidence(
        studio_agrees=False, performers_named=0
    )


def test_without_a_sidecar_nothing_is_said() -> None:
    assert compare_sidecar(None, offer()) == NO_SIDECAR_EVIDENCE


@pytest.mark.parametrize(
    ("told", "together"),
    [((None, None), None), ((True, None), True), ((True, False), False), ((None, False), False)],
)
def test_one_that_differs_counts_for_all_of_a_work(
    told: tuple[bool | None, ...], *, together: bool | None
) -> None:
    assert of_one_work(SidecarEvidence(id_agrees=each) for each in told) is together
