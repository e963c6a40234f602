"""What accepting a candidate would change, as plain values that travel as JSON."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedField:
    """One field of the work that would be set."""

    field: str
    before: tuple[str, ...]
    """Its values now; none where nothing is known."""
    before_origin: str | None
    """Who said them: person, sidecar, file name, or the source's name."""
    after: tuple[str, ...]
    after_origin: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PlannedSidecar:
    """One file beside the video."""

    path: str
    """Of a picture without its extension while its kind is not known."""
    deed: str
    """write, change, perhaps write, remove, leave, nothing to change, or off."""
    reason: str | None = None
    """Why it is left, or where a picture is from."""
    diff: tuple[str, ...] = ()
    """Lines of a unified difference."""


@dataclass(frozen=True, slots=True, kw_only=True)
class PlanView:
    """What accepting one candidate would change; nothing of it was done."""

    file: int
    path: str
    candidate: int
    source: str
    remote_id: str
    label: str
    is_known_work: bool
    """Whether another accept made the work known already."""
    fields: tuple[PlannedField, ...]
    kept: tuple[str, ...]
    """Fields that stay as a person set them."""
    left_out: tuple[str, ...]
    """Whom and what of the offer stays out, and why, in sentences."""
    ids_added: tuple[str, ...]
    ids_removed: tuple[str, ...]
    created: tuple[str, ...]
    """Performers, studios and tags that would be new, as in "performer Mara Quay"."""
    learning: tuple[str, ...]
    """Those that are known and would learn an id, another name or more."""
    wears: tuple[str, ...]
    """Tags that the file would wear by itself."""
    is_organized: bool
    """Whether the file would count as organized."""
    sidecars: tuple[PlannedSidecar, ...]
    """Under the name that the file has now; they go along."""
    renamed_to: str | None = None
    """Where the file would lie then; None: it keeps its name."""
    name_kept: str | None = None
    """Why it keeps one that is not as its library's rename option says."""


PLAN = TypeAdapter(PlanView)
