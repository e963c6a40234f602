"""Sentences for people."""

from __future__ import annotations

from dataclasses import replace

import pytest

from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Refused, Unknown
from rules.condition import Unmet
from rules.decision import Decision, Ranked, Verdict
from rules.evidence import Evidence
from rules.explain import explain_answer, explain_evidence, explain_unmet, label_work, summarize
from rules.name_evidence import NameEvidence
from rules.sidecar_evidence import SidecarEvidence
from rules.work import ExternalId, Studio, Work

DAWN = Candidate(
    source="alpha",
    remote_id="1",
    work=Work(title="Harbour at Dawn", studio=Studio(name="Harbour Films"), date="2024-05-17"),
)
DUSK = Candidate(source="beta", remote_id="2", work=Work(title="Harbour at Dusk"))
NEAR = Evidence(
    phash_distance_bits=2,
    phash_submissions=41,
    phashes_near=1,
    phashes_offered=1,
    file_duration_s=600.0,
    work_duration_s=614.0,
)


@pytest.mark.parametrize(
    ("evidence", "sentences"),
    [
        (
            NEAR,
            ("phash 2 of 64 bits away, 41 submissions", "file is 14 s shorter than the work"),
        ),
        (
            Evidence(
                is_linked=True,
                oshash_agrees=True,
                oshash_submissions=1,
                oshash_reports=2,
                phash_distance_bits=0,
                phash_submissions=3,
                phash_reports=1,
                phashes_near=1,
                phashes_offered=4,
                file_duration_s=600.0,
                fingerprint_duration_s=600.3,
                work_duration_s=465.0,
                rivals=2,
            ),
            (
                "already known to be this work",
                "oshash is the same, 1 submission against 2 reports",
                "phash is the same, 3 submissions against 1 report",
                "only 1 of the work's 4 phashes are like the file's",
                "file is 2 min 15 s longer than the work",
                "file is as long as copies with this fingerprint",
                "2 other works were offered",
            ),
        ),
        (
            replace(NEAR, phash_distance_bits=20, phash_submissions=0, phashes_near=0, rivals=1),
            (
                "nearest phash is 20 of 64 bits away",
                "no fingerprint agrees",
                "file is 14 s shorter than the work",
                "1 other work was offered",
            ),
        ),
        (
            Evidence(phashes_offered=2),
            (
                "phash not compared: the file has none that tells anything",
                "no fingerprint agrees",
                "the file's duration is unknown",
            ),
        ),
        (
            Evidence(oshash_agrees=True, file_duration_s=600.0),
            (
                "oshash is the same, 0 submissions",
                "the source knows no duration to compare with",
            ),
        ),
        (
            Evidence(oshash_agrees=True, file_duration_s=600.0, fingerprint_duration_s=540.0),
            (
                "oshash is the same, 0 submissions",
                "file is 1 min longer than copies with this fingerprint",
            ),
        ),
        (
            Evidence(oshash_agrees=True, file_duration_s=600.0, work_duration_s=600.5),
            ("oshash is the same, 0 submissions", "file is 1 s shorter than the work"),
        ),
    ],
)
def test_evidence_is_told_strongest_first(evidence: Evidence, sentences: tuple[str, ...]) -> None:
    assert explain_evidence(evidence) == sentences


@pytest.mark.parametrize(
    ("name", "sentences"),
    [
        (NameEvidence(), ()),
        (
            NameEvidence(
                studio_agrees=True,
                date_agrees=True,
                year_agrees=True,
                performers_agreeing=3,
                performers_named=3,
                title_share=1.0,
            ),
            (
                "the file name says the same studio and date",
                "3 of 3 performers of the file name",
                "all of the title stands in the file name",
            ),
        ),
        (
            NameEvidence(
                studio_agrees=False,
                date_agrees=False,
                year_agrees=True,
                code_agrees=False,
                performers_named=1,
                title_share=0.0,
            ),
            (
                "the file name says another studio, date and number",
                "0 of 1 performer of the file name",
                "nothing of the title stands in the file name",
            ),
        ),
        (
            NameEvidence(studio_agrees=False, year_agrees=True, code_agrees=True, title_share=0.67),
            (
                "the file name says the same year and number",
                "the file name says another studio",
                "67% of the title stands in the file name",
            ),
        ),
    ],
)
def test_what_the_file_name_says_is_told_after_what_was_measured(
    name: NameEvidence, sentences: tuple[str, ...]
) -> None:
    told = explain_evidence(replace(NEAR, name=name, rivals=1))

    assert told[2:] == (*sentences, "1 other work was offered")


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (Known(source="alpha", candidates=(DAWN,)), "source alpha offers 1 candidate"),
        (Known(source="alpha", candidates=(DAWN, DUSK)), "source alpha offers 2 candidates"),
        (Unknown(source="alpha"), "source alpha does not know it"),
        (Failed(source="alpha", reason="HTTP 500"), "source alpha failed: HTTP 500"),
        (Refused(source="alpha", reason="bad key"), "source alpha refused: bad key"),
        (NotAsked(source="alpha", reason="no hash"), "source alpha was not asked: no hash"),
    ],
)
def test_each_kind_of_answer_has_its_own_words(answer: Answer, sentence: str) -> None:
    assert explain_answer(answer) == sentence


