# Everything runs in .venv, which is made on first use: Python 3.11, pip, venv, git and make are enough.
PYTHON ?= python3.11
VENV := .venv
BIN := $(VENV)/bin
export PATH := $(CURDIR)/$(BIN):$(PATH)
# Processes that tests start elsewhere write down what they ran here.
export COVERAGE_FILE := $(CURDIR)/.coverage
# Compiled modules are kept: else each of the many processes that tests start compiles them again.
unexport PYTHONDONTWRITEBYTECODE

# T: what to test, with any words for pytest.   D: which detector to measure, all by default.
T ?=
D ?= $(notdir $(patsubst %/,%,$(dir $(wildcard evals/data/*/data.jsonl))))

.DEFAULT_GOAL := help
.PHONY: help run demo test check fix eval weights bench browser soak wheel

help: ## this list
	@sed -n 's/^\([a-z]*\):.*## \(.*\)/  make \1\t\2/p' Makefile | expand -t 16

$(VENV)/ready: requirements/dev.txt pyproject.toml tools/hatch_tables.py tools/tables.py
	@echo "installing into $(VENV)"
	@test -x $(BIN)/python || $(PYTHON) -m venv $(VENV)
	@test -x $(BIN)/uv || $(BIN)/python -m pip install --quiet --disable-pip-version-check uv
	@$(BIN)/uv pip sync --quiet --python $(BIN)/python requirements/dev.txt
	@$(BIN)/uv pip install --quiet --python $(BIN)/python --no-deps --no-build-isolation -e .
	@touch $@

run: $(VENV)/ready ## install, scan the examples, serve the report
	@$(BIN)/qingjian demo --serve

demo: $(VENV)/ready ## the same without serving
	@$(BIN)/qingjian demo

test: $(VENV)/ready ## all tests; T=tests/core narrows
	$(BIN)/pytest $(T)

check: $(VENV)/ready ## style, types, directions of imports, dependencies, reference
	$(BIN)/ruff check
	$(BIN)/ruff format --check
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/deptry src
	$(BIN)/python tools/reference.py --check

fix: $(VENV)/ready ## repair style, write the reference
	$(BIN)/ruff check --fix
	$(BIN)/ruff format
	$(BIN)/python tools/reference.py

eval: $(VENV)/ready ## measure on own data, write evals/results; D=text.scam narrows
	@for d in $(D); do $(BIN)/qingjian eval $$d --write || exit; done

weights: $(VENV)/ready ## train what ships; needs the named sets, D=text.scam narrows
	$(BIN)/python tools/train_weights.py $(if $(filter command line,$(origin D)),$(D))

bench: $(VENV)/ready ## measure speed, write benchmarks/results
	@for b in benchmarks/*.py; do $(BIN)/python $$b --write || exit; done

browser: $(VENV)/ready ## the tests in a real browser, none skipped
	QINGJIAN_REQUIRE_ALL=1 $(BIN)/pytest $$(grep -rl --include='test_*.py' '^from tests.browser' tests)

soak: $(VENV)/ready ## long runs: damaged files, kills, load; every property with 2,000 examples
	$(BIN)/python tools/soak.py --minutes 10 --write
	$(BIN)/python tools/soak_labels.py --files 1000000 --write
	$(BIN)/python tools/soak_cases.py --write
	$(BIN)/pytest --hypothesis-profile=soak -m "slow or hypothesis"

wheel: $(VENV)/ready ## build the wheel and try it in a clean environment
	@rm -rf dist
	@$(BIN)/python -m build --quiet --wheel --no-isolation --outdir dist . >/dev/null
	@tools/wheel_smoke.sh dist/*.whl
