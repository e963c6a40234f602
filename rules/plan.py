"""What accepting a candidate would change, as data.

Each field has a strategy (`rules.identify_options`) and an origin. What a source does not say
erases nothing, and what a person set stays, under every strategy: of several values neither one
is added nor one taken away. Any other value is a value, whoever said it: merging leaves what a
sidecar or a file's name said as it leaves what another source said, and only `overwrite`
replaces it. Of several values that were merged the origin is whoever added to them last.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from types import MappingProxyType
from typing import Generic, TypeVar

from rules.identify_options import IdentifyOptions, OptionField, Strategy
from rules.partial_date import read_date
from rules.work import Appearance, ExternalId, Picture, Rating, Studio, Tag, Work

Value = TypeVar("Value")


class Field(StrEnum):
    """The fields of a work, each with an origin of its own."""

    TITLE = "title"
    CODE = "code"
    DETAILS = "details"
    DIRECTOR = "director"
    DATE = "date"
    DURATION = "duration"
    STUDIO = "studio"
    PERFORMERS = "performers"
    TAGS = "tags"
    URLS = "urls"
    PICTURES = "pictures"
    GROUPS = "groups"
    TRAILER = "trailer"
    RATINGS = "ratings"


class Origin(StrEnum):
    """Who said so."""

    PERSON = "person"
    SIDECAR = "sidecar"
    FILE_NAME = "file name"
    SOURCE = "source"


OPTION_OF: Mapping[Field, OptionField] = MappingProxyType(
    {
        Field.TITLE: OptionField.TITLE,
        Field.CODE: OptionField.CODE,
        Field.DETAILS: OptionField.DETAILS,
        Field.DIRECTOR: OptionField.DIRECTOR,
        Field.DATE: OptionField.DATE,
        Field.STUDIO: OptionField.STUDIO,
        Field.PERFORMERS: OptionField.PERFORMERS,
        Field.TAGS: OptionField.TAGS,
        Field.URLS: OptionField.URL,
    }
)
"""By which option a field goes; the others have none in Stash."""

NEWEST_WORD = frozenset({Field.DURATION, Field.GROUPS, Field.TRAILER, Field.RATINGS})
"""Fields that Stash's Identify does not know: a source's newest word holds, but for a person's."""

OF_ENTITIES = frozenset({Field.STUDIO, Field.PERFORMERS, Field.TAGS})
"""Fields that name things which are known by themselves."""

_SEVERAL = frozenset({Field.PERFORMERS, Field.TAGS, Field.URLS})
"""Fields with values that can be merged one by one."""

FieldValue = (
    str | float | Studio | tuple[Appearance, ...] | tuple[Tag, ...] | tuple[Picture, ...]
    | tuple[Rating, ...] | tuple[str, ...] | None
)  # fmt: skip


@dataclass(frozen=True, slots=True, kw_only=True)
class Held(Generic[Value]):
    """What a field says so far."""

    values: tuple[Value, ...] = ()
    """At most one where a field has but one."""
    origin: Origin | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldPlan(Generic[Value]):
    """What would become of one field."""

    after: tuple[Value, ...] | None = None
    """None where it stays as it is."""
    is_kept: bool = False
    """Whether it stays only because a person set it."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldChange:
    """One field that accepting would set."""

    field: Field
    before: FieldValue
    after: FieldValue


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What accepting would do to a work, and what it leaves alone."""

    changes: tuple[FieldChange, ...]
    kept: tuple[Field, ...]
    """Fields that a person set and the candidate would have changed."""


@dataclass(frozen=True, slots=True, kw_only=True)
class IdPlan:
    """What accepting would do to the ids of a work."""

    added: tuple[ExternalId, ...] = ()
    removed: tuple[ExternalId, ...] = ()
    """Each gives way to another one of its source."""


def value_of(work: Work, field: Field) -> FieldValue:
    """Return what `work` says of `field`; None or () when it says nothing."""
    values: dict[Field, FieldValue] = {
        Field.TITLE: work.title,
        Field.CODE: work.code,
        Field.DETAILS: work.details,
        Field.DIRECTOR: work.director,
        Field.DATE: work.date,
        Field.DURATION: work.duration_s,
        Field.STUDIO: work.studio,
        Field.PERFORMERS: work.appearances,
        Field.TAGS: work.tags,
        Field.URLS: work.urls,
        Field.PICTURES: work.pictures,
        Field.GROUPS: work.groups,
        Field.TRAILER: work.trailer,
        Field.RATINGS: work.ratings,
    }
    return values[field]


