"""The facts that a rule's condition may name: one table for reading, evaluating and explaining.

Every fact always has a value, so that no condition can fail while it is evaluated: an unknown
distance or difference is infinitely large, an unknown count or duration 0, an unknown text empty.
Unknown therefore never agrees.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum

from rules.candidate import Candidate
from rules.case import Case, FileFacts
from rules.evidence import Evidence
from rules.name_evidence import NameEvidence


class FactKind(StrEnum):
    """What sort of value a fact, or a part of a condition, has."""

    TRUTH = "yes or no"
    NUMBER = "number"
    TEXT = "text"


FactValue = bool | float | str

_TEXT_LIMIT = 255
"""A source's text is cut here, as long as a file's name can be, so that no pattern takes long."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One name that a condition may use."""

    name: str
    kind: FactKind
    meaning: str
    """One line for help and documentation."""
    value: Callable[[Case], FactValue]
    can_be_unknown: bool = False
    """Unknown is infinite or empty, so it can be compared but not calculated with."""
    is_about_file: bool = False
    """It is known before any source is asked."""


def describe_facts() -> tuple[str, ...]:
    """Return one line for each fact: name, kind and meaning."""
    width = max(len(fact.name) for fact in FACTS)
    return tuple(f"{fact.name:{width}}  {fact.kind}: {fact.meaning}" for fact in FACTS)


def _or_infinite(number: float | None) -> float:
    return math.inf if number is None else number


def _truth(name: str, meaning: str, value: Callable[[Case], bool]) -> Fact:
    return Fact(name=name, kind=FactKind.TRUTH, meaning=meaning, value=value)


def _count(name: str, meaning: str, value: Callable[[Case], float]) -> Fact:
    return Fact(name=name, kind=FactKind.NUMBER, meaning=meaning, value=value)


def _distance(name: str, meaning: str, value: Callable[[Evidence], float | None]) -> Fact:
    return Fact(
        name=name,
        kind=FactKind.NUMBER,
        meaning=f"{meaning}; infinite when unknown",
        value=lambda case: _or_infinite(value(case.evidence)),
        can_be_unknown=True,
    )


def _text(name: str, meaning: str, value: Callable[[Candidate], str | None]) -> Fact:
    return Fact(
        name=name,
        kind=FactKind.TEXT,
        meaning=f"{meaning}; empty when unknown",
        value=lambda case: ((case.candidate and value(case.candidate)) or "")[:_TEXT_LIMIT],
        can_be_unknown=True,
    )


def _file_number(name: str, meaning: str, value: Callable[[FileFacts], float]) -> Fact:
    return Fact(
        name=name,
        kind=FactKind.NUMBER,
        meaning=meaning,
        value=lambda case: value(case.file),
        is_about_file=True,
    )


def _file_text(name: str, meaning: str, value: Callable[[FileFacts], str]) -> Fact:
    return Fact(
        name=name,
        kind=FactKind.TEXT,
        meaning=meaning,
        value=lambda case: value(case.file),
        is_about_file=True,
    )


def _studio_name(candidate: Candidate) -> str | None:
    return candidate.work.studio.name if candidate.work.studio else None


def _finite_duration_s(file: FileFacts) -> float:
    return file.duration_s if math.isfinite(file.duration_s) else 0.0


def _hearsay(
    prefix: str, where: str, title_in: str, said: Callable[[Evidence], NameEvidence]
) -> tuple[Fact, ...]:
    """Return what can be compared of whatever says something of the file's work."""
    return (
        _truth(
            f"{prefix}_studio_agrees",
            f"{where} says the candidate's studio, its parent or an alias",
            lambda case: said(case.evidence).studio_agrees is True,
        ),
        _truth(
            f"{prefix}_studio_differs",
            f"{where} says another studio",
            lambda case: said(case.evidence).studio_agrees is False,
        ),
        _truth(
            f"{prefix}_date_agrees",
            f"{where} says the candidate's date to the day",
            lambda case: said(case.evidence).date_agrees is True,
        ),
        _truth(
            f"{prefix}_date_differs",
            f"{where} says another day, or another year",
            lambda case: said(case.evidence).date_differs,
        ),
        _count(
            f"{prefix}_performers",
            f"people of the candidate whom {where} names, by any of their names",
            lambda case: said(case.evidence).performers_agreeing,
        ),
        _count(
            f"{prefix}_title_share",
            f"part, 0 to 1, of the words of the candidate's title that stand in {title_in}",
            lambda case: said(case.evidence).title_share or 0.0,
        ),
    )


