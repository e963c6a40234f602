"""Take pictures of a video at given moments: those of 25 runs of ffmpeg, in one pass.

Each place is visited once.  The pictures there are found in the quickest way that is certain:
decoding only what they are made of, else all that others refer to, else everything, as ffmpeg.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from av.video.codeccontext import VideoCodecContext
from av.video.frame import VideoFrame

from daemon.media.bitmap import Tile
from daemon.media.certainty import Damaged, NotCertain
from daemon.media.errors import VideoEndsEarly
from daemon.media.film import Film
from daemon.media.fresh import is_fresh_when_flushed
from daemon.media.quick import can_be_quick, pictures_at
from daemon.media.reel import Reel
from daemon.media.scaling import OwnKind, Scaler, kind_of
from daemon.media.segment import Segment, segment_at
from daemon.media.visits import Visit, visits_afresh

_ATTEMPTS = 3  # in vain, before a way is given up for the file: interlacing spoils each segment

_MOST_KEPT_PIXELS = 1920 * 1088  # a decoder of such pictures keeps some 40 MB


class Sampler:
    """Takes pictures of one part of a video, scaled to tiles."""

    def __init__(self, film: Film, own: OwnKind) -> None:
        """Prepare for a part; parts that are taken at the same time share `own`."""
        self._film = film
        self._own = own
        self._scaler = Scaler()
        self._quick_attempts = _ATTEMPTS

    def along(self, reel: Reel, visits: Sequence[Visit]) -> list[Tile]:
        """Return the tiles of the first visits to a file in which each seek is as good as another.

        The reel serves all, if its decoder can be made again for each.  The first visit shows what
        the stream's own decoder makes of it; that of large pictures is let go with a file of its
        own, since it keeps its memory: some 150 MB for 4k.

        Raises:
            Damaged: when the whole file has to be taken as damaged: where pictures are left out,
                damage stays unseen.
            PhashImpossible: one of its kinds, what the earliest target met.
            FileRefused: when the file changed or became unreadable meanwhile.

        """
        try:
            codec = reel.video.codec_context
            if codec.width * codec.height > _MOST_KEPT_PIXELS:
                tiles = self._opened(visits[0])
            else:
                reel.seek(visits[0].targets_us[0])
                tiles = self._tiles(reel, codec, visits[0], is_own=True)
            return [*tiles, *self._further(reel, visits[1:])]
        finally:
            self._own.tell(None)

    def beside(self, visits: Sequence[Visit]) -> list[Tile]:
        """Return the tiles of later visits, while another sampler goes along the first.

        Raises: as `along`.
        """
        with self._film.reel() as reel:
            return list(self._further(reel, visits))

    def damaged(self, visits: Sequence[Visit]) -> list[Tile]:
        """Return the tiles of visits to a file that is damaged: of it everything is decoded.

        Raises: as `along`, but for Damaged.
        """
        return [tile for visit in visits for tile in self._apart(visit)]

    def afresh(self, targets_us: Sequence[int]) -> list[Tile]:
        """Return the tiles at targets of any file.

        Where a seek may land amid a group of pictures, the first of them often look damaged: that
        is no sign for the rest of the file.

        Raises: as `along`, but for Damaged.
        """
        reopening, recipe = self._film.reopening, self._film.recipe
        if reopening is None or recipe is None:
            return self._landed(targets_us)

        try:
            tiles: list[Tile] = []
            for reel, visit in visits_afresh(reopening.reel, targets_us):
                tiles += self._amid(reel, recipe.decoder(), visit)
        except NotCertain:
            return self._landed(targets_us)

        return tiles

    def _landed(self, targets_us: Sequence[int]) -> list[Tile]:
        tiles: list[Tile] = []
        for reel, visit in visits_afresh(self._film.looked_into, targets_us):
            tiles += self._amid(reel, reel.video.codec_context, visit)

        return tiles

    def _amid(self, reel: Reel, codec: VideoCodecContext, visit: Visit) -> list[Tile]:
        self._own = OwnKind()  # of each file that was opened for a place: pictures may change
        try:
            return self._tiles(reel, codec, visit, is_own=True)
        except Damaged:
            return self._apart(visit)

    def _further(self, reel: Reel, visits: Sequence[Visit]) -> Iterator[Tile]:
        for visit in visits:
            yield from self._another(reel, visit)

    def _another(self, reel: Reel, visit: Visit) -> list[Tile]:
        codec, recipe = reel.video.codec_context, self._film.recipe
        if is_fresh_when_flushed(codec):
            reel.seek(visit.targets_us[0])  # flushes the decoder as well
            if reel.first is not None and reel.first.is_keyframe:
                return self._tiles(reel, codec, visit, is_own=True)

        if recipe is None or not can_be_quick(codec) or self._own.is_rotated:
            return self._opened(visit)

        reel.seek(visit.targets_us[0])
        return self._tiles(reel, recipe.decoder(), visit, is_own=False)

    def _opened(self, visit: Visit) -> list[Tile]:
        with self._film.looked_into() as reel:
            reel.seek(visit.targets_us[0])
            return self._tiles(reel, reel.video.codec_context, visit, is_own=True)

    def _tiles(
        self, reel: Reel, codec: VideoCodecContext, visit: Visit, *, is_own: bool
    ) -> list[Tile]:
        """Return the tiles of a visit on a reel that stands there."""
        if not can_be_quick(codec):
            return self._thoroughly(reel, codec, visit)

        if self._quick_attempts:
            try:
                return list(self._quickly(reel, codec, visit, is_own=is_own))
            except Damaged:
                raise
            except NotCertain:
                self._quick_attempts -= 1

        return self._referenced(visit)

    def _quickly(
        self, reel: Reel, codec: VideoCodecContext, visit: Visit, *, is_own: bool
    ) -> Iterator[Tile]:
        if reel.landing != visit.landing:
            raise NotCertain("a seek arrives elsewhere than before")

        wanted = [reel.time_of(target) for target in visit.targets_us]
        for picture in pictures_at(reel.packets(), codec, wanted):
            self._ensure_alike(picture, is_own=is_own)
            yield self._scaler.tile(picture)

    def _ensure_alike(self, picture: VideoFrame, *, is_own: bool) -> None:
        """Compare with the stream's own decoder's: a remade one may not have been told all."""
        kind = kind_of(picture)
        if is_own:
            self._own.tell(kind)

        if kind != self._own.kind():
            raise NotCertain("its pictures are of several kinds")

    def _referenced(self, visit: Visit) -> list[Tile]:
        """Decode all that others refer to."""
        first = visit.targets_us[0]
        try:
            with segment_at(self._film.looked_into(), first, skips=True) as segment:
                return list(self._plainly(segment, visit.targets_us))
        except Damaged:
            raise
        except NotCertain:
            return self._apart(visit)

    def _thoroughly(self, reel: Reel, codec: VideoCodecContext, visit: Visit) -> list[Tile]:
        """Decode everything, once for all targets."""
        try:
            return list(self._plainly(Segment(reel, codec), visit.targets_us))
        except NotCertain:
            return self._apart(visit)

    def _apart(self, visit: Visit) -> list[Tile]:
        """Decode everything, whatever happens."""
        first = visit.targets_us[0]
        with segment_at(self._film.looked_into(), first, tolerates_damage=True) as segment:
            return list(self._plainly(segment, visit.targets_us))

    def _plainly(self, segment: Segment, targets_us: Sequence[int]) -> Iterator[Tile]:
        """Yield tiles of a segment that the stream's own decoder, or one like it, decodes."""
        tile, shown_at = None, None
        for target in targets_us:
            if tile is None or shown_at is None or shown_at < segment.time_of(target):
                found = segment.picture_at(target)
                if found is None:
                    raise VideoEndsEarly(target, self._film.duration_s, segment.position_bytes)

                self._own.tell(kind_of(found.picture))
                tile, shown_at = self._scaler.tile(found.picture), found.time
                del found  # with what the segment forgets: its memory serves the next, as in ffmpeg
                segment.forget()

            yield tile
