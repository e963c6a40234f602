"""Who of the known performers, studios or tags is meant by one that a source tells of.

An id at a source settles it; else the name; else an alias, each of them only where exactly one
can be meant. A source that has an id of its own for somebody of that name means somebody else.
Where several can be meant nobody is taken: a name left out can be put in by a person, while two
people who became one are hardly ever parted again.

The name in a work's credits is no evidence here: credits may be wrong, and say who was billed, not
who it is. It is compared with file names (`rules.name_evidence`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from rules.namefold import fold_name
from rules.work import ExternalId, Performer, Studio, Tag

Thing = Performer | Studio | Tag


class MatchWay(StrEnum):
    """What told who is meant, the surest first."""

    ID = "id"
    NAME = "name"
    ALIAS = "alias"


_SUREST_FIRST = tuple(MatchWay)


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """Exactly one is meant."""

    number: int
    way: MatchWay


@dataclass(frozen=True, slots=True, kw_only=True)
class Unmatched:
    """Nobody known is meant."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Ambiguous:
    """One of these may be meant, and nothing tells which, or whether."""

    numbers: tuple[int, ...]
    """At least one, in ascending order."""


Match = Matched | Unmatched | Ambiguous


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """What is compared of a performer, a studio or a tag."""

    name: str
    disambiguation: str | None = None
    aliases: tuple[str, ...] = ()
    ids: tuple[ExternalId, ...] = ()
    """The teller's own first: the newest of them, and then what it was merged from."""
    networks: tuple[str, ...] = ()
    """The names and aliases of all that a studio belongs to."""
    is_person: bool = False
    is_word: bool = False
    """A tag: it is its name, whatever ids sources have for it."""


def identity_of(thing: Thing) -> Identity:
    """Return what is compared of `thing`."""
    if isinstance(thing, Performer):
        return Identity(
            name=thing.name,
            disambiguation=thing.disambiguation,
            aliases=thing.aliases,
            ids=thing.ids,
            is_person=True,
        )

    if isinstance(thing, Studio):
        networks = tuple(_networks(thing.parent))
        return Identity(name=thing.name, aliases=thing.aliases, ids=thing.ids, networks=networks)

    return Identity(name=thing.name, aliases=thing.aliases, ids=thing.ids, is_word=True)


def names_of(identity: Identity) -> frozenset[str]:
    """Return the folded names and aliases that are evidence: those whose bearers are to be known.

    An alias of one word in a script with capitals, a first name mostly, is borne by too many to
    tell anything of a person; in other scripts a full name may be one word.
    """
    return (frozenset([fold_name(identity.name)]) | _alias_names(identity)) - {""}


def find_match(told: Identity, known: Mapping[int, Identity]) -> Match:
    """Return which of `known`, by their numbers, is `told`; their order doesn't matter.

    Whoever shares no id and none of `names_of` with `told` can be left out of `known`.
    """
    owners = {name: number for number, other in known.items() for name in other.ids}
    by_id = find_by_own_id(told, owners) or _by_linked_id(told, known)
    if by_id is not None:
        return by_id

    apart = frozenset(number for number, other in known.items() if _is_another(told, other))
    by_name = _by_name(told, known, frozenset() if told.is_word else apart)
    return by_name or _by_alias(told, known, apart) or Unmatched()


def find_by_own_id(told: Identity, owners: Mapping[ExternalId, int]) -> Matched | None:
    """Return whom the telling source's own ids mean; then nothing else needs to be known.

    The first that anybody has settles it: the others are what it was merged from.
    """
    own = (name for name in told.ids if name.source == told.ids[0].source)
    number = next((owners[name] for name in own if name in owners), None)
    return None if number is None else Matched(number=number, way=MatchWay.ID)


def _by_linked_id(told: Identity, known: Mapping[int, Identity]) -> Match | None:
    """Return whom other sources' ids mean; they join only whom no source tells apart."""
    linked = [
        number
        for number, other in known.items()
        if not set(told.ids).isdisjoint(other.ids) and not are_told_apart(told.ids, other.ids)
    ]
    return _only(linked, MatchWay.ID) if linked else None


def settle_rivals(told: Sequence[Identity], matches: Sequence[Match]) -> tuple[Match, ...]:
    """Return the matches of all that one work tells of, where two who are not one don't meet.

    Each is matched on its own, so two that the work names differently may be taken for one who is
    known, by name or alias. The surer of two has them; if neither is, nothing tells whose they are.
    Tags may well be two words for one.
    """
    return tuple(
        _against_rivals(one, match, told, matches) for one, match in zip(told, matches, strict=True)
    )


def are_told_apart(one: Iterable[ExternalId], other: Iterable[ExternalId]) -> bool:
    """Tell whether a source has ids for both, and no common one."""
    mine, theirs = frozenset(one), frozenset(other)
    shared_at = {name.source for name in mine & theirs}
    known_at = {name.source for name in mine} & {name.source for name in theirs}
    return bool(known_at - shared_at)