def test_a_rule_that_does_not_hold_says_where_and_why() -> None:
    unmet = (
        Unmet(part="(oshash or linked)", values=(("oshash", False), ("linked", True))),
        Unmet(part="phash_distance <= 4", values=(("phash_distance", float("inf")),)),
        Unmet(part="work_duration_difference < 5", values=(("work_duration_difference", 14.25),)),
        Unmet(part='source == "b"', values=(("source", "alpha"),)),
        Unmet(part='title == "b"', values=(("title", ""),)),
        Unmet(part="false", values=()),
    )

    assert explain_unmet("mine", unmet) == (
        'rule "mine" needs (oshash or linked), but oshash is false, linked is true;'
        " and phash_distance <= 4, but phash_distance is unknown;"
        " and work_duration_difference < 5, but work_duration_difference is 14.25;"
        ' and source == "b", but source is "alpha";'
        ' and title == "b", but title is unknown;'
        " and false"
    )


@pytest.mark.parametrize(
    ("work", "label"),
    [
        (DAWN.work, '"Harbour at Dawn" (Harbour Films, 2024-05-17)'),
        (DUSK.work, '"Harbour at Dusk"'),
        (Work(date="2024"), "untitled work 1 (2024)"),
        (Work(), "untitled work 1"),
    ],
)
def test_a_work_is_called_what_a_person_would_call_it(work: Work, label: str) -> None:
    assert label_work(replace(DAWN, work=work)) == label


def decided(verdict: Verdict, *candidates: Candidate, chosen: ExternalId | None = None) -> Decision:
    return Decision(
        verdict=verdict,
        rule="mine",
        reasons=("source alpha failed: HTTP 500", "and more"),
        chosen=chosen,
        ranked=tuple(Ranked(candidate=each, evidence=NEAR) for each in candidates),
        rules_digest="",
    )


@pytest.mark.parametrize(
    ("decision", "line"),
    [
        (
            decided(Verdict.ACCEPTED, DAWN, DUSK, chosen=ExternalId(source="beta", remote_id="2")),
            '"Harbour at Dusk" from beta',
        ),
        (
            decided(Verdict.REVIEW, DAWN),
            'is it "Harbour at Dawn" (Harbour Films, 2024-05-17) from alpha?',
        ),
        (
            decided(Verdict.REVIEW, DUSK, DAWN),
            'is it "Harbour at Dusk" from beta? (1 more offered)',
        ),
        (decided(Verdict.REVIEW), "nothing was offered"),
        (decided(Verdict.NO_MATCH), "source alpha failed: HTTP 500"),
        (decided(Verdict.DEFERRED), "source alpha failed: HTTP 500"),
        (decided(Verdict.IGNORED), "source alpha failed: HTTP 500"),
    ],
)
def test_what_a_decision_comes_to_is_one_line(decision: Decision, line: str) -> None:
    assert summarize(decision) == line


@pytest.mark.parametrize(
    ("beside", "sentences"),
    [
        (SidecarEvidence(id_agrees=True), ("the NFO beside the file names this work's id",)),
        (SidecarEvidence(id_agrees=False), ("the NFO beside the file names another work's id",)),
        (
            SidecarEvidence(says=NameEvidence(studio_agrees=True, title_share=0.5)),
            ("the NFO says the same studio", "50% of the title stands in the NFO"),
        ),
        (SidecarEvidence(), ()),
    ],
)
def test_what_an_nfo_says_is_told_apart_from_the_name(
    beside: SidecarEvidence, sentences: tuple[str, ...]
) -> None:
    assert explain_evidence(replace(NEAR, sidecar=beside))[2:] == sentences
