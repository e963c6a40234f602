"""Whom and what of an offered work the options let into it, and why the others stay out."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.identify_options import IdentifyOptions
from rules.matching import Ambiguous, Match, Matched, Thing
from rules.plan import OPTION_OF, Field
from rules.work import Performer


class LeftOutReason(StrEnum):
    """Why somebody or something stays out; the values are kept."""

    GENDER = "gender"
    AMBIGUOUS = "ambiguous"
    UNMATCHED = "unmatched"
    SINGLE_NAME = "single name"


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """A studio, performer or tag that an offered work has and the accepted one has not."""

    field: Field
    name: str
    reason: LeftOutReason
    known: tuple[str, ...] = ()
    """Who of the known may be meant, where several may be."""


_NOUNS = {Field.STUDIO: "studio", Field.PERFORMERS: "performer", Field.TAGS: "tag"}
_BECAUSE = {
    LeftOutReason.GENDER: ("performer_genders or include_male_performers do not want their gender"),
    LeftOutReason.AMBIGUOUS: "several that are known may be meant, and nothing tells which",
    LeftOutReason.UNMATCHED: "nobody known is meant, and create_missing is off",
    LeftOutReason.SINGLE_NAME: (
        "nobody known is meant, and one word is too little to create somebody "
        "(skip_single_name_performers)"
    ),
}


def why_left_out(
    field: Field, thing: Thing, match: Match, options: IdentifyOptions
) -> LeftOutReason | None:
    """Return why `thing`, which was matched so, stays out of a field; None when it comes in.

    The options about genders and single names are for performers alone, and the latter only for
    those who would be created: whoever is known comes in by any name.
    """
    if isinstance(thing, Performer) and not options.wants(thing.gender):
        return LeftOutReason.GENDER
    if isinstance(match, Matched):
        return None
    if isinstance(match, Ambiguous):
        return LeftOutReason.AMBIGUOUS
    if not options.fields[OPTION_OF[field]].create_missing:
        return LeftOutReason.UNMATCHED
    if isinstance(thing, Performer) and not options.may_create(thing):
        return LeftOutReason.SINGLE_NAME

    return None


def name_known(thing: Thing) -> str:
    """Return a known studio, performer or tag so that it is told from its namesakes, if it can."""
    if isinstance(thing, Performer) and thing.disambiguation:
        return f"{thing.name} ({thing.disambiguation})"

    own = thing.ids[0] if thing.ids else None
    return f"{thing.name} ({own.source} {own.remote_id})" if own else thing.name


def explain_left_out(left: LeftOut) -> str:
    """Return what stays out and why, as a sentence for a person."""
    return f'{_NOUNS[left.field]} "{left.name}" is left out: {_because(left)}'


def _because(left: LeftOut) -> str:
    if left.reason is not LeftOutReason.AMBIGUOUS or not left.known:
        return _BECAUSE[left.reason]

    *others, last = left.known
    if not others:
        return f"{last} is known, and nothing tells whether that is meant"

    return f"{', '.join(others)} and {last} are known, and nothing tells which is meant"
