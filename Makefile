# Two commands for everybody: `make demo` and `make test`. Each does all the set-up it needs.

PYTHON ?= python3
VENV   := .venv
BIN    := $(VENV)/bin
STAMP  := $(VENV)/.ready

.PHONY: demo test chaos bench docs lint clean native

demo: $(STAMP)
	@$(BIN)/mops demo

test: $(STAMP)
	@sh tests/run

# Two hundred kills instead of about forty.
chaos: $(STAMP)
	@MOPS_CHAOS_KILLS=200 $(BIN)/python -m pytest -n 2 -rs tests/chaos

bench: $(STAMP)
	@code=0; for file in $(filter-out benchmarks/measure.py, $(wildcard benchmarks/*.py)); do \
		echo "# $$file"; $(BIN)/python $$file || code=1; done; exit $$code

lint: $(STAMP)
	$(BIN)/ruff format --check mops_cli tests benchmarks
	$(BIN)/ruff check mops_cli tests benchmarks
	$(BIN)/mypy
	$(BIN)/lint-imports
	$(BIN)/codespell mops_cli docs README.md CHANGELOG.md

docs: $(STAMP)
	$(BIN)/pip install -q --require-hashes -r requirements/docs.txt
	$(BIN)/sphinx-build -q -W -b html docs docs/_build/html

# The environment: uv when it is there, venv and pip otherwise; locked with hashes.
$(STAMP): pyproject.toml requirements/test.txt | native
	@sh tests/setup $(PYTHON) $(VENV)
	@touch $@

# Pango and cairo come from the system. As root they are installed; otherwise the line to run is printed.
native:
	@sh tests/native

clean:
	rm -rf $(VENV) dist .mops build docs/_build
