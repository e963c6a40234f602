"""What a person is told of a decision, and why it came so."""

from __future__ import annotations

from collections.abc import Sequence

from rules.candidate import Candidate
from rules.decision import Decision, Verdict
from rules.explain import label_work, name_candidate, ranked_works
from rules.media import path_to_text
from rules.restraint import explain_several
from rules.samework import own_id
from rules.sidecar import digest
from store.files import FileRecord
from store.news import News, NewsKind


def why_decided(made: Decision) -> Sequence[str]:
    """Return why it was decided so.

    Of a question, that is the rule that asked, and what kept the others from accepting the best
    candidate; what speaks for and against each candidate is kept with the candidate.
    """
    if made.verdict is not Verdict.REVIEW or not made.ranked:
        return made.reasons

    said = (made.reasons[0], *map(explain_several, made.several), *made.ranked[0].objections)
    return tuple(each for place, each in enumerate(said) if not _is_within(each, said[:place]))


def _is_within(reason: str, earlier: Sequence[str]) -> bool:
    return any(reason in each for each in earlier)


def review_news(file: FileRecord, made: Decision) -> News:
    """Return the question that a decision leaves open."""
    works = ranked_works(made)
    witnesses = [each.candidate for each in works[0]] if works else []
    best = witnesses[0] if witnesses else None
    sources = dict.fromkeys(each.candidate.source for each in made.ranked)
    return News(
        kind=NewsKind.REVIEW,
        subject=path_to_text(file.path),
        detail="\n".join(why_decided(made)),
        candidate=name_candidate(witnesses) if witnesses else None,
        link=best.page_url if best else None,
        candidates=len(works),
        about=(file.library, *sources),
        best=own_id(best) if best else None,
        question=_question(file, made),
    )


def _question(file: FileRecord, made: Decision) -> str:
    """Return what a person is asked, as a digest: whether this content is one of these works."""
    offered = sorted(
        f"{name.source}\n{name.remote_id}"
        for name in (own_id(each.candidate) for each in made.ranked)
    )
    return digest("\n".join((str(file.id), str(file.content_id), *offered)).encode())


def accepted_news(file: FileRecord, made: Decision, chosen: Candidate | None) -> News:
    """Return what a rule accepted by itself."""
    return News(
        kind=NewsKind.ACCEPTED,
        subject=path_to_text(file.path),
        detail="\n".join(made.reasons),
        candidate=f"{label_work(chosen)} from {chosen.source}" if chosen else None,
        link=chosen.page_url if chosen else None,
        about=(file.library, *((chosen.source,) if chosen else ())),
        best=made.chosen,
    )
