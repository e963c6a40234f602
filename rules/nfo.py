"""A work as the NFO that Kodi and Jellyfin read.

Elements, traps and their sources: `nfo.md` §4.  Nothing about a person's watching is written
(playcount, resume, lastplayed), and nothing that the servers fill in themselves.  The formats
have no place for the addresses of a work's pages, so these are left out.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable
from datetime import date

from lxml import etree

from rules.media import VideoFacts
from rules.nfo_addresses import add_pictures, add_trailer, is_public
from rules.nfo_streams import add_streams
from rules.nfo_style import NfoRoot, NfoStyle, StudioParents, TagElement
from rules.nfo_xml import Element, add, add_block, one_line, positive, written
from rules.work import Appearance, ExternalId, Rating, Studio, Tag, Work

_UNTITLED = "Untitled"

_ARTICLE = re.compile(r"\A(?:the|an?)\s+(?=\w)", re.IGNORECASE)
_YEAR = re.compile(r"([0-9]{4})(?:-[0-9]{2}){0,2}")
_FIRST_YEAR_EXCLUSIVE = 1850
"""Jellyfin takes no year up to this one."""
_SLASH = re.compile(r"\s*/\s*")
_BETWEEN_NAMES = re.compile(r"[,;]")
"""Jellyfin divides the names of directors there too; Kodi lists by whole elements."""
_MOST_PARENTS = 10
"""Of a studio: more are none, but a ring."""

_PLAIN = NfoStyle()


def render_nfo(
    work: Work,
    facts: VideoFacts,
    *,
    identity: ExternalId,
    fallback_title: str,
    style: NfoStyle = _PLAIN,
) -> bytes:
    """Return a document; the same facts give the same bytes.

    Args:
        work: What the file is a copy of.
        facts: What the file itself says; its duration is preferred to the work's.
        identity: Written as the one `uniqueid` with `default="true"`, unless it is made up.
        fallback_title: The file's stem; stands in where the work has no title.
        style: The owner's choice.

    """
    movie = etree.Element(style.root.value)
    _add_titles(movie, work, fallback_title)
    _add_ratings(movie, work.ratings)
    add_block(movie, "plot", work.details)
    add(movie, "runtime", _minutes(facts.duration_s or work.duration_s))
    _add_date(movie, work.date)
    _add_ids(movie, identity, work.ids)
    _add_tags(movie, work.tags, style)
    _add_group(movie, work.groups, style.root)
    _add_studios(movie, work.studio, style.studio_parents)
    for name in _directors(work.director):
        add(movie, "director", name)

    _add_people(movie, work.appearances, style)
    if style.remote_urls:
        add_trailer(movie, work.trailer)
        add_pictures(movie, work.pictures)

    add_streams(movie, facts)
    return written(movie)


def _add_titles(movie: Element, work: Work, fallback: str) -> None:
    """Append title, original title and, where articles make it differ, the sort title."""
    title = one_line(work.title or "") or one_line(fallback) or _UNTITLED
    add(movie, "title", title)
    add(movie, "originaltitle", work.title)
    sort_title = _ARTICLE.sub("", title)
    if sort_title != title:
        add(movie, "sorttitle", sort_title)


def _add_ratings(movie: Element, ratings: Iterable[Rating]) -> None:
    """Append what the people of each source think of it, the first as default."""
    told = {one_line(each.source): each for each in ratings if positive(each.value, "g")}
    if not told:
        return

    parent = etree.SubElement(movie, "ratings")
    for number, (source, rating) in enumerate(told.items()):
        default = {} if number else {"default": "true"}
        element = etree.SubElement(
            parent, "rating", {"name": source, "max": format(rating.best, "g"), **default}
        )
        add(element, "value", format(rating.value, "g"))
        add(element, "votes", positive(rating.votes, "d"))


def _minutes(duration_s: float | None) -> str | None:
    """Return whole minutes, at least one; None when the duration is not known."""
    if not duration_s or not math.isfinite(duration_s) or duration_s < 0:
        return None

    return str(max(1, math.floor(duration_s / 60 + 0.5)))


def _add_date(movie: Element, text: str | None) -> None:
    """Append `premiered` for a full date only, and the year for any."""
    match = _YEAR.fullmatch(text or "")
    if match is None or int(match[1]) <= _FIRST_YEAR_EXCLUSIVE:
        return

    if _is_full_date(match[0]):
        add(movie, "premiered", match[0])

    add(movie, "year", match[1])


def _is_full_date(text: str) -> bool:
    """Tell whether `text` is a day that exists; `YYYY-MM-DD` is Jellyfin's default format."""
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True


