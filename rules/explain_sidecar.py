"""What an NFO says, in words."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from rules.sidecar_says import SidecarSays
from rules.work import ExternalId

_MOST_NAMED = 8
"""Names in one line; the rest are counted."""


def explain_said(says: SidecarSays, ids: Collection[ExternalId]) -> tuple[str, ...]:
    """Return what an NFO says, a line for each thing; `ids` are those that a source can use."""
    return tuple(_lines(says, ids)) or ("nothing that doorman can use",)


def _lines(says: SidecarSays, ids: Collection[ExternalId]) -> Iterator[str]:
    for known in sorted(ids):
        yield f"the id {known.remote_id} at source {known.source}"
    used = {known.remote_id.casefold() for known in ids}
    for written in says.ids:
        if written.text.rpartition("/")[2].casefold() not in used:
            kind = f" of {written.kind}" if written.kind else ""
            yield f"the id {written.text}{kind}, which no source of yours uses"
    texts = (
        ("title", says.title),
        ("original title", says.original_title),
        ("studio", says.studio),
        ("date", says.date),
        ("director", says.director),
    )
    for thing, text in texts:
        if text:
            yield f"{thing} {text}"
    for thing, names in (("performers", says.performers), ("tags", says.tags)):
        if names:
            yield f"{thing} {_listed(names)}"
    if says.details:
        yield f"a description of {len(says.details)} characters"
    for url in says.urls:
        yield f"the address {url}"


def _listed(names: Sequence[str]) -> str:
    more = len(names) - _MOST_NAMED
    return ", ".join(names[:_MOST_NAMED]) + (f" and {more} more" if more > 0 else "")
