from __future__ import annotations

from pathlib import Path

import pytest
from anyio import create_task_group

from daemon.demo.clips import ClipRecipe
from daemon.demo.props import Props, make_prop, sha256_of
from daemon.demo.role import Ending, Offer, Role
from daemon.media.examine import examine
from daemon.media.oshash import oshash
from providers.sandbox import Sandbox
from rules.fingerprint import Algorithm
from rules.journey import FileState

CLIP = ClipRecipe(seed=3, duration_s=2, width=160, height=90)
EXACT = Offer(title="Slow River", studio="Quayside Films", date="2020-02-02")
ENDING = Ending(state=FileState.DONE, rule=None)


def test_source_knows_the_very_file_by_its_oshash(tmp_path: Path) -> None:
    prop = make_prop(
        Role(name="a.mp4", special="", clip=CLIP, offers=(EXACT,), ending=ENDING), tmp_path
    )

    (scene,) = prop.scenes
    (fingerprint,) = scene.fingerprints
    assert (scene.title, scene.duration) == ("Slow River", 2)
    assert (fingerprint.algorithm, fingerprint.hash) == ("OSHASH", str(oshash(prop.path)))
    assert (fingerprint.duration, fingerprint.submissions, fingerprint.reports) == (2, 4, 0)
    assert prop.sha256 == sha256_of(tmp_path / "a.mp4")


def test_source_knows_another_encode_by_its_phash_only(tmp_path: Path) -> None:
    offer = Offer(
        title="Slow River",
        studio="Quayside Films",
        date="2020-02-02",
        algorithm=Algorithm.PHASH,
        submissions=1,
        reports=2,
        duration_s=300.0,
    )
    role = Role(
        name="a.avi",
        special="",
        clip=ClipRecipe(seed=3, duration_s=6),
        reencoded=ClipRecipe(seed=3, codec="mpeg4"),
        offers=(offer,),
        ending=ENDING,
    )

    prop = make_prop(role, tmp_path)

    (scene,) = prop.scenes
    (fingerprint,) = scene.fingerprints
    phash = examine(prop.path).phash
    assert phash is not None
    assert fingerprint.algorithm == "PHASH"
    assert (int(fingerprint.hash, 16) ^ phash.value).bit_count() <= 4
    assert (fingerprint.duration, fingerprint.submissions, fingerprint.reports) == (6, 1, 2)
    assert scene.duration == 300


def test_broken_video_is_the_beginning_of_a_whole_one(tmp_path: Path) -> None:
    role = Role(name="a.mp4", special="", clip=CLIP, kept_share=0.5, ending=ENDING)

    prop = make_prop(role, tmp_path)

    whole = (tmp_path / "whole a.mp4").read_bytes()
    assert prop.path.read_bytes() == whole[: len(whole) // 2]
    assert prop.scenes == ()


@pytest.mark.anyio
async def test_source_knows_a_video_before_anybody_can_have_it(tmp_path: Path) -> None:
    role = Role(name="a.mp4", special="", clip=CLIP, offers=(EXACT,), ending=ENDING)
    with Sandbox() as sandbox:
        props = Props(folder=tmp_path, world=sandbox.world)
        async with create_task_group() as tasks:
            tasks.start_soon(props.make, [role])
            prop = await props.of(role)
            titles = [kept.seed.title for kept in sandbox.world.scenes.values()]

    assert titles == ["Slow River"]
    assert await props.of(role) == prop
