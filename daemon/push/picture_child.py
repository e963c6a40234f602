"""The picture child: puts the pictures of a question onto one, and ends.

One, because most phones ring once for each picture that comes. A process of its own, with little
memory and time, because a cover is a stranger's file; it knows no key and no target.
"""

from __future__ import annotations

import resource
import sys
from io import BytesIO

from PIL import Image, ImageDraw, ImageFont, ImageOps, UnidentifiedImageError

OWN, OFFERED = "your file", "the best candidate"
"""What stands above the pictures, in letters that the font has."""
WIDTH, HEIGHT = 800, 450
"""Of each picture; what has another shape is shown whole, on a dark ground."""
_CAPTION_HEIGHT = 36
_LETTERS = 22
_GROUND, _INK = "#16202c", "#ffffff"
_FORMATS = ("JPEG", "PNG", "WEBP", "GIF", "AVIF")
_MOST_PIXELS = 40_000_000
_QUALITY = 82
_MEMORY_BYTES = 1 * 2**30
_PROCESSOR_S = 10


def main() -> None:
    """Compose the sheet and the cover that are named; write the picture to standard output."""
    resource.setrlimit(resource.RLIMIT_AS, (_MEMORY_BYTES, _MEMORY_BYTES))
    resource.setrlimit(resource.RLIMIT_CPU, (_PROCESSOR_S, _PROCESSOR_S))
    made = compose(*sys.argv[1:])
    if made is not None:
        sys.stdout.buffer.write(made)


def compose(sheet: str, cover: str) -> bytes | None:
    """Return a JPEG of two files, the sheet above the cover; None where the cover is no picture.

    What is which stands above each. A sheet that is none, or not there, is left out.
    """
    offered = _read(cover)
    if offered is None:
        return None

    own = _read(sheet) if sheet else None
    parts = [(OWN, own)] if own else []
    parts.append((OFFERED, offered))
    made = Image.new("RGB", (WIDTH, len(parts) * (_CAPTION_HEIGHT + HEIGHT)), _GROUND)
    for place, (caption, picture) in enumerate(parts):
        _put(made, picture, caption, top=place * (_CAPTION_HEIGHT + HEIGHT))
    written = BytesIO()
    made.save(written, "JPEG", quality=_QUALITY)
    return written.getvalue()


def _read(path: str) -> Image.Image | None:
    """Return a picture no larger than it is shown; None for what is none, or too large a one."""
    try:
        with Image.open(path, formats=_FORMATS) as found:
            if found.width * found.height > _MOST_PIXELS:
                return None

            found.draft("RGB", (WIDTH, HEIGHT))  # a JPEG is decoded no larger than it must be
            return ImageOps.contain(found.convert("RGB"), (WIDTH, HEIGHT))
    except (OSError, UnidentifiedImageError, ValueError, SyntaxError, Image.DecompressionBombError):
        return None


def _put(made: Image.Image, picture: Image.Image, caption: str, *, top: int) -> None:
    pen = ImageDraw.Draw(made)
    middle = (12, top + _CAPTION_HEIGHT / 2)
    pen.text(middle, caption, fill=_INK, font=ImageFont.load_default(_LETTERS), anchor="lm")
    left = (WIDTH - picture.width) // 2
    below = top + _CAPTION_HEIGHT + (HEIGHT - picture.height) // 2
    made.paste(picture, (left, below))


if __name__ == "__main__":
    main()
