"""The fields of a work that name studios, performers and tags: who of an offered work comes in.

Nobody is created who does not come in, and whoever is known already and meant learns what the
source tells of them: its id above all, which matching by name alone would not keep
(`stash.md` §7, 16).
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass

from rules.admission import LeftOut, name_known, why_left_out
from rules.identify_options import IdentifyOptions, Strategy
from rules.matching import Ambiguous, Match, Matched, MatchWay, Thing
from rules.plan import OPTION_OF, Field, Held, Origin, plan_field, strategy_of
from rules.work import Performer, Studio, Tag, Work
from store import entities
from store.database import Connection
from store.growth import Growth
from store.known import traces_of
from store.work_values import Mention, mentioned, mentions_in


@dataclass(frozen=True, slots=True, kw_only=True)
class Filled:
    """What becomes of one field."""

    value: str | None = None
    """As the table holds it; None where the field stays as it is."""
    is_kept: bool = False
    """Whether it stays only because a person set it."""
    left_out: tuple[LeftOut, ...] = ()
    grown: tuple[Growth, ...] = ()
    """What those learnt who were known already."""


@dataclass(frozen=True, slots=True, kw_only=True)
class _Told:
    """One that a field names or would name."""

    key: int
    """The number of who is known; below zero for who is not."""
    credited_as: str | None = None
    thing: Thing | None = None
    """As the source tells of it; None of what the field named before."""


def fill(
    connection: Connection,
    field: Field,
    offered: Work,
    options: IdentifyOptions,
    *,
    value: str | None,
    origin: Origin | None,
    at_s: float,
) -> Filled:
    """Return what becomes of a field when `offered` is accepted; who comes in anew is created.

    `value` is what it holds so far, as the table does, None for nothing.
    """
    if strategy_of(field, options) is Strategy.IGNORE:
        return Filled()

    told, left_out = _told(connection, field, offered, options)
    before = tuple(
        _Told(key=each.number, credited_as=each.credited_as)
        for each in (mentions_in(field, value) if value is not None else ())
    )
    held = Held(values=before, origin=origin)
    planned = plan_field(field, held, told, options, key=_key)
    after = before if planned.after is None else planned.after
    grown = tuple(_adopt(connection, told, {each.key for each in after}, options, at_s=at_s))
    if origin is Origin.PERSON or _is_settled(field, before, options):
        return Filled(is_kept=planned.is_kept, grown=grown)
    if planned.after is None:
        return Filled(left_out=left_out, grown=grown)

    mentions = _mentions(connection, after, at_s=at_s)
    return Filled(value=mentioned(field, mentions), left_out=left_out, grown=grown)


def _told(
    connection: Connection, field: Field, offered: Work, options: IdentifyOptions
) -> tuple[tuple[_Told, ...], tuple[LeftOut, ...]]:
    """Return who of the offered comes in, and who stays out and why."""
    coming: list[_Told] = []
    left_out: list[LeftOut] = []
    things = list(_things(field, offered))
    matches = _match_all(connection, [thing for thing, _ in things])
    for place, ((thing, credited_as), match) in enumerate(zip(things, matches, strict=True)):
        reason = why_left_out(field, thing, match, options)
        if reason is not None:
            known = _known(connection, thing, match)
            left_out.append(LeftOut(field=field, name=thing.name, reason=reason, known=known))
            continue

        key = match.number if isinstance(match, Matched) else -1 - place
        coming.append(_Told(key=key, credited_as=credited_as, thing=thing))
    return tuple(coming), tuple(left_out)


def _known(connection: Connection, thing: Thing, match: Match) -> tuple[str, ...]:
    """Return the names of those who may be meant, where that is several."""
    if not isinstance(match, Ambiguous):
        return ()
    if isinstance(thing, Performer):
        return tuple(map(name_known, entities.performers(connection, match.numbers)))
    if isinstance(thing, Tag):
        return tuple(map(name_known, entities.tags(connection, match.numbers)))

    return tuple(name_known(entities.studio(connection, each)) for each in match.numbers)


def _things(field: Field, offered: Work) -> Iterator[tuple[Thing, str | None]]:
    """Yield what an offered work names in a field, with the name used there."""
    if field is Field.PERFORMERS:
        yield from ((each.performer, each.credited_as) for each in offered.appearances)
    elif field is Field.TAGS:
        yield from ((tag, None) for tag in offered.tags)
    elif offered.studio is not None:
        yield offered.studio, None


def _is_settled(field: Field, before: Sequence[_Told], options: IdentifyOptions) -> bool:
    """Tell whether a field takes nothing more, whoever is offered for it."""
    is_merged = strategy_of(field, options) is Strategy.MERGE
    return field is Field.STUDIO and is_merged and bool(before)


def _key(told: _Told) -> int:
    return told.key


def _mentions(connection: Connection, told: Sequence[_Told], *, at_s: float) -> tuple[Mention, ...]:
    """Return those of a field by number; whoever is new is created, unless a twin just was."""
    new = {each.key: each.thing for each in told if each.key < 0 and each.thing is not None}
    numbers = {each.key: each.key for each in told if each.key >= 0}
    for batch in _batches(new):
        made = {numbers[key] for key in numbers.keys() & new.keys()}
        twins = {key: _twin_of(connection, new[key], made) if made else None for key in batch[:1]}
        missing = [key for key in batch if twins.get(key) is None]
        numbers |= {key: twin for key, twin in twins.items() if twin is not None}
        created = _create(connection, [new[key] for key in missing], at_s=at_s)
        numbers.update(zip(missing, created, strict=True))
    return tuple(Mention(number=numbers[each.key], credited_as=each.credited_as) for each in told)


def _batches(new: Mapping[int, Thing]) -> list[list[int]]:
    """Return the keys of those who are new in batches of whom none can be another's twin.

    Only the first of a batch can be a twin of anybody in those before: with it a batch begins.
    """
    batches: list[list[int]] = []
    traces: set[str] = set()
    for key, thing in new.items():
        own = traces_of(thing)
        if not batches or not traces.isdisjoint(own):
            batches.append([])
        batches[-1].append(key)
        traces |= own
    return batches


def _twin_of(connection: Connection, thing: Thing, made: Collection[int]) -> int | None:
    """Return who of those just made is told of once more; by an alias it would be another."""
    (match,) = _match_all(connection, [thing])
    if not isinstance(match, Matched) or match.way is MatchWay.ALIAS:
        return None

    return match.number if match.number in made else None


def _adopt(
    connection: Connection,
    told: Sequence[_Told],
    numbers: set[int],
    options: IdentifyOptions,
    *,
    at_s: float,
) -> list[Growth]:
    """Let those of `numbers` that are known learn what is told of them; return what was new."""
    known = [(each.key, each.thing) for each in told if each.key >= 0 and each.key in numbers]
    performers = [(key, thing) for key, thing in known if isinstance(thing, Performer)]
    tags = [(key, thing) for key, thing in known if isinstance(thing, Tag)]
    studios = [(key, thing) for key, thing in known if isinstance(thing, Studio)]
    grown: list[Growth] = []
    if performers:
        grown += entities.adopt_performers(connection, performers)
    if tags:
        grown += entities.adopt_tags(connection, tags)
    for key, studio in studios:
        grown += entities.adopt_studio(connection, key, studio)
        if options.fields[OPTION_OF[Field.STUDIO]].create_missing:
            grown += entities.add_parents(connection, key, studio, at_s=at_s)
    return [each for each in grown if each.is_any]


def _match_all(connection: Connection, things: Sequence[Thing]) -> Sequence[Match]:
    """Return who of the known each is; they are all of one kind."""
    performers = [thing for thing in things if isinstance(thing, Performer)]
    tags = [thing for thing in things if isinstance(thing, Tag)]
    studios = [thing for thing in things if isinstance(thing, Studio)]
    return [
        *(entities.match_performers(connection, performers) if performers else ()),
        *(entities.match_studio(connection, studio) for studio in studios),
        *(entities.match_tags(connection, tags) if tags else ()),
    ]


def _create(connection: Connection, things: Sequence[Thing], *, at_s: float) -> list[int]:
    """Return the numbers of new things, in their order; they are all of one kind."""
    performers = [thing for thing in things if isinstance(thing, Performer)]
    tags = [thing for thing in things if isinstance(thing, Tag)]
    studios = [thing for thing in things if isinstance(thing, Studio)]
    return [
        *(entities.create_performers(connection, performers, at_s=at_s) if performers else ()),
        *(entities.create_studio(connection, studio, at_s=at_s) for studio in studios),
        *(entities.create_tags(connection, tags, at_s=at_s) if tags else ()),
    ]
