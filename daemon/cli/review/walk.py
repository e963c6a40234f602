"""A walk through the questions: one after the other, with the keys of the page."""

from __future__ import annotations

from collections.abc import AsyncIterator
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console

from daemon.cli.review.asking import Asking, Lookup, Wanted
from daemon.cli.review.screen import (
    HELP,
    PROMPT,
    show_found,
    show_proposal,
    show_question,
    show_said,
)
from daemon.cli.show import escape
from daemon.desk.queue_views import LastAnswer
from daemon.desk.views import FileView
from daemon.remote import DaemonError

_END = "q"
_VERBS = {"a": "accept", "r": "reject"}
_ENTER = ("\n", "\r")


class Keys(Protocol):
    """Whoever presses keys."""

    async def key(self) -> str | None:
        """Return the next key; None when there will be none."""

    async def line(self, question: str) -> str | None:
        """Return a line that answers a question; None when nobody does."""

    def forget(self) -> None:
        """Forget what was pressed until now."""


@dataclass(slots=True, kw_only=True)
class Walk:
    """Leads somebody from question to question until they have enough."""

    asking: Asking
    keys: Keys
    out: Console
    wanted: Wanted = field(default_factory=Wanted)
    _numbers: list[int] = field(default_factory=list)
    """Files in the order in which they were come to."""
    _seen: set[int] = field(default_factory=set)
    """Those that are not come to again, unless by going back."""
    _at: int = 0
    _view: FileView | None = None
    _chosen: int | None = None
    _said: list[LastAnswer] = field(default_factory=list)
    """What was answered in this walk, the latest last."""
    _answers: int = 0
    _ahead: AsyncIterator[int] | None = None

    async def run(self, first: int | None = None) -> int:
        """Walk, beginning with a file if one is named; return how many questions were answered."""
        if first is not None:
            self._add(first)
        if not await self._come():
            self.out.print("Nothing waits for you.")
            return 0

        while (key := await self.keys.key()) not in {None, _END}:
            await self._press(key or "")
        return self._answers

    async def _press(self, key: str) -> None:
        """Do what a key means; what the desk refuses is told, and the question shown as it is."""
        try:
            await self._do(key)
        except DaemonError as error:
            self.out.print(escape(str(error)), style="red")
            if self._view is not None:
                await self._come()

    async def _do(self, key: str) -> None:
        if key in _VERBS:
            await self._choose_and(_VERBS[key])
        elif key == "d":
            await self._answer("dismiss", None)
        elif key in {"s", "j"}:
            await self._go(1)
        elif key == "k":
            await self._go(-1)
        elif key == "u":
            await self._undo()
        elif key == "e":
            await self._search()
        elif key.isdecimal():
            await self._choose(int(key))
        elif key in _ENTER:
            await self._show()
        else:
            self.out.print(HELP)

    async def _choose_and(self, verb: str) -> None:
        if self._view is not None and self._view.candidates and self._chosen is None:
            numbers = ", ".join(str(each.number) for each in self._view.candidates)
            self.out.print(f"Which one? Press its number first: {numbers}", style="yellow")
            return

        await self._answer(verb, self._chosen)

    async def _answer(self, verb: str, candidate: int | None) -> None:
        if self._view is None:
            self.out.print("There is no question here.", style="yellow")
            return

        answered = await self.asking.answer(verb, self._view, candidate)
        show_said(answered, self.out)
        last = await self.asking.last_answer(answered.number)
        if last is not None and answered.has_changed:
            self._said.append(last)
            self._answers += 1
        if verb == "reject":  # the rules look at what is left, and may ask again
            self._seen.discard(answered.number)
        await self._go(1)

    async def _undo(self) -> None:
        if not self._said:
            self.out.print("Nothing was answered in this walk; see doorman undo.", style="yellow")
            return

        last = self._said.pop()
        show_said(await self.asking.retract(last), self.out)
        self._answers -= 1
        self._at = len(self._numbers) - 1 - self._numbers[::-1].index(last.number)
        await self._show()

    async def _choose(self, number: int) -> None:
        if self._view is None or not any(each.is_told_by(number) for each in self._view.candidates):
            self.out.print(f"There is no candidate {number} here.", style="yellow")
            return

        self._chosen = number
        await self._propose()
        self.out.print(PROMPT, style="dim")

    async def _search(self) -> None:
        if self._view is None:
            self.out.print("There is no question here.", style="yellow")
            return

        lookup = await self._ask_lookup()
        if lookup is None:
            self.out.print("Nothing was looked for.")
            return

        found = await self.asking.search(str(self._view.line.number), lookup)
        show_found(found, self.out)
        await self._show()

    async def _ask_lookup(self) -> Lookup | None:
        """Return what is to be looked for, and where, as it is typed."""
        source = await self._ask_source()
        if source is None:
            return None

        said = await self.keys.line("words, an address, or id:ID (nothing: look for nothing): ")
        if not said:
            return None
        if said.startswith("id:"):
            return Lookup(source=source, id=said.removeprefix("id:").strip())
        if said.startswith(("http://", "https://")):
            return Lookup(source=source, url=said)
        return Lookup(source=source, text=said)

    async def _ask_source(self) -> str | None:
        known = await self.asking.sources()
        if len(known) == 1:
            return known[0]

        said = await self.keys.line(f"at which source ({', '.join(known)}): ")
        if said and said not in known:
            self.out.print(f"There is no source {escape(said)}.", style="yellow")
        return said if said in known else None

    async def _go(self, steps: int) -> None:
        """Go on or back; at either end, say so and stay."""
        if self._at + steps < 0:
            self.out.print("That is the first one.", style="yellow")
            return

        self._at = min(self._at + steps, len(self._numbers))
        await self._come()

    async def _come(self) -> bool:
        """Show the question at this place; return False where nothing more waits."""
        while self._at < len(self._numbers) or await self._reach_next():
            try:
                await self._show()
            except DaemonError as error:  # it is gone
                self.out.print(escape(str(error)), style="red")
                self._at += 1
            else:
                return True

        self._view = None
        if self._numbers:
            self.out.print("\nNo other question waits. u undo, k back, q quit", style="bold")
        return False

    async def _reach_next(self) -> bool:
        """Add the next file that waits and was not come to; at the end, look again from the newest.

        So what came to wait during the walk is come to, too.
        """
        for _ in range(2):
            if self._ahead is None:
                self._ahead = self._waiting()
            async for number in self._ahead:
                if number not in self._seen:
                    self._add(number)
                    return True

            self._ahead = None
        return False

    def _add(self, number: int) -> None:
        self._numbers.append(number)
        self._seen.add(number)

    async def _waiting(self) -> AsyncIterator[int]:
        async for line in self.asking.lines(self.wanted):
            yield line.number

    async def _show(self) -> None:
        """Show the question at this place as it is now."""
        if self._at >= len(self._numbers):
            await self._come()
            return

        view = await self.asking.show(self._numbers[self._at])
        is_same = self._view is not None and self._view.line.number == view.line.number
        is_there = any(each.is_told_by(self._chosen) for each in view.candidates)
        only = view.candidates[0].number if len(view.candidates) == 1 else None
        self._view = view
        self._chosen = self._chosen if is_same and is_there else only
        self.keys.forget()
        show_question(view, self._chosen, f"question {self._at + 1}", self.out)
        await self._propose()
        self.out.print(PROMPT, style="dim")

    async def _propose(self) -> None:
        """Show what accepting the chosen candidate would come to."""
        if self._view is None or self._chosen is None:
            return

        try:
            proposal = await self.asking.propose(self._view.line.number, self._chosen)
        except DaemonError as error:
            self.out.print(escape(str(error)), style="yellow")
        else:
            show_proposal(proposal, self.out)
