"""What a JPEG says of itself before its scans: size, components, how they are sampled.

Sources: ITU-T T.81 §A.1, §B.2.2 and §B.2.3; what is refused is what Go's image/jpeg refuses.
"""

from __future__ import annotations

import struct
from collections.abc import Sequence
from dataclasses import dataclass

from daemon.media.picture_errors import PictureDamaged, PictureNotUnderstood

SIDE = 8
"""Samples of a block in either direction."""
BLOCK = SIDE * SIDE

_BASELINE, _EXTENDED, _PROGRESSIVE = 0xC0, 0xC1, 0xC2
FRAMES = frozenset({_BASELINE, _EXTENDED, _PROGRESSIVE})
_HEAD_BYTES = 6
_COMPONENT_BYTES = 3
_PRECISION_BITS = 8
_MOST_UNIT_BLOCKS = 10  # T.81 §B.2.3
_TABLES = 4
_LUMA_SAMPLING = frozenset((across, down) for across in (1, 2, 4) for down in (1, 2))
_INK_SAMPLING = frozenset({(1, 1), (2, 2)})


@dataclass(frozen=True, slots=True, kw_only=True)
class Component:
    """One kind of sample: luma, chroma, a colour or an ink."""

    name: int
    across: int
    """Blocks side by side in a unit."""
    down: int
    table: int
    """Which of the tables of quantities is its own."""

    @property
    def blocks(self) -> int:
        """How many blocks a unit has of it."""
        return self.across * self.down


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """A picture as a whole; its first component has the most samples."""

    is_progressive: bool
    height: int
    width: int
    components: tuple[Component, ...]

    @property
    def units_across(self) -> int:
        """How many units lie side by side."""
        return -(-self.width // (SIDE * self.components[0].across))

    @property
    def units_down(self) -> int:
        """How many rows of units there are."""
        return -(-self.height // (SIDE * self.components[0].down))

    @property
    def samples(self) -> int:
        """How many samples all whole units have."""
        blocks = sum(component.blocks for component in self.components)
        return self.units_across * self.units_down * blocks * BLOCK

    def seen_blocks(self, component: Component) -> tuple[int, int]:
        """Return how many rows and columns of blocks a scan of nothing else holds."""
        first = self.components[0]
        rows = -(-self.height * component.down // (SIDE * first.down))
        return rows, -(-self.width * component.across // (SIDE * first.across))


def frame_from(marker: int, content: bytes) -> Frame:
    """Return the frame that the content of its marker describes.

    Raises:
        PictureDamaged: when the content contradicts itself.
        PictureNotUnderstood: for a variety that the reference's reader refuses.

    """
    if len(content) < _HEAD_BYTES:
        raise PictureDamaged("it has no size")

    precision, height, width, count = struct.unpack_from(">BHHB", content)
    if len(content) != _HEAD_BYTES + _COMPONENT_BYTES * count:
        raise PictureDamaged("its components contradict their number")
    if not width:
        raise PictureDamaged("it has no width")
    if precision != _PRECISION_BITS or not height:
        raise PictureNotUnderstood(f"a JPEG of {precision} bits and height {height}")

    return Frame(
        is_progressive=marker == _PROGRESSIVE,
        height=height,
        width=width,
        components=_components(content[_HEAD_BYTES:]),
    )


def _components(content: bytes) -> tuple[Component, ...]:
    parts = struct.iter_unpack("3B", content)
    found = tuple(
        Component(name=name, across=sampling >> 4, down=sampling & 15, table=table)
        for name, sampling, table in parts
    )
    if len({component.name for component in found}) < len(found):
        raise PictureDamaged("two components have one name")
    if any(component.table >= _TABLES for component in found):
        raise PictureDamaged("a component has no table")

    return _of_one(found[0]) if len(found) == 1 else _as_reference(found)


def _of_one(component: Component) -> tuple[Component]:
    """Return the only component, whose units are its blocks (T.81 §A.2.2)."""
    return (Component(name=component.name, across=1, down=1, table=component.table),)


def _as_reference(components: Sequence[Component]) -> tuple[Component, ...]:
    """Return components that the reference's reader accepts."""
    sampling = [(component.across, component.down) for component in components]
    if not _is_accepted(sampling):
        shown = ", ".join(f"{across}x{down}" for across, down in sampling)
        raise PictureNotUnderstood(f"a JPEG whose components are sampled {shown}")
    if sum(component.blocks for component in components) > _MOST_UNIT_BLOCKS:
        raise PictureDamaged("its units are too large")

    return tuple(components)


def _is_accepted(sampling: Sequence[tuple[int, int]]) -> bool:
    first = sampling[0]
    if len(sampling) == 4:  # noqa: PLR2004  # four inks
        return first in _INK_SAMPLING and list(sampling[1:]) == [(1, 1), (1, 1), first]
    if len(sampling) != 3 or first not in _LUMA_SAMPLING or sampling[1] != sampling[2]:  # noqa: PLR2004  # luma and two chroma
        return False

    across, down = sampling[1]
    return across in {1, 2, 4} and down in {1, 2} and not (first[0] % across or first[1] % down)
