"""What a person ticks of a candidate: which fields accepting it sets, and how far a tick goes.

A tick is a person's word, so it sets the field whatever its strategy says and whoever set it
before; but it does so in the gentlest way that changes anything. What is not ticked stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from typing import Final

from rules.errors import UsageError
from rules.identify_options import FieldOption, IdentifyOptions, OptionField, Strategy
from rules.plan import NEWEST_WORD, OPTION_OF, Field, FieldChange, Origin, plan_accept
from rules.work import Work

IDS: Final = "ids"
"""The ids of the work, which are no field of it but may be ticked as one."""
PARTS: Final = (*(field.value for field in Field), IDS)
"""All that may be ticked."""


class PartUnknown(UsageError):
    """There is no such field to tick."""

    def __init__(self, name: str) -> None:
        """Build the message from what was named."""
        super().__init__(f"a work has no field {name!r}; it has {', '.join(PARTS)}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Ticks:
    """What is ticked."""

    fields: frozenset[Field]
    has_ids: bool


EVERYTHING: Final = Ticks(fields=frozenset(Field), has_ids=True)


@dataclass(frozen=True, slots=True, kw_only=True)
class Attempt:
    """One way of setting a field."""

    options: IdentifyOptions
    respects_person: bool
    """Whether it leaves what a person set."""
    is_forced: bool
    """Whether it goes further than the options do by themselves."""


@dataclass(frozen=True, slots=True, kw_only=True)
class TickedPlan:
    """What accepting would do to the fields that name no entities."""

    changes: tuple[FieldChange, ...]
    kept: tuple[Field, ...]
    """Fields that a person set and the candidate would have changed."""
    forced: frozenset[Field]
    """Fields that change only because they are ticked."""


def ticks_of(names: Iterable[str]) -> Ticks:
    """Return these names of fields as ticks.

    Raises:
        PartUnknown: there is no such field.

    """
    ticked = set(names)
    for name in sorted(ticked):
        if name not in PARTS:
            raise PartUnknown(name)

    return Ticks(fields=frozenset(Field(name) for name in ticked - {IDS}), has_ids=IDS in ticked)


def attempts(field: Field, options: IdentifyOptions, ticks: Ticks | None) -> Iterator[Attempt]:
    """Yield the ways in which a field may be set, the gentlest first.

    The first that changes it is taken. Without ticks the options alone decide. A tick goes on:
    over what a person set, then against the field's strategy, by adding and at last by replacing.
    """
    if ticks is not None and field not in ticks.fields:
        return

    yield Attempt(options=options, respects_person=True, is_forced=False)
    if ticks is None:
        return

    yield Attempt(options=options, respects_person=False, is_forced=True)
    for strategy in (Strategy.MERGE, Strategy.OVERWRITE):
        forced = with_strategy(field, options, strategy)
        yield Attempt(options=forced, respects_person=False, is_forced=True)


def with_strategy(field: Field, options: IdentifyOptions, strategy: Strategy) -> IdentifyOptions:
    """Return options by which that strategy holds for a field; a cover is set, or it is not."""
    if field is Field.PICTURES:
        return replace(options, set_cover_image=strategy is Strategy.OVERWRITE)
    if field in NEWEST_WORD:
        return options

    return _resolved(OPTION_OF[field], options, strategy)


def plan_ticked(
    current: Work,
    origins: Mapping[Field, Origin],
    offered: Work,
    options: IdentifyOptions,
    ticks: Ticks | None,
) -> TickedPlan:
    """Return what accepting `offered` changes in what `current` says by itself."""
    plan = plan_accept(current, origins, offered, options)
    if ticks is None:
        return TickedPlan(changes=plan.changes, kept=plan.kept, forced=frozenset())

    changes: list[FieldChange] = []
    forced: set[Field] = set()
    for field in (each for each in Field if each in ticks.fields):
        for attempt in attempts(field, options, ticks):
            heeded = origins if attempt.respects_person else {}
            tried = plan_accept(current, heeded, offered, attempt.options)
            change = next((each for each in tried.changes if each.field is field), None)
            if change is not None:
                changes.append(change)
                forced |= {field} if attempt.is_forced else set()
                break
    return TickedPlan(changes=tuple(changes), kept=(), forced=frozenset(forced))


def id_options(options: IdentifyOptions, ticks: Ticks | None) -> IdentifyOptions:
    """Return the options by which ids are given: as ticked, if there are ticks."""
    if ticks is None:
        return options
    if not ticks.has_ids:
        return _resolved(OptionField.STASH_IDS, options, Strategy.IGNORE)

    is_ignored = options.fields[OptionField.STASH_IDS].strategy is Strategy.IGNORE
    return _resolved(OptionField.STASH_IDS, options, Strategy.MERGE) if is_ignored else options


def _resolved(option: OptionField, options: IdentifyOptions, strategy: Strategy) -> IdentifyOptions:
    held = options.fields[option]
    changed = FieldOption(strategy=strategy, create_missing=held.create_missing)
    return replace(options, fields={**options.fields, option: changed})
