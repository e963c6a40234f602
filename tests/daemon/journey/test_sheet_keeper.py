from __future__ import annotations

from pathlib import Path

import pytest

from daemon.disk.sheets import Sheets
from daemon.journey.sheet_keeper import SheetKeeper
from rules.fingerprint import Oshash
from tests.daemon.doubles import Lines

pytestmark = pytest.mark.anyio

ONE = Oshash(1)
SHEET = b"RIFF" + (8).to_bytes(4, "little") + b"WEBPVP8 "


def keeper_in(folder: Path) -> tuple[SheetKeeper, Sheets, Lines]:
    sheets, log = Sheets(folder / "sheets", budget_bytes=1 << 20), Lines()
    return SheetKeeper(sheets, log=log), sheets, log


async def test_sheet_is_kept(tmp_path: Path) -> None:
    keeper, sheets, log = keeper_in(tmp_path)

    await keeper.keep(ONE, 7, SHEET)

    assert sheets.read(ONE, 7) == SHEET
    assert log.lines == []


async def test_content_without_a_sheet_keeps_the_earlier_one(tmp_path: Path) -> None:
    keeper, sheets, _ = keeper_in(tmp_path)
    await keeper.keep(ONE, 7, SHEET)

    await keeper.keep(ONE, 7, None)

    assert sheets.read(ONE, 7) == SHEET


async def test_refusal_is_said_once_and_again_after_it_went_well(tmp_path: Path) -> None:
    keeper, _, log = keeper_in(tmp_path)
    in_the_way = tmp_path / "sheets"

    for _ in range(2):
        in_the_way.touch()
        for _ in range(3):
            await keeper.keep(ONE, 7, SHEET)
        in_the_way.unlink()
        await keeper.keep(ONE, 7, SHEET)
        in_the_way.rename(tmp_path / f"moved away {len(log.lines)}")

    assert log.events == ["sheet.refused"] * 2
    assert "contact_sheet = false" in str(log.lines[0][1]["reason"])
