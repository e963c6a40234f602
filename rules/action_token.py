"""Links that do one thing to one file: what they say, sealed so that nobody can make another.

A token is its words in the open and an HMAC-SHA256 over them, of which 128 bits are kept
(RFC 2104 §5 allows half).  It is bound to the file's revision, so it says nothing of a question
that has changed, and to the candidate; that it is used once is for the store to know.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
from dataclasses import dataclass
from enum import StrEnum

from rules.errors import UsageError
from rules.work import ExternalId

_SEAL_BYTES = 16
_FORM = re.compile(r"(a|d)\.([0-9]{1,18})\.([0-9]{1,18})\.([0-9]{1,12})\.([0-9a-f]{16}|-)")
_NO_CANDIDATE = "-"


class Act(StrEnum):
    """What a link does."""

    ACCEPT = "a"
    """Accept the candidate that the message names."""
    DISMISS = "d"
    """Leave the file alone."""


class LinkForged(UsageError):
    """A link is none of ours."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__(
            "the link is not whole, or not from this doorman; open the one in the message again"
        )


class LinkExpired(UsageError):
    """A link is too old."""

    def __init__(self) -> None:
        """Build the message."""
        super().__init__("the link is too old, and nothing was changed; answer on the page itself")


@dataclass(frozen=True, slots=True, kw_only=True)
class Action:
    """What a link does to which file, as long as the question stays the same."""

    act: Act
    file_id: int
    revision: int
    """Of the file when it was asked about."""
    candidate: str | None
    """A digest of the candidate's id, as `candidate_digest` makes it; None where none is meant."""
    expires_at_s: int


def candidate_digest(candidate: ExternalId) -> str:
    """Return 16 hexadecimal digits by which a candidate is told from its rivals."""
    name = f"{candidate.source}\n{candidate.remote_id}"
    return hashlib.sha256(name.encode("utf-8", "surrogatepass")).hexdigest()[:16]


def seal(action: Action, secret: bytes) -> str:
    """Return the token, of characters that stand in addresses as they are."""
    words = ".".join(
        (
            action.act.value,
            str(action.file_id),
            str(action.revision),
            str(action.expires_at_s),
            action.candidate or _NO_CANDIDATE,
        )
    )
    return f"{words}.{_seal_of(words, secret)}"


def unseal(token: str, secret: bytes, *, now_s: float) -> Action:
    """Return what a token says.

    Raises:
        LinkForged: its seal is not ours.
        LinkExpired: it is, and it is too old.

    """
    words, _, given = token.rpartition(".")
    found = _FORM.fullmatch(words)
    expected = _seal_of(words, secret)
    shown = given.encode("utf-8", "surrogatepass")
    if not hmac.compare_digest(shown, expected.encode()) or found is None:
        raise LinkForged

    act, file_id, revision, expires_at_s, candidate = found.groups()
    if now_s >= int(expires_at_s):
        raise LinkExpired

    return Action(
        act=Act(act),
        file_id=int(file_id),
        revision=int(revision),
        candidate=None if candidate == _NO_CANDIDATE else candidate,
        expires_at_s=int(expires_at_s),
    )


def _seal_of(words: str, secret: bytes) -> str:
    made = hmac.new(secret, words.encode("utf-8", "surrogatepass"), hashlib.sha256).digest()
    return base64.urlsafe_b64encode(made[:_SEAL_BYTES]).decode().rstrip("=")
