from __future__ import annotations

import pytest
from pydantic import ValidationError

from daemon.web.gate.password import PasswordUnfit, SealedPassword, fits, seal
from tests.daemon.web.gate.conftest import PASSWORD


def test_only_the_password_fits(sealed: SealedPassword) -> None:
    assert fits(PASSWORD, sealed)
    assert not fits(PASSWORD + " ", sealed)
    assert not fits("", sealed)
    assert not fits("x" * 2000, sealed)
    assert not fits("\ud800" * 9, sealed)


def test_password_is_the_same_on_every_keyboard() -> None:
    sealed = seal("Su\u0308dwind 7", lanes=1)

    assert fits("S\u00fcdwind 7", sealed)


def test_two_of_the_same_are_kept_differently(sealed: SealedPassword) -> None:
    again = seal(PASSWORD, lanes=1)

    assert again.salt != sealed.salt
    assert again.sealed != sealed.sealed


def test_what_is_kept_costs_a_guesser_enough() -> None:
    sealed = seal(PASSWORD)

    assert (sealed.cost, sealed.lanes) == (1 << 15, 3)
    assert PASSWORD not in sealed.model_dump_json()


@pytest.mark.parametrize("password", ["", "seven77", "x" * 1025])
def test_password_that_keeps_nobody_out_is_refused(password: str) -> None:
    with pytest.raises(PasswordUnfit, match="8 to 1024") as caught:
        seal(password)

    assert not password or password not in str(caught.value)


@pytest.mark.parametrize(
    "change", [{"cost": 1 << 14}, {"cost": 1 << 30}, {"lanes": 0}, {"salt": "zz"}]
)
def test_cheap_and_ruinous_work_is_refused(
    sealed: SealedPassword, change: dict[str, object]
) -> None:
    with pytest.raises(ValidationError):
        SealedPassword.model_validate({**sealed.model_dump(), **change})
