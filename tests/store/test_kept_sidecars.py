from pathlib import PurePosixPath

from store import kept_sidecars, sidecar_marks
from store.database import Connection
from store.journal import ChangeKind, intend_file, open_plan
from store.kept_sidecars import NFO, KeptSidecar

PATH = PurePosixPath("/films/Harbour at Dawn.nfo")


def test_what_stays_is_news_once_for_each_reason(connection: Connection) -> None:
    def keep(reason: str, at_s: float) -> bool:
        return kept_sidecars.keep(connection, 7, NFO, PATH, reason, at_s=at_s)

    assert [keep("edited", 1), keep("edited", 2), keep("locked", 3)] == [True, False, True]
    assert kept_sidecars.of_file(connection, 7) == [
        KeptSidecar(path=PATH, reason="locked", kept_at_s=3)
    ]


def test_what_is_released_stays_no_more(connection: Connection) -> None:
    kept_sidecars.keep(connection, 7, NFO, PATH, "edited", at_s=1)
    assert kept_sidecars.is_kept(connection, 7, NFO)

    kept_sidecars.release(connection, 7, NFO)

    assert not kept_sidecars.is_kept(connection, 7, NFO)
    assert kept_sidecars.of_file(connection, 7) == []


def test_marks_are_found_by_what_was_written(connection: Connection) -> None:
    plan_id = open_plan(connection, 7, None, at_s=1)
    for sha256 in ("a" * 64, "b" * 64):
        change_id = intend_file(
            connection,
            plan_id,
            ChangeKind.WRITE_SIDECAR,
            PATH,
            before_bytes=None,
            after_sha256=sha256,
            at_s=1,
        )
        if sha256.startswith("a"):
            sidecar_marks.note(connection, change_id, {"title": "12"})

    assert sidecar_marks.of_digest(connection, "a" * 64) == {"title": "12"}
    assert sidecar_marks.of_digest(connection, "b" * 64) is None
