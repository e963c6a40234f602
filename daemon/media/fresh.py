"""Decoders that have seen nothing yet, for a stream that is sought again and again.

A decoder that was only flushed keeps what it learned (how far to reorder, whether recovery points
exist), and may then show other pictures than the one that ffmpeg sets up for each of its runs.
Opening the file again gives a fresh decoder as well, but looks into the streams again, and
decodes some pictures each time.
"""

from __future__ import annotations

from dataclasses import dataclass

from av.codec import CodecContext
from av.video.codeccontext import VideoCodecContext

_SELF_DESCRIBED = ("h264", "hevc")
_RESET_BY_KEY_PICTURES = ("vp8", "vp9", "libdav1d")


@dataclass(frozen=True, slots=True, kw_only=True)
class DecoderRecipe:
    """What ffmpeg tells a decoder before it decodes (FFmpeg, avcodec_parameters_to_context)."""

    name: str
    extradata: bytes | None
    width: int
    height: int
    pixel_format: str | None
    reorder_depth: int
    field_order: int
    color_range: int
    color_primaries: int
    color_trc: int
    colorspace: int

    def decoder(self) -> VideoCodecContext:
        """Return a fresh decoder."""
        codec = CodecContext.create(self.name, "r")
        assert isinstance(codec, VideoCodecContext)  # noqa: S101  # as the stream's own
        codec.extradata = self.extradata
        codec.width, codec.height = self.width, self.height
        codec.pix_fmt = self.pixel_format
        codec.reorder_depth = self.reorder_depth
        codec.field_order = self.field_order
        codec.color_range = self.color_range
        codec.color_primaries = self.color_primaries
        codec.color_trc = self.color_trc
        codec.colorspace = self.colorspace
        return codec


def recipe_of(codec: VideoCodecContext) -> DecoderRecipe | None:
    """Return how to make more decoders like a stream's own, which must not have been used yet.

    What a container lays on each picture (rotation) is lost.  None where `can_be_remade` denies.
    """
    if not can_be_remade(codec):
        return None

    return DecoderRecipe(
        name=codec.name,
        extradata=codec.extradata,
        width=codec.width,
        height=codec.height,
        pixel_format=codec.pix_fmt,
        reorder_depth=codec.reorder_depth,
        field_order=codec.field_order,
        color_range=int(codec.color_range),
        color_primaries=int(codec.color_primaries),
        color_trc=int(codec.color_trc),
        colorspace=int(codec.colorspace),
    )


def can_be_remade(codec: VideoCodecContext) -> bool:
    """Tell whether a decoder can be made again.

    h264 and hevc say themselves what a recipe cannot hold: level, siting of colours.
    """
    return codec.name in _SELF_DESCRIBED and codec.pix_fmt is not None


def is_fresh_when_flushed(codec: VideoCodecContext) -> bool:
    """Tell whether a stream's own decoder is as good as new at a key picture after a seek.

    A key picture of vp8, vp9 and av1 sets everything back that is learned from others, and each
    picture says itself whether it is shown (RFC 6386, 9; VP9 bitstream, 7.2; AV1 bitstream, 7.20).
    """
    return codec.name in _RESET_BY_KEY_PICTURES