def _add_ids(movie: Element, identity: ExternalId, others: Iterable[ExternalId]) -> None:
    """Append one id per source, the first as default: Kodi keeps one per type.

    A work that is known only by its NFO has none: an id that nobody else knows would be taken for
    one of a source.
    """
    chosen: dict[str, str] = {}
    for external_id in (identity, *others):
        if external_id.is_made_up:
            continue

        source, remote_id = one_line(external_id.source), one_line(external_id.remote_id)
        if source and remote_id:
            chosen.setdefault(source, remote_id)

    for number, (source, remote_id) in enumerate(chosen.items()):
        default = {} if number else {"default": "true"}
        add(movie, "uniqueid", remote_id, type=source, **default)


def _unsplittable(name: str) -> str:
    """Return `name` without `/`, at which Jellyfin (genre) and Kodi (` / `) would split it."""
    return _SLASH.sub("-", one_line(name)).strip("-")


def _add_tags(movie: Element, tags: tuple[Tag, ...], style: NfoStyle) -> None:
    """Append genres, then tags; each name once."""
    wanted = {genre.casefold() for genre in style.genres}
    is_genre = style.tags_as is not TagElement.TAG
    browsable = [tag for tag in tags if is_genre or tag.name.casefold() in wanted]
    plain = () if style.tags_as is TagElement.GENRE else tags
    for element, named in (("genre", browsable), ("tag", plain)):
        for name in dict.fromkeys(_unsplittable(tag.name) for tag in named):
            add(movie, element, name)


def _add_group(movie: Element, groups: tuple[str, ...], root: NfoRoot) -> None:
    """Append what the work is a part of: both servers know but one."""
    names = [name for name in map(one_line, groups) if name]
    if not names:
        return

    if root is NfoRoot.MUSICVIDEO:
        add(movie, "album", names[0])
    else:
        add(etree.SubElement(movie, "set"), "name", names[0])


def _add_studios(movie: Element, studio: Studio | None, parents: StudioParents) -> None:
    """Append the studio, then what it belongs to: both servers list a work under each of them."""
    most = {StudioParents.NONE: 0, StudioParents.NEAREST: 1, StudioParents.ALL: _MOST_PARENTS}
    names: dict[str, None] = {}
    while studio is not None and len(names) <= most[parents]:
        names[_unsplittable(studio.name)] = None
        studio = studio.parent

    for name in names:
        add(movie, "studio", name)


def _directors(text: str | None) -> list[str]:
    names = (_unsplittable(name) for name in _BETWEEN_NAMES.split(text or ""))
    return list(dict.fromkeys(name for name in names if name))


def _add_people(movie: Element, appearances: Iterable[Appearance], style: NfoStyle) -> None:
    """Append the performers in the work's order; of a music video they are the artists too."""
    named = [one for one in appearances if one_line(one.performer.name)]
    if style.root is NfoRoot.MUSICVIDEO:
        for name in dict.fromkeys(_unsplittable(one.performer.name) for one in named):
            add(movie, "artist", name)

    for order, appearance in enumerate(named):
        _add_actor(movie, appearance, order, with_picture=style.remote_urls)


def _add_actor(movie: Element, appearance: Appearance, order: int, *, with_picture: bool) -> None:
    actor = etree.SubElement(movie, "actor")
    add(actor, "name", appearance.performer.name)
    add(actor, "role", appearance.credited_as)
    add(actor, "type", "Actor")
    add(actor, "order", str(order))
    portraits = [one for one in appearance.performer.pictures if is_public(one.url)]
    if with_picture and portraits:
        add(actor, "thumb", portraits[0].url)
