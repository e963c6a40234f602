"""Taking what an NFO says of a file as that file's work: whose ids it has, and what speaks against.

It is done because a person says so, for a whole library at once: what contradicts itself, or what
sources and the person said so far, is left for a person to look at.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from enum import StrEnum
from hashlib import sha256

from rules.candidate import Candidate
from rules.samework import own_id
from rules.sidecar_ids import SourceNames, ids_at
from rules.sidecar_says import SidecarSays, WrittenId, without_mere_name
from rules.wordfold import fold_solid
from rules.work import NFO, NFO_DIGEST_DIGITS, ExternalId, Work

RULE = "import-nfo"
"""By which the decisions are known, to be shown and undone together."""
_KIND = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,39}")


class Left(StrEnum):
    """Why an NFO is not taken; each ends with what to do."""

    UNREADABLE = "its NFO cannot be read; see doorman why"
    OWN = "doorman wrote its NFO itself, so it says nothing new"
    SILENT = "its NFO says neither an id nor a title; answer by hand"
    CONTRADICTORY = "its NFO names several works of one source; mend it, or answer by hand"
    TWO_WORKS = "the ids in its NFO are those of several known works; answer by hand"
    REJECTED = "you rejected what its NFO names; undo that first if the NFO is right"
    OFFERED = "sources offer it as something else; answer that question"
    COPY = "a copy of it is accepted as another work; answer by hand"
    DISMISSED = "you said to leave it alone; ask again first: doorman identify"
    FAILED = "it could not be examined; see doorman why"
    ON_ITS_WAY = "it is not examined yet; import again later"


@dataclass(frozen=True, slots=True, kw_only=True)
class Named:
    """The work that an NFO names."""

    own: ExternalId
    others: tuple[ExternalId, ...]

    @property
    def ids(self) -> frozenset[ExternalId]:
        """Return all of its ids."""
        return frozenset((self.own, *self.others))

    @property
    def candidate(self) -> Candidate:
        """Return it as something to accept: its ids, and not a word of any source."""
        return Candidate(
            source=self.own.source, remote_id=self.own.remote_id, work=Work(ids=self.others)
        )


def named_by(
    says: SidecarSays, content_id: int, video: str, sources: Sequence[SourceNames]
) -> Named | Left:
    """Return which work an NFO beside the file `video` names, or why none.

    Without an id it names one of its own: that two videos' NFOs say the same title, perhaps one
    copied many times, does not make them one work. Copies of one content are of one work.
    """
    at_sources = sorted(ids_at(says, sources), key=lambda each: _rank(each, sources))
    elsewhere = [found for each in says.ids if (found := _elsewhere(each, sources))]
    ids = tuple(dict.fromkeys((*at_sources, *elsewhere)))
    if len({each.source for each in ids}) < len(ids):
        return Left.CONTRADICTORY
    if ids:
        return Named(own=ids[0], others=ids[1:])

    told = without_mere_name(says, video)
    if told.title is None and told.original_title is None:
        return Left.SILENT

    made_up = sha256(f"content {content_id}".encode()).hexdigest()[:NFO_DIGEST_DIGITS]
    return Named(own=ExternalId(source=NFO, remote_id=made_up), others=())


def contradicts(named: Named, offered: Sequence[Candidate]) -> bool:
    """Tell whether sources offer only other works than the one that is named."""
    return bool(offered) and not any(named.ids & {own_id(each), *each.work.ids} for each in offered)


def _rank(known: ExternalId, sources: Sequence[SourceNames]) -> tuple[int, str]:
    names = [each.source for each in sources]
    return names.index(known.source), known.remote_id


def _elsewhere(written: WrittenId, sources: Sequence[SourceNames]) -> ExternalId | None:
    """Return an id at a place that is no source of ours; None for any other text."""
    kind = written.kind.strip()
    if not _KIND.fullmatch(kind) or not written.text.strip() or "://" in written.text:
        return None

    ours = {name for each in sources for tier in each.tiers for name in tier}
    if fold_solid(kind) in ours or ids_at(replace(_NOTHING, ids=(written,)), sources):
        return None

    found = ExternalId(source=kind.casefold(), remote_id=written.text.strip())
    return None if found.is_made_up else found


_NOTHING = SidecarSays()
