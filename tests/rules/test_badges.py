from __future__ import annotations

import pytest

from rules.badges import Badge, Tone, badges
from rules.evidence import Evidence
from rules.name_evidence import NameEvidence
from rules.sidecar_evidence import SidecarEvidence

EXACT = Evidence(oshash_agrees=True, oshash_submissions=41)


def said(evidence: Evidence) -> list[tuple[str, str]]:
    return [(badge.text, badge.tone.value) for badge in badges(evidence)]


@pytest.mark.parametrize(
    ("evidence", "first"),
    [
        (EXACT, ("oshash identical, 41 people", "good")),
        (
            Evidence(oshash_agrees=True, oshash_submissions=1, oshash_reports=1),
            ("oshash identical, 1 person against 1", "bad"),
        ),
        (
            Evidence(oshash_agrees=True, oshash_submissions=3, oshash_reports=1),
            ("oshash identical, 3 people against 1", "warn"),
        ),
        (
            Evidence(phash_distance_bits=0, phash_submissions=2),
            ("phash identical, 2 people", "good"),
        ),
        (
            Evidence(phash_distance_bits=4, phash_submissions=2),
            ("phash 4 of 64 bits away, 2 people", "good"),
        ),
        (
            Evidence(phash_distance_bits=8, phash_submissions=2),
            ("phash 8 of 64 bits away, 2 people", "warn"),
        ),
        (Evidence(phash_distance_bits=9), ("phash 9 of 64 bits away", "bad")),
        (Evidence(is_linked=True), ("known to be this", "good")),
        (Evidence(), ("no fingerprint agrees", "bad")),
    ],
    ids=str,
)
def test_hashes_come_first(evidence: Evidence, first: tuple[str, str]) -> None:
    assert said(evidence)[0] == first


@pytest.mark.parametrize(
    ("ours_s", "work_s", "copies_s", "badge"),
    [
        (600.0, 600.3, None, ("same length", "good")),
        (600.0, 614.0, None, ("file is 14 s shorter", "bad")),
        (600.0, 594.0, None, ("file is 6 s longer", "good")),
        (600.0, 610.0, None, ("file is 10 s shorter", "warn")),
        (600.0, 600.0, 500.0, ("file is 1 min 40 s longer", "bad")),
        (600.0, None, 480.0, ("file is 2 min longer", "bad")),
        (600.0, None, 600.6, ("file is 1 s shorter", "good")),
        (None, 600.0, None, ("length not compared", "plain")),
        (600.0, None, None, ("length not compared", "plain")),
    ],
)
def test_length_is_compared_with_what_is_farthest(
    ours_s: float | None, work_s: float | None, copies_s: float | None, badge: tuple[str, str]
) -> None:
    evidence = Evidence(
        oshash_agrees=True,
        file_duration_s=ours_s,
        work_duration_s=work_s,
        fingerprint_duration_s=copies_s,
    )

    assert said(evidence)[1] == badge


def test_name_sidecar_and_rivals_follow() -> None:
    evidence = Evidence(
        oshash_agrees=True,
        name=NameEvidence(studio_agrees=True, year_agrees=True, code_agrees=False),
        sidecar=SidecarEvidence(id_agrees=False),
        rivals=2,
    )

    assert said(evidence)[2:] == [
        ("name says the same studio, date", "good"),
        ("name says another number", "warn"),
        ("NFO names another work", "warn"),
        ("2 other works offered", "warn"),
    ]


def test_sidecar_that_agrees_is_good_and_one_rival_is_one() -> None:
    evidence = Evidence(is_linked=True, sidecar=SidecarEvidence(id_agrees=True), rivals=1)

    assert badges(evidence)[2:] == (
        Badge(text="NFO names this work", tone=Tone.GOOD),
        Badge(text="1 other work offered", tone=Tone.WARN),
    )
