"""The MD5 of a file's whole content (facts: `stash.md` §2.3)."""

from __future__ import annotations

import hashlib
from pathlib import Path

from daemon.media.reading import opened
from rules.fingerprint import Md5

_BLOCK_BYTES = 1 << 20


def md5(path: Path) -> Md5:
    """Return the MD5 of a file.

    Raises:
        FileVanished: when there is no such file.
        FileUnreadable: when reading fails.

    """
    digest = hashlib.md5(usedforsecurity=False)
    with opened(path) as file:
        while block := file.read(_BLOCK_BYTES):
            digest.update(block)

    return Md5(digest.hexdigest())
