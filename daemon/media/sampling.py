"""Take pictures of a video at given moments: those of 25 runs of ffmpeg, in one pass.

Each place is visited once.  The pictures there are found in the quickest way that is certain:
decoding only what they are made of, else all that others refer to, else everything, as ffmpeg.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from daemon.media.bitmap import Tile
from daemon.media.errors import VideoEndsEarly
from daemon.media.fresh import recipe_of
from daemon.media.quick import can_be_quick, pictures_at
from daemon.media.reel import Reel, reel_of
from daemon.media.scaling import PictureKind, Scaler, kind_of
from daemon.media.segment import Damaged, NotCertain, Segment, segment_at
from daemon.media.visits import Visit, visits_afresh

_ATTEMPTS = 3  # in vain, before a way is given up for the file: interlacing spoils each segment

_MOST_KEPT_PIXELS = 1920 * 1088  # a decoder of such pictures keeps some 40 MB


class Sampler:
    """Takes pictures of one video, scaled to tiles."""

    def __init__(self, path: Path, duration_s: float, *, is_damaged: bool = False) -> None:
        """Prepare for a file; the duration is only for what an error says.

        Of a damaged file everything is decoded, for each target anew.
        """
        self._path = path
        self._duration_s = duration_s
        self._scaler = Scaler()
        self._first_kind: PictureKind | None = None
        self._quick_attempts = _ATTEMPTS
        self._is_damaged = is_damaged

    def along(self, visits: Sequence[Visit]) -> list[Tile]:
        """Return the tiles of visits to a file in which each seek is as good as the first.

        One open file serves all, if its decoder can be made again for each.  The first shows what
        the stream's own decoder makes of it; that of large pictures is let go with a file of its
        own, since it keeps its memory: some 150 MB for 4k.

        Raises:
            Damaged: when the whole file has to be taken as damaged: where pictures are left out,
                damage stays unseen.
            PhashImpossible: one of its kinds, what the earliest target met.
            FileRefused: when the file changed or became unreadable meanwhile.

        """
        with reel_of(self._path) as reel:
            codec = reel.video.codec_context
            recipe = recipe_of(codec) if can_be_quick(codec) else None  # as it is before decoding
            tiles = self._first(reel, visits[0])
            for visit in visits[1:]:
                if recipe is None or self._is_rotated:
                    tiles += self._opened(visit)
                else:
                    reel.seek(visit.targets_us[0])
                    tiles += self._tiles(reel, recipe.decoder(), visit)

        return tiles

    def afresh(self, targets_us: Sequence[int]) -> list[Tile]:
        """Return the tiles at targets of any file.

        Where a seek may land amid a group of pictures, the first of them often look damaged: that
        is no sign for the rest of the file.

        Raises: as `along`, but for Damaged.
        """
        tiles: list[Tile] = []
        for reel, visit in visits_afresh(self._path, targets_us):
            self._first_kind = None  # each decoder is the stream's own: pictures may change
            try:
                tiles += self._tiles(reel, reel.video.codec_context, visit)
            except Damaged:
                tiles += self._apart(visit)

        return tiles

    @property
    def _is_rotated(self) -> bool:
        """Whether the container rotates the pictures, of which a remade decoder is not told."""
        return self._first_kind is not None and self._first_kind.matrix is not None

    def _first(self, reel: Reel, visit: Visit) -> list[Tile]:
        codec = reel.video.codec_context
        if codec.width * codec.height > _MOST_KEPT_PIXELS:
            return self._opened(visit)

        reel.seek(visit.targets_us[0])
        return self._tiles(reel, codec, visit)

    def _opened(self, visit: Visit) -> list[Tile]:
        with reel_of(self._path) as reel:
            reel.seek(visit.targets_us[0])
            return self._tiles(reel, reel.video.codec_context, visit)

    def _tiles(self, reel: Reel, codec: VideoCodecContext, visit: Visit) -> list[Tile]:
        """Return the tiles of a visit on a reel that stands there."""
        if self._is_damaged:
            return self._apart(visit)

        if not can_be_quick(codec):
            return self._thoroughly(reel, visit)

        if self._quick_attempts:
            try:
                return list(self._quickly(reel, codec, visit))
            except Damaged:
                raise
            except NotCertain:
                self._quick_attempts -= 1

        return self._referenced(visit)

    def _quickly(self, reel: Reel, codec: VideoCodecContext, visit: Visit) -> Iterator[Tile]:
        if reel.landing != visit.landing:
            raise NotCertain("a seek arrives elsewhere than before")

        wanted = [reel.time_of(target) for target in visit.targets_us]
        for picture in pictures_at(reel.packets(), codec, wanted):
            self._ensure_alike(picture)
            yield self._scaler.tile(picture)

    def _ensure_alike(self, picture: VideoFrame) -> None:
        """Compare with the stream's own decoder's: a remade one may not have been told all."""
        kind = kind_of(picture)
        self._first_kind = self._first_kind or kind
        if kind != self._first_kind:
            raise NotCertain("its pictures are of several kinds")

    def _referenced(self, visit: Visit) -> list[Tile]:
        """Decode all that others refer to."""
        try:
            with segment_at(self._path, visit.targets_us[0], skips=True) as segment:
                return list(self._plainly(segment, visit.targets_us))
        except Damaged:
            raise
        except NotCertain:
            return self._apart(visit)

    def _thoroughly(self, reel: Reel, visit: Visit) -> list[Tile]:
        """Decode everything, once for all targets."""
        try:
            return list(self._plainly(Segment(reel), visit.targets_us))
        except Damaged:
            return self._apart(visit)

    def _apart(self, visit: Visit) -> list[Tile]:
        """Decode everything, for each target anew: what fills up damage is what lay in memory."""
        tiles: list[Tile] = []
        for target in visit.targets_us:
            with segment_at(self._path, target, tolerates_damage=True) as segment:
                tiles += self._plainly(segment, [target])

        return tiles

    def _plainly(self, segment: Segment, targets_us: Sequence[int]) -> Iterator[Tile]:
        for target in targets_us:
            picture = segment.picture_at(target)
            if picture is None:
                raise VideoEndsEarly(target, self._duration_s, segment.position_bytes)

            yield self._scaler.tile(picture)
