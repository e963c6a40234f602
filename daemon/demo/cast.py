"""The files of the demonstration: how each is made, what is special, and how it must end.

What a source says of a file is written down here too, so that one entry is the whole case. All
titles, studios and people are invented.
"""

from __future__ import annotations

from fractions import Fraction

from daemon.demo.clips import ClipRecipe
from daemon.demo.role import Arrival, Ending, Offer, Role
from rules.fingerprint import Algorithm
from rules.journey import FileState

EXACT = "known or exact"
NEAR = "near phash"
OFFERED = "anything offered"
UNKNOWN = "nothing offered"
"""The names of the shipped rules (`rules.defaults`), so far as files are to end by them."""

_SHORT_S = 8.0
_LONG_S = 170.0
"""Above the 2.5 minutes from which on a phash alone may be enough."""
_LONG_RATE = Fraction(4)
"""Few pictures a second: long videos that are made in a moment."""


OWN_NFO = """\
<?xml version="1.0" encoding="UTF-8"?>
<movie>
  <title>Tin Kitchen (my own cut)</title>
  <plot>Typed by hand. Nobody may overwrite this.</plot>
</movie>
"""


def _accepted(title: str, rule: str = EXACT, *, passed: FileState | None = None) -> Ending:
    return Ending(state=FileState.DONE, rule=rule, candidates=1, title=title, passed=passed)


def _asked(candidates: int = 1) -> Ending:
    return Ending(state=FileState.REVIEW, rule=OFFERED, candidates=candidates)


def _short(seed: int, codec: str, *, sound: bool = False) -> ClipRecipe:
    audio_s = _SHORT_S if sound else None
    return ClipRecipe(seed=seed, duration_s=_SHORT_S, codec=codec, audio_s=audio_s)


def _long(seed: int, codec: str) -> ClipRecipe:
    return ClipRecipe(
        seed=seed,
        duration_s=_LONG_S,
        width=192,
        height=108,
        frame_rate=_LONG_RATE,
        codec=codec,
        gop=8,
    )


CAST: tuple[Role, ...] = (
    Role(
        name="Two Bridges.mov",
        special="claimed by two works",
        clip=_short(0, "mjpeg"),
        offers=(
            Offer(
                title="Two Bridges",
                studio="Northlight Pictures",
                date="2019-05-04",
                performers=("Ida Marlow", "Tomas Reed"),
                submissions=3,
            ),
            Offer(
                title="The Far Bank",
                studio="Quayside Films",
                date="2021-02-11",
                performers=("June Abara",),
                submissions=2,
            ),
        ),
        arrival=Arrival.FIRST,
        ending=_asked(candidates=2),
    ),
    Role(
        name="Winter Garden.mp4",
        special="broken download",
        clip=_short(12, "libx264"),
        kept_share=0.6,
        arrival=Arrival.FIRST,
        ending=Ending(state=FileState.FAILED, rule=None),
    ),
    Role(
        name="Night Train.mkv",
        special="source refuses at first",
        clip=_short(2, "libx264"),
        offers=(
            Offer(
                title="Night Train North",
                studio="Quayside Films",
                date="2020-11-20",
                performers=("Tomas Reed",),
            ),
        ),
        arrival=Arrival.DURING_HICCUP,
        ending=_accepted("Night Train North", passed=FileState.DEFERRED),
    ),
    Role(
        name="Lighthouse Keeper.mkv",
        special="copied slowly",
        clip=_short(3, "libx265"),
        offers=(
            Offer(
                title="The Lighthouse Keeper",
                studio="Northlight Pictures",
                date="2018-09-01",
                performers=("Ida Marlow",),
            ),
        ),
        arrival=Arrival.SLOWLY,
        ending=_accepted("The Lighthouse Keeper"),
    ),
    Role(
        name="Harbour at Dawn.mp4",
        special="exactly as known",
        clip=_short(4, "libx264", sound=True),
        offers=(
            Offer(
                title="Harbour at Dawn",
                studio="Quayside Films",
                date="2022-04-09",
                performers=("June Abara", "Ida Marlow"),
            ),
        ),
        ending=_accepted("Harbour at Dawn"),
    ),
    Role(
        name="Long Way Upstream.avi",
        special="re-encode, 3 know it",
        clip=_long(5, "libx264"),
        reencoded=_long(5, "mpeg4"),
        offers=(
            Offer(
                title="A Long Way Upstream",
                studio="Northlight Pictures",
                date="2017-07-15",
                performers=("Tomas Reed",),
                algorithm=Algorithm.PHASH,
                submissions=3,
            ),
        ),
        ending=_accepted("A Long Way Upstream", NEAR),
    ),
    Role(
        name="Far Pasture.mkv",
        special="re-encode, 1 knows it",
        clip=_long(6, "libx264"),
        reencoded=_long(6, "mpeg4"),
        offers=(
            Offer(
                title="Far Pasture",
                studio="Quayside Films",
                date="2016-03-30",
                algorithm=Algorithm.PHASH,
                submissions=1,
            ),
        ),
        ending=_asked(),
    ),
    Role(
        name="Orchard in Snow.wmv",
        special="re-encode, very short",
        clip=_short(7, "libx264"),
        reencoded=_short(7, "wmv2"),
        offers=(
            Offer(
                title="Orchard in Snow",
                studio="Northlight Pictures",
                date="2020-01-19",
                algorithm=Algorithm.PHASH,
                submissions=5,
            ),
        ),
        ending=_asked(),
    ),
    Role(
        name="Glass Mountain.flv",
        special="length does not fit",
        clip=_short(8, "flv"),
        offers=(
            Offer(
                title="Glass Mountain",
                studio="Quayside Films",
                date="2015-10-02",
                performers=("June Abara",),
                duration_s=1435.0,
            ),
        ),
        ending=_asked(),
    ),
    Role(
        name="Salt Road.mpg",
        special="denied by 3, said by 1",
        clip=_short(9, "mpeg2video"),
        offers=(
            Offer(
                title="The Salt Road",
                studio="Northlight Pictures",
                date="2014-06-21",
                submissions=1,
                reports=3,
            ),
        ),
        ending=_asked(),
    ),
    Role(
        name="Market Street.webm",
        special="nobody knows it",
        clip=_short(10, "libvpx-vp9"),
        ending=Ending(state=FileState.NO_MATCH, rule=UNKNOWN),
    ),
    Role(
        name="Tin Kitchen.mp4",
        special="has a hand-made NFO",
        clip=_short(11, "mpeg4"),
        offers=(Offer(title="Tin Kitchen", studio="Quayside Films", date="2019-12-24"),),
        own_nfo=OWN_NFO,
        ending=_accepted("Tin Kitchen"),
    ),
    Role(
        name="Paper Boats.m4v",
        special="renamed when done",
        clip=_short(1, "libx264"),
        offers=(
            Offer(
                title="Paper Boats",
                studio="Northlight Pictures",
                date="2023-08-05",
                performers=("Ida Marlow", "June Abara"),
            ),
        ),
        renamed_to="Regatta/Paper Boats (restored).m4v",
        ending=_accepted("Paper Boats"),
    ),
)
"""In the order in which they are made."""
