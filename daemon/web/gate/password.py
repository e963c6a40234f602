"""The password, kept so that nobody can read it: scrypt, with its cost beside it.

The cost is what OWASP's Password Storage Cheat Sheet takes for enough with 32 MiB of memory,
which a small NAS has: N = 2^15, r = 8, p = 3.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import unicodedata
from typing import Annotated

from pydantic import BaseModel, ConfigDict, Field

from rules.errors import UsageError

SHORTEST = 8
"""Characters; NIST SP 800-63B §5.1.1.1."""
LONGEST = 1024
COST = 1 << 15
LANES = 3
_BLOCK_SIZE = 8
_HASH_BYTES = 32
_SALT_BYTES = 16
_SPARE = 2
"""OpenSSL counts what scrypt needs a little higher than 128 N r."""

HexText = Annotated[str, Field(pattern=r"^([0-9a-f]{2}){16,64}$")]


class PasswordUnfit(UsageError):
    """That cannot be the password."""

    def __init__(self, problem: str) -> None:
        """Build the message from what is wrong with it."""
        super().__init__(
            f"the password {problem}; choose one of {SHORTEST} to {LONGEST} characters"
        )


class SealedPassword(BaseModel):
    """What is kept of the password."""

    model_config = ConfigDict(strict=True, extra="forbid", frozen=True)

    cost: int = Field(ge=COST, le=1 << 20)
    """scrypt's N."""
    lanes: int = Field(ge=1, le=16)
    """scrypt's p."""
    salt: HexText
    sealed: HexText
    is_from_file: bool = False
    """Whether it came from [server] password_file."""


def check_password(password: str) -> None:
    """Refuse what is too short to keep anybody out.

    Raises:
        PasswordUnfit: always then.

    """
    if len(password) < SHORTEST:
        raise PasswordUnfit(f"is shorter than {SHORTEST} characters")
    if len(password) > LONGEST:
        raise PasswordUnfit(f"is longer than {LONGEST} characters")


def seal(password: str, *, is_from_file: bool = False, lanes: int = LANES) -> SealedPassword:
    """Return what is to be kept; takes a while on purpose, the longer the more lanes.

    Raises:
        PasswordUnfit: it is too short or too long.

    """
    check_password(password)
    salt = secrets.token_bytes(_SALT_BYTES)
    return SealedPassword(
        cost=COST,
        lanes=lanes,
        salt=salt.hex(),
        sealed=_derive(password, salt, COST, lanes).hex(),
        is_from_file=is_from_file,
    )


def fits(password: str, kept: SealedPassword) -> bool:
    """Tell whether it is the password; takes a while on purpose, right or wrong."""
    if len(password) > LONGEST:
        return False

    derived = _derive(password, bytes.fromhex(kept.salt), kept.cost, kept.lanes)
    return hmac.compare_digest(derived, bytes.fromhex(kept.sealed))


def _derive(password: str, salt: bytes, cost: int, lanes: int) -> bytes:
    """Return the hash; one password typed on two keyboards is the same (RFC 8265 §4.2)."""
    return hashlib.scrypt(
        unicodedata.normalize("NFC", password).encode("utf-8", "surrogatepass"),
        salt=salt,
        n=cost,
        r=_BLOCK_SIZE,
        p=lanes,
        maxmem=_SPARE * 128 * cost * _BLOCK_SIZE,
        dklen=_HASH_BYTES,
    )
