# Everything runs in .venv, which .ci/prepare makes on first use, and again when a lock changes.
PYTHON := .venv/bin/python
LOCK := uv pip compile --quiet --generate-hashes --no-emit-index-url --no-header
OURS := --universal --python-version 3.11

.PHONY: help run chat test check rasa-train rasa-serve bench bench-nlu lock clean

help: ## show this list
	@sed -n 's/^\([a-z-]*\):.*## /  make \1	/p' $(MAKEFILE_LIST)

run: ## start the server with the citizen's page; the address is printed
	@.ci/prepare run
	@.venv/bin/komshi serve

chat: ## talk to the assistant in this terminal
	@.ci/prepare run
	@.venv/bin/komshi chat

test: ## run all tests, on SQLite, PostgreSQL and Redis and in a real browser
	@.ci/prepare test
	@$(PYTHON) -m pytest -rs

check: ## format, lint, types, floor plan, words in every language
	@.ci/prepare check
	$(PYTHON) -m ruff format --check
	$(PYTHON) -m ruff check
	$(PYTHON) -m mypy
	.venv/bin/lint-imports
	$(PYTHON) -m locales.completeness

rasa-train: ## teach Rasa all our sentences (needs Python 3.10; takes up to half an hour)
	@.ci/prepare run
	@.ci/prepare rasa
	@$(PYTHON) -m nlu.rasa_data nlu/data var/rasa/lessons.yml
	@nlu/rasa/run train var/rasa/lessons.yml var/rasa

rasa-serve: ## serve what Rasa has learnt, for KOMSHI_NLU=rasa:http://127.0.0.1:5005
	@.ci/prepare rasa
	@nlu/rasa/run serve var/rasa 5005

bench: ## compare turns with a bare echo bot and a real Rasa, and send many notices (takes a quarter of an hour)
	@.ci/prepare test
	@.ci/prepare rasa
	@$(PYTHON) -m bench.turns

bench-nlu: ## compare our understanding with a real Rasa's, on the same sentences (takes half an hour)
	@.ci/prepare run
	@.ci/prepare rasa
	@$(PYTHON) -m bench.nlu

lock: ## write the locks again after a change of pyproject.toml or nlu/rasa/requirements.in (needs uv)
	$(LOCK) $(OURS) pyproject.toml --output-file requirements.lock
	$(LOCK) $(OURS) --group test --constraint requirements.lock --output-file tests/requirements.lock
	$(LOCK) --python-version 3.10 nlu/rasa/requirements.in --output-file nlu/rasa/requirements.lock

clean: ## remove the environments and every cache; what citizens wrote (var/) stays
	rm -rf .venv nlu/rasa/.venv .mypy_cache .ruff_cache .pytest_cache .hypothesis .import_linter_cache
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
