"""What the desk tells of sidecars that are to be as they should be now."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

MOST_LINES = 1000
"""Sidecars that are told one by one."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteLine:
    """A sidecar that is not as it should be, or stays as somebody made it."""

    number: int
    """Of the file."""
    path: str
    """Of the sidecar; of a picture without its extension while its kind is not known."""
    deed: str
    """write, change, perhaps write, remove or leave."""
    reason: str | None
    """Why it is left, or where a picture is from."""


@dataclass(frozen=True, slots=True, kw_only=True)
class RewriteView:
    """What was asked for, or would come of it."""

    is_dry: bool
    files: int
    """That were accepted and are there."""
    owed: int
    """Of these, how many are brought up to date now; none of a dry run."""
    deeds: dict[str, int]
    """Of a dry run: how many sidecars are to be written, changed, left and so on."""
    lines: tuple[RewriteLine, ...]
    """Of a dry run: the first of those for which anything is to be told."""


REWRITE = TypeAdapter(RewriteView)
