"""What lay beside a file, as the desk tells of it."""

from __future__ import annotations

from daemon.desk.beside_views import BesideView
from rules.decision import DecisionInput
from rules.explain_sidecar import explain_said
from rules.media import path_to_text
from rules.work import ExternalId
from store.sidecars import SidecarRecord


def beside_view(record: SidecarRecord | None, given: DecisionInput | None) -> BesideView | None:
    """Return the NFO beside a file; its ids are as they were when the file was decided about."""
    if record is None:
        return None

    counted = given.sidecar if given else None
    is_same = counted is not None and counted.sha256 == record.sha256
    ids = counted.ids if counted is not None and is_same else frozenset[ExternalId]()
    return BesideView(
        path=path_to_text(record.path),
        written_at_s=record.mtime_ns / 1e9,
        sha256=record.sha256,
        is_own=record.is_own,
        trouble=record.trouble,
        says=explain_said(record.says, ids) if record.says is not None else (),
    )
