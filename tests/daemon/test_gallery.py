from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path

import anyio
import pytest

from daemon.disk.pictures import KeptPicture, Pictures
from daemon.gallery import AT_ONCE, LEFT_ALONE_S, MOST_FAILURES, Gallery
from providers.pictures import NoPicture, Picture
from providers.sandbox.pictures import png

ONE = png(16, 9, 1)
HERE = "https://a.example/1"


@dataclass
class Far:
    """A server far away, which may take its time."""

    may_answer: anyio.Event = field(default_factory=anyio.Event)
    asked: list[tuple[str, str | None]] = field(default_factory=list)
    is_down: bool = False
    busy: int = 0
    busiest: int = 0

    async def fetch(self, address: str, *, source_url: str | None = None) -> Picture:
        self.asked.append((address, source_url))
        self.busy += 1
        self.busiest = max(self.busy, self.busiest)
        await self.may_answer.wait()
        self.busy -= 1
        if self.is_down:
            raise NoPicture("a.example", "HTTP 500")
        return Picture(content=ONE, media_type="image/png")


@dataclass
class Log:
    lines: list[str] = field(default_factory=list)

    def info(self, event: str, **facts: object) -> None:
        self.lines.append(f"{event} {facts['reason']}")


@pytest.fixture
def far() -> Far:
    return Far()


@pytest.fixture
def log() -> Log:
    return Log()


@pytest.fixture
def clock() -> list[float]:
    return [0.0]


@pytest.fixture
def gallery(tmp_path: Path, far: Far, log: Log, clock: list[float]) -> Gallery:
    kept = Pictures(tmp_path / "pictures", most_bytes=1000, budget_bytes=10**6)
    return Gallery(far, kept, now=lambda: clock[0], log=log)


async def look(gallery: Gallery, address: str = HERE) -> KeptPicture | None:
    return await gallery.picture(address, source_url="https://a.example/graphql")


async def test_a_picture_is_fetched_once(gallery: Gallery, far: Far) -> None:
    far.may_answer.set()

    first, second = await look(gallery), await look(gallery)

    assert first is not None
    assert (first, first.content) == (second, ONE)
    assert far.asked == [(HERE, "https://a.example/graphql")]


async def test_all_who_ask_meanwhile_get_the_same_fetch(gallery: Gallery, far: Far) -> None:
    found: list[KeptPicture | None] = []

    async def ask() -> None:
        found.append(await look(gallery))

    async with anyio.create_task_group() as tasks:
        for _ in range(3):
            tasks.start_soon(ask)
        await anyio.wait_all_tasks_blocked()
        far.may_answer.set()

    assert [each is not None for each in found] == [True] * 3
    assert len(far.asked) == 1


async def test_few_are_fetched_at_a_time(gallery: Gallery, far: Far) -> None:
    async with anyio.create_task_group() as tasks:
        for number in range(AT_ONCE * 3):
            tasks.start_soon(look, gallery, f"https://a.example/{number}")
        await anyio.wait_all_tasks_blocked()
        far.may_answer.set()

    assert len(far.asked) == AT_ONCE * 3
    assert far.busiest <= AT_ONCE


async def test_what_cannot_be_had_is_left_alone_for_a_while(
    gallery: Gallery, far: Far, log: Log, clock: list[float]
) -> None:
    far.is_down = True
    far.may_answer.set()

    assert await look(gallery) is None
    assert await look(gallery) is None
    clock[0] += LEFT_ALONE_S
    assert await look(gallery) is None

    assert len(far.asked) == 2
    assert log.lines[0].startswith("picture.missed a.example gave HTTP 500 instead")


async def test_a_full_disk_costs_a_picture_and_nothing_else(
    tmp_path: Path, far: Far, log: Log
) -> None:
    (tmp_path / "pictures").write_text("in the way")
    kept = Pictures(tmp_path / "pictures", most_bytes=1000, budget_bytes=10**6)
    far.may_answer.set()

    assert await look(Gallery(far, kept, now=lambda: 0.0, log=log)) is None
    assert len(log.lines) == 1


async def test_failures_are_not_remembered_without_end(gallery: Gallery, far: Far) -> None:
    far.is_down = True
    far.may_answer.set()

    for number in range(MOST_FAILURES + 1):
        await look(gallery, f"https://a.example/{number}")
    asked = len(far.asked)
    await look(gallery, "https://a.example/0")

    assert len(far.asked) == asked + 1
