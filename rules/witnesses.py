"""Offers as a person sees them: each work once, with all who tell of it.

Which offers are one work is for `rules.samework` to say; here they are put together, the best
first, so that lists, numbers, messages and refusals all count the same candidates.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TypeVar

from rules.candidate import Candidate
from rules.samework import group_works

Item = TypeVar("Item")


def by_work(
    items: Sequence[Item], candidate_of: Callable[[Item], Candidate]
) -> tuple[tuple[Item, ...], ...]:
    """Return the items, those together whose candidates are one work.

    Within a work, and from work to work, they keep the order in which they came: best first.
    """
    if len(items) == 1:  # as mostly, among thousands
        return ((items[0],),)

    groups = group_works([candidate_of(item) for item in items])
    return tuple(
        tuple(items[position] for position in sorted(group)) for group in sorted(groups, key=min)
    )


def told_by(witnesses: Sequence[Candidate]) -> tuple[str, ...]:
    """Return the names of those who tell of a work, each once, in the order of the witnesses."""
    return tuple(dict.fromkeys(each.source for each in witnesses))
