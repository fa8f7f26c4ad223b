# `make run` serves, `make test` is all of CI, `make prove` is what takes long, `make bench` the quick comparisons.
PYTHON ?= python3
VENV := .venv
PY := $(VENV)/bin/python
PIP := $(PY) -m pip install --quiet --disable-pip-version-check --require-hashes
MINIMUM := import sys; sys.exit(sys.version_info < (3, 11) and "Jam Hot needs Python 3.11 or newer; set PYTHON=")

.PHONY: run test lint types imports unit bench prove lock clean
.DELETE_ON_ERROR:

run: $(VENV)/.run
	@exec $(PY) -m jamhot serve

$(PY):
	@$(PYTHON) -c '$(MINIMUM)'
	$(PYTHON) -m venv $(VENV)

$(VENV)/.run: requirements/local.txt | $(PY)
	$(PIP) -r requirements/local.txt
	@touch $@

$(VENV)/.dev: requirements/dev.txt | $(PY)
	$(PIP) -r requirements/dev.txt
	@touch $@ $(VENV)/.run

test: lint types imports unit

lint: $(VENV)/.dev
	$(PY) -m ruff check .
	$(PY) -m ruff format --check .

types: $(VENV)/.dev
	$(PY) -m mypy

imports: $(VENV)/.dev
	$(VENV)/bin/lint-imports

unit: $(VENV)/.dev
	$(PY) -m coverage erase
	$(PY) -m pytest --numprocesses auto --dist loadfile --cov=jamhot --cov-report=term

bench: $(VENV)/.dev
	$(PY) -m benchmarks.quick

prove: $(VENV)/.dev
	$(PY) -m benchmarks.prove

# Locks are made with uv (https://docs.astral.sh/uv), which need not be installed to use them. Extras stay written in them:
# pip before 23.3 takes `coverage[toml]` for another package than `coverage`, unpinned as soon as there is a newer one.
UV ?= uv
COMPILE := $(UV) pip compile pyproject.toml --quiet --universal --generate-hashes --python-version 3.11 \
	--no-emit-index-url --no-annotate --no-header --no-strip-extras
lock:
	$(COMPILE) -o requirements.txt
	$(COMPILE) --extra local --extra scrape -c requirements.txt -o requirements/local.txt
	$(COMPILE) --extra dev --extra local --extra scrape -c requirements.txt -o requirements/dev.txt

clean:
	rm -rf $(VENV) .coverage* .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache
