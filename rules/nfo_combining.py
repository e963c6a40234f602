"""Two NFOs made one: what somebody wrote, and what doorman would write."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from rules.nfo_ownership import Marks
from rules.nfo_topics import Topic, by_topic, locked_topics, mark_of, topic_of
from rules.nfo_xml import Element, around


@dataclass(frozen=True, slots=True, kw_only=True)
class Combined:
    """What came of it."""

    marks: Marks
    """Of what in it is doorman's now."""
    is_changed: bool
    """Whether it says anything else than before."""
    is_all_ours: bool
    """Whether nothing in it is somebody else's."""


def combine(old: Element, new: Element, marks: Marks, *, takes_over: bool) -> Combined:
    """Bring into `old` what `new` says; `new` is used up by that.

    A topic that doorman wrote and nobody changed is renewed, and taken out where doorman says
    nothing of it any more. One that is missing is filled, also where only empty elements stand
    for it, as other programs write them. One that somebody wrote stays, but for ids, to which those
    of other sources are added.

    Args:
        old: What somebody wrote or changed.
        new: What doorman would write.
        marks: Of what doorman last wrote there.
        takes_over: Replace what somebody wrote, too, wherever doorman says anything of it.

    """
    held, told, locked = by_topic(old), by_topic(new), locked_topics(old)
    ours: dict[str, str] = {}
    is_changed = False
    for topic in Topic:
        there, offered = held.get(topic, []), told.get(topic, [])
        is_ours = not there or marks.get(topic) == mark_of(there)
        is_ours = is_ours or bool(offered and topic not in marks and _says_nothing(there))
        if topic in locked or not (is_ours or (takes_over and offered)):
            is_free = topic is Topic.IDS and topic not in locked
            becomes = _united(there, offered) if is_free else there
        else:
            is_ours, becomes = True, offered
        if is_ours and becomes:
            ours[topic.value] = mark_of(becomes)
        if mark_of(becomes) != mark_of(there):
            is_changed = True
            _replace(old, there, becomes)

    is_all_ours = is_alone(old, ours)
    if takes_over or is_all_ours:
        is_changed = is_changed or old.tag != new.tag
        old.tag = new.tag
    return Combined(marks=ours, is_changed=is_changed, is_all_ours=is_all_ours)


def _says_nothing(elements: Sequence[Element]) -> bool:
    return not any(text.strip() for each in elements for text in each.itertext())


def _united(there: Sequence[Element], offered: Sequence[Element]) -> list[Element]:
    """Return ids with those of other sources behind them; one of all is the default."""
    known = {each.get("type") for each in there}
    has_default = any(each.get("default") == "true" for each in there)
    others = [each for each in offered if each.get("type") not in known]
    for each in others if has_default else ():
        each.attrib.pop("default", "")
    return [*there, *others]


def _replace(root: Element, there: Sequence[Element], offered: Sequence[Element]) -> None:
    """Put elements where others of their topic were, or at the end."""
    position = root.index(there[0]) if there else len(root)
    for element in there:
        _keep_tail(root, element)
        root.remove(element)
    for number, element in enumerate(offered):
        root.insert(position + number, element)


def _keep_tail(root: Element, element: Element) -> None:
    """Let text that somebody wrote behind an element stay when the element goes."""
    tail = (element.tail or "").strip()
    element.tail = None
    if not tail:
        return

    before = element.getprevious()
    if before is None:
        root.text = f"{root.text or ''}{tail}"
    else:
        before.tail = f"{before.tail or ''}{tail}"


def is_alone(root: Element, ours: Marks) -> bool:
    """Tell whether everything that a document says is doorman's."""
    topics = [topic_of(child) for child in root]
    if root.attrib or any(around(root)) or not all(each in ours for each in topics):
        return False

    texts = [root.text, *(child.tail for child in root)]
    return not any((text or "").strip() for text in texts)