def _is_another(told: Identity, other: Identity) -> bool:
    """Tell whether `other` cannot be meant: another id, or another person of the same name."""
    if are_told_apart(told.ids, other.ids):
        return True

    mine, theirs = (fold_name(each.disambiguation or "") for each in (told, other))
    has_other_words = bool(mine and theirs) and mine != theirs
    return has_other_words and fold_name(told.name) == fold_name(other.name)


def _against_rivals(
    told: Identity, match: Match, others: Sequence[Identity], matches: Sequence[Match]
) -> Match:
    if not isinstance(match, Matched) or match.way is MatchWay.ID or told.is_word:
        return match

    rivals = [
        _SUREST_FIRST.index(found.way)
        for other, found in zip(others, matches, strict=True)
        if isinstance(found, Matched) and found.number == match.number and _are_two(told, other)
    ]
    mine = _SUREST_FIRST.index(match.way)
    if not rivals or mine < min(rivals):
        return match

    return Unmatched() if min(rivals) < mine else _unsure([match.number])


def _are_two(one: Identity, other: Identity) -> bool:
    """Tell whether one work names two: by other ids, or by other names and no common id."""
    is_one_name = fold_name(one.name) == fold_name(other.name)
    has_common_id = not set(one.ids).isdisjoint(other.ids)
    return _is_another(one, other) or not (is_one_name or has_common_id)


def _by_name(told: Identity, known: Mapping[int, Identity], apart: frozenset[int]) -> Match | None:
    """Return who bears the name, with the same disambiguation.

    A disambiguation that only one of two has leaves open whether they are one; two different ones
    tell them apart. A name that two are known to bear tells nothing of a third.
    """
    name = fold_name(told.name)
    namesakes = frozenset(
        number for number, other in known.items() if name and fold_name(other.name) == name
    )
    equal = frozenset(number for number in namesakes if _is_alike(told, known[number]))
    if equal and not equal & apart:
        return _only(equal, MatchWay.NAME)

    possible = namesakes - apart
    return _unsure(possible) if possible else None


def _by_alias(told: Identity, known: Mapping[int, Identity], apart: frozenset[int]) -> Match | None:
    """Return whose alias the name is, or whose name is one of the aliases.

    Two who only share an alias are not thereby one, but whoever else bears the name in question
    makes it tell nothing.
    """
    borne = {number: names_of(other) for number, other in known.items()}
    possible: set[int] = set()
    pointed_at: set[int] = set()
    for name in names_of(told):
        claimants = _claimants(told, known, name)
        bearers = {number for number, names in borne.items() if claimants and name in names}
        possible |= bearers - apart
        if len(bearers) == 1:
            pointed_at |= bearers
    if not possible:
        return None

    (first, *others) = sorted(possible)
    is_sure = not others and first in pointed_at and not _is_doubtful(told, known[first])
    return Matched(number=first, way=MatchWay.ALIAS) if is_sure else _unsure(possible)


def _claimants(told: Identity, known: Mapping[int, Identity], name: str) -> frozenset[int]:
    """Return to whom `name`, one of the told, points: to one it's the name, to one an alias."""
    if name == fold_name(told.name):
        return frozenset(number for number, other in known.items() if name in _alias_names(other))

    return frozenset(number for number, other in known.items() if name == fold_name(other.name))


def _is_doubtful(told: Identity, other: Identity) -> bool:
    """Tell whether an alias says too little: the name that it's equal to needed more words."""
    return (
        _is_qualified(told, within=other)
        or _is_qualified(other, within=told)
        or _networks_differ(told, other)
    )


def _is_qualified(named: Identity, *, within: Identity) -> bool:
    """Tell whether an alias of `within` is a name that `named` bears only with a disambiguation."""
    is_shared = bool(fold_name(named.disambiguation or ""))
    return is_shared and fold_name(named.name) in _alias_names(within)


def _is_alike(told: Identity, other: Identity) -> bool:
    """Tell whether what stands beside the equal names is equal too."""
    mine, theirs = (fold_name(each.disambiguation or "") for each in (told, other))
    return mine == theirs and not _networks_differ(told, other)


def _networks_differ(told: Identity, other: Identity) -> bool:
    mine, theirs = ({fold_name(name) for name in each.networks} for each in (told, other))
    return bool(mine and theirs) and mine.isdisjoint(theirs)


def _alias_names(identity: Identity) -> frozenset[str]:
    folded = frozenset(fold_name(alias) for alias in identity.aliases)
    return frozenset(name for name in folded if not (identity.is_person and _is_first_name(name)))


def _is_first_name(folded: str) -> bool:
    return " " not in folded and folded.upper() != folded


def _networks(studio: Studio | None) -> Iterable[str]:
    while studio is not None:
        yield from (studio.name, *studio.aliases)
        studio = studio.parent


def _only(numbers: Iterable[int], way: MatchWay) -> Match:
    (first, *others) = sorted(numbers)
    return _unsure((first, *others)) if others else Matched(number=first, way=way)


def _unsure(numbers: Iterable[int]) -> Ambiguous:
    return Ambiguous(numbers=tuple(sorted(numbers)))