_NAME_FACTS = (
    *_hearsay("name", "the file's name", "the file's name", lambda evidence: evidence.name),
    _truth(
        "name_year_agrees",
        "the file's name says the candidate's year",
        lambda case: case.evidence.name.year_agrees is True,
    ),
    _truth(
        "name_code_agrees",
        "the file's name says the candidate's number, such as ABC-123",
        lambda case: case.evidence.name.code_agrees is True,
    ),
    _truth(
        "name_code_differs",
        "the file's name says another number",
        lambda case: case.evidence.name.code_agrees is False,
    ),
    _count(
        "name_performers_named",
        "people whom the file's name names, as far as it can be told",
        lambda case: case.evidence.name.performers_named,
    ),
    _truth(
        "name_plausible",
        "the file's name may well be the candidate's: its number, or enough of day and title",
        lambda case: case.evidence.name.is_plausible,
    ),
)
"""Hearsay: no rule accepts anything by these alone (`rules.decide`)."""

_SIDECAR_FACTS = (
    _truth(
        "sidecar_id",
        "the NFO beside the file names this candidate's id",
        lambda case: case.evidence.sidecar.id_agrees is True,
    ),
    _truth(
        "sidecar_id_differs",
        "the NFO beside the file names another work at a source that offers this candidate's",
        lambda case: case.evidence.sidecar.id_agrees is False,
    ),
    *_hearsay(
        "sidecar",
        "the NFO beside the file",
        "that of the NFO beside the file",
        lambda evidence: evidence.sidecar.says,
    ),
)
"""Hearsay as well, of whatever wrote an NFO there before doorman."""

FACTS: tuple[Fact, ...] = (
    _truth(
        "linked",
        "the candidate is already known to be this file's work",
        lambda case: case.evidence.is_linked,
    ),
    _truth(
        "oshash",
        "the source has exactly this file's oshash for the candidate",
        lambda case: case.evidence.oshash_agrees,
    ),
    _count(
        "oshash_submissions",
        "people who say that this oshash is the candidate",
        lambda case: case.evidence.oshash_submissions,
    ),
    _count(
        "oshash_reports",
        "people who say that this oshash is not the candidate",
        lambda case: case.evidence.oshash_reports,
    ),
    _distance(
        "phash_distance",
        "bits, 0 to 64, between the file's phash and the candidate's nearest",
        lambda evidence: evidence.phash_distance_bits,
    ),
    _count(
        "phash_submissions",
        "people who say that one agreeing phash is the candidate, of whichever most say so",
        lambda case: case.evidence.phash_submissions,
    ),
    _count(
        "phash_reports",
        "people who say that the agreeing phashes are not the candidate",
        lambda case: case.evidence.phash_reports,
    ),
    _count(
        "phash_share",
        "part, 0 to 1, of the candidate's phashes within 8 bits of the file's",
        lambda case: case.evidence.phash_share,
    ),
    _distance(
        "duration_difference",
        "seconds; the larger of the next two as far as they are known",
        lambda evidence: evidence.duration_difference_s,
    ),
    _distance(
        "fingerprint_duration_difference",
        "seconds between the file and what the agreeing fingerprint was measured with",
        lambda evidence: evidence.fingerprint_duration_difference_s,
    ),
    _distance(
        "work_duration_difference",
        "seconds between the file and what the source says of the work",
        lambda evidence: evidence.work_duration_difference_s,
    ),
    _count(
        "rivals",
        "other works offered for the same file, each counted once",
        lambda case: case.evidence.rivals,
    ),
    _count(
        "candidates",
        "works offered for the file, each counted once; 0 when nobody knows it",
        lambda case: case.works,
    ),
    *_NAME_FACTS,
    *_SIDECAR_FACTS,
    Fact(
        name="found_by",
        kind=FactKind.TEXT,
        meaning="surest way by which the source found the candidate: id, fingerprint, url or text;"
        " empty when nothing is offered",
        value=lambda case: case.candidate.found_by.value if case.candidate else "",
        can_be_unknown=True,
    ),
    _text("source", "name of the source that offers the candidate", lambda offer: offer.source),
    _text("studio", "name of the candidate's studio", _studio_name),
    _text("title", "title of the candidate", lambda offer: offer.work.title),
    _file_text("library", "name of the file's library", lambda file: file.library),
    _file_text("file_name", "name of the file, without its folders", lambda file: file.name),
    _file_number("file_size", "size of the file in bytes", lambda file: file.size_bytes),
    _file_number(
        "file_duration",
        "duration of the file in seconds; 0 when unknown",
        _finite_duration_s,
    ),
)
"""Every fact, in the order in which help shows them."""
