"""What is known of those who may come in: the password, tokens, and a secret of our own.

It lies in a file of its own beside the store, which the daemon holds: `doorman password` must
work with and without one. None of it is of use to a thief: password and tokens are hashed. The
daemon heeds a change at once.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
from pathlib import Path
from typing import Annotated, Literal

from pydantic import BaseModel, ConfigDict, Field

from daemon.settings import Settings
from daemon.web.gate.password import SealedPassword

TOKEN_PREFIX = "doorman_"  # noqa: S105  # what tools that look for leaked secrets know it by
MOST_TOKENS = 100
_SECRET_BYTES = 32

Digest = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class Token(BaseModel):
    """What is kept of a program's token."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    name: str
    sha256: Digest
    made_at_s: float


class Access(BaseModel):
    """Everything in the file."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    version: Literal[1] = 1
    secret: Digest = Field(default_factory=lambda: secrets.token_hex(_SECRET_BYTES), repr=False)
    """Made once for this store; what is signed with it, only this doorman could have."""
    password: SealedPassword | None = Field(default=None, repr=False)
    tokens: Annotated[tuple[Token, ...], Field(strict=False, max_length=MOST_TOKENS)] = ()

    @property
    def epoch(self) -> str:
        """Return what changes with the password: visits of another epoch are over."""
        return self.password.sealed if self.password else ""

    def sign(self, purpose: str, text: str) -> str:
        """Return 64 digits that only this doorman can make of these words."""
        words = f"{purpose}\0{text}".encode()
        return hmac.new(bytes.fromhex(self.secret), words, hashlib.sha256).hexdigest()

    def token_of(self, text: str) -> Token | None:
        """Return the token that is shown, None when it is none of ours."""
        shown = digest(text)
        matches = [each for each in self.tokens if hmac.compare_digest(each.sha256, shown)]
        return matches[0] if matches else None


def access_path(settings: Settings) -> Path:
    """Return where the file lies."""
    return settings.store.path.with_suffix(".access.json")


def digest(text: str) -> str:
    """Return what is kept of a secret with 256 bits, which nobody can guess anyway."""
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def new_token() -> str:
    """Return a token that nobody has."""
    return TOKEN_PREFIX + secrets.token_urlsafe(_SECRET_BYTES)
