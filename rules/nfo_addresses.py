"""Addresses in an NFO: pictures and a trailer that anybody may fetch, and no key in any."""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import parse_qs, urlsplit

from lxml import etree

from rules.address_key import carries_key
from rules.nfo_xml import Element, add
from rules.work import Picture

_WATCH_HOSTS = frozenset({"youtube.com", "www.youtube.com", "m.youtube.com"})
_SHORT_HOST = "youtu.be"
_PLAYER = "plugin://plugin.video.youtube/?action=play_video&videoid="
"""What Kodi plays and Jellyfin understands of a trailer there (`nfo.md` §4.1)."""


def is_public(url: str) -> bool:
    """Tell whether a media server can fetch `url`, and no key stands in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    reachable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return reachable and "@" not in parts.netloc and not carries_key(parts.query)


def add_pictures(movie: Element, pictures: Iterable[Picture]) -> None:
    """Append the best picture per aspect; Jellyfin takes the first, and unknown for a poster."""
    best: dict[str, str] = {}
    for picture in pictures:
        if is_public(picture.url):
            best.setdefault(_aspect(picture), picture.url)

    for aspect, url in best.items():
        add(movie, "thumb", url, aspect=aspect)

    if "landscape" in best:
        add(etree.SubElement(movie, "fanart"), "thumb", best["landscape"])


def add_trailer(movie: Element, url: str | None) -> None:
    """Append the trailer in the form that most readers take."""
    if url is None or not is_public(url):
        return

    video = _video_there(url)
    add(movie, "trailer", url if video is None else _PLAYER + video)


def _aspect(picture: Picture) -> str:
    """Return Kodi's word for the picture's shape."""
    width, height = picture.width or 0, picture.height or 0
    return "landscape" if width > height else "poster"


def _video_there(url: str) -> str | None:
    """Return the video that an address at YouTube names; None for any other address."""
    parts = urlsplit(url)
    if parts.hostname == _SHORT_HOST:
        named = parts.path.strip("/")
    elif parts.hostname in _WATCH_HOSTS:
        named = next(iter(parse_qs(parts.query).get("v", ())), "")
    else:
        return None

    is_name = named.isascii() and named.replace("-", "").replace("_", "").isalnum()
    return named if is_name else None
