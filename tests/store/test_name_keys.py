from hypothesis import given
from hypothesis import strategies as st

from rules.namefold import fold_name
from store.name_keys import name_key

FOLDED = st.text(st.characters(codec="utf-8"), max_size=600).map(fold_name).filter(bool)


def test_a_name_stands_in_its_key_unless_it_is_too_long() -> None:
    assert name_key("tag", "harbour") == "tag\nharbour"
    assert len(name_key("tag", "q" * 10_000)) < 100
    assert name_key("tag", "q" * 10_000) != name_key("tag", "q" * 10_001)


@given(FOLDED, FOLDED)
def test_two_names_have_two_keys(one: str, other: str) -> None:
    assert (name_key("tag", one) == name_key("tag", other)) == (one == other)
    assert name_key("tag", one) != name_key("studio", other)
