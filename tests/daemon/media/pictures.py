"""Pictures made from formulas, written down without any library's encoder.

`tests/data/pictures.json` holds the hashes that the reference gives them: Go 1.24.3 (image/png,
image/gif, image/jpeg), golang.org/x/image/webp, github.com/corona10/goimagehash v1.1.0 and
github.com/nfnt/resize 83c6a9932646.  Go 1.26.8 agrees on all but some of the small JPEGs.
"""

from __future__ import annotations

import json
import struct
import zlib
from collections.abc import Iterator, Mapping
from functools import cache
from pathlib import Path
from typing import TypedDict

import numpy as np
from numpy.typing import NDArray

DATA = Path(__file__).parents[2] / "data"
PNG_START = b"\x89PNG\r\n\x1a\n"
CHANNELS = {0: 1, 2: 3, 3: 1, 4: 2, 6: 4}
_PASSES = (
    *((0, 0, 8, 8), (4, 0, 8, 8), (0, 4, 4, 8), (2, 0, 4, 4)),
    *((0, 2, 2, 4), (1, 0, 2, 2), (0, 1, 1, 2)),
)
_LITERALS = 250  # codes after which a GIF's dictionary is emptied, before its codes grow

Samples = NDArray[np.int64]


class Vector(TypedDict):
    """A picture and the hash that the reference gives it."""

    name: str
    phash: str
    width: int
    height: int


def vectors() -> list[Vector]:
    """Return all pictures with their hashes."""
    listed: list[Vector] = json.loads((DATA / "pictures.json").read_text())
    return listed


def content_of(name: str) -> bytes:
    """Return a picture: made by its recipe, or the file of this name."""
    recipe = recipes().get(name)
    return (DATA / "pictures" / name).read_bytes() if recipe is None else recipe


@cache
def recipes() -> Mapping[str, bytes]:
    """Return all made pictures by their names."""
    return {**dict(_pngs()), **dict(_gifs())}


