"""Whatever is written into the file, it is read or it is refused in whole sentences."""

from __future__ import annotations

import tempfile
from pathlib import Path

from hypothesis import given
from hypothesis import strategies as st

from daemon.settings import ConfigurationInvalid, load_settings
from daemon.settings.example import FirstConfig, FirstSource, config_text
from daemon.settings.section import keys_of
from daemon.settings.sections import LISTS, SECTIONS
from daemon.settings.syntax import parse_toml
from daemon.settings.writing import toml_text

TEXT = config_text(
    FirstConfig(
        library=Path("/srv/films"),
        source=FirstSource(name="stashdb", url="https://stashdb.example/graphql"),
    )
)
OPTIONS = [(name, key) for name, section in SECTIONS.items() for key in keys_of(section)]
FALLBACKS = ("this is no TOML", "see doorman config schema")

_texts = st.text(max_size=20) | st.sampled_from(["10s", "2GiB", "~", "~/x", "/", "//x", "http://["])
_scalars = st.none() | st.booleans() | st.integers() | st.floats().map(str) | _texts.map(toml_text)
_values = st.recursive(
    _scalars.map(lambda value: "2024-02-03" if value is None else toml_or_text(value)),
    lambda inner: st.lists(inner, max_size=3).map(lambda items: f"[{', '.join(items)}]"),
    max_leaves=4,
)


def toml_or_text(value: object) -> str:
    return value if isinstance(value, str) else toml_text(value)


def refusal(text: str) -> ConfigurationInvalid | None:
    """Return what is said of a configuration, None when it is read."""
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "doorman.toml"
        path.write_text(text, encoding="utf-8")
        try:
            load_settings(path, {"HOME": "/home/ada"})
        except ConfigurationInvalid as error:
            return error

    return None


def slip(text: str) -> ConfigurationInvalid | None:
    """Return what is said of a text that may be no TOML, None when it is."""
    try:
        parse_toml(text, "doorman.toml")
    except ConfigurationInvalid as error:
        return error

    return None


@given(st.sampled_from(OPTIONS), _values)
def test_every_value_of_every_option_is_read_or_refused(
    option: tuple[str, str], value: str
) -> None:
    section, key = option
    header = f"[[{section}]]" if section in LISTS else f"[{section}]"

    refused = refusal(f'{header}\n{key} = {value}\n[[library]]\npath = "/srv/films"\n')

    if refused is not None:
        said = str(refused)
        assert not any(words in said for words in FALLBACKS)
        assert said.count("\n") == len(refused.problems) - 1


@given(st.integers(0, len(TEXT)), st.integers(0, 5), st.sampled_from([*"\"'[]{}=#.\\\n\t-1a", ""]))
def test_every_slip_of_the_finger_has_words_of_its_own(
    place: int, removed: int, inserted: str
) -> None:
    text = TEXT.replace("\n#", "\n")

    refused = slip(text[:place] + inserted + text[place + removed :])

    if refused is not None:
        (problem,) = refused.problems
        assert problem.line is not None
        assert not any(words in str(refused) for words in FALLBACKS)
