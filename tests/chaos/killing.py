"""Rounds in which a process is killed at a random moment, and what is found after each."""

from __future__ import annotations

import os
import random
import select
import signal
import time
import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, fields
from pathlib import Path

from tests.chaos.doing import Doing
from tests.chaos.library import VIDEO, Library, Seen, Sight

_LONGEST_S = 1.0
"""A process is killed within this time after it began to work."""
_MOST_TOUCHES = 60
"""Names that are touched before a process kills itself, at the most."""
_PATIENCE_S = 120.0
_SHOWN_WRONG = 20
_TOLD_EVERY = 100


@dataclass(slots=True, kw_only=True)
class Outcome:
    """What the rounds came to."""

    kills: int = 0
    unfinished: int = 0
    """Rounds after which the journal knew of something begun."""
    between: int = 0
    """Rounds after which the folder was neither all as before nor all as after."""
    applied: int = 0
    taken_back: int = 0
    wrong: list[str] = field(default_factory=list)


class ChildFailed(Exception):
    """A process that should do something ended otherwise; its own words went to standard error."""


@dataclass(slots=True, kw_only=True)
class Rounds:
    """Kills a process again and again."""

    library: Library
    store: Path
    chance: random.Random
    tell: Callable[[str], None]
    outcome: Outcome = field(default_factory=Outcome)

    def run(self, kills: int) -> Outcome:
        """Prepare, kill so many times, finish, and compare what lies there at the end."""
        doing = Doing(library=self.library, store=self.store)
        _in_child(doing.prepare)
        before = self.library.look()
        after = self._learn(doing, before)
        is_accepting = True
        while self.outcome.kills < kills and not self.outcome.wrong:
            is_done = self._round(doing, before, after, is_accepting=is_accepting)
            is_accepting ^= is_done
            if self.outcome.kills % _TOLD_EVERY == 0 and not is_done:
                self.tell(f"{self.outcome.kills} kills")
        self._finish(doing, before)
        return self.outcome

    def _learn(self, doing: Doing, before: Sight) -> Sight:
        """Apply everything once undisturbed, and take it back, to know what it comes to."""
        _in_child(lambda: doing.go_on(is_accepting=True, seed=0, then=_hear_nothing))
        after = self.library.look()
        if len(after) < len(before) + self.library.films:
            self.outcome.wrong.append(f"only {len(after) - len(before)} files were written")
        if not any(name not in before for name in after if name.endswith(VIDEO)):
            self.outcome.wrong.append("no film was renamed")
        self._finish(doing, before)
        return after

    def _round(self, doing: Doing, before: Sight, after: Sight, *, is_accepting: bool) -> bool:
        """Let a process recover, look, let it work, and kill it; return whether it was done."""
        seed = self.chance.randrange(2**32)
        doom = self.chance.choice([None, self.chance.randrange(1, _MOST_TOUCHES)])
        with _pipes() as (told, tell), _pipes() as (go, let_go):

            def recovered(unfinished: int) -> None:
                os.write(tell, bytes([min(unfinished, 255)]))
                os.read(go, 1)

            child = _fork(
                lambda: doing.go_on(is_accepting=is_accepting, seed=seed, then=recovered, doom=doom)
            )
            unfinished = _heard(told, child)
            self.outcome.unfinished += bool(unfinished)
            self._compare(before, after)
            os.write(let_go, b"!")
            patience_s = _PATIENCE_S if doom else self.chance.uniform(0, _LONGEST_S)
            return self._kill_later(child, patience_s, is_accepting=is_accepting)

    def _kill_later(self, child: int, patience_s: float, *, is_accepting: bool) -> bool:
        """Kill a process then, unless it is done or killed itself; return whether it was done."""
        until_s = time.monotonic() + patience_s
        while (left_s := until_s - time.monotonic()) > 0:
            ended, status = os.waitpid(child, os.WNOHANG)
            if ended and os.WIFSIGNALED(status) and os.WTERMSIG(status) == signal.SIGKILL:
                self.outcome.kills += 1
                return False
            if ended:
                _check(status)
                self.outcome.applied += is_accepting
                self.outcome.taken_back += not is_accepting
                return True
            time.sleep(min(left_s, 0.005))
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        self.outcome.kills += 1
        return False

    def _compare(self, before: Sight, after: Sight) -> None:
        """Look whether each file is wholly as before or wholly as after."""
        now = self.library.look()
        wrong = [
            f"{name} is neither as before nor as after"
            for name, seen in now.items()
            if seen.content not in _contents(name, before, after)
            and seen.content not in _contents(self.library.former_name(name), before)
        ]
        wrong += [f"{name} is gone" for name in before if name in after and name not in now]
        wrong += self._wrong_families(before, after, now)
        self.outcome.wrong += wrong[:_SHOWN_WRONG]
        contents = {name: seen.content for name, seen in now.items()}
        self.outcome.between += contents not in (
            {name: seen.content for name, seen in before.items()},
            {name: seen.content for name, seen in after.items()},
        )

    def _wrong_families(self, before: Sight, after: Sight, now: Sight) -> Iterator[str]:
        """Yield videos that are gone, were touched, or lack what was to go along with them."""
        places = {seen.inode: name for name, seen in now.items() if name.endswith(VIDEO)}
        later = {seen.inode: name for name, seen in after.items() if name.endswith(VIDEO)}
        for former, seen in before.items():
            if seen.inode is None:
                continue

            place = places.get(seen.inode)
            if place not in {former, later[seen.inode]} or now.get(place or "") != seen:
                yield f"{former} is gone, or was touched"
                continue

            other = former if place != former else later[seen.inode]
            stray = [name for name in now if other != place and self.library.is_of(name, other)]
            yield from (f"{name} lies where {place} is not" for name in stray)
            if place == former:
                beside = [name for name in before if self.library.is_of(name, former)]
                yield from (f"{name} is gone" for name in beside if name not in now)

    def _finish(self, doing: Doing, before: Sight) -> None:
        """Let what is under way end, take everything back, and compare."""
        _in_child(lambda: doing.go_on(is_accepting=False, seed=0, then=_hear_nothing))
        now = self.library.look()
        differing = sorted(name for name in {*now, *before} if now.get(name) != before.get(name))
        self.outcome.wrong += [
            f"{name} is not what it was: {_difference(before.get(name), now.get(name))}"
            for name in differing[:_SHOWN_WRONG]
        ]
        if not _is_done_in_child(lambda: _demand_nothing_known(doing)):
            self.outcome.wrong.append("the store still knows of works that were taken back")


