"""What was changed because of a decision, as sentences: the journal's own words are for doorman."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import Final

from rules.plan import Origin
from store.changing import IDS, WORK_NUMBER
from store.journal import Change, ChangeKind, ChangeState
from store.renames import renaming_of
from store.rows import from_json
from store.works import STORED_FIELD, StoredField

_WORK: Final = "work"
"""What a created work is called in the journal; it has no name yet."""
_BY_ITS_NFO: Final = "none, it is known by its NFO"


def say_change(change: Change) -> str:
    """Return what was changed, and how that stands unless it is done."""
    say = _SAY.get(change.kind)
    said = say(change) if say is not None else f"{change.kind} {change.target}"
    standing = _STANDING.get(change.state)
    return f"{said} ({standing})" if standing else said


def _set_work(change: Change) -> str:
    before = from_json(WORK_NUMBER, change.before) if change.before is not None else None
    if before is None:
        return "the file is a copy of the work from here on"

    return "the file is a copy of another work from here on"


def _set_field(change: Change) -> str:
    after = from_json(STORED_FIELD, change.after) if change.after is not None else None
    verb = "were" if change.target.endswith("s") else "was"
    if after is None:
        return f"{change.target} {verb} emptied"

    done = "set" if change.before is None else "changed"
    return f"{change.target} {verb} {done}, {_as_said_by(after)}"


def _as_said_by(held: StoredField) -> str:
    match held.origin:
        case Origin.PERSON:
            return "as you wrote it"
        case Origin.SIDECAR:
            return "as the NFO beside the file says"
        case Origin.FILE_NAME:
            return "as the file's name says"
        case Origin.SOURCE:
            return f"as {held.source or 'a source'} says"


def _ids(text: str | None) -> str:
    ids = from_json(IDS, text) if text is not None else ()
    return ", ".join(
        _BY_ITS_NFO if each.is_made_up else f"{each.source} {each.remote_id}" for each in ids
    )


def _create(change: Change) -> str:
    what = "a work" if change.target == _WORK else change.target
    return f"{what} became known"


def _rename(change: Change) -> str:
    if change.after is None:
        return f"the file was given another name than {change.target}"

    said = renaming_of(change)
    along = " with what lies beside it" if said.beside else ""
    again = "again" if said.is_back else "now"
    return f"the file is called {said.path} {again}{along}, and was {said.former}"


_SAY: Mapping[ChangeKind, Callable[[Change], str]] = MappingProxyType(
    {
        ChangeKind.SET_WORK: _set_work,
        ChangeKind.SET_FIELD: _set_field,
        ChangeKind.ADD_ID: lambda change: f"its ids are known: {_ids(change.after)}",
        ChangeKind.REMOVE_ID: lambda change: f"ids gave way to others: {_ids(change.before)}",
        ChangeKind.PUT_ON_TAG: lambda change: f'the file wears the tag "{change.target}"',
        ChangeKind.ORGANIZE: lambda _: "the file counts as organized",
        ChangeKind.CREATE: _create,
        ChangeKind.LEARN: lambda change: f"more became known of {change.target}",
        ChangeKind.WRITE_SIDECAR: lambda change: f"wrote {change.target}",
        ChangeKind.REMOVE_SIDECAR: lambda change: f"removed {change.target}",
        ChangeKind.RENAME: _rename,
    }
)
_STANDING: Mapping[ChangeState, str] = MappingProxyType(
    {
        ChangeState.INTENDED: "not done yet",
        ChangeState.UNDONE: "taken back",
        ChangeState.DROPPED: "left as it is",
    }
)
