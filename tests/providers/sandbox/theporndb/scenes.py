"""What the double knows in these tests."""

from __future__ import annotations

from providers.sandbox.seeds import CreditSeed, FingerprintSeed, ImageSeed, SceneSeed, UrlSeed
from providers.sandbox.theporndb import RestSandbox

EVEN = 0x0F0F_0F0F_0F0F_0F0F


def fill(box: RestSandbox) -> str:
    """Add three scenes, the first one whole and the last one deleted; return the first one's id."""
    first = box.world.add_scene(
        SceneSeed(
            title="Harbour at Dawn",
            code="NL-12",
            release_date="2024-05-17",
            duration=1800,
            studio="Northlight Pictures",
            performers=(CreditSeed(name="Ada Brook", credited_as="Ada B."),),
            tags=("Boats", "Sea"),
            urls=(UrlSeed(url="https://northlight.example/1"),),
            images=(ImageSeed(),),
            fingerprints=(
                FingerprintSeed(algorithm="OSHASH", hash="00000000000000ab", duration=1800),
                FingerprintSeed(algorithm="PHASH", hash=f"{EVEN:x}", duration=1800, submissions=2),
                FingerprintSeed(algorithm="MD5", hash="0" * 32, duration=1800),
            ),
        )
    )
    box.world.add_scene(
        SceneSeed(
            title="Lantern Street",
            release_date="2023-01-02",
            studio="Other",
            fingerprints=(
                FingerprintSeed(algorithm="PHASH", hash=f"{EVEN:x}", duration=60, submissions=9),
            ),
        )
    )
    box.world.add_scene(SceneSeed(title="Harbour of Old", deleted=True))
    return first
