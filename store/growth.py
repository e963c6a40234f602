"""What a known performer, studio or tag learnt from one accept, so that it can be unlearnt."""

from __future__ import annotations

from dataclasses import dataclass

from pydantic import TypeAdapter

from rules.work import ExternalId, Gender, Picture
from store.external_ids import Kind


@dataclass(frozen=True, slots=True, kw_only=True)
class Growth:
    """What one of them learnt; empty where all was known before."""

    kind: Kind
    number: int
    name: str
    ids: tuple[ExternalId, ...] = ()
    aliases: tuple[str, ...] = ()
    disambiguation: str | None = None
    gender: Gender | None = None
    pictures: tuple[Picture, ...] = ()
    parent: int | None = None
    """Of a studio: the number of the one that it was put below."""

    @property
    def is_any(self) -> bool:
        """Tell whether anything was learnt."""
        return self != Growth(kind=self.kind, number=self.number, name=self.name)


GROWTH = TypeAdapter(Growth)
