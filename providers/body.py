"""An answer's body: unpacked as it arrives, and never larger than allowed.

httpx unpacks a whole network read at once, and 64 KiB of gzip can hold 64 MiB of zeros; so we
take the raw bytes and unpack them ourselves, never beyond the limit.
"""

from __future__ import annotations

import zlib
from typing import Final

from providers.errors import AnswerMalformed, AnswerTooLarge, ConnectionDropped

ACCEPT_ENCODING: Final = "gzip, deflate"
"""What `Body` can unpack."""

_PLAIN: Final = frozenset({"", "identity"})
_PACKED: Final = frozenset({"gzip", "x-gzip", "deflate"})
_ANY_ZLIB_HEADER: Final = zlib.MAX_WBITS | 32
"""Let zlib see for itself whether it is given gzip or zlib."""


class Body:
    """Collect the body of one answer."""

    def __init__(self, place: str, *, encoding: str, limit_bytes: int) -> None:
        """Start with nothing; `encoding` is the Content-Encoding header.

        Raises:
            AnswerMalformed: when it names one that we did not offer.

        """
        name = encoding.strip().lower()
        if name not in _PLAIN | _PACKED:
            raise AnswerMalformed(place, f"content encoding {encoding}")

        self._place = place
        self._limit_bytes = limit_bytes
        self._is_packed = name in _PACKED
        self._unpacker = zlib.decompressobj(_ANY_ZLIB_HEADER)
        self._content = bytearray()

    def feed(self, raw: bytes) -> None:
        """Add what the network gave.

        Raises:
            AnswerTooLarge: when the unpacked body passes the limit.
            AnswerMalformed: when it cannot be unpacked.

        """
        self._content += self._unpacked(raw) if self._is_packed else raw
        if len(self._content) > self._limit_bytes:
            raise AnswerTooLarge(self._place, self._limit_bytes)

    def whole(self) -> bytes:
        """Return the body, once the network says that this was all.

        Raises:
            ConnectionDropped: when the packed stream has not ended.

        """
        if self._is_packed and not self._unpacker.eof:
            raise ConnectionDropped(self._place, "the compressed body is incomplete")

        return bytes(self._content)

    def _unpacked(self, raw: bytes) -> bytes:
        room_bytes = self._limit_bytes - len(self._content) + 1
        try:
            return self._unpacker.decompress(raw, room_bytes)
        except zlib.error as error:
            raise AnswerMalformed(self._place, f"compressed body: {error}") from error
