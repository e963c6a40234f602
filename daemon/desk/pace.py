"""How much is to be examined, and how fast that goes."""

from __future__ import annotations

from dataclasses import dataclass

from daemon.desk.views import ExaminingView
from rules.journey import FileState
from rules.pace import LATEST, Pace, pace_of
from store import contents, files, regeneration
from store.database import Connection
from store.regeneration import Complete, Standing

_MINUTE_S = 60


@dataclass(frozen=True, slots=True, kw_only=True)
class _Left:
    """What is to be examined."""

    new: int
    again: Standing
    size_bytes: int
    """Of all together; of new ones alone where no file is read whole."""

    @property
    def files(self) -> int:
        return self.new + self.again.waiting

    def time_s(self, pace: Pace | None, complete: Complete) -> float | None:
        if pace is None:
            return None

        return pace.time_left_s(
            files=self.files, size_bytes=self.size_bytes, is_read_whole=complete.has_md5
        )


def examining(
    connection: Connection, again: Standing, *, complete: Complete, now_s: float
) -> ExaminingView:
    """Return how much is to be examined, and how fast that goes now."""
    left = _left(connection, again, complete)
    pace = _pace(connection, complete, now_s=now_s) if left.files else None
    return ExaminingView(
        new=left.new,
        again=left.again.waiting,
        given_up=left.again.given_up,
        given_up_reason=left.again.reason,
        per_minute=pace.files_per_s * _MINUTE_S if pace else None,
        left_s=left.time_s(pace, complete),
    )


def waiting_for(connection: Connection, *, complete: Complete) -> tuple[int, float | None]:
    """Return how much is to be examined, and how long that takes at the pace there was last."""
    left = _left(connection, regeneration.standing(connection), complete)
    return left.files, left.time_s(_pace(connection, complete, now_s=None), complete)


def _pace(connection: Connection, complete: Complete, *, now_s: float | None) -> Pace | None:
    """Return the pace of what was examined as it would be now."""
    done = contents.lately_examined(connection, limit=LATEST, with_md5=complete.has_md5)
    return pace_of(done, now_s=now_s)


def _left(connection: Connection, again: Standing, complete: Complete) -> _Left:
    new, size_bytes = files.volume(connection, (FileState.SETTLED,))
    if complete.has_md5 and again.waiting:
        size_bytes += regeneration.waiting_bytes(connection)
    return _Left(new=new, again=again, size_bytes=size_bytes)
