"""Short videos with invented titles, their fingerprints, and what a source may say of them."""

from __future__ import annotations

import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from daemon.demo.clips import ClipRecipe, make_clip
from daemon.media.examine import examine
from daemon.media.oshash import oshash
from providers.sandbox.seeds import CreditSeed, FingerprintSeed, SceneSeed
from rules.fingerprint import Oshash, Phash

TITLES = (
    "Harbour at Dawn",
    "Lantern Street",
    "Quiet Orchard",
    "The Ninth Ferry",
    "Paper Mountains",
    "Winter Tram",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Film:
    """A clip that lies ready to be dropped into a library."""

    title: str
    path: Path
    oshash: Oshash
    phash: Phash
    duration_s: float

    @property
    def name(self) -> str:
        """Return what the file is called."""
        return self.path.name

    def scene(
        self,
        title: str | None = None,
        *,
        scene_id: str | None = None,
        oshash_submissions: int = 5,
        phash_submissions: int = 0,
    ) -> SceneSeed:
        """Return a scene that has the film's fingerprints, as so many people submitted them."""
        votes = (
            ("OSHASH", str(self.oshash), oshash_submissions),
            ("PHASH", str(self.phash), phash_submissions),
        )
        return SceneSeed(
            id=scene_id,
            title=title or self.title,
            details="A boat leaves before the sun is up.",
            release_date="2024-05-17",
            duration=round(self.duration_s),
            studio="Northlight Pictures",
            performers=(CreditSeed(name="Ada Winter"),),
            tags=("Sea", "Morning"),
            fingerprints=tuple(
                FingerprintSeed(
                    algorithm=algorithm,
                    hash=text,
                    duration=round(self.duration_s),
                    submissions=submissions,
                )
                for algorithm, text, submissions in votes
                if submissions
            ),
        )

    def rivals(self, *titles: str) -> Sequence[SceneSeed]:
        """Return several scenes that claim the same file: a question for a person."""
        return [self.scene(title, oshash_submissions=9 - at) for at, title in enumerate(titles)]

    def copy_to(self, target: Path) -> Path:
        """Put a copy there as a download does: whole, by renaming."""
        target.parent.mkdir(parents=True, exist_ok=True)
        beside = target.with_name(target.name + ".part")
        shutil.copyfile(self.path, beside)
        return beside.rename(target)


def make_films(folder: Path) -> tuple[Film, ...]:
    """Return the films, made in `folder`."""
    return tuple(make_film(folder / f"{title}.mp4", seed=seed) for seed, title in enumerate(TITLES))


def make_film(path: Path, *, seed: int, duration_s: float = 5.0) -> Film:
    """Return a small film, made at `path`."""
    recipe = ClipRecipe(seed=seed, duration_s=duration_s, width=160, height=90, codec="mpeg4")
    return film_of(path, recipe)


def film_of(path: Path, recipe: ClipRecipe) -> Film:
    """Return a film, made at `path` by a recipe."""
    make_clip(path, recipe)
    examination = examine(path)
    if examination.phash is None:
        raise AssertionError(examination.phash_missing)

    return Film(
        title=path.stem,
        path=path,
        oshash=oshash(path),
        phash=examination.phash,
        duration_s=examination.facts.duration_s,
    )
