"""Scale pictures to tiles with the filters that the reference's ffmpeg command sets up.

Rule: `phash.md`, 6; `stash.md` §1.3.
"""

from __future__ import annotations

from collections.abc import Mapping
from concurrent.futures import Future
from threading import Lock
from typing import NamedTuple

from av.error import FFmpegError
from av.filter import Graph
from av.filter.context import FilterContext
from av.sidedata.sidedata import SideData, SideDataContainer
from av.video.frame import VideoFrame

from daemon.media.bitmap import BITMAP_FORMATS, Tile, colours
from daemon.media.errors import PictureKindUnread
from daemon.media.memory import raise_if_short_of_memory
from daemon.media.rotation import DisplayMatrix, upright_filters

_SCALE = "160:-2:flags=bicubic"


class PictureKind(NamedTuple):
    """All that the filters depend on."""

    width: int
    height: int
    pixel_format: str
    color_space: int
    color_range: int
    matrix: DisplayMatrix | None


class OwnKind:
    """The kind of the pictures that a stream's own decoder gives; one part tells, others wait."""

    def __init__(self) -> None:
        """Begin with nothing told."""
        self._told: Future[PictureKind | None] = Future()
        self._telling = Lock()

    def tell(self, kind: PictureKind | None) -> None:
        """Tell the kind, or that nobody will; the first word counts."""
        with self._telling:
            if not self._told.done():
                self._told.set_result(kind)

    def kind(self) -> PictureKind | None:
        """Wait for the kind and return it; None when nobody knows."""
        return self._told.result()

    @property
    def is_rotated(self) -> bool:
        """Whether it is known that the pictures are rotated, which may be the container's doing."""
        kind = self.kind() if self._told.done() else None
        return kind is not None and kind.matrix is not None


class Scaler:
    """Scales the pictures of one video; sets its filters up again when their kind changes."""

    def __init__(self) -> None:
        """Begin without filters; the first picture decides."""
        self._kind: PictureKind | None = None
        self._graph: Graph | None = None

    def tile(self, picture: VideoFrame) -> Tile:
        """Return the picture 160 pixels wide, upright; the sample aspect ratio is ignored.

        Raises:
            PictureKindUnread: when the reference could not read the outcome.

        """
        picture.pts = None  # the filters shall not reorder or drop anything
        try:
            graph = self._graph_for(picture)
            graph.vpush(picture)
            return colours(graph.vpull())
        except FFmpegError as error:
            raise_if_short_of_memory(error)
            raise PictureKindUnread(picture.format.name) from error

    def _graph_for(self, picture: VideoFrame) -> Graph:
        kind = kind_of(picture)
        if self._graph is None or kind != self._kind:
            self._graph = _graph_of(kind)
            self._kind = kind

        return self._graph


def kind_of(picture: VideoFrame) -> PictureKind:
    """Return the kind of a decoded picture."""
    # Not `picture.side_data`: the picture would keep what refers to it, and live until the
    # collector comes by, 12 MB of 4k each.
    side_data: Mapping[str, SideData] = SideDataContainer(picture)  # type: ignore[call-arg]  # stub
    matrix = side_data.get("DISPLAYMATRIX")
    return PictureKind(
        width=picture.width,
        height=picture.height,
        pixel_format=picture.format.name,
        color_space=int(picture.colorspace),
        color_range=int(picture.color_range),
        matrix=None if matrix is None else DisplayMatrix.from_bytes(bytes(matrix)),
    )


def _graph_of(kind: PictureKind) -> Graph:
    graph = Graph()
    graph.threads = 1
    upright = [graph.add(name, arguments) for name, arguments in upright_filters(kind.matrix)]
    scale = [graph.add("scale", _SCALE), graph.add("format", BITMAP_FORMATS)]
    graph.link_nodes(source_of(graph, kind), *upright, *scale, graph.add("buffersink")).configure()
    return graph


def source_of(graph: Graph, kind: PictureKind) -> FilterContext:
    """Return where pictures of a kind enter a graph, whatever the shape of their pixels."""
    return graph.add(
        "buffer",
        video_size=f"{kind.width}x{kind.height}",
        pix_fmt=kind.pixel_format,
        time_base="1/1000",
        pixel_aspect="1/1",
        colorspace=str(kind.color_space),
        range=str(kind.color_range),
    )
