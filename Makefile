# Everything that people and machines do with this project. `make` alone lists the targets.
PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
READY  := $(VENV)/.ready

.DEFAULT_GOAL := help
.PHONY: help setup model demo refresh serve test lint format eval fit bench bench-pdf comparison soak tables docs wheel lock clean

help: ## list these targets
	@grep -E '^[a-z-]+:.*##' $(MAKEFILE_LIST) | sed -E 's/^([a-z-]+):.*## (.*)/  make \1\t\2/' | expand -t 20

setup: $(READY) ## make the virtual environment, from the lock file

# -c: pip before 23.3 looks past the version of a package that another one asks for with an extra
$(READY): requirements/dev.lock pyproject.toml
	@$(PYTHON) -c 'import sys; v = sys.version_info; sys.exit(None if v >= (3, 11) else "osint-ingest needs Python 3.11 or newer, this is %d.%d; say which: make PYTHON=python3.11 ..." % v[:2])'
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@echo "installing from requirements/dev.lock (some minutes the first time)"
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --require-hashes -r requirements/dev.lock -c requirements/dev.lock
	@$(BIN)/python -m pip install --quiet --disable-pip-version-check --no-build-isolation --no-deps -e .
	@touch $(READY)

demo: $(READY) ## make a release of the sample site: fetched over HTTP, read and published
	@$(BIN)/python flows/refresh.py --profile sample --raw demo/raw --curated demo/curated

refresh: $(READY) ## make a release of the live sources
	@$(BIN)/python flows/refresh.py --profile live

.PHONY: report browser
report: $(READY) ## open the latest report in a browser; without a screen, print its path
	@test -e curated/latest/report.html || test -e demo/curated/latest/report.html || $(MAKE) --no-print-directory demo
	@for page in "$(CURDIR)/curated/latest/report.html" "$(CURDIR)/demo/curated/latest/report.html"; do \
	  test -e "$$page" || continue; echo "$$page"; \
	  if test -n "$$DISPLAY$$WAYLAND_DISPLAY" || test "$$(uname)" = Darwin; then $(BIN)/python -m webbrowser "file://$$page"; fi; \
	  break; done

browser: ## install Chromium for the tests of the report; they are skipped without it
	@for name in chromium chromium-browser google-chrome chrome; do \
	  if command -v $$name; then exit 0; fi; done; \
	if test "$$(id -u)" = 0 && command -v apt-get >/dev/null; then \
	  { apt-get -qq update && apt-get -qq install -y --no-install-recommends chromium >/dev/null; } \
	    || echo "chromium could not be installed: the tests of the report are skipped"; \
	else echo "install Chromium or Chrome: the tests of the report look at it with one, and are skipped without"; fi

serve: $(READY) ## start a Prefect server and a worker with the schedules of prefect.yaml; Ctrl-C ends both
	@$(BIN)/python flows/serve.py

test: $(READY) ## run all tests
	@$(BIN)/python -m pytest -q -n 2

lint: $(READY) ## check format, style, types, imports, and patterns that backtrack
	@$(BIN)/ruff format --check src flows tests
	@$(BIN)/ruff check src flows tests
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/deptry src flows
	@$(BIN)/python -m tests.linear.lint

format: $(READY) ## format the code
	@$(BIN)/ruff format src flows tests
	@$(BIN)/ruff check --fix src flows tests

eval: $(READY) ## score the readers on documents with truth, against the pinned floors
	@$(BIN)/python -m tests.eval

fit: $(READY) ## fit the weights of markers, notes, passages and headings (FOLDERS: measure the passages there first)
	@$(BIN)/python -m tests.eval.fit $(FOLDERS)
	@$(BIN)/python -m tests.eval.fit_passages $(FOLDERS)

model: $(READY) ## train the model that finds names, on the labels in data/names and their texts beside the checkout
	@$(BIN)/python -m tests.eval.train_names
	@$(BIN)/python -m tests.eval.train_confidence

bench: $(READY) ## measure time and memory, end to end and by stage
	@$(BIN)/python -m tests.bench

bench-pdf: $(READY) ## compare this PDF reader with others that are installed
	@$(BIN)/python -m tests.bench.pdf_peers

comparison: $(READY) ## make docs/comparison.md from real documents (FOLDER: PDFs with truth; PEERS: a Python with other tools)
	@$(BIN)/python -m tests.bench.pdf_peers --write --folder "$(FOLDER)" --most-pages 9 --python "$(or $(PEERS),$(BIN)/python)"

soak: $(READY) ## run the long tests: 20,000 mutated pages, 60 killed runs
	@OSINT_INGEST_SOAK=1 $(BIN)/python -m pytest -q tests -k "soak or linear or fuzz or kill or speed or properties or safety or batching or forget or test_raw or one_changed or fetching_with_all_its_care"

tables: $(READY) ## make docs/tables.md, docs/command-line.md and docs/settings.md from the code
	@$(BIN)/python -m tests.docs.reference tables > docs/tables.md
	@$(BIN)/python -m tests.docs.reference commands > docs/command-line.md
	@$(BIN)/python -m tests.docs.reference settings > docs/settings.md

docs: $(READY) ## build docs/ as a static site, in site/
	@$(BIN)/zensical build --clean --strict
	@echo "look at it: $(BIN)/python -m http.server --bind 127.0.0.1 --directory site"

wheel: $(READY) ## build the wheel and the source distribution, in dist/
	@rm -rf dist
	@$(BIN)/python -m hatchling build

lock: ## rebuild the lock files, for every platform (needs uv)
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --quiet \
	  --extra flows -o requirements/runtime.lock pyproject.toml
	uv pip compile --universal --generate-hashes --python-version 3.11 --no-annotate --no-header --quiet \
	  --all-extras --group dev -o requirements/dev.lock pyproject.toml

clean: ## remove the environment, caches, demo captures and releases
	rm -rf $(VENV) build dist site .mypy_cache .ruff_cache .pytest_cache .import_linter_cache demo
