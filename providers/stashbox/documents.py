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


def lookup(missing: frozenset[Field]) -> str:
    """Return the document that finds scenes by fingerprints, without the `missing` fields."""
    return (
        "query FindScenesBySceneFingerprints($fingerprints: [[FingerprintQueryInput!]!]!) "
        "{ findScenesBySceneFingerprints(fingerprints: $fingerprints) "
        f"{{ {selection(SCENE, missing)} }} }}"
    )
