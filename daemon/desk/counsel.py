"""What the desk is given to answer questions about rules with."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from daemon.desk.judgement_views import ForeseenLine
from store.files import FileRecord

if TYPE_CHECKING:  # the rule engine takes long to import, and only questions about rules need it
    from daemon.settings.rules import Names
    from rules.ruleset import RuleText

Foresee = Callable[[Sequence[FileRecord]], Awaitable[Sequence[ForeseenLine]]]
"""Asks the sources about files and decides, with no effect on anything."""


def _no_rules() -> tuple[RuleText, ...]:
    return ()


def _no_names() -> Names | None:
    return None


async def foresee_nothing(_: Sequence[FileRecord]) -> Sequence[ForeseenLine]:
    """Foresee nothing, where nobody can be asked."""
    return ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Counsel:
    """The rules in force, and whom to ask what they would make of a file."""

    rule_texts: Callable[[], tuple[RuleText, ...]] = _no_rules
    """In the order in which they are tried."""
    foresee: Foresee = foresee_nothing
    names: Callable[[], Names | None] = _no_names
    """What rules may speak of; None is anything."""
