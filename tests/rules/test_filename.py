"""What names of files say: a table of the shapes in which they come, and what holds of all."""

from __future__ import annotations

from pathlib import PurePath

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from rules.filename import NameClues, clues_of
from rules.release_words import CONTAINERS

NAMES: tuple[tuple[str, NameClues | None], ...] = (
    # releases, year first
    (
        "HarbourFilms.23.05.17.Ada.Quill.And.Bo.Lark.Dawn.Over.The.Quay.XXX.1080p.MP4-GROUP.mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn Over The Quay",
            performers=("Ada Quill", "Bo Lark"),
        ),
    ),
    (
        "HarbourFilms.23.05.17.Ada.Quill.Dawn.Over.The.Quay.XXX.1080p.MP4-GROUP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Ada Quill Dawn Over The Quay"),
    ),
    (
        "HarbourFilms.23.05.17.Ada.Quill.XXX.1080p.HEVC.x265.PRT.mkv",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Ada Quill"),
    ),
    (
        "Harbour.Films.23.05.17.Ada.Quill.Bo.Lark.And.Cy.Moor.Dawn.2160p.WEB-DL.DDP5.1.H.265-GRP.mkv",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn",
            performers=("Ada Quill", "Bo Lark", "Cy Moor"),
        ),
    ),
    (
        "HarbourFilms.23.05.17.Ada.Quill.And.Bo.Lark.And.Cy.Moor.Dawn.XXX.720p.WEB.x264-GRP.mkv",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn",
            performers=("Ada Quill", "Bo Lark", "Cy Moor"),
        ),
    ),
    (
        "HarbourFilms.2023.05.17.Dawn.Over.The.Quay.1080p.WEB.h264-GRP.mkv",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over The Quay"),
    ),
    (
        "HarbourFilms.98.05.17.Dawn.XXX.DVDRip.x264-GRP.avi",
        NameClues(studio="Harbour Films", date="1998-05-17", title="Dawn"),
    ),
    (
        "HarbourFilms.23.05.17.Dawn.And.Dusk.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn And Dusk"),
    ),
    (
        "HarbourFilms.23.05.17.Dawn.Part.2.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Part 2"),
    ),
    (
        "HarbourFilms.23.05.17.Dawn.Over.The.Quay.INTERNAL.REPACK.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over The Quay"),
    ),
    (
        "HarbourFilms.23.05.17.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17"),
    ),
    ("HarbourFilms.23.05.17.mp4", NameClues(studio="Harbour Films", date="2023-05-17")),
    (
        "HarbourFilms.E123.Dawn.Over.The.Quay.XXX.SD.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", title="E123 Dawn Over The Quay"),
    ),
    (
        "HarbourFilms.Dawn.Over.The.Quay.XXX.1080p.WEB-DL.mp4",
        NameClues(studio="Harbour Films", title="Dawn Over The Quay"),
    ),
    (
        "harbour_films_23_05_17_ada_quill_and_bo_lark_dawn.mp4",
        NameClues(
            studio="harbour films",
            date="2023-05-17",
            title="dawn",
            performers=("ada quill", "bo lark"),
        ),
    ),
    (
        "harbour_films_2023_05_17_dawn_over_the_quay_1080p.mp4",
        NameClues(studio="harbour films", date="2023-05-17", title="dawn over the quay"),
    ),
    (
        "harbourfilms.com_23.05.17_dawn_over_the_quay_1080p.mp4",
        NameClues(studio="harbourfilms", date="2023-05-17", title="dawn over the quay"),
    ),
    (
        "HarbourFilms_23.05.17_Dawn_Over_the_Quay_4K_60fps.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films 23 05 17 Ada Quill And Bo Lark Dawn.mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn",
            performers=("Ada Quill", "Bo Lark"),
        ),
    ),
    (
        "harbour-films-23-05-17-dawn-over-the-quay.mp4",
        NameClues(studio="harbour films", date="2023-05-17", title="dawn over the quay"),
    ),
    ("harbour-films-dawn-over-the-quay.mp4", NameClues(title="harbour films dawn over the quay")),
    (
        "Harbour+Films+2023-05-17+Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    ("HFX.23.05.17.Dawn.1080p.mp4", NameClues(studio="HFX", date="2023-05-17", title="Dawn")),
    (
        "iHarbour.23.05.17.Dawn.1080p.mp4",
        NameClues(studio="iHarbour", date="2023-05-17", title="Dawn"),
    ),
    (
        "HarbourHD.23.05.17.Dawn.1080p.mp4",
        NameClues(studio="Harbour HD", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour18.23.05.17.Dawn.1080p.mp4",
        NameClues(studio="Harbour 18", date="2023-05-17", title="Dawn"),
    ),
    (
        "HarbourFilms.23.05.17.Dawn.Over.And.Under.The.Quay.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over And Under The Quay"),
    ),
    (
        "HarbourFilms.23.05.17.Silver.Dawn.And.Dusk.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Silver Dawn And Dusk"),
    ),
    (
        "HarbourFilms.23.05.17.First.4.And.Bo.Lark.Dawn.XXX.1080p.MP4-GRP.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="First 4 And Bo Lark Dawn"),
    ),
    # what Stash was seen to read
    (
        "Studio.22.01.15.First.Last.Some.Title.XXX.1080p.MP4-KTR.mp4",
        NameClues(studio="Studio", date="2022-01-15", title="First Last Some Title"),
    ),
    (
        "Studio - 2022-01-15 - First Last - Some Title [1080p].mp4",
        NameClues(
            studio="Studio", date="2022-01-15", title="Some Title", performers=("First Last",)
        ),
    ),
    (
        "Studio.2022.01.15.First-Last.Some-Title.mp4",
        NameClues(studio="Studio", date="2022-01-15", title="First-Last Some-Title"),
    ),
    (
        "Sub Dir/Studio_01-15-2022_Some-Title.mkv",
        NameClues(studio="Studio", date="2022-01-15", title="Some-Title"),
    ),
    (
        "Studio 15 Jan 2022 Some-Title.mp4",
        NameClues(studio="Studio", date="2022-01-15", title="Some-Title"),
    ),
    (
        "Studio Jan. 5, 2022 Some-Title.mp4",
        NameClues(studio="Studio", date="2022-01-05", title="Some-Title"),
    ),
    ("ABC-123 Some-Title.mp4", NameClues(title="Some Title", code="ABC-123")),
    ("Parent Dir-X/Some.Title.mp4", NameClues(title="Some Title")),
    # dashes
    (
        "Harbour Films - 2023-05-17 - Dawn Over the Quay [1080p].mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films - 2023-05-17 - Ada Quill, Bo Lark - Dawn Over the Quay [1080p].mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn Over the Quay",
            performers=("Ada Quill", "Bo Lark"),
        ),
    ),
    (
        "Harbour Films - 2023-05-17 - Ada Quill & Bo Lark - Dawn.mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn",
            performers=("Ada Quill", "Bo Lark"),
        ),
    ),
    (
        "Harbour Films - 2023-05-17 - Ada Quill - Dawn - Part Two.mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn - Part Two",
            performers=("Ada Quill",),
        ),
    ),
    (
        "Harbour Films - 2023-05-17 - Silver Morning - Part Two.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Silver Morning - Part Two"),
    ),
    (
        "Harbour Films - Ada Quill - 2023-05-17 - Dawn Over the Quay.mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn Over the Quay",
            performers=("Ada Quill",),
        ),
    ),
    (
        "Harbour Films - 23.05.17 - Dawn Over the Quay.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films - Dawn Over the Quay - 2023-05-17.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films - Dawn Over the Quay (2023-05-17).mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over the Quay"),
    ),
    (
        "2023-05-17 - Harbour Films - Ada Quill - Dawn Over the Quay.mp4",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn Over the Quay",
            performers=("Ada Quill",),
        ),
    ),
    (
        "2023-05-17 - Harbour Films - Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "2023-05-17 - Ada Quill & Bo Lark - Dawn.mp4",
        NameClues(date="2023-05-17", title="Dawn", performers=("Ada Quill", "Bo Lark")),
    ),
    ("2023-05-17 Dawn Over the Quay.mp4", NameClues(date="2023-05-17", title="Dawn Over the Quay")),
    ("2023-05-17_Dawn_Over_the_Quay.mp4", NameClues(date="2023-05-17", title="Dawn Over the Quay")),
    ("20230517 Dawn Over the Quay.mp4", NameClues(date="2023-05-17", title="Dawn Over the Quay")),
    (
        "(2023-05-17) Harbour Films - Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films - Dawn Over the Quay - 1080p.mp4",
        NameClues(studio="Harbour Films", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films - Dawn Over the Quay.mp4",
        NameClues(studio="Harbour Films", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films \u2013 Dawn Over the Quay \u2014 2023.mp4",
        NameClues(studio="Harbour Films", date="2023", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films -- Dawn Over the Quay.mp4",
        NameClues(studio="Harbour Films", title="Dawn Over the Quay"),
    ),
    (
        "Harbour Films - Ada Quill, Bo Lark - Dawn Over the Quay.mp4",
        NameClues(
            studio="Harbour Films", title="Dawn Over the Quay", performers=("Ada Quill", "Bo Lark")
        ),
    ),
    (
        "Harbour Films - Ada Quill - Dawn Over the Quay.mp4",
        NameClues(studio="Harbour Films", title="Dawn Over the Quay", performers=("Ada Quill",)),
    ),
    ("Harbour Films - Dawn and Dusk.mp4", NameClues(studio="Harbour Films", title="Dawn and Dusk")),
    (
        "Harbour Films - 2023-05-17 - 24.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="24"),
    ),
    (
        "Ada Quill - Dawn Over the Quay.mp4",
        NameClues(studio="Ada Quill", title="Dawn Over the Quay"),
    ),
    (
        "Ada Quill & Bo Lark - Dawn Over the Quay.mp4",
        NameClues(title="Dawn Over the Quay", performers=("Ada Quill", "Bo Lark")),
    ),
    (
        "Ada Quill and Bo Lark - Dawn Over the Quay.mp4",
        NameClues(title="Dawn Over the Quay", performers=("Ada Quill", "Bo Lark")),
    ),
    (
        "ada quill, bo lark - dawn over the quay.mp4",
        NameClues(title="dawn over the quay", performers=("ada quill", "bo lark")),
    ),
    (
        "Dawn Over the Quay - Ada Quill & Bo Lark.mp4",
        NameClues(title="Dawn Over the Quay", performers=("Ada Quill", "Bo Lark")),
    ),
    (
        "Dawn Over the Quay feat. Ada Quill.mp4",
        NameClues(title="Dawn Over the Quay", performers=("Ada Quill",)),
    ),
    (
        "Dawn Over the Quay ft Ada Quill & Bo Lark.mp4",
        NameClues(title="Dawn Over the Quay", performers=("Ada Quill", "Bo Lark")),
    ),
    (
        "Dawn Over the Quay (Ada Quill, Bo Lark).mp4",
        NameClues(title="Dawn Over the Quay", performers=("Ada Quill", "Bo Lark")),
    ),
    (
        "Jean-Luc Marée, Bo Lark - Dawn.mp4",
        NameClues(title="Dawn", performers=("Jean-Luc Marée", "Bo Lark")),
    ),
    # brackets
    (
        "[Harbour Films] Dawn Over the Quay (2023).mkv",
        NameClues(studio="Harbour Films", date="2023", title="Dawn Over the Quay"),
    ),
    (
        "[Harbour Films] Dawn Over the Quay.mkv",
        NameClues(studio="Harbour Films", title="Dawn Over the Quay"),
    ),
    (
        "[HarbourFilms] 2023-05-17 Dawn Over the Quay [1080p][x264].mkv",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn Over the Quay"),
    ),
    (
        "[Harbour Films] (2023-05-17) Ada Quill - Dawn.mkv",
        NameClues(
            studio="Harbour Films", date="2023-05-17", title="Dawn", performers=("Ada Quill",)
        ),
    ),
    (
        "[Harbour Films] Ada Quill & Bo Lark - Dawn Over the Quay (2023-05-17) [720p].mkv",
        NameClues(
            studio="Harbour Films",
            date="2023-05-17",
            title="Dawn Over the Quay",
            performers=("Ada Quill", "Bo Lark"),
        ),
    ),
    ("[harbourfilms.com] Dawn Over the Quay.mp4", NameClues(title="Dawn Over the Quay")),
    ("[1080p] Dawn Over the Quay.mp4", NameClues(title="Dawn Over the Quay")),
    (
        "Dawn Over the Quay (2023) [1080p] [WEB-DL].mkv",
        NameClues(date="2023", title="Dawn Over the Quay"),
    ),
    (
        "Dawn Over the Quay (2023) {tmdb-123}.mkv",
        NameClues(date="2023", title="Dawn Over the Quay"),
    ),
    (
        "Dawn Over the Quay (2023) [tmdbid=123].mkv",
        NameClues(date="2023", title="Dawn Over the Quay"),
    ),
    ("Dawn Over the Quay [dQw4w9WgXcQ].webm", NameClues(title="Dawn Over the Quay")),
    ("Dawn Over the Quay [9F8A12CD].mkv", NameClues(title="Dawn Over the Quay")),
    ("Dawn (Director's Cut).mkv", NameClues(title="Dawn Director's Cut")),
    ("Dawn Over the Quay (unclosed.mkv", NameClues(title="Dawn Over the Quay unclosed")),
    ("{Harbour} Dawn.mkv", NameClues(title="Harbour Dawn")),
    # codes
    ("ABC-123 Dawn Over the Quay.mp4", NameClues(title="Dawn Over the Quay", code="ABC-123")),
    ("[ABC-123] Dawn Over the Quay.mp4", NameClues(title="Dawn Over the Quay", code="ABC-123")),
    ("abc-123.mp4", NameClues(code="ABC-123")),
    ("ABC-123.mp4", NameClues(code="ABC-123")),
    ("ABC-123-C.mp4", NameClues(code="ABC-123")),
    ("ABC-123C.mp4", NameClues(code="ABC-123")),
    ("ABC-123Z Dawn.mp4", NameClues(title="Dawn", code="ABC-123Z")),
    ("abc-123-dawn-over-the-quay.mp4", NameClues(title="dawn over the quay", code="ABC-123")),
    ("FC2-PPV-1234567 Dawn.mp4", NameClues(title="Dawn", code="FC2-PPV-1234567")),
    ("051723-001-CARIB.mp4", NameClues(title="CARIB", code="051723-001")),
    ("051723_001 Dawn.mp4", NameClues(title="Dawn", code="051723-001")),
    ("hhd800.com@ABC-123.mp4", NameClues(code="ABC-123")),
    ("www.harbourfilms.com - ABC-123 - Dawn.mp4", NameClues(title="Dawn", code="ABC-123")),
    ("Dawn Over the Quay ABC-123.mp4", NameClues(title="Dawn Over the Quay", code="ABC-123")),
    ("ABC-123 港の夜明け.mp4", NameClues(title="港の夜明け", code="ABC-123")),
    ("Dawn-12.mp4", NameClues(title="Dawn-12")),
    ("MP4-123.mp4", None),
    # films
    (
        "Dawn.Over.The.Quay.2023.1080p.WEB-DL.x264.mkv",
        NameClues(date="2023", title="Dawn Over The Quay"),
    ),
    (
        "Dawn.Over.The.Quay.2023.German.DL.1080p.BluRay.x264-GRP.mkv",
        NameClues(date="2023", title="Dawn Over The Quay"),
    ),
    (
        "Dawn.Over.The.Quay.2023.2160p.UHD.BluRay.HDR10+.DTS-HD.MA.7.1.x265.10bit-GRP.mkv",
        NameClues(date="2023", title="Dawn Over The Quay"),
    ),
    ("Dawn Over the Quay 2023.mkv", NameClues(date="2023", title="Dawn Over the Quay")),
    ("Dawn Over the Quay (2023).mkv", NameClues(date="2023", title="Dawn Over the Quay")),
    ("2023 - Dawn Over the Quay.mkv", NameClues(date="2023", title="Dawn Over the Quay")),
    ("Harbour 2049 (2017).mkv", NameClues(date="2017", title="Harbour 2049")),
    ("Harbour.2049.mkv", NameClues(title="Harbour 2049")),
    ("2012.2009.1080p.mkv", NameClues(date="2009", title="2012")),
    ("Summer 2019 Harbour Trip.mp4", NameClues(title="Summer 2019 Harbour Trip")),
    ("Dawn May 2023.mp4", NameClues(date="2023-05", title="Dawn")),
    ("Dawn 2023-05.mp4", NameClues(date="2023-05", title="Dawn")),
    ("Dawn.1080p.mkv", NameClues(title="Dawn")),
    ("Dawn.mkv", NameClues(title="Dawn")),
    ("dawn over the quay.mkv", NameClues(title="dawn over the quay")),
    ("The Web of Dawn.mkv", NameClues(title="The Web of Dawn")),
    ("Dawn S01E02.mkv", NameClues(title="Dawn S01E02")),
    # dates
    (
        "Harbour Films 17.05.2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films 05-17-2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films 03.04.2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023", title="Dawn"),
    ),
    (
        "Harbour Films 04.04.2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-04-04", title="Dawn"),
    ),
    (
        "Harbour Films 31.12.23 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-12-31", title="Dawn"),
    ),
    (
        "Harbour Films 05.17.23 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films 17.05.23 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2017-05-23", title="Dawn"),
    ),
    ("Harbour Films 30.31.32 Dawn.mp4", NameClues(title="Harbour Films 30.31.32 Dawn")),
    ("Harbour Films 45.05.17 Dawn.mp4", NameClues(title="Harbour Films 45.05.17 Dawn")),
    ("Harbour Films 2023-02-30 Dawn.mp4", NameClues(studio="Harbour Films", title="Dawn")),
    ("Harbour Films 30.02.2023 Dawn.mp4", NameClues(studio="Harbour Films", title="Dawn")),
    ("Harbour Films 2099-05-17 Dawn.mp4", NameClues(studio="Harbour Films", title="Dawn")),
    (
        "Harbour Films 17 May 2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films 17th of May, 2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films May 17, 2023 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films 2023 May 17 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "Harbour Films 20230517 Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    ("Harbour Films 20231399 Dawn.mp4", NameClues(title="Harbour Films 20231399 Dawn")),
    ("Harbour Films 31 Feb 2023 Dawn.mp4", NameClues(studio="Harbour Films", title="Dawn")),
    # parts and copies
    ("dawn over the quay cd1.avi", NameClues(title="dawn over the quay")),
    ("Dawn Over the Quay CD 2.avi", NameClues(title="Dawn Over the Quay")),
    (
        "Dawn.Over.The.Quay.2023.CD1.DVDRip.XviD-GRP.avi",
        NameClues(date="2023", title="Dawn Over The Quay"),
    ),
    ("Dawn Over the Quay pt2.mp4", NameClues(title="Dawn Over the Quay")),
    ("Dawn Over the Quay - pt.2.mp4", NameClues(title="Dawn Over the Quay")),
    ("Dawn Over the Quay Part 2.mp4", NameClues(title="Dawn Over the Quay Part 2")),
    ("Dawn Over the Quay (1).mp4", NameClues(title="Dawn Over the Quay")),
    ("Dawn Over the Quay - Copy (2).mp4", NameClues(title="Dawn Over the Quay")),
    ("Dawn Over the Quay copy.mp4", NameClues(title="Dawn Over the Quay")),
    # other scripts, forms and signs
    ("港の夜明け.mp4", NameClues(title="港の夜明け")),
    ("[港映画] 港の夜明け (2023).mp4", NameClues(studio="港映画", date="2023", title="港の夜明け")),
    (
        "Студия.23.05.17.Рассвет.Над.Гаванью.1080p.mp4",
        NameClues(studio="Студия", date="2023-05-17", title="Рассвет Над Гаванью"),
    ),
    (
        "Hafenträume - 2023-05-17 - Morgenröte über dem Kai.mp4",
        NameClues(studio="Hafenträume", date="2023-05-17", title="Morgenröte über dem Kai"),
    ),
    (
        "\uff28\uff41\uff52\uff42\uff4f\uff55\uff52\uff26\uff49\uff4c\uff4d\uff53\uff0e\uff12\uff13\uff0e\uff10\uff15\uff0e\uff11\uff17\uff0e\uff24\uff41\uff57\uff4e\uff0e1080p.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    ("Dawn%20Over%20the%20Quay.mp4", NameClues(title="Dawn Over the Quay")),
    ("Dawn\u200bOver\u202ethe Quay.mp4", NameClues(title="Dawn Over the Quay")),
    ("Dr. Moor - Dawn.mp4", NameClues(studio="Dr. Moor", title="Dawn")),
    ("noext", NameClues(title="noext")),
    (
        "Harbour Films - 2023-05-17 - Dawn",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    # nothing
    ("4f2a9c0d11e8b7aa4f2a9c0d11e8b7aa.mp4", None),
    ("4f2a9c0d-11e8-b7aa-4f2a-9c0d11e8b7aa.mp4", None),
    ("deadbeefcafe12345678.mp4", None),
    ("1234567890.mp4", None),
    ("2023-05-17.mp4", None),
    ("aB3dE5fG7hJ9k.mp4", None),
    ("QmFzZTY0VG9rZW4xMjM.mp4", None),
    ("IMG_1234.MOV", None),
    ("VID_20230517_120000.mp4", None),
    ("PXL_20230517_120000123.mp4", None),
    ("VID-20230517-WA0001.mp4", None),
    ("DSC00012.MOV", None),
    ("GH010123.MP4", None),
    ("DJI_0001.mp4", None),
    ("VTS_01_1.VOB", None),
    ("00001.m2ts", None),
    ("Screen Recording 2023-05-17 at 12.00.00.mov", None),
    ("video.mp4", None),
    ("New Video (3).mp4", None),
    ("Movie 2.mp4", None),
    ("untitled.mp4", None),
    ("1080p.mp4", None),
    (".mp4", None),
    ("....mp4", None),
    # folders
    (
        "Harbour Films/2023-05-17 - Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    (
        "HarbourFilms/23.05.17.Dawn.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Dawn"),
    ),
    ("Downloads/2023-05-17 - Dawn.mp4", NameClues(date="2023-05-17", title="Dawn")),
    ("2023/2023-05-17 - Dawn.mp4", NameClues(date="2023-05-17", title="Dawn")),
    (
        "HarbourFilms.23.05.17.Ada.Quill.XXX.1080p-GRP/grp-hf2305.mp4",
        NameClues(studio="Harbour Films", date="2023-05-17", title="Ada Quill"),
    ),
    (
        "Dawn.Over.The.Quay.2023.1080p.WEB-DL-GRP/4f2a9c0d11e8b7aa4f2a9c0d11e8b7aa.mkv",
        NameClues(date="2023", title="Dawn Over The Quay"),
    ),
    ("ABC-123/video.mp4", NameClues(code="ABC-123")),
    ("Harbour Films/video.mp4", None),
    ("Downloads/4f2a9c0d11e8b7aa4f2a9c0d11e8b7aa.mp4", None),
    (
        "HarbourFilms.23.05.17.Dawn.XXX-GRP/Harbour Films - Dusk.mp4",
        NameClues(studio="Harbour Films", title="Dusk"),
    ),
)


@pytest.mark.parametrize(("name", "clues"), NAMES, ids=[ascii(name) for name, _ in NAMES])
def test_a_name_says_what_a_person_would_read_in_it(name: str, clues: NameClues | None) -> None:
    assert clues_of(PurePath(name)) == clues


def test_the_table_is_long_enough_to_mean_something() -> None:
    assert len({name for name, _ in NAMES}) == len(NAMES) >= 120


@pytest.mark.parametrize("folders", [0, -1])
def test_folders_are_asked_only_where_allowed(folders: int) -> None:
    release = PurePath("HarbourFilms.23.05.17.Dawn.XXX.1080p-GRP")

    assert clues_of(release / "video.mp4", folders=folders) is None
    assert clues_of(release / "video.mp4") == clues_of(release)


def test_the_nearest_folder_that_says_anything_is_heard() -> None:
    release = PurePath("HarbourFilms.23.05.17.Dawn.XXX.1080p-GRP")

    assert clues_of(release / "CD1" / "video.mp4") is None
    assert clues_of(release / "CD1" / "video.mp4", folders=2) == clues_of(release)


def test_a_name_that_is_no_text_says_what_can_be_kept_as_text() -> None:
    clues = clues_of(PurePath("Harbour Films - 2023-05-17 - D\udcffawn.mp4"))

    assert clues == NameClues(studio="Harbour Films", date="2023-05-17", title="D awn")


def test_only_the_beginning_of_an_endless_name_is_read() -> None:
    clues = clues_of(PurePath("Dawn " * 100_000))

    assert clues is not None
    assert clues.title is not None
    assert len(clues.title) <= 255


def rejoined(clues: NameClues) -> str:
    """Return a name that says these clues in the plainest shape there is."""
    people = ", ".join(clues.performers)
    named = people if len(clues.performers) > 1 else ""
    featured = f" feat. {people}" if people and not named else ""
    parts = (clues.code, clues.studio, clues.date, named, clues.title)
    return " - ".join(part for part in parts if part) + featured


WORDS = st.sampled_from(["Dawn", "Dusk", "Harbour", "Quay", "Lantern", "Over", "The", "Coast"])
TITLES = st.lists(WORDS, min_size=1, max_size=5).map(" ".join)
PEOPLE = st.lists(
    st.sampled_from(["Ada Quill", "Bo Lark", "Cy Moor", "Di Fenn"]), min_size=2, unique=True
).map(tuple)


@given(
    st.builds(
        NameClues,
        studio=st.just("Harbour Films"),
        date=st.sampled_from(["2023-05-17", "1999-12-31", "2020-02-29"]),
        title=TITLES,
        performers=st.just(()) | PEOPLE,
        code=st.none() | st.just("ABC-123"),
    )
)
def test_what_a_name_says_is_read_again_from_the_clues_joined(clues: NameClues) -> None:
    assert clues_of(PurePath(rejoined(clues) + ".mp4")) == clues


STABLE = [name for name, clues in NAMES if clues and clues.studio and clues.date and clues.title]


@pytest.mark.parametrize("name", STABLE, ids=ascii)
def test_reading_the_clues_again_changes_nothing(name: str) -> None:
    once = clues_of(PurePath(name))
    assert once is not None

    assert clues_of(PurePath(rejoined(once)), folders=0) == once


NAME_TEXT = st.text(max_size=60) | st.lists(
    st.sampled_from(
        [
            *"-._ ()[]{}&,",
            *("Harbour", "Films", "Ada Quill", "and", "feat.", "23.05.17", "2023-05-17", "2023"),
            *(
                "03.04.2023",
                "1080p",
                "x264-GRP",
                "XXX",
                "ABC-123",
                "cd1",
                "(1)",
                "May",
                "17",
                "h.264",
            ),
        ]
    ),
    max_size=14,
).map("".join)


@given(NAME_TEXT, st.integers(min_value=0, max_value=3))
def test_any_name_is_read_without_failing_into_text(name: str, folders: int) -> None:
    clues = clues_of(PurePath("shelf") / name.replace("\0", ""), folders=folders)

    if clues is None:
        return
    assert clues != NameClues()
    for said in (clues.studio, clues.date, clues.title, clues.code, *clues.performers):
        assert said is None or (said.strip() and said.encode() and said.isprintable())


@given(
    NAME_TEXT.filter(lambda name: not set(name) & set("/\0")),
    st.sampled_from(sorted(CONTAINERS)),
    st.sampled_from(sorted(CONTAINERS)),
)
def test_the_container_says_nothing(name: str, one: str, other: str) -> None:
    assume(name)

    assert clues_of(PurePath(f"{name}.{one}")) == clues_of(PurePath(f"{name}.{other.upper()}"))
