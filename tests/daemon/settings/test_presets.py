from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.settings import Settings
from daemon.settings.example import FirstConfig, FirstSource, config_text
from daemon.settings.presets import PRESETS, with_presets

Load = Callable[..., Settings]
LIBRARY = '[[library]]\npath = "/srv/films"\n'


@pytest.mark.parametrize(
    ("preset", "expected"),
    [
        ("stashdb", ("stashbox", "https://stashdb.org/graphql", "https://stashdb.org", 240)),
        ("theporndb", ("theporndb", "https://api.theporndb.net", "https://theporndb.net", 120)),
        ("pmvstash", ("stashbox", "https://pmvstash.org/graphql", "https://pmvstash.org", 300)),
        ("javstash", ("stashbox", "https://javstash.org/graphql", "https://javstash.org", 300)),
        ("fansdb", ("stashbox", "https://fansdb.cc/graphql", "https://fansdb.cc", 240)),
    ],
)
def test_preset_says_all_that_a_source_needs(
    load: Load, preset: str, expected: tuple[str, str, str, int]
) -> None:
    (source,) = load(f'{LIBRARY}[[source]]\npreset = "{preset}"\n').sources

    assert (source.name, source.nsfw) == (preset, True)
    assert (source.kind, source.url, source.pages, source.requests_per_minute) == expected


def test_every_value_of_a_preset_can_be_overridden(load: Load) -> None:
    (source,) = load(
        LIBRARY + '[[source]]\npreset = "theporndb"\nname = "mine"\nkind = "stashbox"\n'
        'url = "https://theporndb.net/graphql"\npages = "https://pages.example"\n'
        "requests_per_minute = 30\nnsfw = false\n"
    ).sources

    assert (source.name, source.kind, source.url, source.pages) == (
        "mine",
        "stashbox",
        "https://theporndb.net/graphql",
        "https://pages.example",
    )
    assert (source.requests_per_minute, source.nsfw) == (30, False)


def test_key_of_a_preset_comes_from_the_variable_of_its_name(load: Load) -> None:
    settings = load(f'{LIBRARY}[[source]]\npreset = "fansdb"\n', DOORMAN_SOURCE_FANSDB_KEY="a-key")

    assert settings.sources[0].key is not None
    assert settings.sources[0].key.get_secret_value() == "a-key"


def test_rules_know_a_preset_by_its_name(load: Load) -> None:
    rule = '[[rule]]\nname = "own"\nwhen = \'source == "javstash"\'\nthen = "review"\n'

    assert load(f'{LIBRARY}[[source]]\npreset = "javstash"\n{rule}').rules[0].name == "own"


def test_first_configuration_can_be_a_preset(load: Load) -> None:
    first = FirstSource(name="stashdb", preset="stashdb")
    text = config_text(FirstConfig(library=Path("/srv/films"), source=first))

    assert load(text).sources[0].url == PRESETS["stashdb"].url
    assert '\npreset = "stashdb"\n' in text
    assert "\nurl = " not in text


@given(
    st.recursive(
        st.none() | st.integers() | st.text(max_size=5) | st.sampled_from(sorted(PRESETS)),
        lambda inner: (
            st.lists(inner, max_size=3)
            | st.dictionaries(st.sampled_from(["source", "preset", "name"]), inner, max_size=3)
        ),
    )
)
def test_owners_words_are_never_changed(value: object) -> None:
    filled = with_presets({"source": value})["source"]

    if not isinstance(value, list):
        assert filled == value
        return

    assert isinstance(filled, list)
    for before, after in zip(value, filled, strict=True):
        if isinstance(before, dict):
            assert before.items() <= after.items()
        else:
            assert after == before
