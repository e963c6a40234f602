"""The sections of doorman.toml that say when sources are asked, and what accepting may do.

The options that Stash's Identify has, too, keep its names, its meaning and the defaults of its
dialogue; what a source's own table says counts over the common one, option by option and field
by field (`rules.identify_options`).
"""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import BeforeValidator, Field, JsonValue, WithJsonSchema
from pydantic.json_schema import JsonSchemaValue

from daemon.settings.fields import Lenient, OptionalTag, TagName, wrong
from daemon.settings.measures import duration
from daemon.settings.problems import did_you_mean
from daemon.settings.section import Inline, Section
from daemon.settings.units import parse_duration
from daemon.settings.writing import either, quoted, toml_text

DEFAULT_RETRY = ("1h", "1d", "3d", "7d", "30d")
"""The design's schedule (§5): soon, then ever more rarely, as new works are submitted."""

StrategyName = Literal["ignore", "merge", "overwrite"]
GenderName = Literal[
    "MALE", "FEMALE", "TRANSGENDER_MALE", "TRANSGENDER_FEMALE", "INTERSEX", "NON_BINARY"
]
_STRATEGIES = ("ignore", "merge", "overwrite")


class FieldChoice(Inline):
    """What may be done to a field; None where it is not said."""

    strategy: StrategyName | None = None


class EntityChoice(FieldChoice):
    """What may be done to a field whose values may have to be created first."""

    create_missing: bool | None = None


def _read_choice(value: object) -> object:
    """Return a strategy that stands alone as the table that it is short for."""
    match value:
        case str() if value in _STRATEGIES:
            return {"strategy": value}
        case str():
            nearest = did_you_mean(value, _STRATEGIES)
            hint = f"; did you mean {toml_text(nearest)}?" if nearest else ""
            raise wrong(f"must be {_WANTED}, not {quoted(value)}{hint}")
        case dict() | FieldChoice():
            return value
        case _:
            raise wrong(f"must be {_WANTED}, or a table such as {_EXAMPLE}")


def _read_plain_choice(value: object) -> object:
    if isinstance(value, dict) and "create_missing" in value:
        raise wrong("create_missing is for studio, performers and tags only; leave it out")

    return _read_choice(value)


_WANTED = either(map(toml_text, _STRATEGIES))
_EXAMPLE = '{ strategy = "merge" }'
_STRATEGY_SCHEMA = {"type": "string", "enum": list(_STRATEGIES)}


def _schema(properties: dict[str, JsonSchemaValue]) -> WithJsonSchema:
    table = {"type": "object", "properties": properties, "additionalProperties": False}
    return WithJsonSchema({"oneOf": [_STRATEGY_SCHEMA, table]})


PlainField = Annotated[
    FieldChoice,
    BeforeValidator(_read_plain_choice),
    _schema({"strategy": _STRATEGY_SCHEMA}),
]
"""What may be done to a field: `"merge"`, or a table that says so."""

EntityField = Annotated[
    EntityChoice,
    BeforeValidator(_read_choice),
    _schema({"strategy": _STRATEGY_SCHEMA, "create_missing": {"type": "boolean"}}),
]
"""The same, of a field that can also be `{ strategy = "merge", create_missing = false }`."""


def _plain(strategy: StrategyName) -> PlainField:
    """Return the default of a field, as the file says it."""
    return Field(default=FieldChoice(strategy=strategy), json_schema_extra={"default": strategy})


def _creating(strategy: StrategyName) -> EntityField:
    said: dict[str, JsonValue] = {"strategy": strategy, "create_missing": True}
    return Field(
        default=EntityChoice(strategy=strategy, create_missing=True),
        json_schema_extra={"default": said},
    )


class IdentifyFields(Section):
    """What may be done to each field of a work.

    "ignore" leaves it alone, "merge" adds what is missing, "overwrite" replaces what is there.
    What you set yourself stays whatever stands here, and what a source does not say erases nothing.
    """

    title: PlainField = _plain("overwrite")
    """The title."""
    code: PlainField = _plain("merge")
    """The studio's own number for it."""
    date: PlainField = _plain("merge")
    """The day of its release, or month or year, as precise as the source knows it."""
    director: PlainField = _plain("merge")
    """Who directed it."""
    details: PlainField = _plain("merge")
    """What it is about."""
    url: PlainField = _plain("merge")
    """Pages about it; "overwrite" does nothing where none of the source's is new."""
    studio: EntityField = _creating("merge")
    """The studio; create_missing = false: only one that is known already."""
    performers: EntityField = _creating("merge")
    """Who is in it; "overwrite" never takes all away. create_missing = false: only who is known."""
    tags: EntityField = _creating("merge")
    """Its tags; "overwrite" never takes all away. create_missing = false: only those known."""
    stash_ids: PlainField = _plain("merge")
    """Its ids at the sources: "merge" replaces that of the source accepted from and adds those of
    sources that had none, "overwrite" also replaces those of other sources that know it by
    another id now, "ignore" adds none, so that it is not found again by them. None drops the id of
    a source that names no other, unlike in Stash."""


