"""The rules that doorman comes with; a person's own are tried before them.

Distances, votes and durations after `stash-box.md` §4, `stash.md` §1.10 and `lessons.md` §6.
Reports that tie with submissions count as outweighing them: one of two people is wrong, and
doorman can't know which.
"""

from __future__ import annotations

import textwrap
from dataclasses import dataclass

from rules.rule_toml import rule_toml
from rules.ruleset import RuleText, Then


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shipped:
    """A rule and the longer story of why it is as it is."""

    rule: RuleText
    comment: str


_SHIPPED = (
    _Shipped(
        rule=RuleText(
            name="known or exact",
            when="""\
(linked or oshash)
and rivals == 0
and not sidecar_id_differs
and (oshash_reports == 0 or oshash_reports < oshash_submissions)
and (duration_difference <= 5 or duration_difference <= 0.01 * file_duration)""",
            then=Then.ACCEPT,
            reason="the very same file, undisputed, and its duration agrees",
        ),
        comment=(
            "An oshash covers the size, beginning and end of a file, so two different videos do"
            " not share one by accident. But anybody may submit a wrong one: no other work may"
            " claim it, nor an NFO beside the file name another one there, more people must have"
            " confirmed it than denied it where any denied it, and the duration must agree to 5 s"
            " or 1 %, whichever is more."
        ),
    ),
    _Shipped(
        rule=RuleText(
            name="near phash",
            when="""\
phash_distance <= 4
and rivals == 0
and not sidecar_id_differs
and not name_date_differs
and not name_code_differs
and phash_submissions >= 2
and phash_share >= 0.5
and (phash_reports == 0 or phash_reports < phash_submissions)
and duration_difference <= 0.02 * file_duration
and file_duration > 150""",
            then=Then.ACCEPT,
            reason="the same pictures, confirmed by two or more, and their duration agrees",
        ),
        comment=(
            "Another encode of the same pictures moves a phash by up to 4 bits. Still frames,"
            " intros and short clips give unlike works like phashes, and two people can make the"
            " same mistake: so two must have confirmed one phash, half of all phashes of the work"
            " must look like it, the duration must agree to 2 %, and a file of up to 2.5 minutes"
            " is left to a person. So is one whose name says another date or number: pictures"
            " that are nearly the same may be those of a part, a trailer or another cut, and"
            " whoever named the file knew more of it than nearly."
        ),
    ),
    _Shipped(
        rule=RuleText(
            name="anything offered",
            when="candidates >= 1",
            then=Then.REVIEW,
            reason="a wrong match is worse than a question",
        ),
        comment="What no rule above is sure of is for a person to say.",
    ),
    _Shipped(
        rule=RuleText(
            name="nothing offered",
            when="candidates == 0",
            then=Then.NO_MATCH,
            reason="nothing was offered for the file",
        ),
        comment="The sources are asked again, less and less often.",
    ),
)

DEFAULT_RULES: tuple[RuleText, ...] = tuple(shipped.rule for shipped in _SHIPPED)
"""The shipped rules in their order."""


def default_rules_toml() -> str:
    """Return the shipped rules as they would stand in the configuration file, with comments."""
    return "\n".join(_to_toml(shipped) for shipped in _SHIPPED)


def _to_toml(shipped: _Shipped) -> str:
    comment = textwrap.wrap(shipped.comment, width=96, initial_indent="# ", subsequent_indent="# ")
    return "\n".join((*comment, rule_toml(shipped.rule)))
