from __future__ import annotations

from collections.abc import Callable

import pytest

from daemon.settings import ConfigurationInvalid, Settings

Load = Callable[..., Settings]

LIBRARY = '[[library]]\npath = "/srv/films"\n'
BOX = '[[source]]\nname = "box"\nurl = "https://box.example/graphql"\n'
REST = '[[source]]\npreset = "theporndb"\n'


def test_nothing_is_submitted_unless_it_is_asked_for(load: Load) -> None:
    (source,) = load(LIBRARY + BOX).sources

    assert (source.submit, source.report) == ("never", False)


@pytest.mark.parametrize("submit", ["never", "mine", "exact"])
def test_each_source_says_what_it_is_told(load: Load, submit: str) -> None:
    (source,) = load(f'{LIBRARY}{BOX}submit = "{submit}"\nreport = true\n').sources

    assert (source.submit, source.report) == (submit, True)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (BOX + 'submit = "all"\n', '"never", "mine" or "exact"'),
        (BOX + "submit = true\n", '"never", "mine" or "exact"'),
        (BOX + 'report = "yes"\n', "true or false"),
        (REST + 'submit = "mine"\n', "only a stash-box can be told of fingerprints"),
        (REST + "report = true\n", "only a stash-box can be told of fingerprints"),
    ],
    ids=["no such word", "no word", "no truth", "another kind", "reports to another kind"],
)
def test_wrong_value_is_told_with_its_line(load: Load, text: str, message: str) -> None:
    with pytest.raises(ConfigurationInvalid) as caught:
        load(LIBRARY + text)

    told = str(caught.value)
    assert message in told
    assert f":{(LIBRARY + text).count(chr(10))}: " in told
