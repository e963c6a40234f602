"""The options of Stash's Identify as the file, a source's table and the environment say them."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest

from daemon.settings import ConfigurationInvalid, Settings, json_schema
from daemon.settings.example import FirstConfig, config_text
from daemon.settings.options import source_options
from rules.identify_options import FieldOption, IdentifyOptions, OptionField, Strategy
from rules.work import Gender

Load = Callable[..., Settings]

LIBRARY = '[[library]]\npath = "/srv/films"\n'
SOURCE = '[[source]]\npreset = "stashdb"\n'


def options(settings: Settings, source: str = "stashdb") -> IdentifyOptions:
    return source_options(settings.identify, settings.sources).of(source)


def test_a_file_that_says_nothing_has_the_defaults_of_the_dialogue(load: Load) -> None:
    assert options(load(LIBRARY + SOURCE)) == IdentifyOptions()


def test_what_a_source_says_counts_for_it_alone(load: Load) -> None:
    settings = load(
        f"""{LIBRARY}{SOURCE}
[source.identify]
skip_multiple_matches = false
skip_multiple_match_tag = ""
performer_genders = ["FEMALE"]
set_organized = true
[source.identify.fields]
title = "merge"
studio = "overwrite"
[[source]]
preset = "fansdb"
[identify]
skip_multiple_match_tag = "Several matches"
include_male_performers = false
set_cover_image = false
[identify.fields]
tags = {{ create_missing = false }}
url = {{ strategy = "ignore" }}
"""
    )

    own, others = options(settings), options(settings, "fansdb")

    assert (own.skip_multiple_matches, others.skip_multiple_matches) == (False, True)
    assert (own.skip_multiple_match_tag, others.skip_multiple_match_tag) == (
        None,
        "Several matches",
    )
    assert (own.performer_genders, others.performer_genders) == (
        frozenset({Gender.FEMALE}),
        frozenset(),
    )
    assert (own.set_organized, others.set_organized) == (True, False)
    assert (own.include_male_performers, own.set_cover_image) == (False, False)
    assert own.fields[OptionField.TITLE].strategy is Strategy.MERGE
    assert others.fields[OptionField.TITLE].strategy is Strategy.OVERWRITE
    for each in (own, others):
        assert each.fields[OptionField.TAGS] == FieldOption(create_missing=False)
        assert each.fields[OptionField.URL] == FieldOption(strategy=Strategy.IGNORE)


def test_trap_5_2_a_sources_entry_inherits_create_missing_from_the_common_one(load: Load) -> None:
    settings = load(
        f"""{LIBRARY}{SOURCE}[source.identify.fields]
