"""The child that makes documented tables of copies: started, waited for, and understood."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Sequence

import anyio
from pydantic import ValidationError

from rules.errors import DoormanError
from store.query_protocol import QueryOrder, QueryReport

COMMAND = (sys.executable, "-P", "-m", "store.query_child")


class ReaderBroken(DoormanError):
    """The child ended without a word."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "what was asked for could not be read: it took too much memory or too long a "
            "computation; ask for less, or give the [store] folder and this machine more room"
        )


async def read_apart(order: QueryOrder, *, command: Sequence[str] = COMMAND) -> QueryReport:
    """Return what the child reports; it is killed where the caller is cancelled.

    Raises:
        ReaderBroken: it reported nothing.

    """
    try:
        return QueryReport.model_validate_json(await _said(order, command))
    except (ValidationError, OSError) as error:
        raise ReaderBroken from error
    except ExceptionGroup as group:
        if group.split(anyio.BrokenResourceError)[1] is not None:
            raise

        raise ReaderBroken from group  # it ended before it had read what it shall do


async def _said(order: QueryOrder, command: Sequence[str]) -> bytes:
    ended = await anyio.run_process(
        command,
        input=order.model_dump_json().encode(),
        stderr=subprocess.DEVNULL,
        check=False,
        env={},  # it needs nothing of ours
    )
    return ended.stdout