def plan_accept(
    current: Work,
    origins: Mapping[Field, Origin],
    offered: Work,
    options: IdentifyOptions | None = None,
) -> Plan:
    """Return what accepting `offered` changes in what `current` says by itself.

    Studio, performers and tags are not among it: who is who, only the store knows, and it plans
    them with `plan_field`, by their numbers.
    """
    options = options or IdentifyOptions()
    changes: list[FieldChange] = []
    kept: list[Field] = []
    for field in Field:
        if field in OF_ENTITIES:
            continue

        before, said = value_of(current, field), said_of(offered, field)
        held = Held(values=_values(before), origin=origins.get(field))
        planned = plan_field(field, held, _values(said), options, key=repr)
        if planned.is_kept:
            kept.append(field)
        elif planned.after is not None:
            is_merged = field is Field.URLS
            after = tuple(map(str, planned.after)) if is_merged else said
            changes.append(FieldChange(field=field, before=before, after=after))
    return Plan(changes=tuple(changes), kept=tuple(kept))


def plan_field(
    field: Field,
    held: Held[Value],
    offered: Sequence[Value],
    options: IdentifyOptions,
    *,
    key: Callable[[Value], Hashable],
) -> FieldPlan[Value]:
    """Return what becomes of one field; `key` is what equal values share."""
    after = become(field, held.values, offered, strategy_of(field, options), key=key)
    if after == held.values:
        return FieldPlan()
    if held.origin is Origin.PERSON:
        return FieldPlan(is_kept=True)

    return FieldPlan(after=after)


def strategy_of(field: Field, options: IdentifyOptions) -> Strategy:
    """Return what may be done to a field.

    A cover has no strategy in Stash: it is set, over another one too, or it is not.
    """
    if field is Field.PICTURES:
        return Strategy.OVERWRITE if options.set_cover_image else Strategy.IGNORE
    if field in NEWEST_WORD:
        return Strategy.OVERWRITE

    return options.fields[OPTION_OF[field]].strategy


def become(
    field: Field,
    held: Sequence[Value],
    offered: Sequence[Value],
    strategy: Strategy,
    *,
    key: Callable[[Value], Hashable],
) -> tuple[Value, ...]:
    """Return what the values of a field become; `held` where they stay.

    A field with a single value has at most one of either. `key` is what equal values share.
    """
    stays = tuple(held)
    if strategy is Strategy.IGNORE or not offered:
        return stays
    if field not in _SEVERAL:
        return stays if strategy is Strategy.MERGE and held else tuple(offered)

    by_key = {key(each): each for each in reversed(offered)}
    new = tuple(dict.fromkeys(map(key, offered)))
    known = {key(each) for each in held}
    if strategy is Strategy.MERGE:
        return (*stays, *(by_key[each] for each in new if each not in known))

    has_nothing_new = known >= set(new) if field is Field.URLS else known == set(new)
    return stays if has_nothing_new else tuple(by_key[each] for each in new)


def said_of(work: Work, field: Field) -> FieldValue:
    """Return what an offered work says of a field, as it may be kept."""
    if field is Field.DATE:
        return read_date(work.date or "")

    return value_of(work, field)


def plan_ids(
    held: Sequence[ExternalId],
    own: ExternalId,
    others: Sequence[ExternalId],
    strategy: Strategy,
) -> IdPlan:
    """Return what happens to the ids of a work that is accepted as `own`.

    `others` are ids that the candidate, or whoever else offers its work, has at other sources. No
    strategy takes away an id of a source that has no other to put in its place; in Stash
    `OVERWRITE` does (`stash.md` §7, 13). Merging replaces the id at the candidate's own source
    and adds those of sources that had none; overwriting replaces the id of every source named.
    """
    if strategy is Strategy.IGNORE:
        return IdPlan()

    present = {known.source for known in held}
    told = dict.fromkeys(
        each
        for each in others
        if each.source != own.source
        and (strategy is Strategy.OVERWRITE or each.source not in present)
    )
    wanted = (own, *told)
    renewed = {each.source for each in wanted}
    return IdPlan(
        added=tuple(each for each in wanted if each not in held),
        removed=tuple(each for each in held if each.source in renewed and each not in wanted),
    )


def _values(value: FieldValue) -> tuple[object, ...]:
    """Return the single values that a field's value is made of."""
    if _is_absent(value):
        return ()

    return value if isinstance(value, tuple) else (value,)


def _is_absent(value: FieldValue) -> bool:
    return value in (None, "", ())  # nouns need not be hashable
