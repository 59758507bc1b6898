# `make run` serves Fillwise on http://127.0.0.1:8000; `make test` proves it. Both install what they need.
PYTHON ?= python3
BIN := .venv/bin
STAMP := .venv/.installed
DEV_STAMP := .venv/.installed-dev

.PHONY: run setup setup-dev test check unit explore bench kernel docs shots clean

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

# What keeps data: the same tests run on SQLite with all the others, and again on PostgreSQL.
ON_POSTGRES := tests/data/db tests/services tests/pages tests/web tests/security tests/faults tests/e2e tests/test_app.py

test: setup-dev ## everything: installs browser and servers when missing, checks, tests
	@sh tools/servers.sh
	@$(MAKE) --no-print-directory check
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q -m "not postgres"
	@$(BIN)/python -m pytest -n 2 --dist loadgroup -q --postgres $(ON_POSTGRES)

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
