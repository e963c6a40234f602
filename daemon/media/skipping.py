"""Which pictures a decoder may leave out without changing any picture that is looked at."""

from __future__ import annotations

from av.packet import Packet
from av.video.codeccontext import VideoCodecContext
from av.video.stream import VideoStream

from daemon.media.slices import Showing, showing

_HVCC_VERSION = 1
_HVCC_LAYERS_BYTE = 21  # ISO/IEC 14496-15, HEVCDecoderConfigurationRecord: numTemporalLayers
_HVCC_LAYERS_SHIFT = 3
_HVCC_LAYERS_MASK = 7


def can_skip_unreferenced(codec: VideoCodecContext) -> bool:
    """Tell whether pictures to which no other refers may be skipped (`phash.md`).

    Exact for h264, where each picture says so itself, and for hevc with a single temporal layer.
    Not for 4:4:4: old x264 wrote it such that each picture matters.
    """
    if "444" in (codec.pix_fmt or ""):
        return False

    return codec.name == "h264" or (codec.name == "hevc" and _has_one_layer(codec.extradata))


def waits_for_whole_picture(codec: VideoCodecContext) -> bool:
    """Tell whether nothing is shown after a seek before a picture that is made of no other.

    A seek in a transport stream lands anywhere; h264 keeps back what it cannot make whole.
    """
    return codec.name == "h264"


def showing_of(packet: Packet[VideoStream], codec: VideoCodecContext) -> Showing:
    """Return whether a codec that waits begins to show pictures with a packet."""
    return showing(bytes(packet), codec.extradata)


def _has_one_layer(extradata: bytes | None) -> bool:
    if not extradata or len(extradata) <= _HVCC_LAYERS_BYTE + 1 or extradata[0] != _HVCC_VERSION:
        return False

    return extradata[_HVCC_LAYERS_BYTE] >> _HVCC_LAYERS_SHIFT & _HVCC_LAYERS_MASK == 1
