"""What a message can speak of: the variables of templates, each explained."""

from __future__ import annotations

from dataclasses import dataclass, fields


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """Everything that is known of one piece of news when it is put into words."""

    kind: str
    """"review", "reminder", "failed", "source", "source down", "library", "summary", "accepted"."""
    subject: str
    """The file's name without its folders, or the name of the source or library."""
    reasons: tuple[str, ...] = ()
    """Why you are told, in sentences."""
    number: int = 0
    """The file's, as commands take it; 0 where it is about no file."""
    candidate: str = ""
    """The best candidate and its source, in words; empty when there is none."""
    candidates: int = 0
    """How many there are to choose among."""
    waiting: int = 0
    """How many other files wait for you."""
    link: str = ""
    """Where you can act on it: the page of doorman, else the candidate's; or empty."""
    page: str = ""
    """The candidate's page at its source; or empty."""
    accept: str = ""
    """A link that accepts the best candidate, after a confirmation; or empty."""
    dismiss: str = ""
    """A link that has the file left alone, after a confirmation; or empty."""
    is_back: bool = False
    """Whether a source or library is back after you were told that it was not there."""


VARIABLES: tuple[tuple[str, str], ...] = (
    ("kind", 'what it is about: "review", "reminder", "failed", "source", "library" …'),
    ("subject", "the file's name without its folders, or the name of the source or library"),
    ("reasons", "why you are told, a list of sentences; {{ reasons | count }} is how many"),
    ("number", "the file's, as commands take it; 0 where it is about no file"),
    ("candidate", "the best candidate and its source; empty when there is none"),
    ("candidates", "how many there are to choose among"),
    ("waiting", "how many other files wait for you"),
    ("link", "where you can act on it; empty when there is no page"),
    ("page", "the candidate's page at its source, or empty"),
    ("accept", "a link that accepts the best candidate, or empty"),
    ("dismiss", "a link that has the file left alone, or empty"),
    ("is_back", "whether a source or library is back after you were told of it"),
)
"""What templates can speak of, and what it means; digest.txt can speak of `titles` instead."""

DIGEST_VARIABLES: tuple[tuple[str, str], ...] = (
    ("titles", "the titles of the messages that it stands for, a list"),
    ("count", "how many these are, as {{ titles | count }} is"),
    ("waiting", "how many files wait for you in all"),
    ("link", "where they can be answered, or empty"),
)


def values_of(facts: Facts) -> dict[str, object]:
    """Return what a template is given."""
    return {each.name: getattr(facts, each.name) for each in fields(Facts)}
