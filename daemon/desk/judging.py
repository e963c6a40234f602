"""What the desk tells of rules: those in force, what others would do, and why it came so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import cached_property, partial
from typing import TYPE_CHECKING

import anyio
import anyio.to_thread

from daemon.desk.comparing import refuse_unknown_library
from daemon.desk.desk import Desk
from daemon.desk.finding import find
from daemon.desk.judgement_views import ForeseenLine, RuleLine, TrialPart
from daemon.desk.views import FileView
from daemon.desk.why import Story, read_story, tell
from rules.journey import FileState
from store import files
from store.database import Connection
from store.files import FileRecord
from store.replay import Page, latest_decisions
from store.rule_records import RuleRecord, by_rule

if TYPE_CHECKING:  # the rule engine takes long to import, and other questions need none of it
    from rules.ruleset import RuleSet, RuleText

# ruff: noqa: PLC0415  # as said above

LATELY_S = 30 * 24 * 3600.0
TRIED_AT_ONCE = 1000
"""Decisions that one part of a trial decides again: some 10 MB, and about a second."""


class Judging:
    """What the desk tells of rules and decisions; it changes nothing."""

    def __init__(self, desk: Desk, *, tried_at_once: int = TRIED_AT_ONCE) -> None:
        """Judge by the rules that this desk's household has."""
        self._desk = desk
        self._tried_at_once = tried_at_once
        self._counsel = desk.household.counsel
        self._turn = anyio.CapacityLimiter(1)  # one trial at a time: each keeps a core busy

    @cached_property
    def _rules(self) -> RuleSet:
        from rules.ruleset import compile_rules

        return compile_rules(self._counsel.rule_texts())

    async def rules(self) -> tuple[RuleLine, ...]:
        """Return the rules in force, in the order in which they are tried."""
        since_s = self._desk.now() - LATELY_S
        records = await self._desk.database.read(partial(by_rule, lately_since_s=since_s))
        return await anyio.to_thread.run_sync(self._rule_lines, records)

    async def try_rules(
        self, texts: Sequence[RuleText], *, library: str | None = None, after: int = 0
    ) -> TrialPart:
        """Return what other rules would make of the next files behind `after`.

        Raises:
            RuleError: a condition cannot be used.
            LibraryUnknown: there is none of that name.

        """
        page = await self._desk.database.read(partial(self._page, library=library, after=after))
        return await anyio.to_thread.run_sync(_try, page, tuple(texts), limiter=self._turn)

    async def why(self, reference: str) -> FileView:
        """Return everything about one file, with every rule and what was applied.

        Raises:
            FileUnknown: no file fits the reference.
            FileAmbiguous: several do.

        """

        def question(connection: Connection) -> Story:
            return read_story(
                connection,
                find(connection, reference),
                self._desk.sheets,
                self._desk.household.discretion,
                self._desk.household.terms,
            )

        story = await self._desk.database.read(question)
        return await anyio.to_thread.run_sync(lambda: tell(story, self._rules))

    async def foresee(self, references: Sequence[str]) -> tuple[ForeseenLine, ...]:
        """Return what would become of these files if they were asked about now; do nothing.

        All that wait for an answer when none is named.
        """

        def question(connection: Connection) -> list[FileRecord]:
            if references:
                return [find(connection, reference) for reference in references]
            return files.in_state(connection, (FileState.NO_MATCH, FileState.DEFERRED))

        found = await self._desk.database.read(question)
        return tuple(await self._counsel.foresee(found))

    def _page(self, connection: Connection, *, library: str | None, after: int) -> Page:
        refuse_unknown_library(connection, library, self._desk.household.library_names)
        return latest_decisions(connection, after=after, library=library, limit=self._tried_at_once)

    def _rule_lines(self, records: Sequence[RuleRecord]) -> tuple[RuleLine, ...]:
        from rules.defaults import DEFAULT_RULES

        texts = self._counsel.rule_texts()
        known = {record.rule: record for record in records}
        idle = dict(describe_idle(self._rules))
        return tuple(
            replace(
                _rule_line(text, known.get(text.name)),
                is_shipped=text in DEFAULT_RULES,
                idle=idle.get(text.name),
            )
            for text in texts
        )


def describe_idle(rules: RuleSet) -> Iterator[tuple[str, str]]:
    """Yield the names of rules that can never decide, and why, in words."""
    from rules.overshadow import idle_rules

    for each in idle_rules(rules):
        if each.because_of is None:
            yield each.rule, "it can never fire: what its condition asks for is never there"
        else:
            always = f'rule "{each.because_of}" always decides before it'
            yield each.rule, f"it can never fire: {always}; put it above that one, or remove it"


def _try(page: Page, texts: tuple[RuleText, ...]) -> TrialPart:
    from daemon.desk.trying import try_page
    from rules.ruleset import compile_rules

    return try_page(page, compile_rules(texts))


def _rule_line(text: RuleText, record: RuleRecord | None) -> RuleLine:
    return RuleLine(
        name=text.name,
        when=text.when,
        then=text.then,
        reason=text.reason or None,
        is_shipped=False,
        fired=record.fired if record else 0,
        fired_lately=record.fired_lately if record else 0,
        last_at_s=record.last_at_s if record else None,
    )
