"""What a file holds, as `fileinfo` tells it; Kodi replaces that after the first playback."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from lxml import etree

from rules.media import AudioTrack, VideoFacts
from rules.nfo_xml import Element, add_group, positive

_CODECS: Mapping[tuple[str, str], str] = MappingProxyType(
    {
        ("dts", "DTS-HD MA"): "dtshd_ma",
        ("dts", "DTS-HD HRA"): "dtshd_hra",
        ("dts", "DTS-HD MA + DTS:X"): "dtshd_ma_x",
        ("dts", "DTS-HD MA + DTS:X IMAX"): "dtshd_ma_x_imax",
        ("eac3", "Dolby Digital Plus + Dolby Atmos"): "eac3_ddp_atmos",
        ("truehd", "Dolby TrueHD + Dolby Atmos"): "truehd_atmos",
    }
)
"""What Kodi calls them, its own `CDVDDemuxFFmpeg::GetStreamCodecName`; others are ffmpeg's."""


def add_streams(movie: Element, facts: VideoFacts) -> None:
    """Append the streams of a file; nothing when it says nothing of any."""
    details = etree.Element("streamdetails")
    _add_video(details, facts)
    for track in facts.audio:
        _add_audio(details, track)

    for language in facts.subtitle_languages:
        add_group(details, "subtitle", language=language)

    if len(details):
        etree.SubElement(movie, "fileinfo").append(details)


def _add_video(details: Element, facts: VideoFacts) -> None:
    add_group(
        details,
        "video",
        codec=facts.video_codec,
        aspect=positive(facts.aspect, ".6f"),
        width=positive(facts.width, "d"),
        height=positive(facts.height, "d"),
        durationinseconds=positive(facts.duration_s, ".0f"),
        stereomode=facts.stereo,
        language=facts.language,
        hdrtype=facts.hdr,
    )


def _add_audio(details: Element, track: AudioTrack) -> None:
    add_group(
        details,
        "audio",
        codec=_CODECS.get((track.codec, track.profile or ""), track.codec),
        language=track.language,
        channels=positive(track.channels, "d"),
    )
