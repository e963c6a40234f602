from __future__ import annotations

import json
import tomllib
from pathlib import Path

import jsonschema  # type: ignore[import-untyped]  # ships no types
import pytest
from pydantic import SecretStr

from daemon.settings import json_schema
from daemon.settings.example import FirstConfig, FirstSource, config_text
from daemon.settings.sections import LISTS, SECTIONS, TABLES, SettingsFile

SCHEMA = json.loads(json_schema())
LIBRARY = '[[library]]\npath = "/srv/films"\n'
SOURCE = '[[source]]\nname = "stashdb"\nurl = "https://stashdb.example/graphql"\n'


def accepts(text: str) -> bool:
    validator = jsonschema.Draft7Validator(SCHEMA)
    return bool(validator.is_valid(tomllib.loads(text)))


def test_schema_is_one() -> None:
    jsonschema.Draft7Validator.check_schema(SCHEMA)


def test_schema_accepts_what_doorman_writes() -> None:
    source = FirstSource(
        name="stashdb", url="https://stashdb.example/graphql", key=SecretStr("not-a-real-key")
    )
    targets = (SecretStr("ntfy://ntfy.example/doorman"),)
    config = FirstConfig(library=Path("/srv/films"), source=source, targets=targets)

    assert accepts(config_text(config))
    assert accepts(config_text(config).replace("\n#", "\n").split("#")[0] + LIBRARY)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "library = []\n",
        LIBRARY + 'settel = "10s"\n',
        LIBRARY + "settle = 10\n",
        LIBRARY + 'settle = "10"\n',
        LIBRARY + 'watch = "evnts"\n',
        LIBRARY + 'path2 = "/x"\n',
        '[[library]]\npath = "films"\n',
        '[[library]]\nname = "films"\n',
        LIBRARY + '[[source]]\nname = "my box"\nurl = "https://stashdb.example/graphql"\n',
        LIBRARY + SOURCE.replace("/graphql", ""),
        LIBRARY + '[[source]]\nname = "stashdb"\n',
        LIBRARY + '[[source]]\npreset = "stashbd"\n',
        LIBRARY + SOURCE + "requests_per_minute = 0\n",
        LIBRARY + '[[rule]]\nname = "a"\nwhen = "true"\nthen = "acept"\n',
        LIBRARY + '[store]\nmemory_limit = "2G"\n',
        LIBRARY + "[identify]\nretry = []\n",
        LIBRARY + "[log]\nlevel = 1\n",
        LIBRARY + "[origin]\n",
    ],
)
def test_schema_refuses_what_doorman_refuses(text: str) -> None:
    assert not accepts(text)


@pytest.mark.parametrize(
    "source",
    [
        'preset = "stashdb"\n',
        'preset = "theporndb"\nurl = "https://tpdb.example/api"\n',
        'name = "tpdb"\nkind = "theporndb"\nurl = "https://tpdb.example"\n',
        'name = "own"\nurl = "https://stashdb.example/graphql"\n',
    ],
)
def test_schema_asks_for_nothing_that_a_preset_says(source: str) -> None:
    assert accepts(f"{LIBRARY}[[source]]\n{source}")


@pytest.mark.parametrize("section", ["server", "store"])
def test_places_that_the_environment_knows_may_be_missing(section: str) -> None:
    assert accepts(f"{LIBRARY}[{section}]\n")


def test_every_option_is_explained_in_one_line() -> None:
    for name, section in SECTIONS.items():
        definition = SCHEMA["definitions"][section.__name__]
        assert definition["description"], name
        for key, option in definition["properties"].items():
            assert option.get("description"), (name, key)
            assert "\n" not in option["description"]


def test_defaults_stand_as_in_the_file() -> None:
    library = SCHEMA["definitions"]["LibrarySettings"]["properties"]

    assert library["rescan"]["default"] == "30m"
    assert SCHEMA["definitions"]["StoreSettings"]["properties"]["memory_limit"]["default"] == (
        "256MiB"
    )
    assert SCHEMA["definitions"]["IdentifySettings"]["properties"]["retry"]["default"] == [
        *("1h", "1d", "3d", "7d", "30d")
    ]


def test_secrets_are_marked_as_such() -> None:
    key = SCHEMA["definitions"]["SourceSettings"]["properties"]["key"]
    targets = SCHEMA["definitions"]["NotifySettings"]["properties"]["targets"]

    assert key["writeOnly"]
    assert targets["items"]["writeOnly"]


def test_choices_are_listed() -> None:
    assert SCHEMA["definitions"]["RuleSettings"]["properties"]["then"]["enum"] == [
        *("accept", "review", "ignore", "no match")
    ]


def test_sections_are_those_of_the_file() -> None:
    names = {field.alias or name for name, field in SettingsFile.model_fields.items()}

    assert names == {*LISTS, *TABLES} == set(SCHEMA["properties"])
