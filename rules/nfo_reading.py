"""Read an NFO that anybody may have written: whatever it holds, something or nothing is said by it.

What readers make of one, and what others write there: `nfo.md` §4. Nothing in it is followed: a
document type is no part of an NFO, and with one nothing is read, so that there are no entities but
those of XML itself. As other readers do, it is lenient: a bare ampersand, several documents after
one another, a wrong declaration of its encoding and an end that is missing cost nothing else.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterable, Iterator
from datetime import date
from html import unescape
from xml.etree import ElementTree as ET

from rules.sidecar_says import SidecarSays, WrittenId
from rules.xml_text import without_illegal

MOST_NFO_BYTES = 1 << 20
"""A larger one is not read: the largest that media servers write have some 100 KiB."""

_ROOTS = frozenset({"movie", "musicvideo", "episodedetails"})
_BYTE_ORDER_MARKS = (  # the longer first: that of UTF-32 begins like that of UTF-16
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_DECLARED = re.compile(rb"""^\s*<\?xml[^>]{0,200}?encoding\s*=\s*["']([A-Za-z0-9._-]{1,40})["']""")
_TEXT_ENCODING = re.compile(
    r"utf-?8|us-ascii|ascii|latin-?1|iso-?8859-\d{1,2}|(?:windows-|cp)125\d|koi8-[ru]|gb(?:k|2312|18030)|"
    r"big5|shift_jis|euc-(?:jp|kr)",
    re.IGNORECASE,
)
"""What is believed of a declaration; Python knows encodings that are programs, or take for ever."""

_DECLARATION = re.compile(r"<\?xml[^>]{0,1000}>")
_BARE_AMPERSAND = re.compile(r"&(?!(?:amp|lt|gt|quot|apos|#[0-9]{1,7}|#x[0-9A-Fa-f]{1,6});)")
_ROOT_END = re.compile(r"</(?:movie|musicvideo|episodedetails)\s*>", re.IGNORECASE)
_URL = re.compile(r"""https?://[^\s<>"'\\^`{|}]{1,2000}""", re.IGNORECASE)
_AFTER_URL = ").,;:!?]*"
_DATE = re.compile(r"([0-9]{4}-[0-9]{2}-[0-9]{2})(?![0-9])")
_YEAR = re.compile(r"[0-9]{4}")
_FIRST_YEAR_EXCLUSIVE = 1850
"""Jellyfin takes no year up to this one; Kodi writes 1601 for none."""
_DATES = ("premiered", "aired", "releasedate", "formed")
_ID_ELEMENT = re.compile(r"([a-z][a-z0-9.-]{1,40}?)_?id")
_PEOPLE = frozenset({"", "actor", "gueststar"})
"""Kinds of an `actor` that are seen in the work (`nfo.md` §4.1, Jellyfin's PersonKind)."""

_LONGEST_LINE = 500
_LONGEST_BLOCK = 20_000
_MOST_IDS = 20
_MOST_URLS = 10
_MOST_NAMES = 200
_MOST_ROOTS = 20
_MOST_ELEMENTS = 2000
"""Of a document; a work with 1,000 performers and tags has fewer."""


def read_nfo(data: bytes) -> SidecarSays | None:
    """Return what an NFO says; None when it is no text at all.

    A file of several works, such as of two episodes, says of none of them anything but its ids.
    """
    text = _decoded(data)
    if text is None:
        return None

    roots = _roots(text)
    urls = _urls(text, roots)
    ids = tuple(dict.fromkeys(each for root in roots for each in _ids(root)))[:_MOST_IDS]
    if len(roots) != 1:
        return SidecarSays(ids=ids, urls=urls)

    return _said(roots[0], ids, urls)


def _decoded(data: bytes) -> str | None:
    """Return the text of a file, without what no XML holds; None for anything but text."""
    if not data.strip():
        return ""

    text = next((text for each in _encodings(data) if (text := _try(data, each)) is not None), None)
    if text is None or "\0" in text:
        return None

    return without_illegal(text)


def _encodings(data: bytes) -> Iterator[str]:
    """Yield in which encodings a file may be, the surest first; the last takes any bytes."""
    marked = next((name for mark, name in _BYTE_ORDER_MARKS if data.startswith(mark)), None)
    if marked is not None:
        yield marked
        return

    if data.startswith((b"<\0", b"\0<")):
        yield "utf-16-le" if data.startswith(b"<") else "utf-16-be"
    declared = _DECLARED.match(data)
    if declared is not None:
        yield declared[1].decode("ascii")
    yield "utf-8"
    yield "cp1252"
    yield "latin-1"


def _try(data: bytes, encoding: str) -> str | None:
    is_known = encoding.startswith("utf-") or _TEXT_ENCODING.fullmatch(encoding) is not None
    if not is_known:
        return None

    try:
        return data.decode(encoding)
    except (UnicodeError, LookupError):
        return None


def _roots(text: str) -> list[ET.Element]:
    """Return the documents in a text, as far as it can be read; none where a type is declared."""
    body = _BARE_AMPERSAND.sub("&amp;", _DECLARATION.sub("", text))
    parser: ET.XMLPullParser[ET.Element] = ET.XMLPullParser(events=("start",))
    # In an element of ours neither a document type nor a second document is anything special.
    parser.feed(f"<nfo>{body}</nfo>")
    whole: ET.Element | None = None
    try:
        for event in parser.read_events():
            *_, element = event
            if whole is None and isinstance(element, ET.Element):
                whole = element
    except ET.ParseError:
        pass  # what was whole before that place is kept

    roots = [child for child in (() if whole is None else whole) if _name(child) in _ROOTS]
    for root in roots[:_MOST_ROOTS]:
        del root[_MOST_ELEMENTS:]
    return roots[:_MOST_ROOTS]


def _urls(text: str, roots: Iterable[ET.Element]) -> tuple[str, ...]:
    """Return the addresses that stand in elements of their own, then those after the document.

    A file that is no document at all is read for addresses alone, as Kodi does.
    """
    inside = [_line(child) for root in roots for child in root if _name(child) == "url"]
    ends = [match.end() for match in _ROOT_END.finditer(text)]
    is_markup = text.lstrip().startswith("<")
    tail = text[ends[-1] :] if ends else "" if is_markup else text
    found = (match[0].rstrip(_AFTER_URL) for match in _URL.finditer(tail.replace("&amp;", "&")))
    told = (each for each in (*inside, *found) if each and _URL.fullmatch(each))
    return tuple(dict.fromkeys(told))[:_MOST_URLS]


def _said(root: ET.Element, ids: tuple[WrittenId, ...], urls: tuple[str, ...]) -> SidecarSays:
    return SidecarSays(
        ids=ids,
        urls=urls,
        title=_first(root, "title"),
        original_title=_first(root, "originaltitle"),
        studio=_first(root, "studio"),
        date=_date(root),
        director=_first(root, "director"),
        details=_block(root, "plot") or _block(root, "outline"),
        performers=_names(_people(root)),
        tags=_names(_lines(root, "tag", "genre")),
    )


def _name(element: ET.Element) -> str:
    """Return the name of an element without its namespace; "" for a comment."""
    tag: object = element.tag
    return tag.rpartition("}")[2].lower() if isinstance(tag, str) else ""


def _line(element: ET.Element) -> str:
    # Texts that come from web pages are often escaped twice.
    return " ".join(unescape(element.text or "").split())[:_LONGEST_LINE].rstrip()


def _lines(root: ET.Element, *names: str) -> Iterator[str]:
    """Yield what elements of these names say, those of the first name first."""
    for name in names:
        yield from (_line(child) for child in root if _name(child) == name)


def _first(root: ET.Element, name: str) -> str | None:
    return next((line for line in _lines(root, name) if line), None)


def _block(root: ET.Element, name: str) -> str | None:
    blocks = (unescape(child.text or "").strip() for child in root if _name(child) == name)
    return next((block[:_LONGEST_BLOCK] for block in blocks if block), None)


def _names(lines: Iterable[str]) -> tuple[str, ...]:
    """Return names, each once however it is written."""
    first: dict[str, str] = {}
    for line in lines:
        if line:
            first.setdefault(line.casefold(), line)
    return tuple(first.values())[:_MOST_NAMES]


def _people(root: ET.Element) -> Iterator[str]:
    for actor in root:
        if _name(actor) != "actor":
            continue
        if (_first(actor, "type") or "").casefold() in _PEOPLE:
            yield _first(actor, "name") or ""
    if _name(root) == "musicvideo":
        yield from _lines(root, "artist")


def _date(root: ET.Element) -> str | None:
    """Return the day of the first element that says one, or else the year."""
    for line in _lines(root, *_DATES):
        match = _DATE.match(line)
        if match is not None and _is_day(match[1]):
            return match[1]

    years = (line for line in _lines(root, "year") if _YEAR.fullmatch(line))
    return next((year for year in years if int(year) > _FIRST_YEAR_EXCLUSIVE), None)


def _is_day(text: str) -> bool:
    try:
        return date.fromisoformat(text).year > _FIRST_YEAR_EXCLUSIVE
    except ValueError:
        return False


def _ids(root: ET.Element) -> Iterator[WrittenId]:
    """Yield the ids of a work: `uniqueid`, and elements such as `tmdbid`."""
    for child in root:
        name, text = _name(child), _line(child)
        if not text:
            continue
        if name == "uniqueid":
            yield WrittenId(kind=" ".join((child.get("type") or "").split()), text=text)
        elif match := _ID_ELEMENT.fullmatch(name):
            yield WrittenId(kind=match[1], text=text)
