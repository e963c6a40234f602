from __future__ import annotations

from hypothesis import settings

# Other work on the machine is no failure: no test asserts a time.
settings.register_profile("doorman", deadline=None)
settings.load_profile("doorman")
