from daemon.service.timing import BOUNDS_S, StageClock, StageTimes


def test_work_is_counted_by_how_long_it_took_at_the_most() -> None:
    clock = StageClock()

    clock.worked("hashing", items=1, took_s=0.01)
    clock.worked("hashing", items=40, took_s=2.0)
    clock.worked("hashing", items=1, took_s=301.0)

    (told,) = clock.times()
    assert told.within == (1, 1, 1, 1, 1, 2, 2, 2, 2, 2, 3)
    assert (told.items, told.took_s, told.failed) == (42, 303.01, 0)


def test_failures_are_counted_by_themselves() -> None:
    clock = StageClock()

    clock.failed("apply")

    (told,) = clock.times()
    assert (told.failed, told.within[-1]) == (1, 0)


def test_stage_that_never_worked_is_told_of_and_all_are_in_order() -> None:
    clock = StageClock()

    clock.worked("tell", items=1, took_s=1.0)
    clock.know("apply")
    clock.know("tell")

    first, second = clock.times()
    assert first == StageTimes(
        stage="apply", within=(0,) * (len(BOUNDS_S) + 1), took_s=0.0, items=0, failed=0
    )
    assert (second.stage, second.items) == ("tell", 1)