studio = "overwrite"
performers = {{ strategy = "overwrite" }}
[identify.fields]
performers = {{ create_missing = false }}
"""
    )

    fields = options(settings).fields

    assert fields[OptionField.STUDIO] == FieldOption(
        strategy=Strategy.OVERWRITE, create_missing=True
    )
    assert fields[OptionField.PERFORMERS] == FieldOption(
        strategy=Strategy.OVERWRITE, create_missing=False
    )


@pytest.mark.parametrize(
    ("variable", "text", "field", "expected"),
    [
        ("TITLE", "ignore", OptionField.TITLE, FieldOption(strategy=Strategy.IGNORE)),
        (
            "STUDIO",
            '{ strategy = "overwrite", create_missing = false }',
            OptionField.STUDIO,
            FieldOption(strategy=Strategy.OVERWRITE),
        ),
    ],
)
def test_the_environment_says_it_over_the_file(
    load: Load, variable: str, text: str, field: OptionField, expected: FieldOption
) -> None:
    file = LIBRARY + SOURCE + '[identify.fields]\ntitle = "merge"\nstudio = "ignore"\n'

    settings = load(
        file,
        **{
            f"DOORMAN_IDENTIFY__FIELDS__{variable}": text,
            "DOORMAN_IDENTIFY__SET_ORGANIZED": "true",
        },
    )

    assert options(settings).fields[field] == expected
    assert options(settings).set_organized


def test_a_password_that_looks_like_a_table_stays_text(load: Load) -> None:
    settings = load(LIBRARY, DOORMAN_NOTIFY__TARGETS='["ntfy://ada:{ a = 1 }@ntfy.example/x"]')

    (target,) = settings.notify.targets
    assert target.get_secret_value() == "ntfy://ada:{ a = 1 }@ntfy.example/x"


STRATEGIES = '"ignore", "merge" or "overwrite"'


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            '[identify.fields]\ntitle = "mrge"\n',
            f'4: identify.fields.title: must be {STRATEGIES}, not "mrge"; did you mean "merge"?',
        ),
        (
            '[identify.fields]\ntitle = ""\n',
            f'4: identify.fields.title: must be {STRATEGIES}, not ""',
        ),
        (
            "[identify.fields]\ntags = true\n",
            (
                f"4: identify.fields.tags: must be {STRATEGIES}, or a table such as "
                '{ strategy = "merge" }'
            ),
        ),
        (
            '[identify.fields]\nstudio = { strategy = "Merge" }\n',
            (
                f'4: identify.fields.studio.strategy: must be {STRATEGIES}, not "Merge"; '
                'did you mean "merge"?'
            ),
        ),
        (
            "[identify.fields]\nstudio = { create_mising = true }\n",
            '4: identify.fields.studio.create_mising: unknown key; did you mean "create_missing"?',
        ),
        (
            "[identify.fields]\nstudio = { create_missing = 1 }\n",
            "4: identify.fields.studio.create_missing: must be true or false, not a whole number",
        ),
        (
            "[identify.fields]\ntitle = { create_missing = true }\n",
            (
                "4: identify.fields.title: create_missing is for studio, performers and tags only; "
                "leave it out"
            ),
        ),
        (
            '[identify.fields]\ntitel = "merge"\n',
            '4: identify.fields.titel: unknown key; did you mean "title"?',
        ),
        (
            '[identify]\ntags = "merge"\n',
            (
                "4: identify.tags: unknown key; it belongs below [source.identify.fields], "
                "[[channel]] or [identify.fields]"
            ),
        ),
        (
            '[identify]\nfields = "merge"\n',
            (
                "4: identify.fields: must be a section: write [identify.fields], and its options "
                "below it"
            ),
        ),
        (
            '[[identify.fields]]\ntitle = "merge"\n',
            "3: identify.fields: write [identify.fields], with one bracket: there is only one",
        ),
        (
            '[identify]\nperformer_genders = ["female"]\n',
            (
                '4: identify.performer_genders: item 1: must be "MALE", "FEMALE", '
                '"TRANSGENDER_MALE", "TRANSGENDER_FEMALE", "INTERSEX" or "NON_BINARY", '
                'not "female"; did you mean "FEMALE"?'
            ),
        ),
        (
            '[identify]\nskip_multiple_match_tag = ""\n',
            (
                "4: identify.skip_multiple_match_tag: is empty; name a tag, as in "
                '"Several matches", or leave the line out'
            ),
        ),
        (
            f"{SOURCE}[source.identify]\nset_organised = true\n",
            '6: source.identify.set_organised: unknown key; did you mean "set_organized"?',
        ),
        (
            f'{SOURCE}[source.identify.fields]\ndate = "keep"\n',
            f'6: source.identify.fields.date: must be {STRATEGIES}, not "keep"',
        ),
        (
            f'{SOURCE}[source.identify]\nretry = ["1h"]\n',
            "6: source.identify.retry: unknown key; it belongs below [identify]",
        ),
    ],
)
def test_trap_5_5_a_wrong_strategy_and_its_like_are_errors_with_their_line(
    load: Load, text: str, message: str, tmp_path: Path
) -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(LIBRARY + text)

    assert str(caught.value) == f"{tmp_path}/doorman.toml:{message}"


@pytest.mark.parametrize(
    ("name", "text", "message"),
    [
        ("DOORMAN_IDENTIFY__FIELDS__TITLE", "mrge", "did you mean"),
        ("DOORMAN_IDENTIFY__FIELDS__TITEL", "merge", "DOORMAN_IDENTIFY__FIELDS__TITLE?"),
        ("DOORMAN_IDENTIFY__FIELDS__STUDIO", "{ strategy = 1 }", "must be"),
        ("DOORMAN_IDENTIFY__FIELDS", "merge", "unknown variable"),
    ],
)
def test_a_wrong_variable_is_named(load: Load, name: str, text: str, message: str) -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(LIBRARY, **{name: text})

    assert str(caught.value).startswith(f"{name}: ")
    assert message in str(caught.value)


@pytest.mark.parametrize(
    ("text", "is_right"),
    [
        ({"title": "merge"}, True),
        ({"title": {"strategy": "merge"}}, True),
        ({"studio": {"strategy": "merge", "create_missing": False}}, True),
        ({"title": {"create_missing": True}}, False),
        ({"title": "mrge"}, False),
        ({"titel": "merge"}, False),
    ],
)
def test_the_schema_knows_the_fields(
    text: object,
    is_right: bool,  # noqa: FBT001  # a column of the table
) -> None:
    validator = jsonschema.Draft7Validator(json.loads(json_schema()))
    library = [{"path": "/srv/films"}]
    source = [{"preset": "stashdb", "identify": {"fields": text}}]

    assert validator.is_valid({"library": library, "identify": {"fields": text}}) is is_right
    assert validator.is_valid({"library": library, "source": source}) is is_right


def test_the_first_file_shows_every_option_where_it_belongs() -> None:
    text = config_text(FirstConfig(library=Path("/srv/films")))
    common = text.split("\n[identify]\n")[1].split("\n[notify]\n")[0]

    assert "#skip_multiple_matches = true\n" in common
    fields = common.split("[identify.fields]\n")[1]
    assert '#title = "overwrite"\n' in fields
    assert '#studio = { strategy = "merge", create_missing = true }\n' in fields
    assert "#[source.identify]\n" in text
    assert "#[source.identify.fields]\n" in text
