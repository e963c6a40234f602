"""A stash-box's scenes in doorman's own words; pure."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from typing import Final
from urllib.parse import quote

import httpx

from providers.links import web_link
from providers.stashbox.answers import (
    AppearanceAnswer,
    FingerprintAnswer,
    ImageAnswer,
    PerformerAnswer,
    SceneAnswer,
    StudioAnswer,
    TagAnswer,
)
from rules.candidate import Candidate, RemoteFingerprint
from rules.fingerprint import Algorithm, HashMalformed, parse_hash
from rules.work import Appearance, ExternalId, Gender, Performer, Picture, Studio, Tag, Work

_PARTIAL_DATE = re.compile(r"[0-9]{4}(-(0[1-9]|1[0-2])(-[0-9]{2})?)?", re.ASCII)
_FULL_DATE_CHARACTERS: Final = 10
_MATCHABLE: Final = {
    Algorithm.OSHASH.value: Algorithm.OSHASH,
    Algorithm.PHASH.value: Algorithm.PHASH,
}
"""MD5 has 128 bits and was dropped by stash-box 0.8; algorithms yet to come mean nothing to us."""


@dataclass(frozen=True, slots=True)
class SceneMapping:
    """Map what one endpoint sends."""

    source: str
    """The source's name in the configuration."""
    endpoint: httpx.URL

    def candidate(self, scene: SceneAnswer) -> Candidate:
        """Return `scene` as a candidate."""
        return Candidate(
            source=self.source,
            remote_id=scene.id,
            work=self.work(scene),
            fingerprints=remote_fingerprints(scene.fingerprints),
            page_url=self._page_url(scene.id),
        )

    def work(self, scene: SceneAnswer) -> Work:
        """Return what `scene` says about itself."""
        return Work(
            title=_said(scene.title),
            code=_said(scene.code),
            details=_said(scene.details),
            director=_said(scene.director),
            date=partial_date(scene.release_date) or partial_date(scene.date),
            duration_s=_positive(scene.duration),
            studio=self._studio(scene.studio),
            appearances=self._appearances(scene.performers),
            tags=self._tags(scene.tags),
            urls=self._links(tuple(entry.url for entry in scene.urls)),
            pictures=self._pictures(scene.images),
            ids=self._ids(scene.id),
        )

    def _studio(self, studio: StudioAnswer | None) -> Studio | None:
        if studio is None or not studio.name.strip():
            return None

        return Studio(
            name=studio.name.strip(), ids=self._ids(studio.id), parent=self._studio(studio.parent)
        )

    def _tags(self, tags: tuple[TagAnswer, ...]) -> tuple[Tag, ...]:
        return tuple(
            Tag(name=tag.name.strip(), ids=self._ids(tag.id)) for tag in tags if tag.name.strip()
        )

    def _appearances(self, entries: tuple[AppearanceAnswer, ...]) -> tuple[Appearance, ...]:
        return tuple(self._appearance(entry) for entry in entries if entry.performer.name.strip())

    def _appearance(self, entry: AppearanceAnswer) -> Appearance:
        performer = self._performer(entry.performer)
        credited_as = _said(entry.credited_as)
        return Appearance(
            performer=performer,
            credited_as=None if credited_as == performer.name else credited_as,
        )

    def _performer(self, performer: PerformerAnswer) -> Performer:
        name = performer.name.strip()
        return Performer(
            name=name,
            disambiguation=_said(performer.disambiguation),
            gender=_gender(performer.gender),
            aliases=_aliases(name, performer.aliases),
            ids=self._ids(performer.id),
            pictures=self._pictures(performer.images),
        )

    def _pictures(self, images: tuple[ImageAnswer, ...]) -> tuple[Picture, ...]:
        """Return the images in the server's order, which puts the best cover first."""
        linked = ((web_link(image.url, self.endpoint), image) for image in images)
        return tuple(
            Picture(url=url, width=_pixels(image.width), height=_pixels(image.height))
            for url, image in linked
            if url is not None
        )

    def _links(self, urls: tuple[str, ...]) -> tuple[str, ...]:
        links = (web_link(url, self.endpoint) for url in urls)
        return tuple(dict.fromkeys(link for link in links if link is not None))

    def _ids(self, remote_id: str | None) -> tuple[ExternalId, ...]:
        return (ExternalId(source=self.source, remote_id=remote_id),) if remote_id else ()

    def _page_url(self, scene_id: str) -> str:
        base = str(self.endpoint).rstrip("/").removesuffix("/graphql")
        return f"{base}/scenes/{quote(scene_id, safe='')}"


def remote_fingerprints(answers: tuple[FingerprintAnswer, ...]) -> tuple[RemoteFingerprint, ...]:
    """Return the fingerprints that can be compared with ours.

    What cannot be (MD5, unknown algorithms, malformed hashes, and zero, which older servers made
    of any text too long to be a hash) is left out: it is no evidence, and no reason to lose the
    scene.
    """
    made = (_remote_fingerprint(answer) for answer in answers)
    return tuple(fingerprint for fingerprint in made if fingerprint is not None)


def partial_date(text: str | None) -> str | None:
    """Return `text` when it is `YYYY`, `YYYY-MM` or a day of the calendar, else None."""
    said = _said(text)
    if said is None or not _PARTIAL_DATE.fullmatch(said):
        return None

    return said if len(said) < _FULL_DATE_CHARACTERS or _is_day(said) else None


def _is_day(text: str) -> bool:
    try:
        date.fromisoformat(text)
    except ValueError:
        return False

    return True


def _remote_fingerprint(answer: FingerprintAnswer) -> RemoteFingerprint | None:
    algorithm = _MATCHABLE.get(answer.algorithm.upper())
    try:
        value = parse_hash(answer.hash)
    except HashMalformed:
        return None

    if algorithm is None or value == 0:
        return None

    return RemoteFingerprint(
        algorithm=algorithm,
        value=value,
        duration_s=_positive(answer.duration),
        submissions=max(0, answer.submissions or 0),
        reports=max(0, answer.reports or 0),
    )


def _said(text: str | None) -> str | None:
    """Return `text` without surrounding space; nothing said is None."""
    return (text or "").strip() or None


def _positive(seconds: float | None) -> float | None:
    return seconds if seconds is not None and 0 < seconds < math.inf else None


def _pixels(number: int | None) -> int | None:
    return number if number is not None and number > 0 else None


def _gender(text: str | None) -> Gender | None:
    return next((gender for gender in Gender if gender.value == (text or "").upper()), None)


def _aliases(name: str, aliases: tuple[str, ...]) -> tuple[str, ...]:
    """Return the other names, once each whatever their case, in the server's order."""
    by_folded = {"": "", name.casefold(): name}
    for alias in aliases:
        by_folded.setdefault(alias.strip().casefold(), alias.strip())

    return tuple(by_folded.values())[2:]
