"""Evidence, answers and verdicts as sentences that a person understands."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, assert_never

from rules.candidate import Answer, Candidate, Failed, Known, NotAsked, Refused, Unknown
from rules.decision import Decision, Ranked, Verdict
from rules.evidence import NEAR_BITS, Evidence
from rules.facts import FactValue
from rules.name_evidence import NameEvidence
from rules.sidecar_evidence import SidecarEvidence
from rules.witnesses import by_work, told_by

if TYPE_CHECKING:  # the rule engine takes longer to import than all that only explains
    from rules.condition import Unmet

_MINUTE_S = 60
_SAME_LENGTH_S = 0.5


def explain_evidence(evidence: Evidence) -> tuple[str, ...]:
    """Return what speaks for and against a candidate, a sentence each, the strongest first."""
    return (
        *_explain_fingerprints(evidence),
        *_explain_durations(evidence),
        *_explain_name(evidence.name, "file name"),
        *_explain_sidecar(evidence.sidecar),
        *_explain_rivals(evidence),
    )


def explain_answer(answer: Answer) -> str:
    """Return what became of asking one source."""
    match answer:
        case Known():
            count = _counted(len(answer.candidates), "candidate")
            return f"source {answer.source} offers {count}"
        case Unknown():
            return f"source {answer.source} does not know it"
        case Failed():
            return f"source {answer.source} failed: {answer.reason}"
        case Refused():
            return f"source {answer.source} refused: {answer.reason}"
        case NotAsked():
            return f"source {answer.source} was not asked: {answer.reason}"
        case _:  # pragma: no cover  # the type checker proves it
            assert_never(answer)


def explain_unmet(rule: str, unmet: tuple[Unmet, ...]) -> str:
    """Return why a rule does not hold, with the values it met."""
    return f'rule "{rule}" needs {explain_parts(unmet)}'


def explain_parts(unmet: tuple[Unmet, ...]) -> str:
    """Return the parts of a condition that do not hold, with the values they met."""
    return "; and ".join(_explain_part(part) for part in unmet)


def label_work(candidate: Candidate) -> str:
    """Return the shortest text by which a person knows a candidate's work."""
    work = candidate.work
    title = f'"{work.title}"' if work.title else f"untitled work {candidate.remote_id}"
    details = [detail for detail in (work.studio and work.studio.name, work.date) if detail]
    return f"{title} ({', '.join(details)})" if details else title


def tell_work(candidate: Candidate) -> str:
    """Return what a source says of a work, as far as it tells it from others."""
    duration_s = candidate.work.duration_s
    if duration_s is None or not math.isfinite(duration_s) or duration_s <= 0:
        return label_work(candidate)

    return f"{label_work(candidate)}, {_duration(duration_s)}"


def name_candidate(witnesses: Sequence[Candidate]) -> str:
    """Return the shortest text by which a person knows a work, and who tells of it, best first."""
    return f"{label_work(witnesses[0])} from {_listed(told_by(witnesses))}"


def ranked_works(decision: Decision) -> tuple[tuple[Ranked, ...], ...]:
    """Return what a person may choose among, best first: each work with all who tell of it."""
    return by_work(decision.ranked, lambda each: each.candidate)


def summarize(decision: Decision) -> str:
    """Return what the verdict comes to, in one line that does not repeat it."""
    match decision.verdict:
        case Verdict.ACCEPTED:
            return _label_chosen(decision)
        case Verdict.REVIEW:
            return _label_best(decision)
        case Verdict.NO_MATCH | Verdict.DEFERRED | Verdict.IGNORED:
            return decision.reasons[0]
        case _:  # pragma: no cover  # the type checker proves it
            assert_never(decision.verdict)


def _label_chosen(decision: Decision) -> str:
    return next(
        f"{label_work(ranked.candidate)} from {ranked.candidate.source}"
        for ranked in decision.ranked
        if decision.chosen is not None
        and ranked.candidate.source == decision.chosen.source
        and ranked.candidate.remote_id == decision.chosen.remote_id
    )


def _label_best(decision: Decision) -> str:
    works = ranked_works(decision)
    if not works:
        return "nothing was offered"

    others = len(works) - 1
    more = f" ({others} more offered)" if others else ""
    return f"is it {name_candidate([each.candidate for each in works[0]])}?{more}"


