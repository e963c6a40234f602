"""Rules that a person drafts: written out as they are in force, read, and tried; nothing is kept.

A trial goes through everything that was decided, some at a time. What it found so far goes to the
person and comes back with the wish to go on, so that nobody's trial is held in memory.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from pathlib import Path

import anyio
import anyio.to_thread

from daemon.desk.desk import Desk
from daemon.desk.judging import Judging
from daemon.desk.trial import Trial, TrialView
from daemon.settings.rule_file import RuleFile, read_rules

FILES_LISTED = 20
"""Files listed for each kind of change: what so many parts found has to travel back and forth."""
TRY_FOR_S = 3.0
"""As long as a person waits for a page without wondering."""
ORIGIN = Path("these rules")
_HEAD = """\
# All rules in force, in the order in which they are tried. The shipped ones are among them, so
# they are switched off here.
[identify]
default_rules = false
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Tried:
    """How far a trial has come."""

    found: TrialView
    next_after: int | None
    """Where it goes on; None when it is complete."""


class Drafting:
    """What the desk does with rules that a person drafts; it changes nothing."""

    def __init__(self, desk: Desk, judging: Judging, *, try_for_s: float = TRY_FOR_S) -> None:
        """Draft on the ground of the rules in force; a trial rests after `try_for_s`."""
        self._try_for_s = try_for_s
        self._counsel = desk.household.counsel
        self._judging = judging

    async def draft(self) -> str:
        """Return the rules in force as they would stand in a configuration file."""
        return await anyio.to_thread.run_sync(self._draft)

    async def read(self, text: str) -> RuleFile:
        """Return what was drafted.

        Raises:
            ConfigurationInvalid: with everything that is wrong with it at once.

        """
        return await anyio.to_thread.run_sync(
            partial(read_rules, text, ORIGIN, names=self._counsel.names())
        )

    async def go_on(
        self,
        rules: RuleFile,
        *,
        library: str | None = None,
        so_far: TrialView | None = None,
        after: int = 0,
        now_s: Callable[[], float] = anyio.current_time,
    ) -> Tried:
        """Return what these rules would change, from the files behind `after` on.

        At least one part is tried, and then others until its time has passed.

        Raises:
            LibraryUnknown: there is none of that name.

        """
        trial = Trial.going_on(so_far or TrialView(), files_listed=FILES_LISTED)
        until_s = now_s() + self._try_for_s
        following: int | None = after
        while following is not None:
            part = await self._judging.try_rules(rules.texts, library=library, after=following)
            trial.add(part)
            following = part.next_after
            if now_s() >= until_s:
                break
        return Tried(found=trial.view(), next_after=following)

    def _draft(self) -> str:
        from rules.rule_toml import rule_toml  # noqa: PLC0415  # it brings the rule engine

        return "\n".join((_HEAD, *map(rule_toml, self._counsel.rule_texts())))
