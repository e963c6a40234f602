"""What accepting a candidate would come to, field by field, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class ValueView:
    """One value of a field."""

    text: str
    is_new: bool = False
    """Whether it names somebody or something that doorman would have to create."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldView:
    """One field of a work: as it is, and as it would be if it were ticked."""

    field: str
    """As it is named in an accept: a field of works, or "ids"."""
    current: tuple[ValueView, ...]
    """Empty where nothing is known."""
    origin: str | None
    """Who said what is known: person, sidecar, file name, or the source's name."""
    proposed: tuple[ValueView, ...]
    is_changed: bool
    """Whether the two differ."""
    is_ticked: bool
    """Whether accepting sets it without being told so."""
    note: str | None
    """Why it is not ticked although it would change, in words."""
    left_out: tuple[str, ...] = ()
    """Whom and what of the offer stays out in any case, and why, in sentences."""


@dataclass(frozen=True, slots=True, kw_only=True)
class ProposalView:
    """What accepting one candidate would come to."""

    number: int
    source: str
    remote_id: str
    label: str
    is_known_work: bool
    """Whether another accept made the work known already; then it is what `current` tells of."""
    fields: tuple[FieldView, ...]
    """Those of which the candidate says anything."""
    pictures: tuple[str, ...]
    """Web addresses of the candidate's pictures, the best first."""


PROPOSAL = TypeAdapter(ProposalView)
