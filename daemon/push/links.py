"""Addresses in messages: the page of a question, and links that answer it."""

from __future__ import annotations

from dataclasses import dataclass, field

from rules.action_token import Act, Action, candidate_digest, seal
from rules.work import ExternalId


@dataclass(frozen=True, slots=True, kw_only=True)
class Links:
    """Where people find the page; without a public address there are none."""

    public_url: str | None = None
    secret: bytes = field(default=b"", repr=False)
    """What seals links that act; without one there are none."""
    acting_s: float = 0.0
    """How long these can be used."""

    @property
    def queue(self) -> str | None:
        """Return where all questions can be answered."""
        return f"{self._base}/" if self.public_url else None

    def file(self, number: int) -> str | None:
        """Return where one can be answered."""
        return f"{self._base}/files/{number}" if self.public_url else None

    def accept(
        self, number: int, revision: int, best: ExternalId | None, *, at_s: float
    ) -> str | None:
        """Return what accepts the best candidate as long as the question stays the same."""
        if best is None:
            return None

        return self._act(Act.ACCEPT, number, revision, candidate_digest(best), at_s=at_s)

    def dismiss(self, number: int, revision: int, *, at_s: float) -> str | None:
        """Return what has a file left alone as long as the question stays the same."""
        return self._act(Act.DISMISS, number, revision, None, at_s=at_s)

    def _act(
        self, act: Act, number: int, revision: int, candidate: str | None, *, at_s: float
    ) -> str | None:
        if not self.public_url or not self.secret:
            return None

        action = Action(
            act=act,
            file_id=number,
            revision=revision,
            candidate=candidate,
            expires_at_s=round(at_s + self.acting_s),
        )
        return f"{self._base}/act/{seal(action, self.secret)}"

    @property
    def _base(self) -> str:
        return (self.public_url or "").rstrip("/")
