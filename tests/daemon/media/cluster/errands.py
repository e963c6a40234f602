"""What these tests have Dask workers do; sent by name."""

from __future__ import annotations

import sys

from daemon.media.cluster.resident import serve_order

HOSTILE = (sys.executable, "-P", "-m", "tests.daemon.media.cluster.hostile_process")


async def serve_hostile(text: str) -> str:
    """Serve with worker processes that misbehave on purpose."""
    return await serve_order(text, HOSTILE)


async def serve_stranger(text: str) -> str:
    """Serve as a worker with another grid does."""
    reply = await serve_order(text.replace('"grid":"', '"grid":"un'))
    return reply.replace('"grid":"', '"grid":"un')


async def talk_nonsense(_text: str) -> str:
    """Reply with no reply."""
    return "nonsense"


async def answer_nonsense(_text: str) -> str:
    """Reply with a reply that holds no answer."""
    return '{"kind": "done", "worker": "w", "stamp": null, "answer": "nonsense"}'


async def lack_doorman(_text: str) -> str:
    """Fail as a worker does where doorman is not installed."""
    raise ModuleNotFoundError("No module named 'daemon'")
