# Everything here sets up what it needs: python3 with venv, make and git are enough.

PYTHON ?= python3
UV := .tools/bin/uv
RUN := .venv/bin

# Hundreds of processes are started: none may compile everything anew.
unexport PYTHONDONTWRITEBYTECODE

.PHONY: demo test check browser chaos bench bench-phash bench-pages screenshots fuzz laws clean

demo: .venv/.ready
	@$(RUN)/doorman demo

# Tests wait for much of their time: four at once keep two cores busy.
test: check browser
	@$(RUN)/pytest -rs --numprocesses 4 --dist worksteal --cov --cov-report=term:skip-covered --cov-fail-under=95

check: .venv/.ready
	@$(RUN)/ruff check
	@$(RUN)/ruff format --check
	@$(RUN)/mypy
	@$(RUN)/lint-imports

# The API asked whatever comes to mind, for minutes; `make test` does it for seconds.
fuzz: .venv/.ready
	@$(RUN)/python -m tests.fuzz

# Every law tried with thousands of examples, for minutes; `make test` tries them with fifty.
laws: .venv/.ready
	@$(RUN)/pytest --hypothesis-profile thorough -m no_cover --timeout 3600 --numprocesses 2

# Accepts and undos, killed a thousand times: make chaos [ROUNDS=N]
ROUNDS ?= 1000
chaos: .venv/.ready
	@$(RUN)/python -m tests.chaos --rounds $(ROUNDS)

bench: .venv/.ready
	@$(RUN)/python -m tests.bench

bench-pages: .venv/.ready
	@$(RUN)/python -m tests.bench pages

bench-phash: .venv/.ready
	@$(RUN)/python -m tests.bench phash

# make screenshots [SCREENSHOTS=FOLDER]
SCREENSHOTS ?= screenshots
screenshots: .venv/.ready browser
	@$(RUN)/python -m tests.screenshots $(SCREENSHOTS)

# Pages are tried in Debian's own browser. Where it cannot be had, those tests say that they are skipped.
browser:
	@for name in chromium chromium-browser google-chrome; do command -v $$name >/dev/null && exit 0; done; \
	if [ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null; then \
		echo "no Chromium, and no right to install it: pages are not tried in a browser"; exit 0; \
	fi; \
	echo "installing chromium (once, about a minute)"; \
	log=$$(mktemp); \
	{ apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends chromium fonts-dejavu-core; } >$$log 2>&1 \
		|| { tail -n 3 $$log; echo "Chromium could not be installed: pages are not tried in a browser"; }; \
	rm -f $$log

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
