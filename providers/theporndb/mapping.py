"""ThePornDB's scenes in doorman's own words; pure."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from urllib.parse import quote

import httpx

from providers.links import web_link
from providers.theporndb.answers import (
    HashAnswer,
    MovieAnswer,
    PerformerAnswer,
    PersonAnswer,
    SceneAnswer,
    SiteAnswer,
    TagAnswer,
)
from providers.values import (
    gender,
    other_names,
    partial_date,
    positive,
    remote_fingerprint,
    said,
)
from rules.candidate import Candidate, RemoteFingerprint, Way
from rules.work import (
    Appearance,
    ExternalId,
    Gender,
    Performer,
    Picture,
    Rating,
    Studio,
    Tag,
    Work,
)

_BEST = 10
"""Of a rating."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SceneMapping:
    """Map what one server sends."""

    source: str
    """The source's name in the configuration."""
    endpoint: httpx.URL
    pages: str
    """Where people look at scenes; without a slash at its end."""

    def candidate(self, scene: SceneAnswer, found_by: Way) -> Candidate:
        """Return `scene` as a candidate."""
        return Candidate(
            source=self.source,
            remote_id=scene.remote_id,
            work=self.work(scene),
            fingerprints=remote_fingerprints(scene.hashes),
            page_url=self._page_url(scene),
            found_by=found_by,
        )

    def work(self, scene: SceneAnswer) -> Work:
        """Return what `scene` says about itself."""
        return Work(
            title=said(scene.title),
            code=said(scene.sku),
            details=said(scene.description),
            director=_joined(director.name for director in scene.directors),
            date=partial_date(scene.date),
            duration_s=positive(scene.duration),
            studio=self._studio(scene.site),
            appearances=tuple(self._appearances(scene.performers)),
            tags=tuple(self._tags(scene.tags or ())),
            urls=tuple(self._links([scene.url])),
            pictures=self._pictures(_covers(scene)),
            ids=self._ids(scene.remote_id),
            groups=tuple(self._groups(scene.movies)),
            trailer=next(iter(self._links([scene.trailer])), None),
            ratings=self._ratings(scene.rating),
        )

    def _groups(self, movies: Iterable[MovieAnswer]) -> Iterable[str]:
        titles = (said(movie.title) for movie in movies)
        return dict.fromkeys(title for title in titles if title is not None)

    def _ratings(self, rating: float | None) -> tuple[Rating, ...]:
        if rating is None or not 0 < rating <= _BEST:
            return ()

        return (Rating(source=self.source, value=rating, best=_BEST),)

    def _page_url(self, scene: SceneAnswer) -> str:
        name = quote(said(scene.slug) or scene.id, safe="")
        return f"{self.pages}/{scene.shelf.page(name)}"

    def _studio(self, site: SiteAnswer | None) -> Studio | None:
        """Return the site below its parent, that below its network, each of them once."""
        if site is None:
            return None

        studio: Studio | None = None
        for one in reversed(_line_of(site)):
            studio = Studio(name=(one.name or "").strip(), ids=self._ids(one.uuid), parent=studio)

        return studio

    def _appearances(self, rows: Iterable[PerformerAnswer]) -> Iterator[Appearance]:
        """Yield who appears: a row is the name that a site uses, its parent is the person."""
        for row in rows:
            credited_as = said(row.name)
            name = said(row.parent.name if row.parent else None) or credited_as
            if name is not None:
                yield Appearance(
                    performer=self._performer(row, name),
                    credited_as=None if credited_as == name else credited_as,
                )

    def _performer(self, row: PerformerAnswer, name: str) -> Performer:
        person: PersonAnswer = row.parent or row
        is_canonical = row.parent is not None or row.is_parent
        return Performer(
            name=name,
            disambiguation=said(person.disambiguation),
            gender=_gender(row),
            aliases=other_names(name, person.aliases),
            # An alias without a person behind it has an id for one site only.
            ids=self._ids(person.id) if is_canonical else (),
            pictures=self._pictures(_portraits(row)),
        )

    def _tags(self, tags: Iterable[TagAnswer]) -> Iterator[Tag]:
        for tag in tags:
            name = said(tag.name)
            if name is not None:
                yield Tag(name=name, ids=self._ids(tag.uuid or tag.id))

    def _pictures(self, urls: Iterable[str | None]) -> tuple[Picture, ...]:
        return tuple(Picture(url=url) for url in self._links(urls))

    def _links(self, urls: Iterable[str | None]) -> Iterable[str]:
        links = (web_link(url, self.endpoint) for url in urls if url)
        return dict.fromkeys(link for link in links if link is not None)

    def _ids(self, remote_id: str | None) -> tuple[ExternalId, ...]:
        return (ExternalId(source=self.source, remote_id=remote_id),) if remote_id else ()


def home_of(endpoint: httpx.URL) -> str:
    """Return where people look at scenes: the API has a host of its own, beside that of pages."""
    home = endpoint.copy_with(host=endpoint.host.removeprefix("api."), path="/")
    return str(home).rstrip("/")


def remote_fingerprints(answers: Iterable[HashAnswer]) -> tuple[RemoteFingerprint, ...]:
    """Return the fingerprints that can be compared with ours; nobody can report one there."""
    made = (
        remote_fingerprint(
            answer.type or "",
            (answer.hash or "").strip(),
            duration_s=answer.duration,
            submissions=int(answer.submissions or 0),
            reports=None,
        )
        for answer in answers
    )
    return tuple(fingerprint for fingerprint in made if fingerprint is not None)


def _line_of(site: SiteAnswer) -> list[SiteAnswer]:
    """Return site, parent and network, without those that have no name or are there already.

    A site that belongs to nobody may be its own parent and its own network.
    """
    line: list[SiteAnswer] = []
    for one in (site, site.parent, site.network):
        is_new = one is not None and all(_name_of(one) != _name_of(other) for other in line)
        if one is not None and is_new and _name_of(one):
            line.append(one)

    return line


def _name_of(site: SiteAnswer) -> str:
    return (site.name or "").strip().casefold()


def _covers(scene: SceneAnswer) -> Iterator[str | None]:
    """Yield the pictures, the landscape ones first as stash-box does."""
    yield scene.background.largest if scene.background else None
    yield scene.image
    yield scene.posters.largest if scene.posters else None
    yield scene.poster
    yield scene.back_image


def _portraits(row: PerformerAnswer) -> Iterator[str | None]:
    for person in (row.parent, row):
        if person is not None:
            yield from (poster.url for poster in person.posters)
            yield person.image


def _gender(row: PerformerAnswer) -> Gender | None:
    extras = (row.parent.extras if row.parent else None, row.extras, row.extra)
    words = ((told.gender or "") for told in extras if told is not None)
    known = (gender(word.strip().replace(" ", "_").replace("-", "_")) for word in words)
    return next((one for one in known if one is not None), None)


def _joined(names: Iterable[str | None]) -> str | None:
    return ", ".join(name for name in (said(name) for name in names) if name) or None