def _explain_fingerprints(evidence: Evidence) -> Iterator[str]:
    if evidence.is_linked:
        yield "already known to be this work"
    if evidence.oshash_agrees:
        votes = _votes(evidence.oshash_submissions, evidence.oshash_reports)
        yield f"oshash is the same, {votes}"
    if evidence.phash_distance_bits is not None:
        yield _explain_phash(evidence, evidence.phash_distance_bits)
    elif evidence.phashes_offered:
        yield "phash not compared: the file has none that tells anything"
    if not evidence.is_positive:
        yield "no fingerprint agrees"
    if evidence.phash_agrees and evidence.phashes_near < evidence.phashes_offered:
        yield (
            f"only {evidence.phashes_near} of the work's {evidence.phashes_offered} phashes"
            " are like the file's"
        )


def _explain_phash(evidence: Evidence, distance_bits: int) -> str:
    if distance_bits > NEAR_BITS:
        return f"nearest phash is {distance_bits} of 64 bits away"

    votes = _votes(evidence.phash_submissions, evidence.phash_reports)
    if not distance_bits:
        return f"phash is the same, {votes}"

    return f"phash {distance_bits} of 64 bits away, {votes}"


def _explain_durations(evidence: Evidence) -> Iterator[str]:
    if evidence.file_duration_s is None:
        yield "the file's duration is unknown"
        return

    if evidence.duration_difference_s is None:
        yield "the source knows no duration to compare with"
        return

    for other_s, other in (
        (evidence.work_duration_s, "the work"),
        (evidence.fingerprint_duration_s, "copies with this fingerprint"),
    ):
        if other_s is not None:
            yield _compare_durations(evidence.file_duration_s, other_s, other)


def _compare_durations(file_duration_s: float, other_s: float, other: str) -> str:
    difference_s = file_duration_s - other_s
    if abs(difference_s) < _SAME_LENGTH_S:
        return f"file is as long as {other}"

    how = "longer" if difference_s > 0 else "shorter"
    return f"file is {_duration(abs(difference_s))} {how} than {other}"


def _explain_sidecar(sidecar: SidecarEvidence) -> Iterator[str]:
    if sidecar.id_agrees:
        yield "the NFO beside the file names this work's id"
    elif sidecar.id_agrees is False:
        yield "the NFO beside the file names another work's id"
    yield from _explain_name(sidecar.says, "NFO")


def _explain_name(name: NameEvidence, where: str) -> Iterator[str]:
    """Yield what a file's name says, or what stands beside it: both are hearsay."""
    told = (
        ("studio", name.studio_agrees),
        ("date" if name.date_agrees is not None else "year", _date_or_year(name)),
        ("number", name.code_agrees),
    )
    for is_same, how in ((True, "the same"), (False, "another")):
        things = [thing for thing, agrees in told if agrees is is_same]
        if things:
            yield f"the {where} says {how} {_listed(things)}"
    if name.performers_named:
        people = _counted(name.performers_named, "performer")
        yield f"{name.performers_agreeing} of {people} of the {where}"
    if name.title_share is not None:
        yield f"{_title_part(name.title_share)} of the title stands in the {where}"


def _date_or_year(name: NameEvidence) -> bool | None:
    return name.year_agrees if name.date_agrees is None else name.date_agrees


def _title_part(share: float) -> str:
    if share == 1:
        return "all"

    return f"{share:.0%}" if share else "nothing"


def _listed(things: Sequence[str]) -> str:
    return " and ".join((", ".join(things[:-1]), things[-1])) if things[1:] else things[0]


def _explain_rivals(evidence: Evidence) -> Iterator[str]:
    if evidence.rivals:
        were = "was" if evidence.rivals == 1 else "were"
        yield f"{_counted(evidence.rivals, 'other work')} {were} offered"


def _explain_part(unmet: Unmet) -> str:
    values = ", ".join(f"{name} is {_value(value)}" for name, value in unmet.values)
    return f"{unmet.part}, but {values}" if values else unmet.part


def _value(value: FactValue) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return f'"{value}"' if value else "unknown"
    if math.isinf(value):
        return "unknown"
    return f"{value:.10g}"


def _votes(submissions: int, reports: int) -> str:
    said = _counted(submissions, "submission")
    return f"{said} against {_counted(reports, 'report')}" if reports else said


def _counted(count: int, noun: str) -> str:
    return f"{count} {noun}" if count == 1 else f"{count} {noun}s"


def _duration(duration_s: float) -> str:
    whole_s = round(duration_s)
    if whole_s < _MINUTE_S:
        return f"{whole_s or 1} s"

    minutes, seconds = divmod(whole_s, _MINUTE_S)
    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"