class SourceIdentifyFields(Section):
    """What may be done to each field, where it differs for this source.

    A part that is not said, of an entry too, is as it is for all.
    """

    title: PlainField = Field(default=FieldChoice(), examples=["merge"])
    """The title."""
    code: PlainField = Field(default=FieldChoice(), examples=["overwrite"])
    """The studio's own number for it."""
    date: PlainField = Field(default=FieldChoice(), examples=["overwrite"])
    """The day of its release, or month or year."""
    director: PlainField = Field(default=FieldChoice(), examples=["ignore"])
    """Who directed it."""
    details: PlainField = Field(default=FieldChoice(), examples=["ignore"])
    """What it is about."""
    url: PlainField = Field(default=FieldChoice(), examples=["merge"])
    """Pages about it."""
    studio: EntityField = Field(
        default=EntityChoice(), examples=[{"strategy": "overwrite", "create_missing": False}]
    )
    """The studio."""
    performers: EntityField = Field(default=EntityChoice(), examples=[{"create_missing": False}])
    """Who is in it."""
    tags: EntityField = Field(default=EntityChoice(), examples=["ignore"])
    """Its tags."""
    stash_ids: PlainField = Field(default=FieldChoice(), examples=["merge"])
    """Its ids at the sources."""


class SourceIdentifySettings(Section):
    """What accepting a candidate of this source may do, where it differs from what is common.

    An option that is not said is as it is in the section identify.
    """

    skip_multiple_matches: bool | None = Field(default=None, examples=[False])
    """Whether it is never accepted from by a rule when it offers several works for a file."""
    skip_multiple_match_tag: OptionalTag | None = Field(default=None, examples=["Several matches"])
    """The tag of a file with a question when that is why; "" for none."""
    skip_single_name_performers: bool | None = Field(default=None, examples=[False])
    """Whether nobody is created whose only name is one word."""
    skip_single_name_performer_tag: OptionalTag | None = Field(
        default=None, examples=["Single name left out"]
    )
    """The tag of a file of which somebody was left out so; "" for none."""
    include_male_performers: bool | None = Field(default=None, examples=[True])
    """false: performers who are known to be male are not added."""
    performer_genders: Annotated[tuple[GenderName, ...], Lenient] | None = Field(
        default=None, examples=[["FEMALE", "TRANSGENDER_FEMALE"]]
    )
    """Whose performers are added; [] for all."""
    set_cover_image: bool | None = Field(default=None, examples=[False])
    """Whether its cover is taken, also in place of another one."""
    set_organized: bool | None = Field(default=None, examples=[True])
    """Whether a file accepted from it counts as finished."""
    fields: SourceIdentifyFields = SourceIdentifyFields()
    """What may be done to each field of a work."""


class IdentifySettings(Section):
    """When sources are asked, and by which rules the answer is judged."""

    retry_s: Annotated[tuple[Annotated[float, duration("1s", "365d")], ...], Lenient] = Field(
        default=tuple(map(parse_duration, DEFAULT_RETRY)),
        alias="retry",
        min_length=1,
        json_schema_extra={"default": list(DEFAULT_RETRY)},
    )
    """When to ask again about a file that no source knows; the last wait repeats."""
    defer_s: Annotated[float, duration("1s", "1h")] = Field(
        default=parse_duration("5m"), alias="defer"
    )
    """When to ask again after a source failed; doubles each time, to at most 1h."""
    gather_s: Annotated[float, duration("0s", "1m")] = Field(
        default=parse_duration("2s"), alias="gather"
    )
    """How long to wait for more files, so that one request asks about many."""
    default_rules: bool = True
    """Whether the rules that doorman ships are tried after your own."""
    skip_multiple_matches: bool = True
    """Whether a source that offers several works for a file is never accepted from by a rule; all
    sources are asked all the same, so another one may settle it."""
    skip_multiple_match_tag: TagName | None = Field(default=None, examples=["Several matches"])
    """A tag that a file with a question gets when that is why; beside those it wears."""
    skip_single_name_performers: bool = True
    """Whether nobody is created whose only name is one word; whoever is known is added."""
    skip_single_name_performer_tag: TagName | None = Field(
        default=None, examples=["Single name left out"]
    )
    """A tag that a file gets of which somebody was left out so; beside those it wears."""
    include_male_performers: bool = True
    """false: performers who are known to be male are not added; performer_genders says more."""
    performer_genders: Annotated[tuple[GenderName, ...], Lenient] = Field(
        default=(), examples=[["FEMALE", "TRANSGENDER_FEMALE"]]
    )
    """Whose performers are added; empty for all. Whose gender no source tells is always added."""
    set_cover_image: bool = True
    """Whether the source's cover is taken, also in place of another one."""
    set_organized: bool = False
    """Whether an accepted file counts as finished: no rule changes it or its work any more."""
    fields: IdentifyFields = IdentifyFields()
    """What may be done to each field of a work."""
