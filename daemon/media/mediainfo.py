"""Ask MediaInfo about a file that PyAV recognised as a plain video container.

MediaInfo follows references and URLs that it finds in files (`platform.md` §5), whatever it is
told.  So it gets an open file, never a name, and runs while no descriptor can be opened.  Damage
can keep it busy for ever, so it runs in a process of its own: what it says is worth waiting for a
while, not the phash.
"""

from __future__ import annotations

import math
from typing import Annotated, BinaryIO

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError
from pymediainfo import MediaInfo

from daemon.media.apart import apart
from daemon.media.confinement import without_new_descriptors

_DEADLINE_S = 20  # 3 to 307 ms are usual on a quick disk (`platform.md` §5)
_QUARTER_TURNS = ("90", "270")


def _positive(text: object) -> float | None:
    """Return a positive finite number, or None for all else that MediaInfo may write."""
    try:
        number = float(str(text))
    except ValueError:
        return None

    return number if math.isfinite(number) and number > 0 else None


_Number = Annotated[float | None, BeforeValidator(_positive)]


class Track(BaseModel):
    """What MediaInfo says about a file ("General") or one of its tracks."""

    model_config = ConfigDict(frozen=True)

    kind: str = Field(alias="@type")
    order: str = Field(default="", alias="StreamOrder")
    """The stream's index, after a programme's number and a dash in transport streams."""
    width: _Number = Field(default=None, alias="Width")
    height: _Number = Field(default=None, alias="Height")
    rotation: str = Field(default="", alias="Rotation")
    """Degrees with three decimals, clockwise."""
    aspect: _Number = Field(default=None, alias="DisplayAspectRatio")
    frame_rate: _Number = Field(default=None, alias="FrameRate")
    overall_bit_rate: _Number = Field(default=None, alias="OverallBitRate")
    hdr_format: str = Field(default="", alias="HDR_Format")
    transfer: str = Field(default="", alias="transfer_characteristics")
    layout: str = Field(default="", alias="MultiView_Layout")
    """How the pictures for two eyes lie in one."""

    @property
    def is_turned(self) -> bool:
        """Tell whether width and height change places when the picture is shown upright."""
        return self.rotation.partition(".")[0] in _QUARTER_TURNS


class Report(BaseModel):
    """What MediaInfo says about a file."""

    tracks: tuple[Track, ...] = Field(default=(), alias="track")

    @property
    def general(self) -> Track | None:
        """The track that stands for the whole file."""
        return next((track for track in self.tracks if track.kind == "General"), None)

    def video(self, index: int) -> Track | None:
        """Return the video track of a stream's index, or the only one there is."""
        tracks = [track for track in self.tracks if track.kind == "Video"]
        same = [track for track in tracks if track.order.rpartition("-")[2] == str(index)]
        found = same or tracks
        return found[0] if len(found) == 1 else None


class _Document(BaseModel):
    media: Report | None = None


def report(file: BinaryIO, deadline_s: float = _DEADLINE_S) -> Report:
    """Return what MediaInfo says; an empty report where it says nothing usable, or not in time.

    The file's position is anywhere afterwards.
    """
    MediaInfo.can_parse()  # loads the library while files can still be opened
    try:
        document = _Document.model_validate_json(apart(lambda: _said(file), deadline_s))
    except ValidationError:
        return Report()

    return document.media or Report()


def _said(file: BinaryIO) -> bytes:
    with without_new_descriptors():
        return MediaInfo.parse(file, output="JSON", full=False).encode()
