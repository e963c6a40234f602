"""The part of the API that takes NFO files for known works."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.import_views import IMPORT, ImportView
from daemon.desk.importing import Importing
from daemon.web.bodies import Body
from daemon.web.errors import NOT_FOUND
from daemon.web.operations import Operation, changing


class ImportRequest(Body):
    """NFO files that are to be taken for what their videos are."""

    folder: str | None = None
    """Only below this one; all libraries when left out."""
    is_dry: bool = False
    """Whether only to say what would come of it."""


def importing_operations(desk: Desk) -> list[Operation]:
    """Return the operation."""
    importing = Importing(desk)

    async def take(asked: ImportRequest) -> ImportView:
        return await importing.import_nfo(asked.folder, is_dry=asked.is_dry)

    return [
        changing(
            "/import-nfo",
            "Take the NFO files beside videos for what these are; contradictions are left.",
            ImportRequest,
            IMPORT,
            take,
            errors=frozenset({NOT_FOUND}),
        )
    ]