def field(width: int, height: int, channels: int, seed: int = 0) -> Samples:
    """Return numbers from 0 to 65535, height x width x channels: slopes, stripes and discs."""
    down, across, channel = np.ogrid[0:height, 0:width, 0:channels]
    slope = across * (37 + 11 * channel + seed) * 500 // width + down * (
        53 - 7 * channel
    ) * 300 // (height)
    stripes = (across * 16 // width + down * (channel + 3) // height) % 5 * 7919
    disc = (2 * across - width) ** 2 * 9 + (2 * down - height) ** 2 * (7 + channel) < width**2 * 4
    numbers: Samples = (slope + stripes + disc * 29989 + seed * 4099) % 65536
    return numbers


def png(
    samples: Samples, *, colour_type: int, bits: int, is_interlaced: bool = False, more: bytes = b""
) -> bytes:
    """Return a PNG of samples that fit into so many bits; `more` stands before the pixels."""
    height, width, _ = samples.shape
    head = struct.pack(">IIBBBBB", width, height, bits, colour_type, 0, 0, is_interlaced)
    parts = _interlaced(samples) if is_interlaced else [samples]
    lines = b"".join(_png_lines(part, bits) for part in parts if part.size)
    pixels = chunk(b"IDAT", zlib.compress(lines))
    return PNG_START + chunk(b"IHDR", head) + more + pixels + chunk(b"IEND", b"")


def chunk(name: bytes, content: bytes) -> bytes:
    """Return a part of a PNG."""
    checksum = zlib.crc32(name + content)
    return struct.pack(">I4s", len(content), name) + content + struct.pack(">I", checksum)


def gif(
    numbers: Samples,
    palette: bytes,
    *,
    place: tuple[int, int] = (0, 0),
    canvas: tuple[int, int] | None = None,
    transparent: int | None = None,
    is_interlaced: bool = False,
    is_palette_local: bool = False,
    more: bytes = b"",
) -> bytes:
    """Return a GIF of numbered colours (height x width); `place` is left and top."""
    height, width = numbers.shape
    canvas_width, canvas_height = canvas or (width + place[0], height + place[1])
    size = (len(palette) // 3).bit_length() - 2
    shared = b"" if is_palette_local else palette
    own = palette if is_palette_local else b""
    screen = struct.pack("<HHBBB", canvas_width, canvas_height, bool(shared) << 7 | size, 0, 0)
    control = b""
    if transparent is not None:
        control = struct.pack("<BBBBHBB", 0x21, 0xF9, 4, 1, 0, transparent, 0)
    comment = b"\x21\xfe\x05hello\x00"
    flags = bool(own) << 7 | is_interlaced << 6 | size
    frame = struct.pack("<BHHHHB", 0x2C, *place, width, height, flags)
    rows = [numbers[at] for at in _gif_rows(height, is_interlaced=is_interlaced)]
    body = _gif_codes(np.concatenate(rows).tolist())
    return b"".join((b"GIF89a", screen, shared, comment, control, frame, own, body, more, b";"))


def _pngs() -> Iterator[tuple[str, bytes]]:
    for width, height in ((97, 61), (64, 64), (150, 300), (1, 1)):
        for colour_type, bits in _varieties():
            samples = field(width, height, CHANNELS[colour_type], bits) >> 16 - bits
            palette = _palette(1 << bits) if colour_type == 3 else b""
            more = chunk(b"PLTE", palette) if palette else b""
            size = f"{width}x{height}"
            stem = f"png colour {colour_type}, {bits} bits"
            yield f"{stem}, {size}", png(samples, colour_type=colour_type, bits=bits, more=more)
            if width == 97:
                yield (
                    f"{stem}, interlaced, {size}",
                    png(
                        samples,
                        colour_type=colour_type,
                        bits=bits,
                        is_interlaced=True,
                        more=more,
                    ),
                )
            if colour_type in {0, 2, 3} and height < 200:
                hidden = more + chunk(b"tRNS", _hidden(samples, colour_type))
                yield (
                    f"{stem}, transparent, {size}",
                    png(samples, colour_type=colour_type, bits=bits, more=hidden),
                )
    large = field(1200, 900, 3) >> 8
    yield "png colour 2, 8 bits, 1200x900", png(large, colour_type=2, bits=8)


def _varieties() -> Iterator[tuple[int, int]]:
    """Yield each colour type with each number of bits that it can have."""
    for colour_type in CHANNELS:
        for bits in (1, 2, 4, 8, 16):
            is_small = bits < 8 and colour_type in {2, 4, 6}
            if not is_small and (colour_type, bits) != (3, 16):
                yield colour_type, bits


def _hidden(samples: Samples, colour_type: int) -> bytes:
    """Return which colour is transparent; of a palette, how much the first ones are."""
    if colour_type == 3:
        return bytes(range(0, 200, 40))[: int(samples.max()) + 1]

    height, width, _ = samples.shape
    return struct.pack(f">{samples.shape[2]}H", *samples[height // 2, width // 2].tolist())


def _palette(count: int) -> bytes:
    return bytes(
        (index * 97 + channel * 61) % 256 for index in range(count) for channel in range(3)
    )


def _png_lines(part: Samples, bits: int) -> bytes:
    height = len(part)
    if bits == 16:
        lines = part.astype(">u2").reshape(height, -1).view(np.uint8)
    elif bits == 8:
        lines = part.astype(np.uint8).reshape(height, -1)
    else:
        each = part.astype(np.uint8).reshape(height, -1, 1)
        lines = np.packbits(
            np.unpackbits(each, axis=2)[:, :, 8 - bits :].reshape(height, -1), axis=1
        )
    return b"".join(b"\0" + line.tobytes() for line in lines)


def _interlaced(samples: Samples) -> list[Samples]:
    return [samples[top::down, left::across] for left, top, across, down in _PASSES]


def _gifs() -> Iterator[tuple[str, bytes]]:
    wide = field(120, 80, 1)[:, :, 0] >> 8
    small = field(64, 64, 1, 3)[:, :, 0] >> 8
    few = wide >> 5
    colours = _palette(256)
    second = struct.pack("<BHHHHB", 0x2C, 0, 0, 120, 80, 0) + _gif_codes([7] * 9600)
    yield "gif 120x80", gif(wide, colours)
    yield "gif, interlaced", gif(wide, colours, is_interlaced=True)
    yield "gif, 8 colours of its own", gif(few, _palette(8), is_palette_local=True)
    yield "gif, transparent", gif(wide, colours, transparent=int(wide[40, 60]))
    yield "gif, transparent beyond its palette", gif(few, _palette(8), transparent=200)
    yield "gif, moving", gif(wide, colours, more=second)
    yield "gif, first picture apart", gif(wide, colours, place=(30, 11), canvas=(400, 300))
    yield "gif 64x64", gif(small, colours)
    yield "gif 64x64, transparent", gif(small, colours, transparent=int(small[32, 32]))
    yield "gif 64x64, apart", gif(small, colours, place=(20, 9))
    yield "gif 64x64, far apart", gif(small, colours, place=(200, 90))
    yield "gif 1x1", gif(wide[:1, :1], colours)


def _gif_rows(height: int, *, is_interlaced: bool) -> list[int]:
    if not is_interlaced:
        return list(range(height))

    passes = (range(0, height, 8), range(4, height, 8), range(2, height, 4), range(1, height, 2))
    return [row for each in passes for row in each]


def _gif_codes(numbers: list[int]) -> bytes:
    """Return colours as codes of 9 bits each, in blocks."""
    clear, end = 256, 257
    codes = []
    for at in range(0, len(numbers), _LITERALS):
        codes += [clear, *numbers[at : at + _LITERALS]]
    stream = sum(code << 9 * place for place, code in enumerate([*codes, end]))
    packed = stream.to_bytes((len(codes) * 9 + 9 + 7) // 8, "little")
    blocks = (packed[at : at + 255] for at in range(0, len(packed), 255))
    return b"\x08" + b"".join(bytes((len(block),)) + block for block in blocks) + b"\0"
