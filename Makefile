# Tillbook. `make` lists what there is.
SHELL := /bin/bash
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
LOCKS := requirements-build.lock requirements.lock requirements-dev.lock
UV ?= uv
COMPILE = $(UV) pip compile --quiet --universal --generate-hashes --no-emit-index-url \
	--python-version 3.11 --custom-compile-command "make lock"
PIP := $(BIN)/python -m pip install -qq --disable-pip-version-check --no-input --compile
# Everything comes as a wheel but xero-python, which is built with the setuptools of the lock.
FROM_LOCK := $(PIP) --require-hashes --no-build-isolation --only-binary=:all: --no-binary=xero-python

.PHONY: help venv demo test lint bench soak fuzz session pictures lock clean

help:  ## this list
	@sed -n 's/^\([a-z]*\):.*## /  make \1\t/p' Makefile | expand -t 16

# Made afresh when a lock changes, so that nothing stays that the locks no longer list.
.venv/.locked: $(LOCKS) scripts/make-venv
	@scripts/make-venv .venv
	@echo "Installing what requirements-dev.lock lists (a minute or two the first time)"
	@$(PIP) --require-hashes --no-deps -r requirements-build.lock
	@$(FROM_LOCK) -r requirements-dev.lock
	@touch $@

.venv/.stamp: .venv/.locked pyproject.toml
	@$(PIP) --no-deps --no-build-isolation --editable .
	@touch $@

venv: .venv/.stamp  ## the virtual environment .venv, from the locks
	@:

demo: venv  ## the console on a practice shop with a practice Xero; HEADLESS=1, or no terminal: a summary
	@if [ -n "$(HEADLESS)" ] || ! [ -t 1 ]; then $(BIN)/tillbook demo --headless; else $(BIN)/tillbook demo; fi

lint: venv  ## style, types and the direction of imports
	@echo "Style"
	@$(BIN)/ruff check --quiet .
	@$(BIN)/ruff format --quiet --check .
	@echo "Types"
	@$(BIN)/mypy --no-error-summary
	@echo "Imports"
	@answer=$$($(BIN)/lint-imports --no-logo) || { echo "$$answer"; exit 1; }

# Hundreds of tests start the program: its compiled form is kept, whatever the environment says.
# A third worker has something to do while two wait for programs, sockets and timers.
test: export PYTHONDONTWRITEBYTECODE :=
test: lint  ## lint, then every test
	@echo "Tests"
	@$(BIN)/pytest -q -n 3 --dist worksteal

bench: venv  ## measure speed and memory
	@TILLBOOK_LOG_ROWS=1000000 $(BIN)/pytest -q -s tests/bench tests/wire/test_first_paint.py

soak: venv  ## 2,000 days through faults and kills on each database; DAYS=, KILLS=, SEED= change it
	@TILLBOOK_SOAK_DAYS=$(or $(DAYS),2000) TILLBOOK_SOAK_KILLS=$(or $(KILLS),50) \
	TILLBOOK_SOAK_SEED=$(or $(SEED),20261121) TILLBOOK_SOAK_OUT=build/soak $(BIN)/pytest -q -s tests/soak

# The coverage-guided fuzzer lies apart: nothing else needs it, and not every Python has it.
build/fuzz/.locked: requirements-fuzz.lock .venv/.locked
	@echo "Installing what requirements-fuzz.lock lists"
	@$(PIP) --require-hashes --only-binary=:all: --upgrade --target build/fuzz/packages -r requirements-fuzz.lock \
	|| { echo "atheris is there for Linux on x86-64 with Python 3.11 to 3.13 only." >&2; exit 1; }
	@touch $@

fuzz: venv build/fuzz/.locked  ## 1,100,000 inputs for each terminal codec; CODEC=zvt, EXAMPLES=, INPUTS= change it
	@PYTHONPATH=build/fuzz/packages $(BIN)/python -m tests.terminals.fuzzing $(CODEC) \
	--examples $(or $(EXAMPLES),100000) --inputs $(or $(INPUTS),1000000)

session: venv  ## 1,000 moves of the focus and 300 changes of place in the console, and its memory
	@TILLBOOK_SESSION_MOVES=$(or $(MOVES),1000) TILLBOOK_SESSION_CHANGES=$(or $(CHANGES),300) \
	$(BIN)/pytest -q -s tests/wire/test_long_session.py

pictures: venv  ## draw the pictures of docs/ anew
	@$(BIN)/python -m tests.pictures.draw docs/pictures

lock:  ## renew the locks (needs uv)
	@$(COMPILE) --group build --output-file requirements-build.lock
	@$(COMPILE) --group fuzz --output-file requirements-fuzz.lock
	@$(COMPILE) --output-file requirements.lock pyproject.toml
	@$(COMPILE) --extra dev --output-file requirements-dev.lock pyproject.toml

clean:  ## remove what was made here
	@rm -rf .venv build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis \
		.import_linter_cache .coverage .coverage.* snapshot_report.html
	@find . -name __pycache__ -type d -prune -exec rm -rf {} +
