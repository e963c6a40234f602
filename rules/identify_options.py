"""What accepting a source's candidate may do: the options of Stash's Identify.

Names and meanings are Stash's, the defaults those that its dialogue presets, which are not those
of its code (`stash.md` §5.1). Where Stash resolves a field's entry as a unit, here each part of
it is resolved by itself (§5.2): an entry that names only a strategy inherits `create_missing`.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from rules.work import Gender, Performer


class Strategy(StrEnum):
    """What becomes of a field that has a value already."""

    IGNORE = "ignore"
    """It is left alone, empty or not."""
    MERGE = "merge"
    """What is missing is added: one value where there is none, of several those not there yet."""
    OVERWRITE = "overwrite"
    """What the source says replaces what is there."""


class OptionField(StrEnum):
    """The fields that have a strategy, as Stash calls them."""

    TITLE = "title"
    CODE = "code"
    DATE = "date"
    DIRECTOR = "director"
    DETAILS = "details"
    URL = "url"
    STUDIO = "studio"
    PERFORMERS = "performers"
    TAGS = "tags"
    STASH_IDS = "stash_ids"


MADE_OF_ENTITIES = frozenset({OptionField.STUDIO, OptionField.PERFORMERS, OptionField.TAGS})
"""Fields whose values may have to be created; `create_missing` is for these alone."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOption:
    """What may be done to one field."""

    strategy: Strategy = Strategy.MERGE
    create_missing: bool = False
    """Whether what is not known yet is created; means something for `MADE_OF_ENTITIES` only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FieldOverride:
    """What somebody says of one field; None leaves it as it was."""

    strategy: Strategy | None = None
    create_missing: bool | None = None


def _default_fields() -> dict[OptionField, FieldOption]:
    fields = {each: FieldOption(create_missing=each in MADE_OF_ENTITIES) for each in OptionField}
    return {**fields, OptionField.TITLE: FieldOption(strategy=Strategy.OVERWRITE)}


@dataclass(frozen=True, slots=True, kw_only=True)
class IdentifyOptions:
    """All that is decided beforehand about accepting a candidate of one source."""

    skip_multiple_matches: bool = True
    """Whether a source that offers several works for a file is never accepted from by a rule."""
    skip_multiple_match_tag: str | None = None
    """What such a file wears."""
    skip_single_name_performers: bool = True
    """Whether nobody is created whose only name is one word."""
    skip_single_name_performer_tag: str | None = None
    """What a file wears of which somebody was left out so."""
    include_male_performers: bool = True
    performer_genders: frozenset[Gender] = frozenset()
    """Whose performers are added; empty for all, otherwise it outweighs the option above."""
    set_cover_image: bool = True
    set_organized: bool = False
    """Whether a file counts as finished once accepted: no rule changes it any more."""
    fields: Mapping[OptionField, FieldOption] = field(default_factory=_default_fields)
    """Every field."""

    def wants(self, gender: Gender | None) -> bool:
        """Tell whether performers of this gender are added; one of no known gender always is."""
        if gender is None:
            return True
        if self.performer_genders:
            return gender in self.performer_genders

        return self.include_male_performers or gender is not Gender.MALE

    def may_create(self, performer: Performer) -> bool:
        """Tell whether a performer nobody knows yet has name enough to be created."""
        return not (self.skip_single_name_performers and has_single_name(performer))


@dataclass(frozen=True, slots=True, kw_only=True)
class OptionOverrides:
    """What somebody says over options; None, and a field not named, leave it as it was.

    A tag that is "" is none, and no genders are all: what was said before can be unsaid.
    """

    skip_multiple_matches: bool | None = None
    skip_multiple_match_tag: str | None = None
    skip_single_name_performers: bool | None = None
    skip_single_name_performer_tag: str | None = None
    include_male_performers: bool | None = None
    performer_genders: frozenset[Gender] | None = None
    set_cover_image: bool | None = None
    set_organized: bool | None = None
    fields: Mapping[OptionField, FieldOverride] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class SourceOptions:
    """The options of every source."""

    defaults: IdentifyOptions = field(default_factory=IdentifyOptions)
    """Of a source that says nothing else, or is not configured any more."""
    by_source: Mapping[str, IdentifyOptions] = field(default_factory=dict)

    def of(self, source: str) -> IdentifyOptions:
        """Return the options of the source of that name."""
        return self.by_source.get(source, self.defaults)

    def skipping_multiple(self, sources: Iterable[str]) -> frozenset[str]:
        """Return those of `sources` that no rule accepts from when they offer several works."""
        return frozenset(each for each in sources if self.of(each).skip_multiple_matches)


def resolve(defaults: IdentifyOptions, said: OptionOverrides) -> IdentifyOptions:
    """Return `defaults` with what was said over them, option by option and field by field."""
    return IdentifyOptions(
        skip_multiple_matches=_said(said.skip_multiple_matches, defaults.skip_multiple_matches),
        skip_multiple_match_tag=_tag(
            said.skip_multiple_match_tag, defaults.skip_multiple_match_tag
        ),
        skip_single_name_performers=_said(
            said.skip_single_name_performers, defaults.skip_single_name_performers
        ),
        skip_single_name_performer_tag=_tag(
            said.skip_single_name_performer_tag, defaults.skip_single_name_performer_tag
        ),
        include_male_performers=_said(
            said.include_male_performers, defaults.include_male_performers
        ),
        performer_genders=(
            defaults.performer_genders if said.performer_genders is None else said.performer_genders
        ),
        set_cover_image=_said(said.set_cover_image, defaults.set_cover_image),
        set_organized=_said(said.set_organized, defaults.set_organized),
        fields={
            each: _resolve_field(option, said.fields.get(each))
            for each, option in defaults.fields.items()
        },
    )


def has_single_name(performer: Performer) -> bool:
    """Tell whether a name is one word that nothing tells from others of that name."""
    return " " not in performer.name.strip() and not (performer.disambiguation or "").strip()


def _resolve_field(default: FieldOption, said: FieldOverride | None) -> FieldOption:
    if said is None:
        return default

    return FieldOption(
        strategy=default.strategy if said.strategy is None else said.strategy,
        create_missing=_said(said.create_missing, default.create_missing),
    )


def _said(said: bool | None, default: bool) -> bool:  # noqa: FBT001  # both are the option's value
    return default if said is None else said


def _tag(said: str | None, default: str | None) -> str | None:
    return default if said is None else said.strip() or None
