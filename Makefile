# make demo | test | check | bench | validate      each prepares .venv by itself, once; needs Python 3.11 or later, and make

PYTHON ?= $(shell command -v python3.11 || echo python3)
BIN := .venv/bin
READY := .venv/ready
PIP := $(BIN)/python -m pip --quiet --disable-pip-version-check

.PHONY: help demo test check bench validate lock clean

help:
	@echo "make demo    set up, simulate the AML example with 500 draws, say where the report is"
	@echo "make test    all tests"
	@echo "make check   style and types"
	@echo "make bench   speed and error against libRoadRunner and SciPy; writes benchmarks/latest.json"
	@echo "make validate  single patients beside their predictions; needs the real data in ../shared/data"
	@echo "make lock    renew requirements.lock with the newest versions that pyproject.toml allows"
	@echo "make clean   remove .venv and what the other targets left"

demo: $(READY)
	@$(BIN)/marrow simulate examples/allogeneic-fb4.yaml --draws 500 --out demo-result

test: $(READY)
	@$(BIN)/python -m pytest -q -n 2 --dist loadfile

check: $(READY)
	@$(BIN)/ruff check
	@$(BIN)/pyright

bench: $(READY)
	@$(BIN)/python benchmarks/run.py

validate: $(READY)
	@$(BIN)/python validation/patients.py

$(READY): pyproject.toml requirements.lock
	@$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "marrow needs Python 3.11 or later: make PYTHON=path/to/python3.11")'
	@echo "Preparing .venv, once; this takes a minute or two ..."
	@$(PYTHON) -m venv .venv
	@$(PIP) install --requirement requirements.lock
	@$(PIP) install --no-deps --no-build-isolation --editable .
	@touch $@

lock:
	@rm -rf .venv
	@$(PYTHON) -m venv .venv
	@$(PIP) install --editable '.[dev]' hatchling editables
	@echo '# Exact versions of everything `make` installs, for Python 3.11 on Linux. Made by `make lock`; do not edit by hand.' > requirements.lock
	@$(BIN)/python -m pip freeze --exclude-editable --exclude marrow >> requirements.lock
	@touch $(READY)

clean:
	@rm -rf .venv .pytest_cache .ruff_cache .hypothesis *-result
