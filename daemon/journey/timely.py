"""News that comes up by the clock: a source out of reach for long, old questions, the summary."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import time
from functools import partial

from daemon.push.channels import Local
from rules.quiet_hours import latest_at
from store import chores, news
from store.chores import Day, SourceTrouble
from store.database import Connection, Database
from store.news import SOURCE_IS_BACK, News, NewsKind

LOOK_EVERY_S = 30.0
REMIND_EVERY_S = 600.0
"""Looking for old questions reads what was told of all; and so they come together."""
_SUMMARY = "summary"


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceState:
    """How a source is just now, as far as anybody tried."""

    is_down: bool
    """It failed, and rests or waits for a trial."""
    is_up: bool
    """It answered; neither is said of one that nobody has asked yet."""
    reason: str | None
    """The latest failure, in words."""


@dataclass(slots=True)
class _Looked:
    """When what was looked at last."""

    at_s: float = 0.0
    reminded_at_s: float = 0.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Timely:
    """Owes people what the time has come for."""

    database: Database
    wanted: Collection[str]
    """The kinds of news that any channel wants; others are not looked for."""
    sources: Callable[[], Mapping[str, SourceState]]
    down_after_s: float
    remind_after_s: float
    summary_at: time
    now: Callable[[], float]
    local: Local
    _looked: _Looked = field(default_factory=_Looked)

    async def look(self) -> None:
        """Owe people what the time has come for; looks no more often than is of use."""
        now_s = self.now()
        if 0 <= now_s - self._looked.at_s < LOOK_EVERY_S:
            return

        self._looked.at_s = now_s
        if NewsKind.SOURCE_DOWN in self.wanted:
            await self._look_at_sources(now_s)
        if NewsKind.REMINDER in self.wanted:
            await self._look_for_old_questions(now_s)
        if NewsKind.SUMMARY in self.wanted:
            await self._look_at_the_day(now_s)

    async def _look_at_sources(self, now_s: float) -> None:
        states = self.sources()
        known = await self.database.read(chores.troubles)
        changed = {
            name
            for name, state in states.items()
            if (state.is_down and _is_to_be_noted(known.get(name), now_s - self.down_after_s))
            or (state.is_up and name in known)
        }
        for name in sorted(changed):
            note = partial(self._note_source, name=name, state=states[name], at_s=now_s)
            await self.database.write(note)

    def _note_source(
        self, connection: Connection, *, name: str, state: SourceState, at_s: float
    ) -> None:
        trouble = chores.troubles(connection).get(name)
        if state.is_up:
            chores.note_trouble(connection, name, since_s=None, told_at_s=None)
            if trouble is not None and trouble.told_at_s is not None:
                _tell_of_source(connection, name, SOURCE_IS_BACK, at_s=at_s)
            return

        since_s = trouble.since_s if trouble else at_s
        is_long = at_s - since_s >= self.down_after_s
        chores.note_trouble(connection, name, since_s=since_s, told_at_s=at_s if is_long else None)
        if is_long:
            reason = state.reason or "it does not answer; see whether its site is up"
            _tell_of_source(connection, name, reason, at_s=at_s)

    async def _look_for_old_questions(self, now_s: float) -> None:
        if 0 <= now_s - self._looked.reminded_at_s < REMIND_EVERY_S:
            return

        self._looked.reminded_at_s = now_s
        since_s = now_s - self.remind_after_s
        if await self.database.read(partial(chores.overdue, since_s=since_s)):
            await self.database.write(partial(_remind, since_s=since_s, at_s=now_s))

    async def _look_at_the_day(self, now_s: float) -> None:
        due_at_s = latest_at(self.summary_at, self.local(now_s)).timestamp()
        done_at_s = await self.database.read(partial(chores.done_at_s, name=_SUMMARY))
        if done_at_s is None or done_at_s < due_at_s:
            await self.database.write(partial(_sum_up, since_s=done_at_s, at_s=now_s))


def _is_to_be_noted(trouble: SourceTrouble | None, long_ago_s: float) -> bool:
    """Tell whether there is anything to note of a source that is out of reach."""
    if trouble is None:
        return True

    return trouble.told_at_s is None and trouble.since_s <= long_ago_s


def _tell_of_source(connection: Connection, name: str, detail: str, *, at_s: float) -> None:
    told = News(kind=NewsKind.SOURCE_DOWN, subject=name, detail=detail, about=(name,))
    news.add(connection, told, file_id=None, at_s=at_s)


def _remind(connection: Connection, *, since_s: float, at_s: float) -> None:
    """Owe reminders of all old questions at once, so that they go out together."""
    old = chores.overdue(connection, since_s=since_s)
    for each in old:
        told = replace(each.news, kind=NewsKind.REMINDER)
        news.add(connection, told, file_id=each.file_id, at_s=at_s)
    chores.note_reminded(connection, old, at_s=at_s)


def _sum_up(connection: Connection, *, since_s: float | None, at_s: float) -> None:
    """Owe the summary, if anything happened; the first is due a day after the first look."""
    chores.note_done(connection, _SUMMARY, at_s=at_s)
    if since_s is None:
        return

    lines = _lines(chores.day(connection, since_s=since_s))
    lines += [f"{source} does not answer." for source in sorted(chores.troubles(connection))]
    if lines:
        told = News(kind=NewsKind.SUMMARY, subject="", detail="\n".join(lines))
        news.add(connection, told, file_id=None, at_s=at_s)


def _lines(day: Day) -> list[str]:
    accepted = day.accepted_by_rules + day.accepted_by_people
    counted = (
        (
            accepted,
            f"Accepted: {accepted}, of these {day.accepted_by_people} by you.",
        ),
        (day.asked, f"New questions: {day.asked}."),
        (day.waiting, f"Waiting for your answer: {day.waiting}."),
        (day.failed, f"Cannot be examined: {day.failed}."),
    )
    return [line for count, line in counted if count]
