"""From what a person types into a field to what is kept of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from daemon.desk.field_texts import texts_of
from rules.errors import UsageError
from rules.matching import Ambiguous, Match, Matched
from rules.partial_date import read_date
from rules.plan import OF_ENTITIES, Field
from rules.work import Performer, Studio, Tag, Work
from store import entities, works
from store.database import Connection
from store.work_values import Mention, mentioned, mentions_in
from store.works import StoredField

WRITABLE = (
    Field.TITLE,
    Field.DATE,
    Field.STUDIO,
    Field.PERFORMERS,
    Field.TAGS,
    Field.DETAILS,
    Field.DIRECTOR,
    Field.CODE,
    Field.URLS,
)
"""What can be typed, in the order in which people think of it."""
SEVERAL = frozenset({Field.PERFORMERS, Field.TAGS, Field.URLS})
"""Fields with one value a line."""
MOST_CHARACTERS = 20_000
_MOST_VALUES = 500
_WEB = ("http://", "https://")


class FieldUnwritable(UsageError):
    """What was typed is nothing to keep in that field."""

    def __init__(self, field: str, detail: str) -> None:
        """Build the message from the field and what is wrong."""
        super().__init__(f"{field}: {detail}")


def field_of(name: str) -> Field:
    """Return the field of that name, if it can be typed.

    Raises:
        FieldUnwritable: it cannot.

    """
    found = next((field for field in WRITABLE if field.value == name), None)
    if found is None:
        raise FieldUnwritable(name, f"only these can be written: {', '.join(WRITABLE)}")

    return found


def written(
    connection: Connection,
    field: Field,
    text: str,
    *,
    work: Work,
    held: Mapping[Field, StoredField],
    at_s: float,
) -> str:
    """Return what the table holds for a text that a person typed; nothing typed is nothing said.

    Who is named as before stays who they are; others are looked for by name, and made if they are
    new.

    Raises:
        FieldUnwritable: it cannot be kept.

    """
    if len(text) > MOST_CHARACTERS:
        raise FieldUnwritable(field, f"it is longer than {MOST_CHARACTERS} characters; shorten it")
    if field in OF_ENTITIES:
        lines = _lines(field, text)
        return mentioned(field, _mentions(connection, field, lines, work, held, at_s=at_s))
    if field is Field.URLS:
        return works.encode(field, _addresses(text))
    if field is Field.DATE:
        return works.encode(field, _date(text))

    return works.encode(field, _plain(field, text))


def _plain(field: Field, text: str) -> str:
    stripped = "\n".join(line.rstrip() for line in text.strip().splitlines())
    return stripped if field is Field.DETAILS else " ".join(stripped.split())


def _date(text: str) -> str:
    if not text.strip():
        return ""

    found = read_date(text)
    if found is None:
        raise FieldUnwritable(Field.DATE, "write it as 2024-05-17, 2024-05 or 2024")

    return found


def _addresses(text: str) -> tuple[str, ...]:
    lines = _lines(Field.URLS, text)
    for line in lines:
        if not line.startswith(_WEB):
            raise FieldUnwritable(Field.URLS, f"{line!r} is no web address; begin with https://")

    return lines


def _lines(field: Field, text: str) -> tuple[str, ...]:
    """Return the lines that say something, each once."""
    lines = tuple(dict.fromkeys(filter(None, map(str.strip, text.splitlines()))))
    if len(lines) > (_MOST_VALUES if field in SEVERAL else 1):
        most = "one value a line, 500 at the most" if field in SEVERAL else "one line is enough"
        raise FieldUnwritable(field, most)

    return lines


def _mentions(
    connection: Connection,
    field: Field,
    lines: Sequence[str],
    work: Work,
    held: Mapping[Field, StoredField],
    *,
    at_s: float,
) -> list[Mention]:
    stored = held.get(field)
    present = mentions_in(field, stored.value) if stored is not None else ()
    known = dict(zip(texts_of(work, field), present, strict=True))
    return [
        known.get(line) or Mention(number=_number_of(connection, field, line, at_s=at_s))
        for line in lines
    ]


def _number_of(connection: Connection, field: Field, name: str, *, at_s: float) -> int:
    """Return who or what is named; made if nobody known is."""
    match = _match(connection, field, name)
    if isinstance(match, Matched):
        return match.number
    if isinstance(match, Ambiguous):
        raise FieldUnwritable(field, f"several known may be meant by {name!r}; write more of it")
    if field is Field.PERFORMERS:
        return entities.create_performer(connection, Performer(name=name), at_s=at_s)
    if field is Field.TAGS:
        return entities.create_tag(connection, Tag(name=name), at_s=at_s)

    return entities.create_studio(connection, Studio(name=name), at_s=at_s)


def _match(connection: Connection, field: Field, name: str) -> Match:
    if field is Field.PERFORMERS:
        return entities.match_performer(connection, Performer(name=name))
    if field is Field.TAGS:
        return entities.match_tag(connection, Tag(name=name))

    return entities.match_studio(connection, Studio(name=name))
