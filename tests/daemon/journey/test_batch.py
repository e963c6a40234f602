import pytest

from daemon.journey.batch import Batch, singles
from tests.daemon.ground import Ground

pytestmark = pytest.mark.anyio


async def test_batch_is_known_by_the_numbers_of_its_files(ground: Ground) -> None:
    first, second = await ground.add("a.mkv"), await ground.add("b.mkv")

    assert Batch((first, second)).keys == {first.id, second.id}
    assert singles([first, second]) == [Batch((first,)), Batch((second,))]
