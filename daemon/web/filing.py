"""The part of the API that shows files and takes what a person says of them."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.views import (
    ANSWERED,
    FILE,
    FILE_LINES,
    STATUS,
    Answered,
    FileLine,
    FileView,
    StatusView,
)
from daemon.web.bodies import AcceptRequest, AnswerRequest, UndoOneRequest, WholeAnswerRequest
from daemon.web.operations import Operation, changing, reading
from daemon.web.queries import FileQuery, FilesQuery, NoQuery
from rules.journey import FileState


def showing_operations(desk: Desk) -> list[Operation]:
    """Return the operations that show how everything stands, and each file."""

    async def status(_: NoQuery) -> StatusView:
        return await desk.status()

    async def files(asked: FilesQuery) -> tuple[FileLine, ...]:
        return await desk.list_files(asked.state or tuple(FileState))

    async def file(asked: FileQuery) -> FileView:
        return await desk.show(asked.file)

    return [
        reading("/status", "Tell how everything stands.", NoQuery, STATUS, status),
        reading(
            "/files", "List files, whoever waits longest first.", FilesQuery, FILE_LINES, files
        ),
        reading("/file", "Show one file, with what is offered for it.", FileQuery, FILE, file),
    ]


def answering_operations(desk: Desk) -> list[Operation]:
    """Return the operations by which a person decides."""

    async def accept(asked: AcceptRequest) -> Answered:
        return await desk.accept(
            asked.file, number=asked.candidate, revision=asked.revision, fields=asked.fields
        )

    async def reject(asked: AnswerRequest) -> Answered:
        return await desk.reject(asked.file, number=asked.candidate, revision=asked.revision)

    async def dismiss(asked: WholeAnswerRequest) -> Answered:
        return await desk.dismiss(asked.file, revision=asked.revision)

    async def undo(asked: UndoOneRequest) -> Answered:
        return await desk.undo(asked.file, revision=asked.revision, is_forced=asked.is_forced)

    return [
        changing("/accept", "Say that a file is this candidate.", AcceptRequest, ANSWERED, accept),
        changing(
            "/reject",
            "Say that a file is not this candidate, for good.",
            AnswerRequest,
            ANSWERED,
            reject,
        ),
        changing(
            "/dismiss",
            "Leave a file alone until it changes or somebody asks again.",
            WholeAnswerRequest,
            ANSWERED,
            dismiss,
        ),
        changing(
            "/undo",
            "Take back the latest decision about a file, sidecars too.",
            UndoOneRequest,
            ANSWERED,
            undo,
        ),
    ]
