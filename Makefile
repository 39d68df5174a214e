# `make demo` and `make test` do all the set-up on a machine that has only Python.
PYTHON ?= python3
VENV := .venv
BIN := $(VENV)/bin

.PHONY: demo test check readers dask peers bench figures growth format pictures report schema keys tables clean

demo: $(VENV)/installed
	$(BIN)/zhupi demo

# Tests wait a lot, for programs, terminals and disks: more of them run at once than there are cores.
WORKERS ?= $(shell $(PYTHON) -c 'import os; print(2 * (os.cpu_count() or 1))')

# Compiled modules are kept: a test that starts programs would compile all of zhupi for each of them.
test: $(VENV)/installed-dev
	PYTHONDONTWRITEBYTECODE= $(BIN)/pytest -n $(WORKERS) --dist loadgroup

# What must hold before a commit, tests aside.
check: $(VENV)/installed-dev
	$(BIN)/ruff format --check .
	$(BIN)/ruff check .
	$(BIN)/mypy
	$(BIN)/lint-imports --no-cache
	$(BIN)/python scripts/house_rules.py

# Exports read by the programs that they are for; needs the network once, and some 2 GB.
readers: $(VENV)/installed-dev
	$(BIN)/python scripts/run_readers.py

# Prepares shards on a Dask cluster of its own on loopback, kills a worker and the scheduler, and compares the bytes.
dask: $(VENV)/installed-dev
	$(BIN)/python -m pip install --quiet --editable '.[dask]'
	$(BIN)/python scripts/check_dask.py

# SLATE and VisiData, which the benchmark `peers` measures beside zhupi.
PEERS := .peers
peers: $(PEERS)/installed

$(PEERS)/installed:
	$(PYTHON) -m venv $(PEERS)
	$(PEERS)/bin/python -m pip install --quiet slate-nlp==1.1.3 visidata==3.4
	touch $@

bench: $(VENV)/installed-dev
	$(BIN)/python benchmarks/run.py

# The figures of docs/benchmarks.md and its pictures.
NOTICES ?= 100000
figures: $(VENV)/installed-dev
	$(BIN)/python benchmarks/run.py --notices $(NOTICES) --json benchmarks/figures.json
	$(BIN)/python scripts/write_benchmarks.py

# What grows, to a million notices: most of an hour on two processors, and 40 GB in PLACE.  When killed it goes on.
SIZES ?= 1000,10000,100000,1000000
PLACE ?= build/growth
growth: $(VENV)/installed-dev
	$(BIN)/python benchmarks/growth.py --place $(PLACE) --sizes $(SIZES) --json benchmarks/growth.json
	$(BIN)/python scripts/write_benchmarks.py

format: $(VENV)/installed-dev
	$(BIN)/ruff format .
	$(BIN)/ruff check --fix .

# The pictures of the README and docs/, taken from the real app.
pictures: $(VENV)/installed-dev
	TEXTUAL_COLOR_SYSTEM=truecolor PYTHONPATH=tests/support $(BIN)/python scripts/take_pictures.py

# The report of an invented week as Chromium draws it, narrow and wide, light and dark; look at the pictures.
report: $(VENV)/installed-dev
	PYTHONPATH=tests/support $(BIN)/python scripts/look_at_report.py build/report

# The JSON Schema in docs/, generated from the code.
schema: $(VENV)/installed-dev
	$(BIN)/python scripts/write_schema.py

# The tables in annotations/data that are made from other people's data.
tables: $(VENV)/installed-dev
	$(BIN)/python scripts/make_readings.py
	$(BIN)/python scripts/make_t2s.py

# The tables of docs/keys.md, from the bindings.
keys: $(VENV)/installed-dev
	$(BIN)/python scripts/write_keys.py

clean:
	rm -rf $(VENV) build dist *.egg-info .mypy_cache .ruff_cache .pytest_cache .hypothesis

$(VENV)/bin/python:
	$(PYTHON) -m venv $(VENV)
	$(BIN)/python -m pip install --quiet --upgrade pip

$(VENV)/installed: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable .
	touch $@

$(VENV)/installed-dev: $(VENV)/bin/python pyproject.toml
	$(BIN)/python -m pip install --quiet --editable '.[dev]'
	touch $@ $(VENV)/installed
