"""A work as the NFO that Kodi and Jellyfin read.

Elements, traps and their sources: `nfo.md` §4.  Nothing about a person's watching is written
(playcount, resume, lastplayed), and nothing that the servers fill in themselves.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl, urlsplit
from xml.etree import ElementTree as ET

from rules.media import AudioTrack, VideoFacts
from rules.work import Appearance, ExternalId, Picture, Studio, Tag, Work
from rules.xml_text import without_illegal

_DECLARATION = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
_UNTITLED = "Untitled"

_LINE_END = re.compile("\r\n?")
_ARTICLE = re.compile(r"\A(?:the|an?)\s+(?=\w)", re.IGNORECASE)
_YEAR = re.compile(r"([0-9]{4})(?:-[0-9]{2}){0,2}")
_FIRST_YEAR_EXCLUSIVE = 1850
"""Jellyfin takes no year up to this one."""
_SLASH = re.compile(r"\s*/\s*")
_SECRET_PARAMETERS = frozenset(
    {"api_key", "apikey", "auth", "key", "password", "sig", "signature", "token"}
)


@dataclass(frozen=True, slots=True, kw_only=True)
class NfoStyle:
    """What the owner may choose about an NFO."""

    remote_pictures: bool = True
    """Name pictures at the source; the media server fetches them from there.  Off: none."""
    genres: frozenset[str] = frozenset()
    """Names of tags that are written as genre too (browsable); compared without case."""


_PLAIN = NfoStyle()


def render_nfo(
    work: Work,
    facts: VideoFacts,
    *,
    identity: ExternalId,
    fallback_title: str,
    style: NfoStyle = _PLAIN,
) -> bytes:
    """Return a `<movie>` document; the same facts give the same bytes.

    Args:
        work: What the file is a copy of.
        facts: What the file itself says; its duration is preferred to the work's.
        identity: Written as the one `uniqueid` with `default="true"`; importers fail without.
        fallback_title: The file's stem; stands in where the work has no title.
        style: The owner's choice.

    """
    movie = ET.Element("movie")
    _add_titles(movie, work, fallback_title)
    _add_block(movie, "plot", work.details)
    _add(movie, "runtime", _minutes(facts.duration_s or work.duration_s))
    _add_date(movie, work.date)
    _add_ids(movie, identity, work.ids)
    _add_tags(movie, work.tags, style.genres)
    _add_studios(movie, work.studio)
    _add(movie, "director", work.director)
    _add_actors(movie, work.appearances, remote_pictures=style.remote_pictures)
    if style.remote_pictures:
        _add_pictures(movie, work.pictures)

    _add_streams(movie, facts)
    ET.indent(movie)
    return f"{_DECLARATION}{ET.tostring(movie, encoding='unicode')}\n".encode()


def _one_line(text: str) -> str:
    """Return `text` without illegal characters, its white space runs made one space."""
    return " ".join(without_illegal(text).split())


def _add(parent: ET.Element, name: str, text: str | None, **attributes: str) -> None:
    """Append an element of one line; nothing when there is nothing to say."""
    line = _one_line(text or "")
    if line:
        ET.SubElement(parent, name, attributes).text = line


def _add_block(parent: ET.Element, name: str, text: str | None) -> None:
    """Append an element that keeps its line breaks."""
    block = _LINE_END.sub("\n", without_illegal(text or "")).strip()
    if block:
        ET.SubElement(parent, name).text = block


def _add_titles(movie: ET.Element, work: Work, fallback: str) -> None:
    """Append title, original title and, where articles make it differ, the sort title."""
    title = _one_line(work.title or "") or _one_line(fallback) or _UNTITLED
    _add(movie, "title", title)
    _add(movie, "originaltitle", work.title)
    sort_title = _ARTICLE.sub("", title)
    if sort_title != title:
        _add(movie, "sorttitle", sort_title)


def _minutes(duration_s: float | None) -> str | None:
    """Return whole minutes, at least one; None when the duration is not known."""
    if not duration_s or not math.isfinite(duration_s) or duration_s < 0:
        return None

    return str(max(1, math.floor(duration_s / 60 + 0.5)))


def _add_date(movie: ET.Element, text: str | None) -> None:
    """Append `premiered` for a full date only, and the year for any."""
    match = _YEAR.fullmatch(text or "")
    if match is None or int(match[1]) <= _FIRST_YEAR_EXCLUSIVE:
        return

    if _is_full_date(match[0]):
        _add(movie, "premiered", match[0])

    _add(movie, "year", match[1])


def _is_full_date(text: str) -> bool:
    """Tell whether `text` is a day that exists; `YYYY-MM-DD` is Jellyfin's default format."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _add_ids(movie: ET.Element, identity: ExternalId, others: Iterable[ExternalId]) -> None:
    """Append one id per source, the first as default: Kodi keeps one per type."""
    chosen: dict[str, str] = {}
    for external_id in (identity, *others):
        source, remote_id = _one_line(external_id.source), _one_line(external_id.remote_id)
        if source and remote_id:
            chosen.setdefault(source, remote_id)

    for number, (source, remote_id) in enumerate(chosen.items()):
        default = {} if number else {"default": "true"}
        _add(movie, "uniqueid", remote_id, type=source, **default)


