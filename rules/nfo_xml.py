"""XML as an NFO is made of it: nothing empty, nothing illegal, the same facts the same bytes."""

from __future__ import annotations

import math
import re

from lxml import etree

from rules.xml_text import without_illegal

Element = etree._Element  # noqa: SLF001  # lxml has no other name for the type
"""An element; also a comment, whose `tag` is no text."""

_DECLARATION = '<?xml version="1.0" encoding="utf-8" standalone="yes"?>\n'
_LINE_END = re.compile("\r\n?")
_MOST_BYTES = 1 << 20
"""A larger document is none of an NFO (`rules.nfo_reading`)."""
_TYPE = b"<!doctype"


def one_line(text: str) -> str:
    """Return `text` without illegal characters, its white space runs made one space."""
    return " ".join(without_illegal(text).split())


def add(parent: Element, name: str, text: str | None, **attributes: str) -> None:
    """Append an element of one line; nothing when there is nothing to say."""
    line = one_line(text or "")
    if line:
        etree.SubElement(parent, name, attributes).text = line


def add_block(parent: Element, name: str, text: str | None) -> None:
    """Append an element that keeps its line breaks."""
    block = _LINE_END.sub("\n", without_illegal(text or "")).strip()
    if block:
        etree.SubElement(parent, name).text = block


def add_group(parent: Element, group: str, **leaves: str | None) -> None:
    """Append an element of leaves; nothing when none of them says anything."""
    element = etree.Element(group)
    for name, text in leaves.items():
        add(element, name, text)

    if len(element):
        parent.append(element)


def positive(number: float | None, form: str) -> str | None:
    """Return a number as text; None for one that says nothing."""
    if number is None or not math.isfinite(number) or number <= 0:
        return None

    return format(number, form)


def written(root: Element) -> bytes:
    """Return the document of `root`, with the comments that somebody put before and behind it.

    Nothing of doorman's follows its end: that would make Kodi ask a scraper (`nfo.md` §4.2).
    """
    etree.indent(root)
    before, behind = around(root)
    parts = (
        etree.tostring(each, encoding="unicode", with_tail=False)
        for each in (*before, root, *behind)
    )
    return (_DECLARATION + "\n".join(parts) + "\n").encode()


def parsed(data: bytes) -> Element | None:
    """Return the root of a document; None for what is not one well-formed document.

    A document type is no part of an NFO, so that there are no entities but those of XML itself;
    nothing that a document refers to is ever fetched.
    """
    # Without its zero bytes UTF-16 reads like ASCII, which is enough for one word.
    if len(data) > _MOST_BYTES or _TYPE in data.replace(b"\0", b"").lower():
        return None

    parser = etree.XMLParser(resolve_entities=False, no_network=True, load_dtd=False)
    try:
        return etree.fromstring(data, parser)
    except (etree.XMLSyntaxError, LookupError, ValueError):  # the latter two: a strange encoding
        return None


def root_of(document: bytes) -> Element:
    """Return the root of a document that doorman made."""
    return etree.fromstring(document)


def around(root: Element) -> tuple[list[Element], list[Element]]:
    """Return the comments before a document's root, and those behind it, in order."""
    return list(root.itersiblings(preceding=True))[::-1], list(root.itersiblings())
