"""What a plan consists of: changes, each with its target as it was and as it became."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from rules.sidecar import digest


class ChangeKind(StrEnum):
    """What was changed."""

    SET_WORK = "set work"
    """Which work the file is a copy of."""
    SET_FIELD = "set field"
    ADD_ID = "add id"
    REMOVE_ID = "remove id"
    """One that gave way to another of its source."""
    PUT_ON_TAG = "put on tag"
    """What the file wears, whatever its work."""
    ORGANIZE = "organize"
    CREATE = "create"
    """A work, performer, studio or tag; `after` is `store.external_ids.Created`."""
    LEARN = "learn"
    """What a performer, studio or tag that was known was told; `after` is `store.growth.Growth`."""
    WRITE_SIDECAR = "write sidecar"
    REMOVE_SIDECAR = "remove sidecar"
    RENAME = "rename"
    """The file with all that lies beside it; `after` is `store.renames.Renaming`."""


class ChangeState(StrEnum):
    """How far a change has come."""

    INTENDED = "intended"
    DONE = "done"
    UNDONE = "undone"
    DROPPED = "dropped"
    """Never happened, or cannot be taken back because somebody changed it since."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """One change: its target as it was and as it became."""

    id: int
    plan_id: int
    kind: ChangeKind
    target: str
    before: str | None
    """JSON."""
    after: str | None
    """JSON."""
    before_bytes: bytes | None
    after_sha256: str | None
    state: ChangeState
    backup_sha256: str | None = None
    """Of what stood there, where that lies in the backup folder and not in `before_bytes`."""

    @property
    def before_sha256(self) -> str | None:
        """Return the SHA-256 of what stood there; None where nothing did."""
        if self.before_bytes is not None:
            return digest(self.before_bytes)

        return self.backup_sha256


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """A change to be written down with the transaction that makes it."""

    kind: ChangeKind
    target: str
    before: str | None
    """JSON."""
    after: str | None
    """JSON."""
