"""The part of the API that has sidecars brought to what they should be now."""

from __future__ import annotations

from daemon.desk.desk import Desk
from daemon.desk.rewriting import Rewriting
from daemon.desk.rewriting_views import REWRITE, RewriteView
from daemon.web.bodies import Body
from daemon.web.errors import CONFLICT
from daemon.web.operations import Operation, changing


class WriteRequest(Body):
    """Accepted files beside which all is to be as it should be now."""

    files: tuple[str, ...] = ()
    """Each its number, its path, or any part of its name that fits only one."""
    libraries: tuple[str, ...] = ()
    """All accepted files of these."""
    is_all: bool = False
    """All accepted files there are."""
    is_dry: bool = False
    """Whether only to say what would come of it."""


def rewriting_operations(desk: Desk) -> list[Operation]:
    """Return the operation."""
    rewriting = Rewriting(desk)

    async def write(asked: WriteRequest) -> RewriteView:
        return await rewriting.rewrite(
            asked.files, asked.libraries, is_all=asked.is_all, is_dry=asked.is_dry
        )

    return [
        changing(
            "/write",
            "Bring sidecars of accepted files to what they should be now; what somebody else "
            "wrote stays.",
            WriteRequest,
            REWRITE,
            write,
            errors=frozenset({CONFLICT}),
        )
    ]
