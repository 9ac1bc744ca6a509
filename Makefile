# Every target makes the virtual environment it needs under .venv/, with pip and nothing else.
# An environment is made again only when setup.cfg, pyproject.toml or PYTHON changes.

SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DELETE_ON_ERROR:
.DEFAULT_GOAL := help
# Environments can be made at once (make -j environments); a suite wants the machine for itself.
ifneq ($(MAKECMDGOALS),environments)
.NOTPARALLEL:
endif

# python3.11 where it runs (a pyenv shim may be there and still refuse), else python3.
PYTHON ?= $(shell python3.11 -c '' 2>/dev/null && echo python3.11 || echo python3)
PYTEST_ARGS ?= -n auto
FUZZ_PROGRAMS ?= 5000
FUZZ_TRIES ?= 10000
MUTANTS_ARGS ?=
SOAK_ARGS ?=
SOAK_SERVER ?= uvicorn

DEMO := .venv/demo/bin/python
TEST := .venv/test/bin/python
LINT := .venv/lint/bin/python
DOCS := .venv/docs/bin/python

export PIP_DISABLE_PIP_VERSION_CHECK := 1
# A setting of the caller's must not choose the settings or the warnings of these runs.
unexport DJANGO_SETTINGS_MODULE PYTHONWARNINGS PYTHONPATH

.PHONY: help demo test test-memory test-file test-shuffled coverage lint likeness docs bench soak comparison fuzz \
	mutants reference record matrix environments matrix-environments clean servers original FORCE

help: ## this list
	@awk -F ':.*## ' '/^[a-z-]+:.*## / { printf "make %-10s %s\n", $$1, $$2 }' $(MAKEFILE_LIST)

demo: .venv/demo.stamp ## run the unchanged suite of a Channels 1 project on today's Channels
	$(DEMO) examples/demo.py

test: test-memory test-file test-shuffled ## the whole suite in random order, on in-memory and on file SQLite

test-memory: .venv/test.stamp servers original
	$(TEST) -m scripts.suite $(PYTEST_ARGS)

test-file: .venv/test.stamp servers
	CHANNELTEST_DB=file $(TEST) -m scripts.suite --inside $(PYTEST_ARGS)

test-shuffled: .venv/test.stamp
	$(TEST) -m scripts.suite --shuffled $(PYTEST_ARGS)

coverage: servers ## the matrix' leg that measures how much of the package the suite runs
	$(PYTHON) scripts/matrix.py --coverage

