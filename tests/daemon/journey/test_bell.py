import anyio
import pytest

from daemon.journey.bell import Bell

pytestmark = pytest.mark.anyio

LONG_S = 30.0


async def test_ring_wakes_whoever_listens() -> None:
    bell = Bell()
    async with anyio.create_task_group() as tasks:
        tasks.start_soon(anyio.to_thread.run_sync, lambda: anyio.from_thread.run_sync(bell.ring))

        assert await bell.heard(timeout_s=LONG_S)


async def test_ring_while_nobody_listens_is_heard_at_the_next_listening() -> None:
    bell = Bell()

    bell.ring()

    assert await bell.heard(timeout_s=LONG_S)


async def test_ring_is_heard_even_by_whoever_has_no_time() -> None:
    bell = Bell()

    bell.ring()

    assert await bell.heard(timeout_s=0)


async def test_several_rings_are_heard_as_one() -> None:
    bell = Bell()

    bell.ring()
    bell.ring()

    assert await bell.heard(timeout_s=LONG_S)
    assert not await bell.heard(timeout_s=0)


async def test_silence_ends_with_the_time() -> None:
    assert not await Bell().heard(timeout_s=0.001)


async def test_bell_may_be_made_and_rung_before_anything_runs() -> None:
    bell = await anyio.to_thread.run_sync(Bell)

    bell.ring()

    assert await bell.heard(timeout_s=LONG_S)
