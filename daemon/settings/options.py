"""The options of accepting, put together: the common ones, and over them each source's own."""

from __future__ import annotations

from collections.abc import Iterable

from daemon.settings.identify_section import (
    EntityChoice,
    FieldChoice,
    IdentifyFields,
    IdentifySettings,
    SourceIdentifyFields,
    SourceIdentifySettings,
)
from daemon.settings.sections import SourceSettings
from rules.identify_options import (
    FieldOverride,
    IdentifyOptions,
    OptionField,
    OptionOverrides,
    SourceOptions,
    Strategy,
    resolve,
)
from rules.work import Gender


def source_options(common: IdentifySettings, sources: Iterable[SourceSettings]) -> SourceOptions:
    """Return the options of each source; disabled ones too, for what they once said is kept."""
    defaults = resolve(IdentifyOptions(), _said(common))
    return SourceOptions(
        defaults=defaults,
        by_source={each.name: resolve(defaults, _said(each.identify)) for each in sources},
    )


def _said(section: IdentifySettings | SourceIdentifySettings) -> OptionOverrides:
    genders = section.performer_genders
    return OptionOverrides(
        skip_multiple_matches=section.skip_multiple_matches,
        skip_multiple_match_tag=section.skip_multiple_match_tag,
        skip_single_name_performers=section.skip_single_name_performers,
        skip_single_name_performer_tag=section.skip_single_name_performer_tag,
        include_male_performers=section.include_male_performers,
        performer_genders=None if genders is None else frozenset(map(Gender, genders)),
        set_cover_image=section.set_cover_image,
        set_organized=section.set_organized,
        fields={each: _field(choice) for each, choice in _choices(section.fields).items()},
    )


def _choices(fields: IdentifyFields | SourceIdentifyFields) -> dict[OptionField, FieldChoice]:
    return {
        OptionField.TITLE: fields.title,
        OptionField.CODE: fields.code,
        OptionField.DATE: fields.date,
        OptionField.DIRECTOR: fields.director,
        OptionField.DETAILS: fields.details,
        OptionField.URL: fields.url,
        OptionField.STUDIO: fields.studio,
        OptionField.PERFORMERS: fields.performers,
        OptionField.TAGS: fields.tags,
        OptionField.STASH_IDS: fields.stash_ids,
    }


def _field(choice: FieldChoice) -> FieldOverride:
    return FieldOverride(
        strategy=None if choice.strategy is None else Strategy(choice.strategy),
        create_missing=choice.create_missing if isinstance(choice, EntityChoice) else None,
    )
