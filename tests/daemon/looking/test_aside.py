from collections.abc import Iterator
from threading import Event

import anyio
import pytest

from daemon.looking.aside import NoAnswer, run_aside


@pytest.fixture
def hung() -> Iterator[Event]:
    """An event that a thread waits for, as for a dead disk; set at the end."""
    event = Event()
    yield event
    event.set()


async def test_the_answer_comes_back() -> None:
    assert await run_aside(lambda: 7, patience_s=5) == 7


async def test_an_error_comes_back() -> None:
    def fail() -> int:
        raise FileNotFoundError("gone")

    with pytest.raises(FileNotFoundError, match="gone"):
        await run_aside(fail, patience_s=5)


async def test_a_call_that_hangs_is_left_behind(hung: Event) -> None:
    with anyio.fail_after(5), pytest.raises(NoAnswer, match=r"0\.05 s"):
        await run_aside(hung.wait, patience_s=0.05)


async def test_progress_is_waited_for(hung: Event) -> None:
    steps = iter(range(3))
    told: list[int] = []

    with anyio.fail_after(5), pytest.raises(NoAnswer):
        await run_aside(
            hung.wait,
            patience_s=0.05,
            progress=lambda: next(steps, 2),
            on_progress=told.append,
        )

    assert told == [1, 2]


async def test_a_cancelled_caller_does_not_wait(hung: Event) -> None:
    with anyio.move_on_after(0.05) as scope:
        await run_aside(hung.wait, patience_s=60)

    assert scope.cancelled_caught
