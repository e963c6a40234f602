"""A stash-box's scenes in doorman's own words; pure."""

from __future__ import annotations

from dataclasses import dataclass
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
from providers.stashbox.question import is_scene_id
from providers.values import (
    gender,
    other_names,
    partial_date,
    pixels,
    positive,
    remote_fingerprint,
    said,
)
from rules.candidate import Candidate, RemoteFingerprint
from rules.work import Appearance, ExternalId, Performer, Picture, Studio, Tag, Work


@dataclass(frozen=True, slots=True)
class SceneMapping:
    """Map what one endpoint sends."""

    source: str
    """The source's name in the configuration."""
    endpoint: httpx.URL
    pages: str | None = None
    """Where people look at its scenes; None: where the endpoint says."""

    def candidate(self, scene: SceneAnswer) -> Candidate:
        """Return `scene` as a candidate."""
        return Candidate(
            source=self.source,
            remote_id=scene.id,
            work=self.work(scene),
            fingerprints=remote_fingerprints(scene.fingerprints),
            page_url=self._page_url(scene.id),
        )

    def scene_id(self, url: str) -> str | None:
        """Return which scene a page of this server is about; None for any other address."""
        base = self._page_url("").casefold()
        scene_id = url.strip().rstrip("/")[len(base) :]
        is_own = url.strip().casefold().startswith(base) and is_scene_id(scene_id)
        return scene_id.lower() if is_own else None

    def work(self, scene: SceneAnswer) -> Work:
        """Return what `scene` says about itself."""
        return Work(
            title=said(scene.title),
            code=said(scene.code),
            details=said(scene.details),
            director=said(scene.director),
            date=partial_date(scene.release_date) or partial_date(scene.date),
            duration_s=positive(scene.duration),
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

        name = studio.name.strip()
        return Studio(
            name=name,
            ids=self._ids(studio.id),
            parent=self._studio(studio.parent),
            aliases=other_names(name, studio.aliases),
        )

    def _tags(self, tags: tuple[TagAnswer, ...]) -> tuple[Tag, ...]:
        return tuple(self._tag(tag) for tag in tags if tag.name.strip())

    def _tag(self, tag: TagAnswer) -> Tag:
        name = tag.name.strip()
        return Tag(name=name, ids=self._ids(tag.id), aliases=other_names(name, tag.aliases))

    def _appearances(self, entries: tuple[AppearanceAnswer, ...]) -> tuple[Appearance, ...]:
        return tuple(self._appearance(entry) for entry in entries if entry.performer.name.strip())

    def _appearance(self, entry: AppearanceAnswer) -> Appearance:
        performer = self._performer(entry.performer)
        credited_as = said(entry.credited_as)
        return Appearance(
            performer=performer,
            credited_as=None if credited_as == performer.name else credited_as,
        )

    def _performer(self, performer: PerformerAnswer) -> Performer:
        name = performer.name.strip()
        return Performer(
            name=name,
            disambiguation=said(performer.disambiguation),
            gender=gender(performer.gender),
            aliases=other_names(name, performer.aliases),
            ids=self._ids(*_names_of(performer)),
            pictures=self._pictures(performer.images),
        )

    def _pictures(self, images: tuple[ImageAnswer, ...]) -> tuple[Picture, ...]:
        """Return the images in the server's order, which puts the best cover first."""
        linked = ((web_link(image.url, self.endpoint), image) for image in images)
        return tuple(
            Picture(url=url, width=pixels(image.width), height=pixels(image.height))
            for url, image in linked
            if url is not None
        )

    def _links(self, urls: tuple[str, ...]) -> tuple[str, ...]:
        links = (web_link(url, self.endpoint) for url in urls)
        return tuple(dict.fromkeys(link for link in links if link is not None))

    def _ids(self, *remote_ids: str | None) -> tuple[ExternalId, ...]:
        names = dict.fromkeys(name for name in remote_ids if name)
        return tuple(ExternalId(source=self.source, remote_id=name) for name in names)

    def _page_url(self, scene_id: str) -> str:
        base = (self.pages or str(self.endpoint)).rstrip("/").removesuffix("/graphql")
        return f"{base}/scenes/{quote(scene_id, safe='')}"


def _names_of(performer: PerformerAnswer) -> tuple[str | None, ...]:
    """Return the ids that mean a performer, the one to go by now first, then former ones.

    Whoever knows a performer by an id from before a merge finds them by it again.
    """
    return (performer.merged_into_id, performer.id, *performer.merged_ids)


def remote_fingerprints(answers: tuple[FingerprintAnswer, ...]) -> tuple[RemoteFingerprint, ...]:
    """Return the fingerprints that can be compared with ours."""
    made = (
        remote_fingerprint(
            answer.algorithm,
            answer.hash,
            duration_s=answer.duration,
            submissions=answer.submissions,
            reports=answer.reports,
        )
        for answer in answers
    )
    return tuple(fingerprint for fingerprint in made if fingerprint is not None)
