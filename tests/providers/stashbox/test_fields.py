from __future__ import annotations

import pytest

from providers.stashbox.documents import lookup
from providers.stashbox.fields import (
    ESSENTIAL,
    LAST_RESORT,
    OPTIONAL,
    Field,
    droppable,
    missing_fields,
    named_as_unknown,
)


def test_everything_is_asked_of_a_server_that_lacks_nothing() -> None:
    assert lookup(frozenset()) == (
        "query FindScenesBySceneFingerprints($fingerprints: [[FingerprintQueryInput!]!]!) "
        "{ findScenesBySceneFingerprints(fingerprints: $fingerprints) { "
        "id deleted title code details director duration release_date urls { url } "
        "images { url width height } studio { id name aliases parent { id name aliases } } "
        "tags { id name aliases } "
        "performers { as performer { id name disambiguation gender aliases "
        "merged_into_id merged_ids images { url width height } } } "
        "fingerprints { hash algorithm duration submissions reports } } }"
    )


def test_old_date_is_asked_for_only_where_the_new_one_is_missing() -> None:
    document = lookup(frozenset({("Scene", "release_date")}))

    assert " date " in document
    assert "release_date" not in document


def test_object_of_which_nothing_is_known_is_not_asked_for() -> None:
    assert "urls" not in lookup(frozenset({("URL", "url")}))


def test_known_type_lacks_what_it_does_not_list_and_hidden_types_lack_nothing() -> None:
    known = {"Fingerprint": frozenset({"hash", "algorithm", "duration", "submissions"})}

    assert missing_fields(known) == {("Fingerprint", "reports")}


@pytest.mark.parametrize(
    ("message", "fields"),
    [
        ('Cannot query field "reports" on type "Fingerprint".', {("Fingerprint", "reports")}),
        (
            'Cannot query field "a" on type "B". ; cannot query field "d" on type "E"',
            {("B", "a"), ("E", "d")},
        ),
        ("Cannot query field 'reports' on type 'Print'.", {("Print", "reports")}),
        ("too many scenes", set()),
    ],
)
def test_validation_error_names_the_fields(message: str, fields: set[Field]) -> None:
    assert named_as_unknown(message) == fields


@pytest.mark.parametrize(
    ("named", "dropped"),
    [
        ({("Fingerprint", "reports")}, {("Fingerprint", "reports")}),
        ({("SceneFingerprint", "reports")}, {("Fingerprint", "reports")}),
        ({("Movie", "name")}, {("Studio", "name"), ("Tag", "name"), ("Performer", "name")}),
        ({("Scene", "id")}, LAST_RESORT),
        (set(), LAST_RESORT),
    ],
)
def test_named_fields_are_left_out_and_else_what_stash_does_not_ask_for(
    named: set[Field], dropped: set[Field]
) -> None:
    assert droppable(frozenset(named)) == dropped


def test_nothing_essential_is_ever_left_out() -> None:
    assert not ESSENTIAL & OPTIONAL
    assert LAST_RESORT <= OPTIONAL