lint: .venv/lint.stamp .venv/test.stamp docs ## style, types of the built wheel, its contents, the docs
	$(LINT) -m ruff check .
	$(LINT) -m ruff format --check .
	cd docs && ../.venv/lint/bin/proselint check $$(find . -name '*.rst' -not -path './_build/*') ../README.md ../CHANGELOG.md
	rm -rf build/lib build/bdist.* build/dist build/site
	$(LINT) -m pip wheel -qq --no-deps --wheel-dir build/dist .
	$(LINT) -m pip install -qq --no-deps --target build/site build/dist/*.whl
	cd build && PYTHONPATH=$(CURDIR) MYPYPATH=site ../$(LINT) -m mypy --config-file ../setup.cfg -p channeltest
	cd build && PYTHONPATH=site ../.venv/lint/bin/lint-imports --config ../setup.cfg --no-cache
	$(TEST) -m pytest tests/test_packaging.py

likeness: .venv/test.stamp ## statements that follow the original's, but for those the API dictates (Python 3.8)
	$(TEST) -m scripts.likeness

docs: .venv/docs.stamp ## the documentation, into docs/_build/html; a warning is an error
	$(DOCS) -m sphinx --quiet --fail-on-warning --keep-going --nitpicky --fresh-env docs docs/_build/html

bench: .venv/test.stamp ## the same workload on the original (where Python 3.8 is) and here
	$(TEST) -m bench
	$(TEST) -W ignore -m bench.live_servers
	$(TEST) -m bench.check

soak: .venv/test.stamp servers ## serve 500 clients for ten minutes: what is lost, and whether memory grows
	$(TEST) -W ignore -m bench.soak --server $(SOAK_SERVER) --write docs/reference/soak_$(SOAK_SERVER).txt $(SOAK_ARGS)

comparison: .venv/test.stamp ## the docs' table: every feature run with channels.testing, chanx and here
	$(TEST) -m tests.comparison

fuzz: .venv/test.stamp ## FUZZ_PROGRAMS random programs, compared with the original; FUZZ_TRIES decisions of rest
	$(TEST) -m tests.stage.fuzz --tries $(FUZZ_TRIES)
	$(TEST) -m tests.differential.fuzz --programs $(FUZZ_PROGRAMS)

mutants: .venv/mutants.stamp ## small faults put into the source one by one: the tests must see each
	.venv/mutants/bin/python -m scripts.mutants $(MUTANTS_ARGS)

reference: .venv/demo.stamp ## run the demo's suite on the original Channels 1.1.8 (Python 3.8)
	$(DEMO) examples/reference.py

record: .venv/test.stamp ## record the original's transcripts anew (Python 3.8)
	$(TEST) -m tests.differential.record
	$(TEST) -m tests.differential.corpus
	$(TEST) -m tests.differential.names

matrix: servers ## the suite on every supported pair of Python and Django that is here
	$(PYTHON) scripts/matrix.py

# Everything that CI installs.
environments: .venv/lint.stamp .venv/test.stamp .venv/docs.stamp .venv/demo.stamp matrix-environments servers original

matrix-environments:
	$(PYTHON) scripts/matrix.py --prepare

clean: ## remove everything that these targets made
	rm -rf .venv build docs/_build *.egg-info
	rm -rf .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache .coverage*
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
	find . -name '*.sqlite3*' -type f -delete

# What the suite needs and pip does not have: it starts servers and a browser of its own.
servers:
	@missing=; \
	command -v redis-server >/dev/null || missing="$$missing redis-server"; \
	compgen -G '/usr/lib/postgresql/*/bin/postgres' >/dev/null || missing="$$missing postgresql"; \
	command -v chromium >/dev/null || missing="$$missing chromium"; \
	command -v chromedriver >/dev/null || missing="$$missing chromium-driver"; \
	[ -n "$$missing" ] || exit 0; \
	echo "The suite starts a Redis, a PostgreSQL and a Chromium of its own. Missing:$$missing"; \
	if ! command -v apt-get >/dev/null; then \
		echo "Install what provides redis-server, /usr/lib/postgresql/*/bin/postgres, chromium and" \
			"chromedriver; on Debian these are the packages named above." >&2; exit 1; \
	fi; \
	sudo=$$([ "$$(id -u)" = 0 ] || echo sudo); \
	echo "Running: $$sudo apt-get update; $$sudo apt-get install -y$$missing"; \
	$$sudo apt-get update -qq; \
	$$sudo apt-get install -qq -y $$missing >/dev/null

# Channels 1.1.8, where a Python 3.8 is: made here, so that no test has to wait for pip.
original:
	@$(PYTHON) -m scripts.reference >/dev/null || [ $$? = 3 ]

EXTRAS = [$*]
# The demo has what a user has: the four runtime dependencies.
.venv/demo.stamp: EXTRAS =
.venv/mutants.stamp: EXTRAS = [test,mutants]

.venv/%.stamp: setup.cfg pyproject.toml .venv/interpreter
	@$(PYTHON) -c 'import ensurepip, venv' || { \
		echo "$(PYTHON) cannot make virtual environments; on Debian: apt-get install python3-venv" >&2; exit 1; }
	rm -rf .venv/$*
	$(PYTHON) -m venv .venv/$*
	.venv/$*/bin/python -m pip install -qq --editable '.$(EXTRAS)'
	touch $@

# It changes only when PYTHON does: an environment of another interpreter is then made again.
.venv/interpreter: FORCE
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 10))' || { \
		echo "channeltest needs Python 3.10 or newer, and $(PYTHON) is older or does not run. Name another:" \
			"make PYTHON=/path/to/python $(MAKECMDGOALS)" >&2; exit 1; }
	@mkdir -p .venv
	@$(PYTHON) -c 'import sys; print(sys.executable, sys.version)' > $@.new
	@cmp -s $@.new $@ && rm $@.new || mv $@.new $@

FORCE:
