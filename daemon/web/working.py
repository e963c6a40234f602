"""The part of the API that has work done: looking, asking again, fingerprinting."""

from __future__ import annotations

from pydantic import TypeAdapter

from daemon.desk.desk import Desk
from daemon.desk.views import MANY_ANSWERED, REQUESTED, Answered, Requested
from daemon.web.bodies import FilesRequest, GenerateRequest, LibrariesRequest
from daemon.web.operations import Operation, changing

NAMES = TypeAdapter(tuple[str, ...])


def working_operations(desk: Desk) -> list[Operation]:
    """Return the operations; the work itself is done in the background."""

    async def identify(asked: FilesRequest) -> tuple[Answered, ...]:
        return await desk.identify(asked.files)

    async def scan(asked: LibrariesRequest) -> tuple[str, ...]:
        return await desk.scan(asked.libraries, is_confirmed=asked.is_confirmed)

    async def generate(asked: GenerateRequest) -> Requested:
        return await desk.generate(
            asked.libraries, is_all=asked.is_all, with_sheets=asked.with_sheets
        )

    return [
        changing(
            "/identify",
            "Ask the sources again about files, or about all that none of them knew.",
            FilesRequest,
            MANY_ANSWERED,
            identify,
        ),
        changing(
            "/scan", "Look through libraries; return their names.", LibrariesRequest, NAMES, scan
        ),
        changing(
            "/generate",
            "Compute fingerprints that are missing or outdated.",
            GenerateRequest,
            REQUESTED,
            generate,
        ),
    ]