def _contents(name: str, *sights: Sight) -> set[bytes]:
    return {sight[name].content for sight in sights if name in sight}


def _difference(before: Seen | None, now: Seen | None) -> str:
    if before is None or now is None:
        return "it was not there" if before is None else "it is gone"

    parts = [
        each.name for each in fields(Seen) if getattr(before, each.name) != getattr(now, each.name)
    ]
    return f"its {', '.join(parts)} ({now.content[:60]!r})"


def _demand_nothing_known(doing: Doing) -> None:
    known = doing.count_known()
    if known:
        raise ChildFailed(f"{known} works, people, tags and ids are left in the store")


def _hear_nothing(_: int) -> None:
    """Let a process go on at once."""


@contextmanager
def _pipes() -> Iterator[tuple[int, int]]:
    ends = os.pipe()
    try:
        yield ends
    finally:
        for end in ends:
            os.close(end)


def _heard(told: int, child: int) -> int:
    """Return the byte that a process says."""
    ready, _, _ = select.select([told], [], [], _PATIENCE_S)
    if not ready:
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        raise ChildFailed("a process did not recover in time")

    return os.read(told, 1)[0]


def _in_child(work: Callable[[], None]) -> None:
    """Do something in a process of its own, so that this one has no threads."""
    _, status = os.waitpid(_fork(work), 0)
    _check(status)


def _is_done_in_child(work: Callable[[], None]) -> bool:
    _, status = os.waitpid(_fork(work), 0)
    return status == 0


def _fork(work: Callable[[], None]) -> int:
    child = os.fork()
    if child:
        return child

    code = 1
    try:
        work()
        code = 0
    except BaseException:  # noqa: BLE001  # nothing of the parent may run in the child
        traceback.print_exc()
    finally:
        os._exit(code)


def _check(status: int) -> None:
    if status != 0:
        raise ChildFailed(f"a process ended with status {status}")
