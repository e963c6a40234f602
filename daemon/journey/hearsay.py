"""From an NFO as it was read to what asking and deciding make of it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import PurePath

from rules.media import path_to_text
from rules.premises import Premises
from rules.sidecar_ids import ids_at
from rules.sidecar_says import Sidecar, without_mere_name
from store.files import FileRecord
from store.sidecars import SidecarRecord


def sidecar_of(
    record: SidecarRecord | None, file: FileRecord, premises: Premises
) -> Sidecar | None:
    """Return what somebody else says beside a file; None where nobody does, or nobody may."""
    if record is None or not premises.reads_sidecars or record.is_own:
        return None
    if record.says is None or record.sha256 is None:
        return None

    return Sidecar(
        name=path_to_text(PurePath(record.path.name)),
        sha256=record.sha256,
        mtime_ns=record.mtime_ns,
        says=replace(without_mere_name(record.says, file.path.name), details=None),
        ids=ids_at(record.says, premises.sources),
    )
