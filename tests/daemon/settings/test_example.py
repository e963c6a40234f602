from __future__ import annotations

import tomllib
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st
from pydantic import SecretStr

from daemon.settings import Settings
from daemon.settings.example import FirstConfig, FirstSource, config_text
from daemon.settings.section import options_of
from daemon.settings.sections import SECTIONS
from daemon.settings.writing import toml_text

Load = Callable[..., Settings]

PLAIN = FirstConfig(library=Path("/srv/films"))
NEVER_DEFAULTS = (
    *("name", "key_file", "key", "url", "when", "then", "reason", "socket", "targets"),
    *("cluster", "cluster_paths", "ffmpeg", "performer_genders"),
    *("skip_multiple_match_tag", "skip_single_name_performer_tag"),
    *("public_url", "hosts", "password_file", "performer_pictures"),
    *("quiet_hours", "templates", "tags", "rename"),
)


def test_file_says_what_was_asked_for(load: Load) -> None:
    source = FirstSource(
        name="stashdb", url="https://stashdb.example/graphql", key=SecretStr("not-a-real-key")
    )
    target = SecretStr('ntfy://ntfy.example/"doorman"')

    settings = load(config_text(replace(PLAIN, source=source, targets=(target,))))

    assert settings.libraries[0].path == Path("/srv/films")
    assert (settings.sources[0].name, settings.sources[0].url) == (source.name, source.url)
    assert settings.sources[0].key == source.key
    assert settings.notify.targets == (target,)


def test_every_option_stands_in_the_file() -> None:
    text = config_text(PLAIN)

    for section in SECTIONS.values():
        for key in options_of(section):
            assert f"\n{key} = " in text or f"\n#{key} = " in text


def test_options_behind_a_bare_hash_are_the_defaults(load: Load) -> None:
    text = config_text(PLAIN)
    own_section_only = text.split("#[[source]]")[0] + "[identify]" + text.split("\n[identify]")[1]
    lines = [
        line[1:] if line.startswith("#") and line[1:2].isalpha() else line
        for line in own_section_only.split("\n")
        if not line.startswith(tuple(f"#{key} =" for key in (*NEVER_DEFAULTS, "exclude", "genres")))
        and not line.startswith("#path")
    ]

    assert replace(load("\n".join(lines)), origin=Path()) == replace(load(text), origin=Path())
    assert lines != text.split("\n")


def test_all_options_set_free_make_a_file_that_loads(load: Load) -> None:
    lines = [
        line[1:] if line.startswith("#") and line[1:2] not in {" ", ""} else line
        for line in config_text(PLAIN).split("\n")
        if not line.startswith(("#key", "#ffmpeg"))
    ]

    settings = load("\n".join(lines))

    assert settings.sources[0].name == "stashdb"
    assert settings.rules[0].name == "close match"
    assert settings.store.path == Path("/var/lib/doorman/doorman.duckdb")


@given(st.text(st.characters(exclude_categories=["Cs"])))
def test_every_text_can_be_written(text: str) -> None:
    assert tomllib.loads(f"value = {toml_text(text)}") == {"value": text}


@given(st.lists(st.booleans() | st.integers(-(2**63), 2**63 - 1)))
def test_every_list_can_be_written(values: list[bool | int]) -> None:
    assert tomllib.loads(f"value = {toml_text(values)}") == {"value": values}
