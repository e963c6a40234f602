"""A trial of other rules as a whole: its parts added up, in bounded memory."""

from __future__ import annotations

from dataclasses import dataclass, field, replace

from pydantic import TypeAdapter

from daemon.desk.judgement_views import TrialLine, TrialPart

FILES_LISTED = 100
"""Files listed for each kind of change, unless more or fewer are asked for."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """All files whose verdict would change alike."""

    before: str
    after: str
    count: int
    files: tuple[TrialLine, ...]
    """The first of them."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TrialView:
    """What other rules would make of everything that was decided."""

    changed: int = 0
    unchanged: int = 0
    other_rule: int = 0
    """Files with the same verdict by another rule."""
    kept: int = 0
    """Files that a person decided about; no rule changes that."""
    unreadable: int = 0
    """Files with nothing stored that could be decided from again."""
    older: int = 0
    """Files weighed by an older version; weighed anew from what was stored."""
    changes: tuple[Change, ...] = ()
    """The most frequent first."""


TRIAL = TypeAdapter(TrialView)


@dataclass(slots=True, kw_only=True)
class Trial:
    """Adds up the parts of a trial as they come."""

    files_listed: int = FILES_LISTED
    total: TrialView = field(default_factory=TrialView)
    _changes: dict[tuple[str, str], Change] = field(default_factory=dict)

    @classmethod
    def going_on(cls, view: TrialView, *, files_listed: int = FILES_LISTED) -> Trial:
        """Return a trial that has come as far as this view."""
        changes = {(each.before, each.after): each for each in view.changes}
        return cls(files_listed=files_listed, total=replace(view, changes=()), _changes=changes)

    def add(self, part: TrialPart) -> None:
        """Count a part in; of its files, keep what there is room for."""
        was = self.total
        self.total = replace(
            was,
            changed=was.changed + len(part.changes),
            unchanged=was.unchanged + part.unchanged,
            other_rule=was.other_rule + part.other_rule,
            kept=was.kept + part.kept,
            unreadable=was.unreadable + part.unreadable,
            older=was.older + part.older,
        )
        for line in part.changes:
            self._count(line)

    def view(self) -> TrialView:
        """Return all that was counted so far."""
        ordered = sorted(
            self._changes.values(), key=lambda each: (-each.count, each.before, each.after)
        )
        return replace(self.total, changes=tuple(ordered))

    def _count(self, line: TrialLine) -> None:
        kind = (line.before, line.after)
        was = self._changes.get(kind) or Change(
            before=line.before, after=line.after, count=0, files=()
        )
        room = self.files_listed - len(was.files)
        files = (*was.files, line) if room > 0 else was.files
        self._changes[kind] = replace(was, count=was.count + 1, files=files)
