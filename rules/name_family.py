"""Which names in a folder belong to a video: what goes along when it is given another name.

That is what readers take for its own by its name: `Film.nfo`, `Film-poster.jpg`, `Film.en.srt`.
Of several videos whose names begin alike, the longest that fits has it.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import PurePosixPath

from rules.selection import VIDEO_EXTENSIONS, Selection, extension_of, is_temporary

_PICTURE = (
    r"-(poster|fanart|thumb|landscape|banner|logo|clearlogo|clearart|disc|discart|keyart|cover|"
    r"folder|backdrop|art|characterart|preview|fanart\d{1,2}|extrafanart\d{0,2})"
    r"\.(jpe?g|png|webp|gif|svg|tbn|bmp|avif)"
)
"""What Kodi and Jellyfin take for a video's pictures."""
_SUBTITLE = r"(\.[\w+()\[\] -]{1,24}){1,3}\.(srt|ass|ssa|sub|idx|vtt|smi|sup|usf|ttml|dfxp|mks)"
_ANYTHING = r"\.\w{1,16}"
_END = re.compile(f"({_PICTURE}|{_SUBTITLE}|{_ANYTHING})", re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Family:
    """A video's name, and the names that belong to it."""

    stem: str
    ends: tuple[str, ...]
    """What follows the stem in the names beside it, as in `.nfo` and `-poster.jpg`."""
    twins: tuple[str, ...]
    """Other videos with the same stem: whatever lies beside belongs to them as well."""

    @property
    def longest_end_bytes(self) -> int:
        """Return how long the longest end is."""
        return max((len(end.encode(errors="surrogateescape")) for end in self.ends), default=0)


def family_of(video: str, names: Iterable[str], selection: Selection) -> Family:
    """Return which of the plain files in its folder belong to a video."""
    stem = PurePosixPath(video).stem
    others = [each for each in names if each != video]
    videos = [each for each in others if _is_video(each, selection)]
    stems = {PurePosixPath(each).stem for each in videos}
    ends = tuple(
        each[len(stem) :]
        for each in sorted(set(others) - set(videos))
        if _belongs(each, stem) and not any(_is_nearer(each, stem, other) for other in stems)
    )
    twins = tuple(each for each in sorted(videos) if same_name(PurePosixPath(each).stem, stem))
    return Family(stem=stem, ends=ends, twins=twins)


def same_name(one: str, other: str) -> bool:
    """Tell whether some file system takes two names for one."""
    return _folded(one) == _folded(other)


def in_the_way(video: str, names: Iterable[str], selection: Selection) -> str | None:
    """Return a name that has to go before a folder can hold that video, None where there is none.

    That is the name itself, on any file system, and whatever would belong to the video then.
    """
    there = {_folded(each): each for each in names}
    wanted = _folded(video)
    if wanted in there:
        return there[wanted]

    family = family_of(wanted, there, selection)
    ends = (f"{family.stem}{end}" for end in family.ends)
    return next((there[each] for each in (*family.twins, *ends)), None)


def _belongs(name: str, stem: str) -> bool:
    is_named = name.startswith(stem) and _END.fullmatch(name, len(stem)) is not None
    return is_named and not is_temporary(name)


def _is_nearer(name: str, stem: str, other: str) -> bool:
    return len(other) > len(stem) and _belongs(name, other)


def _is_video(name: str, selection: Selection) -> bool:
    return selection.is_listed(name) or extension_of(name) in VIDEO_EXTENSIONS


def _folded(name: str) -> str:
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", name).casefold())
