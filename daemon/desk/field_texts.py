"""The fields of a work as texts that a person reads, and may write anew."""

from __future__ import annotations

from collections.abc import Iterator

from daemon.desk.proposal_views import ValueView
from rules.plan import Field, value_of
from rules.work import Appearance, Picture, Rating, Studio, Tag, Work

_MINUTE_S = 60


def values_of(work: Work, field: Field) -> tuple[ValueView, ...]:
    """Return the values of a field; none where the work says nothing of it."""
    return tuple(ValueView(text=text) for text in texts_of(work, field))


def texts_of(work: Work, field: Field) -> Iterator[str]:
    """Yield the values of a field, each as a text."""
    match value_of(work, field):
        case None | "":
            return
        case str() as text:
            yield text
        case float() as duration_s:
            yield _length(duration_s)
        case Studio() as studio:
            yield _studio(studio)
        case tuple() as several:
            yield from map(_one_of_several, several)


def _one_of_several(value: Appearance | Tag | Picture | Rating | str) -> str:
    match value:
        case Appearance():
            return _appearance(value)
        case Tag():
            return value.name
        case Picture():
            size = f" ({value.width}x{value.height})" if value.width and value.height else ""
            return f"{value.url}{size}"
        case Rating():
            return _rating(value)
        case _:
            return value


def _studio(studio: Studio) -> str:
    return f"{studio.name} (of {studio.parent.name})" if studio.parent else studio.name


def _appearance(appearance: Appearance) -> str:
    performer = appearance.performer
    told_apart = f" ({performer.disambiguation})" if performer.disambiguation else ""
    credited = f", as {appearance.credited_as}" if appearance.credited_as else ""
    return f"{performer.name}{told_apart}{credited}"


def _rating(rating: Rating) -> str:
    votes = f", {rating.votes} votes" if rating.votes else ""
    return f"{rating.value:g} of {rating.best:g} at {rating.source}{votes}"


def _length(duration_s: float) -> str:
    minutes, seconds = divmod(round(duration_s), _MINUTE_S)
    hours, minutes = divmod(minutes, _MINUTE_S)
    return f"{hours}:{minutes:02}:{seconds:02}"