def _unsplittable(name: str) -> str:
    """Return `name` without `/`, at which Jellyfin (genre) and Kodi (` / `) would split it."""
    return _SLASH.sub("-", _one_line(name)).strip("-")


def _add_tags(movie: ET.Element, tags: tuple[Tag, ...], genres: frozenset[str]) -> None:
    """Append genres, then tags; each name once."""
    wanted = {genre.casefold() for genre in genres}
    browsable = [tag for tag in tags if tag.name.casefold() in wanted]
    for element, named in (("genre", browsable), ("tag", tags)):
        for name in dict.fromkeys(_unsplittable(tag.name) for tag in named):
            _add(movie, element, name)


def _add_studios(movie: ET.Element, studio: Studio | None) -> None:
    """Append the studio, then its network: both servers list a work under each of them."""
    names: dict[str, None] = {}
    while studio is not None and len(names) <= 1:
        names[_unsplittable(studio.name)] = None
        studio = studio.parent

    for name in names:
        _add(movie, "studio", name)


def _add_actors(
    movie: ET.Element, appearances: Iterable[Appearance], *, remote_pictures: bool
) -> None:
    """Append the performers in the work's order."""
    named = [one for one in appearances if _one_line(one.performer.name)]
    for order, appearance in enumerate(named):
        actor = ET.SubElement(movie, "actor")
        _add(actor, "name", appearance.performer.name)
        _add(actor, "role", appearance.credited_as)
        _add(actor, "type", "Actor")
        _add(actor, "order", str(order))
        portraits = [one for one in appearance.performer.pictures if _is_public(one.url)]
        if remote_pictures and portraits:
            _add(actor, "thumb", portraits[0].url)


def _add_pictures(movie: ET.Element, pictures: Iterable[Picture]) -> None:
    """Append the best picture per aspect; Jellyfin takes the first, and unknown for a poster."""
    best: dict[str, str] = {}
    for picture in pictures:
        if _is_public(picture.url):
            best.setdefault(_aspect(picture), picture.url)

    for aspect, url in best.items():
        _add(movie, "thumb", url, aspect=aspect)

    if "landscape" in best:
        _add(ET.SubElement(movie, "fanart"), "thumb", best["landscape"])


def _aspect(picture: Picture) -> str:
    """Return Kodi's word for the picture's shape."""
    width, height = picture.width or 0, picture.height or 0
    return "landscape" if width > height else "poster"


def _is_public(url: str) -> bool:
    """Tell whether a media server can fetch `url`, and no key stands in it."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    names = {name.casefold() for name, _ in parse_qsl(parts.query, keep_blank_values=True)}
    reachable = parts.scheme in {"http", "https"} and bool(parts.hostname)
    return reachable and "@" not in parts.netloc and not names & _SECRET_PARAMETERS


def _add_streams(movie: ET.Element, facts: VideoFacts) -> None:
    """Append what the file says; Kodi replaces it after the first playback."""
    details = ET.Element("streamdetails")
    _add_video(details, facts)
    for track in facts.audio:
        _add_audio(details, track)

    for language in facts.subtitle_languages:
        _add_group(details, "subtitle", language=language)

    if len(details):
        ET.SubElement(movie, "fileinfo").append(details)


def _add_video(details: ET.Element, facts: VideoFacts) -> None:
    """Append the picture stream."""
    _add_group(
        details,
        "video",
        codec=facts.video_codec,
        aspect=_positive(facts.aspect, ".6f"),
        width=_positive(facts.width, "d"),
        height=_positive(facts.height, "d"),
        durationinseconds=_positive(facts.duration_s, ".0f"),
        hdrtype=facts.hdr,
    )


def _add_audio(details: ET.Element, track: AudioTrack) -> None:
    """Append one sound stream."""
    _add_group(
        details,
        "audio",
        codec=track.codec,
        language=track.language,
        channels=_positive(track.channels, "d"),
    )


def _add_group(parent: ET.Element, group: str, **leaves: str | None) -> None:
    """Append an element of leaves; nothing when none of them says anything."""
    element = ET.Element(group)
    for name, text in leaves.items():
        _add(element, name, text)

    if len(element):
        parent.append(element)


def _positive(number: float | None, form: str) -> str | None:
    """Return a number as text; None for one that says nothing."""
    if number is None or not math.isfinite(number) or number <= 0:
        return None

    return format(number, form)
