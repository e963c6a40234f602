"""The facts that conditions may name."""

from __future__ import annotations

import math
from dataclasses import replace

import pytest

from rules.candidate import Candidate, Way
from rules.case import Case, FileFacts
from rules.evidence import Evidence
from rules.facts import FACTS, FactKind, describe_facts
from rules.name_evidence import NameEvidence
from rules.sidecar_evidence import SidecarEvidence
from rules.work import Studio, Work

FILE = FileFacts(name="dawn.mkv", library="films", size_bytes=5, duration_s=600.0)
NOTHING = Case(file=FILE, works=0)
SOMETHING = Case(
    file=FILE,
    works=2,
    candidate=Candidate(
        source="alpha",
        remote_id="1",
        work=Work(title="Harbour at Dawn", studio=Studio(name="Harbour Films")),
    ),
    evidence=Evidence(
        is_linked=True,
        oshash_agrees=True,
        oshash_submissions=1,
        oshash_reports=2,
        phash_distance_bits=4,
        phash_submissions=5,
        phash_reports=6,
        phashes_near=1,
        phashes_offered=4,
        file_duration_s=600.0,
        fingerprint_duration_s=601.0,
        work_duration_s=590.0,
        rivals=1,
        name=NameEvidence(
            studio_agrees=True,
            date_agrees=False,
            year_agrees=True,
            code_agrees=False,
            performers_agreeing=2,
            performers_named=3,
            title_share=0.75,
        ),
        sidecar=SidecarEvidence(
            id_agrees=True,
            says=NameEvidence(
                studio_agrees=False, date_agrees=True, performers_agreeing=1, title_share=0.5
            ),
        ),
    ),
)


def values(case: Case) -> dict[str, bool | float | str]:
    return {fact.name: fact.value(case) for fact in FACTS}


def test_every_fact_says_what_was_measured() -> None:
    assert values(SOMETHING) == {
        "linked": True,
        "oshash": True,
        "oshash_submissions": 1,
        "oshash_reports": 2,
        "phash_distance": 4,
        "phash_submissions": 5,
        "phash_reports": 6,
        "phash_share": 0.25,
        "duration_difference": 10.0,
        "fingerprint_duration_difference": 1.0,
        "work_duration_difference": 10.0,
        "rivals": 1,
        "candidates": 2,
        "name_studio_agrees": True,
        "name_studio_differs": False,
        "name_date_agrees": False,
        "name_date_differs": True,
        "name_year_agrees": True,
        "name_code_agrees": False,
        "name_code_differs": True,
        "name_performers": 2,
        "name_performers_named": 3,
        "name_title_share": 0.75,
        "name_plausible": False,
        "sidecar_id": True,
        "sidecar_id_differs": False,
        "sidecar_studio_agrees": False,
        "sidecar_studio_differs": True,
        "sidecar_date_agrees": True,
        "sidecar_date_differs": False,
        "sidecar_performers": 1,
        "sidecar_title_share": 0.5,
        "found_by": "fingerprint",
        "source": "alpha",
        "studio": "Harbour Films",
        "title": "Harbour at Dawn",
        "library": "films",
        "file_name": "dawn.mkv",
        "file_size": 5,
        "file_duration": 600.0,
    }


def test_unknown_is_infinitely_far_none_at_all_or_empty() -> None:
    assert values(NOTHING) == {
        "linked": False,
        "oshash": False,
        "oshash_submissions": 0,
        "oshash_reports": 0,
        "phash_distance": math.inf,
        "phash_submissions": 0,
        "phash_reports": 0,
        "phash_share": 0.0,
        "duration_difference": math.inf,
        "fingerprint_duration_difference": math.inf,
        "work_duration_difference": math.inf,
        "rivals": 0,
        "candidates": 0,
        "name_studio_agrees": False,
        "name_studio_differs": False,
        "name_date_agrees": False,
        "name_date_differs": False,
        "name_year_agrees": False,
        "name_code_agrees": False,
        "name_code_differs": False,
        "name_performers": 0,
        "name_performers_named": 0,
        "name_title_share": 0.0,
        "name_plausible": False,
        "sidecar_id": False,
        "sidecar_id_differs": False,
        "sidecar_studio_agrees": False,
        "sidecar_studio_differs": False,
        "sidecar_date_agrees": False,
        "sidecar_date_differs": False,
        "sidecar_performers": 0,
        "sidecar_title_share": 0.0,
        "found_by": "",
        "source": "",
        "studio": "",
        "title": "",
        "library": "films",
        "file_name": "dawn.mkv",
        "file_size": 5,
        "file_duration": 600.0,
    }


