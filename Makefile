# `make run` serves Fillwise on http://127.0.0.1:8000; `make test` proves it. Both install what they need.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev

# What Python compiles is kept, tests included: without that every start of a program compiles all of it anew.
export PYTHONDONTWRITEBYTECODE =

.PHONY: run setup setup-dev test check on-sqlite on-postgres unit explore bench kernel docs shots clean

run: setup ## migrate and serve, print the URL
	@$(BIN)/python app.py

setup: $(STAMP) ## the environment alone, in .venv
$(STAMP): requirements.txt tools/setup.sh
	@PYTHON=$(PYTHON) sh tools/setup.sh requirements.txt
	@touch $@

setup-dev: $(DEV_STAMP)
$(DEV_STAMP): $(STAMP) requirements-dev.txt tools/setup.sh tools/servers.sh
	@PYTHON=$(PYTHON) sh tools/setup.sh requirements-dev.txt
	@touch $@

check: setup-dev ## style, types, layers
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy .
	@$(BIN)/lint-imports --no-cache

# What keeps data runs on SQLite with all the others, and again on PostgreSQL; in the browser, the ways that write.
JOURNEYS := $(patsubst %,tests/e2e/test_%.py,journey book import fills journal controls reports transfers alerts watchlists)
ON_POSTGRES := tests/data/db tests/services tests/pages tests/web tests/security tests/faults tests/test_app.py $(JOURNEYS)

test: setup-dev ## everything: installs browser and servers when missing, checks, tests
	@sh tools/servers.sh
	@$(MAKE) --no-print-directory -j 3 check on-sqlite on-postgres

on-sqlite: setup-dev
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q -m "not postgres"

# Beside the others, because whoever waits for a browser leaves a core idle; it speaks when it has ended.
on-postgres: setup-dev
	@$(BIN)/python -m pytest -n 0 -q --postgres $(ON_POSTGRES) >.venv/on-postgres.log 2>&1 \
		&& tail -n 1 .venv/on-postgres.log || { cat .venv/on-postgres.log; exit 1; }

unit: setup-dev ## the tests that need neither browser nor server
	@$(BIN)/python -m pytest -n 2 -q -m "not browser and not postgres and not slow"

explore: setup-dev ## the laws of the code on new random examples, for as long as there is time
	@$(BIN)/python -m pytest -n 2 -q --hypothesis-profile=explore tests/analytics tests/domain tests/data tests/services

bench: setup-dev ## speed as ratios against peers and floors of the same run
	@$(BIN)/python -m benchmarks

kernel: ## the chart kernel, from kernel/ into assets/chart; needs node
	@cd kernel && npm ci --silent && npm run --silent build

docs: setup ## the pages of the documentation that are written from the code
	@$(BIN)/python tools/formats_doc.py
	@$(BIN)/python tools/metrics_doc.py

shots: setup-dev ## the screenshots of the README
	@sh tools/servers.sh
	@$(BIN)/python tools/shots.py

clean: ## remove the environment and caches; instance/ stays
	@rm -rf .venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
