"""API keys as a stash-box makes them: signed tokens without expiry (`stash-box.md` §2, Auth)."""

from __future__ import annotations

import base64
import hashlib
import hmac
from typing import Final

from pydantic import BaseModel, ConfigDict, ValidationError

_HEADER: Final = b'{"alg":"HS256","typ":"JWT"}'
_SUBJECT: Final = "APIKey"


class _Claims(BaseModel):
    model_config = ConfigDict(strict=True)

    uid: str
    sub: str
    iat: int


def make_key(user_id: str, secret: bytes, issued_at_s: int) -> str:
    """Return a key for a user."""
    claims = _Claims(uid=user_id, sub=_SUBJECT, iat=issued_at_s).model_dump_json()
    signed = f"{_text(_HEADER)}.{_text(claims.encode())}"
    return f"{signed}.{_signature(signed, secret)}"


def user_of(key: str, secret: bytes) -> str | None:
    """Return the id of the user that a key names; None when it is no key of this server."""
    signed, _, signature = key.rpartition(".")
    # As bytes: the comparison refuses text beyond ASCII, and a header may hold any.
    if not hmac.compare_digest(_signature(signed, secret).encode(), signature.encode()):
        return None

    try:
        claims = _Claims.model_validate_json(_unpacked(signed.partition(".")[2]))
    except (ValueError, ValidationError):
        return None

    return claims.uid if claims.sub == _SUBJECT else None


def _signature(signed: str, secret: bytes) -> str:
    return _text(hmac.new(secret, signed.encode(), hashlib.sha256).digest())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")


def _unpacked(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
