"""A whole doorman.toml in which every option stands, with its meaning: set, or as a comment."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

from pydantic import SecretStr

from daemon.settings.section import (
    Section,
    default_of,
    describe,
    example_of,
    options_of,
    tables_within,
)
from daemon.settings.sections import LISTS, TABLES
from daemon.settings.writing import toml_text

_WIDTH = 96
_HEAD = """\
# The configuration of doorman. An option behind a bare # shows its default, or an example where
# there is none. After a change: doorman check, then restart the daemon.
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstSource:
    """The one source that a first configuration has."""

    name: str
    url: str | None = None
    """None for a preset, which knows it."""
    preset: str | None = None
    key: SecretStr | None = None
    """Written into the configuration itself."""
    key_file: Path | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class FirstConfig:
    """What a first configuration says; everything else keeps its default."""

    library: Path
    source: FirstSource | None = None
    targets: tuple[SecretStr, ...] = field(default=())
    store: Path | None = None
    """None, as for the socket: where it lies by default."""
    socket: Path | None = None


def config_text(config: FirstConfig) -> str:
    """Return the text of the file; it holds the secrets that `config` holds."""
    values = _values(config)
    sections = (
        "\n".join(_section_lines(name, section, values.get(name, {})))
        for name, section in {**LISTS, **TABLES}.items()
    )
    return "\n".join([_HEAD, *sections])


def _values(config: FirstConfig) -> dict[str, dict[str, object]]:
    """Return the options that are set, by section."""
    values: dict[str, dict[str, object]] = {"library": {"path": str(config.library)}}
    if config.source:
        source = config.source
        named = {"preset": source.preset} if source.preset else {"name": source.name}
        values["source"] = {**named, **({"url": source.url} if source.url else {})}
        if source.key:
            values["source"]["key"] = source.key.get_secret_value()
        if source.key_file:
            values["source"]["key_file"] = str(source.key_file)
    if config.targets:
        values["notify"] = {"targets": [target.get_secret_value() for target in config.targets]}
    if config.socket:
        values["server"] = {"socket": str(config.socket)}
    if config.store:
        values["store"] = {"path": str(config.store)}

    return values


def _section_lines(
    name: str, section: type[Section], values: Mapping[str, object]
) -> Iterator[str]:
    """Yield the section's lines; of those that may be missing, all are comments if nothing is set.

    A table that stands once may be empty, so its header is never a comment.
    """
    is_list = name in LISTS
    comment = "#" if is_list and not values else ""
    yield from _comment(section.__doc__ or "")
    yield f"{comment}[[{name}]]" if is_list else f"[{name}]"
    yield from _option_lines(section, values)
    for names, table in tables_within(section).items():
        yield from _comment(table.__doc__ or "")
        yield f"{comment}[{'.'.join((name, *names))}]"
        yield from _option_lines(table, {})


def _option_lines(section: type[Section], values: Mapping[str, object]) -> Iterator[str]:
    for key in options_of(section):
        yield from _comment(describe(section, key))
        yield _option_line(section, key, values)
    yield ""


def _option_line(section: type[Section], key: str, values: Mapping[str, object]) -> str:
    if key in values:
        return f"{key} = {toml_text(values[key])}"

    default = default_of(section, key)
    shown = example_of(section, key) if _says_nothing(default) else default
    return f"#{key} = {toml_text('…' if shown is None else shown)}"


def _says_nothing(default: object) -> bool:
    return default in (None, ()) or isinstance(default, Section)


def _comment(text: str) -> list[str]:
    return textwrap.wrap(
        " ".join(text.split()), _WIDTH, initial_indent="# ", subsequent_indent="# "
    )
