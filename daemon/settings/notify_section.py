"""The sections of doorman.toml that say who is told what, when and how."""

from __future__ import annotations

from typing import Annotated, Literal

from pydantic import AfterValidator, Field, WithJsonSchema

from daemon.settings.fields import AbsolutePath, Lenient, Name, Target, wrong
from daemon.settings.measures import duration
from daemon.settings.section import Section
from daemon.settings.units import parse_duration
from rules.quiet_hours import HoursMalformed, QuietHours, parse_time

Occasion = Literal[
    "review", "reminder", "failed", "source", "source down", "library", "summary", "accepted"
]
OWN_CHANNEL = "notify"
"""What the targets of [notify] are called, where channels are."""
_TIME = "([01][0-9]|2[0-3]):[0-5][0-9]"


def _check_hours(text: str) -> str:
    try:
        QuietHours.parse(text)
    except HoursMalformed as error:
        raise wrong(str(error)) from None

    return text


def _check_time(text: str) -> str:
    try:
        parse_time(text)
    except HoursMalformed as error:
        raise wrong(str(error)) from None

    return text


Hours = Annotated[
    str,
    AfterValidator(_check_hours),
    WithJsonSchema({"type": "string", "pattern": f"^{_TIME}-{_TIME}$"}),
]
"""Hours of the day, which may reach into the next."""

TimeOfDay = Annotated[
    str, AfterValidator(_check_time), WithJsonSchema({"type": "string", "pattern": f"^{_TIME}$"})
]
"""A time of the day on 24 hours."""


class _Occasions(Section):
    """What goes where and how often."""

    on: Annotated[tuple[Occasion, ...], Lenient] = (
        "review",
        "reminder",
        "failed",
        "source",
        "source down",
        "library",
        "summary",
    )
    """What is worth a message: "review" a file needs your answer, "reminder" it has needed it
    for long, "failed" it cannot be examined, "source" a source refuses the key, "source down"
    one has not answered for long or answers again, "library" a folder is not there or is back,
    "summary" once a day what happened, "accepted" each file that a rule accepted."""
    quiet_hours: Hours | None = Field(default=None, examples=["22:00-07:00"])
    """When nobody is to be rung, by this machine's clock; what comes meanwhile is one message
    afterwards."""
    max_per_hour: int = Field(default=30, ge=1, le=1000)
    """At most so many messages in an hour; what is more waits and goes out as a digest."""
    max_per_day: int = Field(default=200, ge=1, le=10_000)
    """At most so many in a day; free relays take about 250."""
    digest_s: Annotated[float, duration("0s", "1d")] = Field(
        default=parse_duration("3s"), alias="digest"
    )
    """How long a message waits for more to come; several become one."""
    picture: bool = True
    """Whether a picture goes along, where the service takes some: the contact sheet of the file,
    and below it the cover of the best candidate."""


class _Named(Section):
    """What a channel is called, and where it leads."""

    name: Name = Field(examples=["phone"])
    """What the channel is called in logs and by "doorman notify test"."""
    targets: Annotated[tuple[Target, ...], Lenient] = Field(
        min_length=1, examples=[["ntfy://ntfy.example/doorman"]]
    )
    """Addresses in the form of apprise, one for each phone, room or mailbox."""
    tags: Annotated[tuple[Name, ...], Lenient] = Field(default=(), examples=[["films"]])
    """Only what is about one of these libraries or sources, by their names; none: everything."""


class ChannelSettings(_Occasions, _Named):
    """A way to somebody, with options of its own; there may be several, beside [notify] itself."""


class _Targets(Section):
    """Where the messages of [notify] itself go."""

    targets: Annotated[tuple[Target, ...], Lenient] = Field(
        default=(), examples=[["ntfy://ntfy.example/doorman"]]
    )
    """Addresses in the form of apprise, one for each phone, room or mailbox."""


class NotifySettings(_Occasions, _Targets):
    """Where messages go that need a person; [[channel]] adds others with options of their own."""

    timeout_s: Annotated[float, duration("1s", "10m")] = Field(
        default=parse_duration("30s"), alias="timeout"
    )
    """How long one message may take to send."""
    remind_after_s: Annotated[float, duration("1h", "365d")] = Field(
        default=parse_duration("7d"), alias="remind_after"
    )
    """How long a question may wait before you are reminded of it, once."""
    down_after_s: Annotated[float, duration("1m", "30d")] = Field(
        default=parse_duration("1h"), alias="down_after"
    )
    """How long a source may be out of reach before you are told, once."""
    summary_at: TimeOfDay = "08:00"
    """When the summary of the day before is made; a day on which nothing happened has none."""
    templates: AbsolutePath | None = Field(default=None, examples=["/etc/doorman/messages"])
    """A folder with templates of your own for messages, in the language of Jinja2: review.txt and
    the like, by the names of "on" and digest.txt; the first line is the title. What they can
    speak of is told by "doorman notify variables"."""
    actions_for_s: Annotated[float, duration("1m", "365d")] = Field(
        default=parse_duration("7d"), alias="actions_for"
    )
    """How long the links to accept or dismiss in a message can be used, where there is a
    public_url; whoever has the message can use them."""
