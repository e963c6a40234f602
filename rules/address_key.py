"""Tell addresses that carry a key, or a signature, from those that anybody may have."""

from __future__ import annotations

import re
from urllib.parse import parse_qsl

_SECRETS = frozenset(
    {
        *("apikey", "auth", "authorization", "credential", "credentials", "hmac", "jwt", "key"),
        *("passwd", "password", "policy", "pwd", "secret", "session", "sessionid", "sid", "sig"),
        *("sign", "signature", "token"),
    }
)
"""Words of parameters; among them those by which S3 (X-Amz-Signature, X-Amz-Credential) and
CloudFront (Key-Pair-Id, Policy) sign what a browser may fetch for a while."""
_BETWEEN_WORDS = re.compile(r"[^0-9A-Za-z]+|(?<=[a-z])(?=[A-Z])")


def carries_key(query: str) -> bool:
    """Tell whether any parameter of an address is named as a key or a signature is."""
    return any(_is_secret(name) for name, _ in parse_qsl(query, keep_blank_values=True))


def _is_secret(name: str) -> bool:
    words = {word.casefold() for word in _BETWEEN_WORDS.split(name)}
    return name.casefold() in _SECRETS or not _SECRETS.isdisjoint(words)