@pytest.mark.parametrize(
    ("name", "held"),
    [
        (NameEvidence(studio_agrees=False), {"name_studio_differs"}),
        (NameEvidence(year_agrees=False), {"name_date_differs"}),
        (NameEvidence(year_agrees=True), {"name_year_agrees"}),
        (
            NameEvidence(date_agrees=True, year_agrees=True),
            {"name_date_agrees", "name_year_agrees"},
        ),
        (
            NameEvidence(studio_agrees=True, date_agrees=True),
            {"name_studio_agrees", "name_date_agrees", "name_plausible"},
        ),
        (NameEvidence(code_agrees=True), {"name_code_agrees", "name_plausible"}),
        (NameEvidence(), set()),
    ],
)
def test_what_is_unknown_neither_agrees_nor_differs(name: NameEvidence, held: set[str]) -> None:
    case = replace(SOMETHING, evidence=Evidence(name=name))

    assert {fact for fact, value in values(case).items() if value is True} == held


@pytest.mark.parametrize("way", Way)
def test_the_way_by_which_a_candidate_was_found_is_a_fact(way: Way) -> None:
    candidate = Candidate(source="alpha", remote_id="1", work=Work(), found_by=way)

    assert values(replace(SOMETHING, candidate=candidate))["found_by"] == way.value


def test_a_fact_that_can_be_infinite_or_empty_says_so() -> None:
    unknown = {
        fact.name
        for fact in FACTS
        if not fact.is_about_file and fact.value(NOTHING) in {"", math.inf}
    }

    assert {fact.name for fact in FACTS if fact.can_be_unknown} == unknown


def test_a_studio_without_work_and_a_work_without_title_are_empty() -> None:
    bare = replace(SOMETHING, candidate=Candidate(source="alpha", remote_id="1", work=Work()))

    assert values(bare)["studio"] == ""
    assert values(bare)["title"] == ""


def test_a_long_title_is_cut() -> None:
    long = Candidate(source="alpha", remote_id="1", work=Work(title="x" * 10_000))

    assert values(replace(SOMETHING, candidate=long))["title"] == "x" * 255


def test_a_duration_that_is_no_number_is_unknown() -> None:
    for duration_s in (math.nan, math.inf):
        case = replace(NOTHING, file=replace(FILE, duration_s=duration_s))

        assert values(case)["file_duration"] == 0.0


@pytest.mark.parametrize(
    ("id_agrees", "held"),
    [(True, {"sidecar_id"}), (False, {"sidecar_id_differs"}), (None, set())],
)
def test_nfo_may_name_this_work_another_or_none(*, id_agrees: bool | None, held: set[str]) -> None:
    beside = Evidence(sidecar=SidecarEvidence(id_agrees=id_agrees))

    told = values(replace(SOMETHING, evidence=beside))

    assert {fact for fact, value in told.items() if value is True} == held


def test_only_what_is_known_before_asking_is_about_the_file() -> None:
    assert {fact.name for fact in FACTS if fact.is_about_file} == {
        "library",
        "file_name",
        "file_size",
        "file_duration",
    }


def test_names_are_unique_and_kinds_are_true() -> None:
    kinds: dict[FactKind, tuple[type, ...]] = {
        FactKind.TRUTH: (bool,),
        FactKind.NUMBER: (int, float),
        FactKind.TEXT: (str,),
    }

    assert len({fact.name for fact in FACTS}) == len(FACTS)
    for fact in FACTS:
        value = fact.value(SOMETHING)
        assert isinstance(value, kinds[fact.kind])
        assert isinstance(value, bool) is (fact.kind is FactKind.TRUTH)


def test_help_has_one_line_for_each() -> None:
    lines = describe_facts()

    assert len(lines) == len(FACTS)
    assert (
        "phash_distance                   number: bits, 0 to 64, between the file's phash and the"
        " candidate's nearest; infinite when unknown"
    ) in lines
