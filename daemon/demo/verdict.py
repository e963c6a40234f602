"""Whether a file ended as it must: a pure comparison of its role with what was found."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum

from daemon.demo.role import Role
from rules.journey import FileState

CLOCK_SLACK_S = 0.05
"""Two processes read the same clock, but not at the same moment."""


class Nfo(StrEnum):
    """What lies beside a video at the end."""

    ABSENT = "no NFO"
    WRITTEN = "an NFO about the right work"
    WRONG = "an NFO that says something else"
    UNTOUCHED = "the NFO written by hand, untouched"
    OVERWRITTEN = "the NFO written by hand, overwritten"


@dataclass(frozen=True, slots=True, kw_only=True)
class Found:
    """How a file ended; what it is compared with stands in its role."""

    state: FileState | None
    """None: doorman never noticed it."""
    number: int | None = None
    reason: str | None = None
    """Why it is where it is, in words."""
    rule: str | None = None
    """Of the decision that stands."""
    work: str | None = None
    """The accepted work, in words."""
    candidates: int = 0
    accepts: int = 0
    """How many decisions accepted a work for it."""
    passed: tuple[str, ...] = ()
    """What happened to it, in its order: the events of its history."""
    settled_at_s: float | None = None
    """When it was first taken for whole; seconds since the epoch."""
    whole_at_s: float | None = None
    """When it had its last byte."""
    former_number: int | None = None
    """The number it had before it was renamed."""
    nfo: Nfo = Nfo.ABSENT
    has_left_nfo: bool = False
    """Whether an NFO lies at a place that the video left."""
    is_told: bool = False
    """Whether a message named it."""
    is_intact: bool = True
    """Whether the video has the bytes it came with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """One file's role, what became of it, and every difference."""

    role: Role
    found: Found
    differences: tuple[str, ...]

    @property
    def is_as_expected(self) -> bool:
        """Tell whether nothing differs."""
        return not self.differences


def judge(role: Role, found: Found) -> Verdict:
    """Compare how a file ended with how it must."""
    return Verdict(role=role, found=found, differences=tuple(_differences(role, found)))


def expected_nfo(role: Role) -> Nfo:
    """Return what must lie beside a role's video at the end."""
    if role.own_nfo is not None:
        return Nfo.UNTOUCHED

    return Nfo.WRITTEN if role.ending.state is FileState.DONE else Nfo.ABSENT


def _differences(role: Role, found: Found) -> Iterator[str]:
    """Yield a sentence for each."""
    if found.state is None:
        yield "was never noticed"
        return

    if found.state is not role.ending.state:
        yield f"is {found.state}, not {role.ending.state}"
    yield from _decision_differences(role, found)
    yield from _history_differences(role, found)
    yield from _disk_differences(role, found)
    if found.is_told is not role.ending.is_told:
        yield "no message told of it" if role.ending.is_told else "a message told of it"


def _decision_differences(role: Role, found: Found) -> Iterator[str]:
    ending = role.ending
    if found.rule != ending.rule:
        yield f"was decided by {_named(found.rule)}, not by {_named(ending.rule)}"
    if found.candidates != ending.candidates:
        yield f"has {found.candidates} candidates, not {ending.candidates}"
    if ending.title is None and found.work is not None:
        yield f"was made a copy of {found.work}"
    elif ending.title is not None and not (found.work or "").startswith(ending.title):
        yield f"is a copy of {found.work or 'nothing'}, not of {ending.title}"
    if ending.title is not None and found.accepts > 1:
        yield f"was accepted {found.accepts} times"


def _history_differences(role: Role, found: Found) -> Iterator[str]:
    ending = role.ending
    if ending.passed is not None and ending.passed not in found.passed:
        yield f"was never {ending.passed}"
    if ending.state is not FileState.NO_MATCH and FileState.NO_MATCH in found.passed:
        yield f"was taken for {FileState.NO_MATCH} on the way"
    if _settled_early(found):
        yield "was taken for whole while it was still being copied"
    if role.renamed_to is not None and found.number != found.former_number:
        yield f"lost its number: it is {found.number}, and was {found.former_number}"


def _settled_early(found: Found) -> bool:
    if found.settled_at_s is None or found.whole_at_s is None:
        return False

    return found.settled_at_s < found.whole_at_s - CLOCK_SLACK_S


def _disk_differences(role: Role, found: Found) -> Iterator[str]:
    wanted = expected_nfo(role)
    if found.nfo is not wanted:
        yield f"has {found.nfo}, not {wanted}"
    if found.has_left_nfo:
        yield "left an NFO at its former place"
    if not found.is_intact:
        yield "has other bytes than it came with"


def _named(rule: str | None) -> str:
    return f'rule "{rule}"' if rule else "no rule"
