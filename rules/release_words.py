"""Words of file names that say nothing about the work: what the file is, not what is in it.

Collected from names that release groups, download tools and disc rips write; of Stash's own list
(`stash.md` §6.1: XXX, resolutions, KTR, RARBG, com, brackets) all are here or are separators.
"""

from __future__ import annotations

import re

from rules.selection import VIDEO_EXTENSIONS


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


CONTAINERS = VIDEO_EXTENSIONS | _words(
    "3gp asx divx iso m2ts m2v mk3d mpe mts ogm ogv qt strm ts vob xvid"
)
"""What a name may end in after its last dot, whatever the library takes in; lower case."""

_NOISE: tuple[tuple[str, str], ...] = (
    (
        "resolution",
        r"\d{3,4}[pi]\d{0,3}|\d{3,4}x\d{3,4}|[2468]k|[uf]hd|qhd|uhd4k|3840|480|720|1080",
    ),
    ("frame rate", r"\d{2,3}fps|\d{2}\.\d{2,3}fps"),
    ("depth and range", r"(?:8|10|12)bits?|hdr(?:10)?(?:plus|\+)?|hlg|dovi|dolbyvision|bt2020|sdr"),
    (
        "video codec",
        (
            r"[xh]\.?26[456]|hevc|avc|av1|vp[89]|vc-?1|xvid|divx|mpeg-?[24]|wmv[3-9]?|prores|mp4|mkv|"
            r"m4v|flv"
        ),
    ),
    (
        "audio",
        (
            r"aac(?:[257]\.[01])?|e?ac-?3|dts(?:-?hd)?(?:-?ma)?|truehd|atmos|flac|mp3|"
            r"ddp?(?:[257]\.[01])?|[257]\.[01](?:ch)?|[26]ch"
        ),
    ),
    (
        "source",
        (
            r"web-?(?:dl|rip)|blu-?ray|b[dr]-?rip|bdremux|remux|dvd-?(?:rip|scr|[59r])?|hdtv(?:rip)?|"
            r"[hp]d-?rip|vhs-?rip|web-?cap|siterip|hdcam|hdts|iptv|upscaled?"
        ),
    ),
    ("adult release", r"xxx|ktr|rarbg|p2p|nsfw"),
    ("virtual reality", r"vr1?[468]0|[36]60vr|[lr]r_?180|180_?sbs|sbs|3dh|180x180"),
)
"""Kind and pattern: a word like this is no part of a title, wherever it stands."""

_WEAK = _words(
    "web hd sd hq lq ts hdr dv rip ma proper repack rerip internal extended unrated uncut "
    "uncensored remastered complete dubbed subbed subs multi dual audio opus nf amzn dsnp itunes "
    "3d dl vr com sample avi mov ita eng ger deu fra spa jpn rus english german french spanish "
    "italian japanese"
)
"""Words that a title may well have; noise only beside noise."""

NAMELESS = _words(
    "clip copy dvd encode export film footage full img movie mov new output part recording render "
    "scene sample stream temp tmp track trailer unknown untitled vid video videoplayback"
)
"""A name of these words alone says nothing: cameras, recorders and editors write them."""

ORDINARY_FOLDERS = _words(
    "adult archive clips collection complete completed content data done download downloads dvd "
    "files films finished inbox incoming library media misc mnt movie movies new nsfw old other "
    "porn private queue recent scenes seeding share shows sorted studios temp tmp todo torrents "
    "tv unsorted upload uploads usenet video videos watch watched xxx"
)
"""Folders that are called after what lies in them or what is done there, not after a studio."""

STOP_WORDS = _words(
    "a an and are as at be but by for from her his i in into is it its me my no not of off on or "
    "our out over she so that the their them they this to under up us was we when who with you "
    "your after before la le les un une der die das und de du des el los las y et"
)
"""Words of no weight in a title, and of no person's name."""

# What dots and spaces cut apart, put together again before they separate words.
_CUT = (
    (re.compile(r"\b([xh])[. ](26[456])\b", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\b(web)[. ](dl|rip)\b", re.IGNORECASE), r"\1-\2"),
    (re.compile(r"\b(blu)[. ](ray)\b", re.IGNORECASE), r"\1-\2"),
    (re.compile(r"\b(dts|dolby)[. ](hd|vision)\b", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\b(8|10|12)[-. ](bits?)\b", re.IGNORECASE), r"\1\2"),
    (re.compile(r"\b(\d{2,3})(?:\.\d{2,3})?[-. ]?(fps)\b", re.IGNORECASE), r"\1\2"),
    (
        re.compile(r"(?<![\d.])(aac|ddp?|dts)?[. ]?[257]\.[01](?:ch)?(?![\d.]|\w)", re.IGNORECASE),
        r" \1 ",
    ),
)
_STRONG = re.compile("|".join(f"(?:{pattern})" for _, pattern in _NOISE), re.IGNORECASE)


def mend_noise(text: str) -> str:
    """Return the text with `h.264`, `WEB DL`, `5.1` and the like as one word each, or none."""
    for cut, whole in _CUT:
        text = cut.sub(whole, text)
    return text


def is_noise(word: str) -> bool:
    """Tell whether a word says something of the file, wherever it stands in a name."""
    return _STRONG.fullmatch(word) is not None


def is_perhaps_noise(word: str) -> bool:
    """Tell whether a word says nothing where it stands beside noise."""
    return word.casefold() in _WEAK
