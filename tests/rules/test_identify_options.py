"""The options of Stash's Identify: their defaults, and what says what over them."""

from __future__ import annotations

from dataclasses import fields

import pytest
from hypothesis import given
from hypothesis import strategies as st

from rules.identify_options import (
    MADE_OF_ENTITIES,
    FieldOption,
    FieldOverride,
    IdentifyOptions,
    OptionField,
    OptionOverrides,
    SourceOptions,
    Strategy,
    has_single_name,
    resolve,
)
from rules.work import Gender, Performer

FIELD_OPTIONS = st.builds(
    FieldOption, strategy=st.sampled_from(Strategy), create_missing=st.booleans()
)
FIELD_OVERRIDES = st.builds(
    FieldOverride,
    strategy=st.none() | st.sampled_from(Strategy),
    create_missing=st.none() | st.booleans(),
)
ALL_FIELDS = st.fixed_dictionaries(dict.fromkeys(OptionField, FIELD_OPTIONS))
SOME_FIELDS = st.dictionaries(st.sampled_from(OptionField), FIELD_OVERRIDES)
MAYBE = st.none() | st.booleans()
OVERRIDES = st.builds(
    OptionOverrides,
    skip_multiple_matches=MAYBE,
    skip_multiple_match_tag=st.none() | st.sampled_from(["", "Several", "Look here"]),
    skip_single_name_performers=MAYBE,
    skip_single_name_performer_tag=st.none() | st.sampled_from(["", "One word"]),
    include_male_performers=MAYBE,
    performer_genders=st.none() | st.frozensets(st.sampled_from(Gender)),
    set_cover_image=MAYBE,
    set_organized=MAYBE,
    fields=SOME_FIELDS,
)


def test_trap_11_the_defaults_are_those_of_the_dialogue_and_not_those_of_the_code() -> None:
    options = IdentifyOptions()

    assert options.skip_multiple_matches
    assert options.skip_single_name_performers
    assert (options.include_male_performers, options.performer_genders) == (True, frozenset())
    assert (options.set_cover_image, options.set_organized) == (True, False)
    assert (options.skip_multiple_match_tag, options.skip_single_name_performer_tag) == (None, None)
    assert {each for each, option in options.fields.items() if option.create_missing} == (
        MADE_OF_ENTITIES
    )
    assert {
        each for each, option in options.fields.items() if option.strategy is not Strategy.MERGE
    } == {OptionField.TITLE}
    assert set(options.fields) == set(OptionField)


def test_trap_5_2_an_entry_that_omits_create_missing_inherits_it() -> None:
    said = OptionOverrides(fields={OptionField.STUDIO: FieldOverride(strategy=Strategy.OVERWRITE)})

    studio = resolve(IdentifyOptions(), said).fields[OptionField.STUDIO]

    assert studio == FieldOption(strategy=Strategy.OVERWRITE, create_missing=True)


def test_an_entry_that_omits_the_strategy_inherits_it() -> None:
    said = OptionOverrides(fields={OptionField.TITLE: FieldOverride(create_missing=True)})

    title = resolve(IdentifyOptions(), said).fields[OptionField.TITLE]

    assert title.strategy is Strategy.OVERWRITE


@given(OVERRIDES, ALL_FIELDS)
def test_what_is_not_said_stays_as_it_was(
    said: OptionOverrides, all_fields: dict[OptionField, FieldOption]
) -> None:
    defaults = IdentifyOptions(fields=all_fields, skip_multiple_match_tag="Several")

    resolved = resolve(defaults, said)

    for option in fields(IdentifyOptions):
        if option.name != "fields" and getattr(said, option.name) is None:
            assert getattr(resolved, option.name) == getattr(defaults, option.name)
    assert set(resolved.fields) == set(OptionField)


@given(SOME_FIELDS, st.sampled_from(OptionField), FIELD_OVERRIDES)
def test_each_field_is_resolved_by_itself(
    said: dict[OptionField, FieldOverride], other: OptionField, more: FieldOverride
) -> None:
    before = resolve(IdentifyOptions(), OptionOverrides(fields=said)).fields
    after = resolve(IdentifyOptions(), OptionOverrides(fields={**said, other: more})).fields

    assert {each: after[each] for each in OptionField if each is not other} == {
        each: before[each] for each in OptionField if each is not other
    }


@given(OVERRIDES)
def test_saying_it_twice_is_saying_it_once(said: OptionOverrides) -> None:
    once = resolve(IdentifyOptions(), said)

    assert resolve(once, said) == once


def test_a_tag_and_genders_can_be_unsaid() -> None:
    defaults = IdentifyOptions(
        skip_multiple_match_tag="Several", performer_genders=frozenset({Gender.FEMALE})
    )

    resolved = resolve(
        defaults, OptionOverrides(skip_multiple_match_tag=" ", performer_genders=frozenset())
    )

    assert (resolved.skip_multiple_match_tag, resolved.performer_genders) == (None, frozenset())


@pytest.mark.parametrize(
    ("includes_male", "genders", "wanted"),
    [
        (True, set(), set(Gender)),
        (False, set(), set(Gender) - {Gender.MALE}),
        (False, {Gender.MALE}, {Gender.MALE}),
        (True, {Gender.FEMALE, Gender.INTERSEX}, {Gender.FEMALE, Gender.INTERSEX}),
    ],
)
def test_a_list_of_genders_outweighs_the_older_option(
    includes_male: bool,  # noqa: FBT001  # a column of the table
    genders: set[Gender],
    wanted: set[Gender],
) -> None:
    options = IdentifyOptions(
        include_male_performers=includes_male, performer_genders=frozenset(genders)
    )

    assert {gender for gender in Gender if options.wants(gender)} == wanted


@pytest.mark.parametrize("genders", [frozenset(), frozenset({Gender.FEMALE})])
def test_trap_5_5_an_unknown_gender_is_never_dropped(genders: frozenset[Gender]) -> None:
    options = IdentifyOptions(include_male_performers=False, performer_genders=genders)

    assert options.wants(None)


@pytest.mark.parametrize(
    ("performer", "is_single"),
    [
        (Performer(name="Mononym"), True),
        (Performer(name=" Mononym "), True),
        (Performer(name="Mononym", disambiguation=" "), True),
        (Performer(name="Mononym", disambiguation="the elder"), False),
        (Performer(name="Mara Quay"), False),
    ],
)
def test_a_single_name_is_one_word_that_nothing_tells_apart(
    performer: Performer,
    is_single: bool,  # noqa: FBT001  # a column of the table
) -> None:
    assert has_single_name(performer) is is_single
    assert IdentifyOptions().may_create(performer) is not is_single
    assert IdentifyOptions(skip_single_name_performers=False).may_create(performer)


def test_a_source_that_nobody_configures_has_the_defaults() -> None:
    own = IdentifyOptions(set_organized=True)
    options = SourceOptions(by_source={"first": own})

    assert options.of("first") is own
    assert options.of("second") == IdentifyOptions()


def test_which_sources_are_not_accepted_from_is_told_by_their_options() -> None:
    easy = IdentifyOptions(skip_multiple_matches=False)
    options = SourceOptions(by_source={"first": easy})

    assert options.skipping_multiple(["first", "second"]) == {"second"}
