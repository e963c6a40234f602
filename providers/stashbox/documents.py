"""The GraphQL documents that are sent; each has one root field.

One root field each, because a failing one empties all the data of its document
(`stash-box.md` §2).
"""

from __future__ import annotations

from typing import Final

from providers.stashbox.fields import SCENE, TYPES, Field, selection

ME: Final = "query Me { me { name } }"
VERSION: Final = "query Version { version { version } }"
SCHEMA: Final = "query Schema {{ {} }}".format(
    " ".join(
        f'{name}: __type(name: "{name}") {{ fields(includeDeprecated: true) {{ name }} }}'
        for name in TYPES
    )
)
SUBMITTING: Final = (
    "query Submitting { "
    'Mutation: __type(name: "Mutation") { fields(includeDeprecated: true) { name } } '
    'FingerprintSubmission: __type(name: "FingerprintSubmission") { inputFields { name } } }'
)
SUBMIT: Final = (
    "mutation SubmitFingerprint($input: FingerprintSubmission!) "
    "{ submitFingerprint(input: $input) }"
)
SUBMIT_MANY: Final = (
    "mutation SubmitFingerprints($input: [FingerprintBatchSubmission!]!) "
    "{ submitFingerprints(input: $input) { hash scene_id error } }"
)


def find(missing: frozenset[Field]) -> str:
    """Return the document that finds one scene by its id, deleted or not."""
    return f"query FindScene($id: ID!) {{ findScene(id: $id) {{ {selection(SCENE, missing)} }} }}"


def search(missing: frozenset[Field]) -> str:
    """Return the document that finds scenes by an address or by words, as Stash sends it."""
    return (
        "query SearchScene($term: String!) "
        f"{{ searchScene(term: $term) {{ {selection(SCENE, missing)} }} }}"
    )


def search_any(missing: frozenset[Field]) -> str:
    """Return the document that does so since 0.8; how many there are costs another query."""
    return (
        "query SearchScenes($term: String!) "
        f"{{ searchScenes(term: $term) {{ scenes {{ {selection(SCENE, missing)} }} }} }}"
    )


def survivors(_missing: frozenset[Field]) -> str:
    """Return the document that finds what a deleted scene was merged into (§5.2)."""
    return (
        "query MergedInto($id: ID!) { queryEdits(input: "
        "{ target_type: SCENE, target_id: $id, operation: MERGE, applied: true }) "
        "{ edits { target { ... on Scene { id deleted } } } } }"
    )


def lookup(missing: frozenset[Field]) -> str:
    """Return the document that finds scenes by fingerprints, without the `missing` fields."""
    return (
        "query FindScenesBySceneFingerprints($fingerprints: [[FingerprintQueryInput!]!]!) "
        "{ findScenesBySceneFingerprints(fingerprints: $fingerprints) "
        f"{{ {selection(SCENE, missing)} }} }}"
    )
