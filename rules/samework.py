"""Which candidates are one work, told by several sources, and which are rivals."""

from __future__ import annotations

import unicodedata
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, replace

from rules.candidate import Candidate
from rules.work import ExternalId, Work

_WHOLE_DATE = len("2024-05-17")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Likeness:
    """What two sources say alike of one work; compared as a whole, so no part may be missing."""

    studio: str
    date: str
    title: str


def own_id(candidate: Candidate) -> ExternalId:
    """Return the name that the candidate's source has for it."""
    return ExternalId(source=candidate.source, remote_id=candidate.remote_id)


def group_works(candidates: Sequence[Candidate]) -> tuple[frozenset[int], ...]:
    """Return the candidates' positions, those of one work together.

    Two candidates are one work when they share an id or when studio, whole date and title are
    equal, directly or through others. One source that has two ids in such a group says that they
    are two works; as it isn't known then which of them the others mean, all stand alone: a
    question too many is better than two works taken for one.
    """
    return tuple(
        group
        for linked in _closure(tuple(_names_of(candidate) for candidate in candidates))
        for group in _apart_if_contradictory(linked, candidates)
    )


def look_alikes(candidates: Sequence[Candidate]) -> tuple[frozenset[int], ...]:
    """Return the candidates' positions, those together that might be one work.

    Unlike with `group_works`, two ids of one source do not part them: it is for what a person
    turned down, which is rather asked about once more than accepted under another id.
    """
    return tuple(_closure(tuple(_names_of(candidate) for candidate in candidates)))


def still_offered(
    candidates: Sequence[Candidate],
    *,
    rejected: Collection[ExternalId],
    linked: Collection[ExternalId] = (),
    turned_down: Sequence[Candidate] = (),
) -> tuple[int, ...]:
    """Return the positions of what is left of `candidates` when a person rejected some works.

    Who tells of a rejected work goes, whoever offered it when it was rejected: `turned_down` are
    rejected candidates that are offered no more. A candidate that is linked was chosen by
    somebody: it goes only if it was itself rejected.
    """
    everything = (*candidates, *turned_down)
    out: set[int] = set()
    for group in group_works(everything):
        if all(ids_told(everything[position]).isdisjoint(rejected) for position in group):
            continue
        names = {position: own_id(everything[position]) for position in group}
        out |= {
            position for position, name in names.items() if name in rejected or name not in linked
        }
    return tuple(position for position in range(len(candidates)) if position not in out)


def ids_told(candidate: Candidate) -> frozenset[ExternalId]:
    """Return all ids that the candidate's source gives it."""
    return frozenset((own_id(candidate), *candidate.work.ids))


def with_ids_of_all(candidate: Candidate, offered: Sequence[Candidate]) -> Candidate:
    """Return `candidate` with the ids that all who offer its work have for it, its own first.

    `offered` is what may be counted as a witness: nothing that a person rejected.
    """
    everything = (candidate, *offered)
    mine = next(group for group in group_works(everything) if 0 in group)
    told = (
        name
        for position in sorted(mine)
        for name in (own_id(everything[position]), *everything[position].work.ids)
    )
    return replace(candidate, work=replace(candidate.work, ids=tuple(dict.fromkeys(told))))


def count_rivals(
    candidates: Sequence[Candidate], *, counting: Collection[int] | None = None
) -> tuple[int, ...]:
    """Return for each candidate how many other works were offered beside its own.

    With `counting`, a work counts only if one of its candidates stands at one of these positions.
    """
    groups = group_works(candidates)
    counted = [group for group in groups if counting is None or not group.isdisjoint(counting)]
    return tuple(
        sum(position not in group for group in counted) for position in range(len(candidates))
    )


def _closure(names: Sequence[frozenset[ExternalId | _Likeness]]) -> Iterator[frozenset[int]]:
    """Yield positions that are connected by common names, each group once."""
    holders: defaultdict[ExternalId | _Likeness, list[int]] = defaultdict(list)
    for position, held in enumerate(names):
        for name in held:
            holders[name].append(position)

    seen: set[int] = set()
    for start in range(len(names)):
        if start in seen:
            continue
        group: set[int] = set()
        waiting = [start]
        while waiting:
            position = waiting.pop()
            if position not in group:
                group.add(position)
                waiting.extend(other for name in names[position] for other in holders[name])
        seen |= group
        yield frozenset(group)


def _apart_if_contradictory(
    group: frozenset[int], candidates: Sequence[Candidate]
) -> Iterable[frozenset[int]]:
    by_id: defaultdict[ExternalId, set[int]] = defaultdict(set)
    for position in group:
        by_id[own_id(candidates[position])].add(position)

    ids_per_source = Counter(name.source for name in by_id)
    if max(ids_per_source.values()) == 1:
        return (group,)

    return tuple(frozenset(by_id[name]) for name in sorted(by_id))


def _names_of(candidate: Candidate) -> frozenset[ExternalId | _Likeness]:
    likeness = _likeness(candidate.work)
    return ids_told(candidate).union(() if likeness is None else (likeness,))


def _likeness(work: Work) -> _Likeness | None:
    studio = _folded(work.studio.name if work.studio else None)
    title = _folded(work.title)
    date = work.date or ""
    if not studio or not title or len(date) < _WHOLE_DATE:
        return None

    return _Likeness(studio=studio, date=date, title=title)


def _folded(text: str | None) -> str:
    """Return the text without what sources spell differently: width, case, spacing."""
    compatible = unicodedata.normalize("NFKC", text or "").casefold()
    return " ".join(unicodedata.normalize("NFKC", compatible).split())
