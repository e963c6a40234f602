"""Arithmetic on colours, cut to whole numbers where Go cuts.

Facts: `stash.md` §2.1; Go, image/color (ycbcr.go, color.go).
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

Bytes = NDArray[np.uint8]
Words = NDArray[np.uint16]

_BYTE, _WORD = 255, 65535
_WORD_PER_BYTE = 257  # 255 becomes 65535
_BLUE_DIVISOR = 256  # goimagehash, transforms/pixels.go: blue is divided otherwise than the rest
_NO_COLOUR = 128
# 65536ths: how much of the two kinds of chroma makes which colour (JFIF).
_RED_OF_RED, _GREEN_OF_BLUE, _GREEN_OF_RED, _BLUE_OF_BLUE = 91881, 22554, 46802, 116130
_LUMA = 0x10101


def widened(colours: Bytes) -> Words:
    """Return colours of 8 bits with 16."""
    return colours.astype(np.uint16) * np.uint16(_WORD_PER_BYTE)


def narrowed(colours: Words) -> Bytes:
    """Return red, green and blue of 16 bits with 8, as goimagehash takes them."""
    red, green, blue = colours[..., 0], colours[..., 1], colours[..., 2]
    parts = (red // _WORD_PER_BYTE, green // _WORD_PER_BYTE, blue // _BLUE_DIVISOR)
    return np.stack(parts, axis=-1).astype(np.uint8)


def dimmed(colours: Bytes, opacity: Bytes) -> Bytes:
    """Return colours multiplied by their opacity."""
    product = colours.astype(np.uint16) * opacity
    return (product // _BYTE).astype(np.uint8)


def dimmed_to_words(colours: Bytes, opacity: Bytes) -> Words:
    """Return colours multiplied by their opacity, with 16 bits: they are widened first."""
    product = colours.astype(np.uint32) * _WORD_PER_BYTE * opacity
    return (product // _BYTE).astype(np.uint16)


def dimmed_words(colours: Words, opacity: Words) -> Words:
    """Return colours of 16 bits multiplied by their opacity."""
    product = colours.astype(np.uint32) * opacity
    return (product // _WORD).astype(np.uint16)


def from_chroma(pixels: Bytes) -> Words:
    """Return red, green and blue of luma and both kinds of chroma."""
    luma = pixels[..., 0].astype(np.int32) * _LUMA
    blueness, redness = (pixels[..., at].astype(np.int32) - _NO_COLOUR for at in (1, 2))
    red = luma + _RED_OF_RED * redness
    green = luma - _GREEN_OF_BLUE * blueness - _GREEN_OF_RED * redness
    blue = luma + _BLUE_OF_BLUE * blueness
    return (np.stack([red, green, blue], axis=-1) >> 8).clip(0, _WORD).astype(np.uint16)
