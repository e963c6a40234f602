"""Which candidate the page of a file shows, in whose words, and why it is where it is."""

from __future__ import annotations

from daemon.desk.candidate_views import CandidateView, WitnessView
from daemon.desk.views import FileView
from rules.journey import FileState
from store.decisions import Outcome


def chosen_of(view: FileView, number: int | None) -> CandidateView | None:
    """Return the candidate of that number; the best where there is none."""
    named = [each for each in view.candidates if each.is_told_by(number)]
    accepted = [each for each in view.candidates if each.is_accepted]
    return next(iter([*named, *accepted, *view.candidates]), None)


def teller_of(chosen: CandidateView | None, number: int | None) -> WitnessView | None:
    """Return the witness of that number, whose values come first; the best where there is none."""
    witnesses = chosen.witnesses if chosen else ()
    named = [each for each in witnesses if each.number == number]
    return next(iter([*named, *witnesses]), None)


def reasons_of(view: FileView) -> tuple[str, ...]:
    """Return those of the latest decision, if it still tells why the file is where it is."""
    latest = view.decisions[-1] if view.decisions else None
    if latest is None or latest.undone_at_s is not None:
        return ()

    is_asked = view.line.state is FileState.REVIEW
    return () if is_asked and latest.outcome != Outcome.REVIEW else latest.reasons
