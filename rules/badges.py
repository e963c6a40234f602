"""Evidence at a glance: a few words for each fact, and whether it speaks for or against."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from rules.evidence import NEAR_BITS, SAME_BITS, Evidence

_SAME_LENGTH_S = 5.0
_SAME_LENGTH_SHARE = 0.01
_LIKE_LENGTH_SHARE = 0.02
"""How far lengths may differ in the shipped rules (`rules.defaults`): for an exact hash the first
two, whichever is more; for a near one the last."""
_AS_LONG_S = 0.5
_MINUTE_S = 60


class Tone(StrEnum):
    """How a fact counts."""

    GOOD = "good"
    WARN = "warn"
    BAD = "bad"
    PLAIN = "plain"


@dataclass(frozen=True, slots=True, kw_only=True)
class Badge:
    """One fact."""

    text: str
    tone: Tone


def badges(evidence: Evidence) -> tuple[Badge, ...]:
    """Return what is measured of a candidate, what its name says, and how many rivals it has."""
    return (
        *_of_hashes(evidence),
        *_of_length(evidence),
        *_of_name(evidence),
        *_of_sidecar(evidence),
        *_of_rivals(evidence),
    )


def _of_hashes(evidence: Evidence) -> Iterator[Badge]:
    if evidence.is_linked:
        yield Badge(text="known to be this", tone=Tone.GOOD)
    if evidence.oshash_agrees:
        yield _hash("oshash identical", evidence.oshash_submissions, evidence.oshash_reports)
    if evidence.phash_distance_bits is not None:
        yield _phash(evidence, evidence.phash_distance_bits)
    if not evidence.is_positive:
        yield Badge(text="no fingerprint agrees", tone=Tone.BAD)


def _phash(evidence: Evidence, distance_bits: int) -> Badge:
    if distance_bits > NEAR_BITS:
        return Badge(text=f"phash {distance_bits} of 64 bits away", tone=Tone.BAD)

    near = f"phash {distance_bits} of 64 bits away" if distance_bits else "phash identical"
    tone = Tone.GOOD if distance_bits <= SAME_BITS else Tone.WARN
    return _hash(near, evidence.phash_submissions, evidence.phash_reports, tone)


def _hash(what: str, submissions: int, reports: int, tone: Tone = Tone.GOOD) -> Badge:
    people = f"{submissions} {'person' if submissions == 1 else 'people'}"
    if not reports:
        return Badge(text=f"{what}, {people}", tone=tone)

    outweighed = Tone.BAD if reports >= submissions else Tone.WARN
    return Badge(text=f"{what}, {people} against {reports}", tone=outweighed)


def _of_length(evidence: Evidence) -> Iterator[Badge]:
    ours_s = evidence.file_duration_s
    others_s = (evidence.work_duration_s, evidence.fingerprint_duration_s)
    differences_s = [ours_s - each for each in others_s if ours_s is not None and each is not None]
    if ours_s is None or not differences_s:
        yield Badge(text="length not compared", tone=Tone.PLAIN)
        return

    difference_s = max(differences_s, key=abs)
    tone = _tone_of_length(abs(difference_s), ours_s)
    if abs(difference_s) < _AS_LONG_S:
        yield Badge(text="same length", tone=tone)
        return

    how = "longer" if difference_s > 0 else "shorter"
    yield Badge(text=f"file is {_length(abs(difference_s))} {how}", tone=tone)


def _tone_of_length(difference_s: float, ours_s: float) -> Tone:
    if difference_s <= max(_SAME_LENGTH_S, _SAME_LENGTH_SHARE * ours_s):
        return Tone.GOOD

    return Tone.WARN if difference_s <= _LIKE_LENGTH_SHARE * ours_s else Tone.BAD


def _length(length_s: float) -> str:
    whole_s = max(round(length_s), 1)
    minutes, seconds = divmod(whole_s, _MINUTE_S)
    if not minutes:
        return f"{seconds} s"

    return f"{minutes} min {seconds} s" if seconds else f"{minutes} min"


def _of_name(evidence: Evidence) -> Iterator[Badge]:
    name = evidence.name
    date_agrees = name.year_agrees if name.date_agrees is None else name.date_agrees
    told = (("studio", name.studio_agrees), ("date", date_agrees), ("number", name.code_agrees))
    same = [what for what, agrees in told if agrees]
    if same:
        yield Badge(text=f"name says the same {', '.join(same)}", tone=Tone.GOOD)
    other = [what for what, agrees in told if agrees is False]
    if other:
        yield Badge(text=f"name says another {', '.join(other)}", tone=Tone.WARN)


def _of_sidecar(evidence: Evidence) -> Iterator[Badge]:
    if evidence.sidecar.id_agrees is not None:
        agrees = evidence.sidecar.id_agrees
        text = "NFO names this work" if agrees else "NFO names another work"
        yield Badge(text=text, tone=Tone.GOOD if agrees else Tone.WARN)


def _of_rivals(evidence: Evidence) -> Iterator[Badge]:
    if evidence.rivals:
        works = "work" if evidence.rivals == 1 else "works"
        yield Badge(text=f"{evidence.rivals} other {works} offered", tone=Tone.WARN)
