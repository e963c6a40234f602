from __future__ import annotations

from urllib.parse import urljoin, urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from daemon.web.gate.targets import local_target

BASE = "http://doorman.test/enter"


@pytest.mark.parametrize("target", ["/", "/file/7", "/file/7?tab=why#end", "/a%20b"])
def test_address_on_this_page_is_gone_to(target: str) -> None:
    assert local_target(target) == target


@pytest.mark.parametrize(
    "target",
    [
        *(
            "",
            "file",
            "//evil.example",
            "/\\evil.example",
            "///evil.example",
            "https://evil.example",
        ),
        *(
            "javascript:alert(1)",
            "/\tevil",
            "/\n/evil.example",
            "\\/evil.example",
            " //evil.example",
        ),
        *("/enter", "/enter?next=/enter", "/leave", "/" + "x" * 2000, "//[evil"),
    ],
)
def test_any_other_leads_to_the_first_page(target: str) -> None:
    assert local_target(target) == "/"


@given(st.one_of(st.text(), st.text(alphabet="/\\:?#@.a \t\n%2f", min_size=1)))
def test_nobody_is_ever_led_away(target: str) -> None:
    led = urlsplit(urljoin(BASE, local_target(target)))

    assert (led.scheme, led.netloc) == ("http", "doorman.test")
