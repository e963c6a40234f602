"""Which of the works that a search for words found a file's name may well mean.

Searches answer with whatever has some of the words (`stash-box.md` §3.1,
`theporndb-and-others.md` §3.4), so what they find is looked at here before anybody is asked.
"""

from __future__ import annotations

from collections.abc import Iterable

from rules.candidate import Candidate
from rules.filename import NameClues
from rules.name_evidence import compare_name

MOST_HITS = 5
"""More candidates than a person would read through for one file are no help."""


def plausible(clues: NameClues, hits: Iterable[Candidate]) -> tuple[Candidate, ...]:
    """Return the hits that the name may well mean, those that agree most with it first."""
    compared = [(compare_name(clues, hit.work), hit) for hit in hits]
    kept = [(name.agreement, hit) for name, hit in compared if name.is_plausible]
    return tuple(hit for _, hit in sorted(kept, key=lambda each: -each[0]))[:MOST_HITS]
