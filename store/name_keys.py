"""The key under which a folded name is found without a scan."""

from __future__ import annotations

import hashlib

_LONGEST = 256
"""Characters of a name that stands in its key as it is; an index refuses keys without bound."""


def name_key(kind: str, folded: str) -> str:
    """Return the key of a folded name among things of one kind.

    A folded name has no line break and is never empty, so a digest never equals a name.
    """
    if len(folded) <= _LONGEST:
        return f"{kind}\n{folded}"

    return f"{kind}\n\n{hashlib.sha256(folded.encode()).hexdigest()}"
