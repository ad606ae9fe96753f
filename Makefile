# Customer Profiler. `make` alone explains the targets.
SHELL := /bin/bash
.SHELLFLAGS := -euo pipefail -c
.DEFAULT_GOAL := help
MAKEFLAGS += --no-print-directory

BIN := .venv/bin
MODEL := models/profiler.tar.gz
TRAINING_DATA := config.yml domain.yml $(wildcard data/*/*.yml) $(wildcard customer_profiler/phrases/*.yml) \
	customer_profiler/serving/command_classifier.py
RASA := $(BIN)/python -m customer_profiler.serving.quietly rasa

# Libraries stay quiet, and Rasa reports no usage; the product's own level is LOG_LEVEL.
export RASA_TELEMETRY_ENABLED := false
export SQLALCHEMY_SILENCE_UBER_WARNING := 1
export TF_CPP_MIN_LOG_LEVEL := 3
export LOG_LEVEL ?= WARNING

.PHONY: help install run chat test chaos check bench train stories clean

help: ## Explain the targets
	@grep -hE '^[a-z]+:.*## ' $(MAKEFILE_LIST) | sed -E 's/^([a-z]+):.*## (.*)/  make \1|\2/' | column -t -s '|'

install: .venv/installed ## Make .venv with everything pinned (needs Python 3.10)

run: install train ## Serve everything in the foreground; Ctrl-C stops it
	@exec $(BIN)/python -m customer_profiler.supervisor

chat: install train ## Talk to the assistant in the terminal, starting it first if it is not running
	@scripts/chat

test: install train ## Run all tests: unit, contract, integration, conversation stories, end to end
	@scripts/browser
	@$(BIN)/python -m scripts.crm install
	@$(BIN)/python -m pytest
	@$(MAKE) stories

stories: install train ## Run the conversation test stories
	@mkdir -p var/stories
	@$(RASA) test core --e2e --stories tests/stories --model $(MODEL) --out var/stories --no-plot \
		--fail-on-prediction-errors --quiet > var/stories/log 2>&1 || { cat var/stories/log; exit 1; }
	@echo "$$(cat tests/stories/*.yml tests/stories/generated/*.yml | grep -c '^ *- story:') stories passed, 0 failed"

chaos: install train ## Play 20 seeds of failures on both databases; CHAOS="--seed 7 --database sqlite" is one
	@$(BIN)/python -m tests.chaos $(CHAOS)

check: install ## Lint, types, imports, docstrings, Rasa's data and the content
	@$(BIN)/ruff check .
	@$(BIN)/ruff format --check .
	@$(BIN)/mypy
	@$(BIN)/lint-imports
	@$(BIN)/interrogate -q customer_profiler actions
	@$(RASA) data validate --fail-on-warnings --quiet
	@failed=0; for content in content/[!._]*; do $(BIN)/profiler check "$$content" || failed=1; done; exit $$failed

bench: install train ## Measure speed and memory beside stock Rasa; BENCH="--quick" is shorter
	@$(BIN)/python -m bench $(BENCH)

train: $(MODEL) ## Train the model when its sources have changed

clean: ## Delete what was made here, except data in var/
	rm -rf .venv models .rasa results *.egg-info .mypy_cache .pytest_cache .ruff_cache .hypothesis .import_linter_cache

$(MODEL): $(TRAINING_DATA) | .venv/installed
	@echo "Training the model (some ten seconds) ..."
	@$(RASA) train --quiet --fixed-model-name profiler > /dev/null
	@touch $@

.venv/installed: requirements.txt requirements-dev.txt pyproject.toml
	@scripts/install
