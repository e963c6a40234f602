"""What kind of picture some bytes are: what they begin with says, whatever their sender says.

Only kinds that every browser shows and that carry no script: an SVG is a document and none.
Sources: the signatures of PNG (RFC 2083 §3.1), JPEG (ITU-T T.81 B.1.1.3), GIF89a §17, WebP
(RFC 9649 §2.4) and AVIF (its brands, in the box of ISO/IEC 14496-12 §4.3).
"""

from __future__ import annotations

from typing import Final

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8\xff"
_GIFS: Final = (b"GIF87a", b"GIF89a")
_AVIF_BRANDS: Final = frozenset({b"avif", b"avis"})
_BRAND_BYTES: Final = 4
_MOST_BOX_BYTES: Final = 256
"""No picture names more brands than fit into that."""


def picture_type(content: bytes) -> str | None:
    """Return the media type of a picture; None for anything else."""
    if content.startswith(_PNG):
        return "image/png"
    if content.startswith(_JPEG):
        return "image/jpeg"
    if content.startswith(_GIFS):
        return "image/gif"
    if content.startswith(b"RIFF") and content[8:12] == b"WEBP":
        return "image/webp"

    return "image/avif" if _is_avif(content) else None


def _is_avif(content: bytes) -> bool:
    if content[4:8] != b"ftyp":
        return False

    end = min(int.from_bytes(content[:4], "big"), _MOST_BOX_BYTES)
    brands = content[8:12] + content[16:end]  # between them stands a version
    pieces = (brands[at : at + _BRAND_BYTES] for at in range(0, len(brands), _BRAND_BYTES))
    return not _AVIF_BRANDS.isdisjoint(pieces)
