"""Take the picture of a video that shows most, large enough to stand for it.

It is chosen among the 25 that the phash is made of, and taken again in its own size.
"""

from __future__ import annotations

from collections.abc import Sequence
from io import BytesIO
from pathlib import Path

import numpy as np
from av.filter import Graph
from av.video.frame import VideoFrame
from PIL import Image, JpegImagePlugin

from daemon.media.bitmap import Tile, colours
from daemon.media.contact_sheet import fitting, shape_of
from daemon.media.demux import choose_video, container_of
from daemon.media.errors import PhashImpossible, VideoEndsEarly, named
from daemon.media.examination import MOST_STILL_BYTES, Still
from daemon.media.facts import facts_of
from daemon.media.grid import targets_us
from daemon.media.phash import tiles_of
from daemon.media.reel import reel_of
from daemon.media.rotation import upright_filters
from daemon.media.scaling import kind_of, source_of
from daemon.media.segment import segment_at

JPEG = JpegImagePlugin.JpegImageFile.format
"""Naming it here loads the one plugin that is needed."""
STILL_WIDTH = 1280
"""What a thumb shows at most (`rules.artwork`)."""

LEAST_DETAIL = 1.0
"""Below that there is nothing to be seen: a fade, a title card without its title."""
TOO_PLAIN = "TooPlain: its pictures show next to nothing"
TOO_NOISY = "TooNoisy: no picture of it can be made small enough"

_MANNERS = ((1.0, 90), (1.0, 75), (0.75, 60), (0.4, 40))
"""Share of the size, and quality; all but the first are for noise."""
_GREY = np.array((0.299, 0.587, 0.114), np.float32)
"""ITU-R BT.601's weights of red, green and blue."""
_FORMAT = "bgr24"
"""What `colours` reads, of eight bits a colour."""


def still_of(path: Path) -> Still:
    """Return the picture with most detail of a video at an absolute path, or why there is none.

    Raises:
        FileRefused: one of its kinds, when there is nothing to be said about the file.

    """
    with container_of(path) as container:
        facts = facts_of(container, choose_video(container, path), path)

    try:
        tiles = tiles_of(path, facts.duration_s)
        best = richest(tiles)
        if detail(tiles[best]) < LEAST_DETAIL:
            return Still(content=None, missing=TOO_PLAIN)

        picture = _picture_at(path, targets_us(facts.duration_s)[best], facts.duration_s)
    except PhashImpossible as error:
        return Still(content=None, missing=named(error))

    content = _small(picture, facts.aspect)
    return Still(content=content, missing=None if content else TOO_NOISY)


def richest(tiles: Sequence[Tile]) -> int:
    """Return which tile has most detail; the first of equals."""
    return max(range(len(tiles)), key=lambda index: detail(tiles[index]))


def detail(tile: Tile) -> float:
    """Return how much neighbouring points differ, in levels of grey.

    A black, blurred or empty picture has little; a face or a street in daylight has 4 to 15.
    """
    grey = tile.astype(np.float32) @ _GREY
    return float(np.abs(np.diff(grey, axis=0)).mean() + np.abs(np.diff(grey, axis=1)).mean())


def _picture_at(path: Path, target_us: int, duration_s: float) -> Tile:
    """Return the picture at a moment in its own size, upright.

    Raises:
        PhashImpossible: one of its kinds, when there is none.

    """
    with segment_at(reel_of(path), target_us, tolerates_damage=True) as segment:
        found = segment.picture_at(target_us)
        if found is None:
            raise VideoEndsEarly(target_us, duration_s, segment.position_bytes)

        return colours(_upright(found.picture))


def _upright(picture: VideoFrame) -> VideoFrame:
    picture.pts = None  # the filters shall not reorder or drop anything
    kind = kind_of(picture)
    graph = Graph()
    graph.threads = 1
    upright = [graph.add(name, arguments) for name, arguments in upright_filters(kind.matrix)]
    form = graph.add("format", _FORMAT)
    graph.link_nodes(source_of(graph, kind), *upright, form, graph.add("buffersink")).configure()
    graph.vpush(picture)
    return graph.vpull()


def _small(picture: Tile, aspect: float | None) -> bytes | None:
    """Return a picture as JPEG with square pixels; None when it cannot be made small enough."""
    height, width = picture.shape[:2]
    shape = shape_of(width, height, aspect)
    image = Image.fromarray(np.ascontiguousarray(picture))
    sizes = ((fitting(shape, STILL_WIDTH * share), quality) for share, quality in _MANNERS)
    tries = (_jpeg(image, size, quality) for size, quality in sizes)
    return next((each for each in tries if len(each) <= MOST_STILL_BYTES), None)


def _jpeg(image: Image.Image, size: tuple[int, int], quality: int) -> bytes:
    buffer = BytesIO()
    shown = image.resize(size, Image.Resampling.LANCZOS)
    shown.save(buffer, JPEG, quality=quality)
    return buffer.getvalue()
