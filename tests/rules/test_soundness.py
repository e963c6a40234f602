"""The walk over a parsed condition, where the words alone would have let something through."""

from __future__ import annotations

import pytest
from rule_engine import Rule  # type: ignore[import-untyped]  # it ships no py.typed

from rules.soundness import refuse_unsound
from rules.wording import Misworded


@pytest.mark.parametrize("when", ["oshash ?? linked", "oshash ? linked : linked", "1 & oshash"])
def test_a_part_of_the_language_that_nobody_checked_is_refused(when: str) -> None:
    expression = Rule(when).statement.expression

    with pytest.raises(Misworded, match="this cannot be used here; compare facts with constants"):
        refuse_unsound(expression, ())
