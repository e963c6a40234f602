# Everything here sets up what it needs: python3 with venv, make and git are enough.

PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin

.PHONY: demo test check bench bench-phash clean

demo: .venv/.ready
	@$(RUN)/doorman demo

# Tests wait for a third of their time: three at once keep two cores busy.
test: check
	@$(RUN)/pytest --numprocesses 3 --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=95

check: .venv/.ready
	@$(RUN)/ruff check
	@$(RUN)/ruff format --check
	@$(RUN)/mypy
	@$(RUN)/lint-imports

bench: .venv/.ready
	@$(RUN)/python -m tests.bench

bench-phash: .venv/.ready
	@$(RUN)/python -m tests.bench phash

clean:
	rm -rf .venv .tools .coverage .hypothesis .import_linter_cache .mypy_cache .pytest_cache .ruff_cache

.venv/.ready: pyproject.toml uv.lock $(UV)
	@echo "setting up .venv (once, about a minute)"
	@UV_PROJECT_ENVIRONMENT=.venv $(UV) sync --frozen --quiet --python $(PYTHON)
	@touch $@

$(UV):
	@$(PYTHON) -m venv .tools
	@.tools/bin/pip install --quiet --disable-pip-version-check uv
	@touch $@
